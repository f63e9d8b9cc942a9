import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { DRAW_IMAGE, THUMBNAIL, type DrawImage, type DrawThumbnail } from '../lib/core/protocol/page-list.ts';
import { thumbnailOf } from '../lib/page/thumbnail.ts';

// Not through the polyfill: this is put into pages, and must be small.
/** Comes after `draw-image`. Sets its one name in the extension's own world of the frame, where the page does not see it. */
export default defineUnlistedScript(() => {
  const thumbnail: DrawThumbnail = (element, url) =>
    thumbnailOf(element, url, {
      draw: async (drawn) => (await (Reflect.get(globalThis, DRAW_IMAGE) as DrawImage)(drawn)).url,
      wasLoaded: (address) => performance.getEntriesByName(address, 'resource').length > 0,
    });
  Reflect.set(globalThis, THUMBNAIL, thumbnail);
});
