import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { isOfSite } from '../lib/core/protocol/document-site.ts';
import { IMAGE_FINDER, PAGE_IMAGES } from '../lib/core/protocol/page-images.ts';
import { createPageImages } from '../lib/page/collect-images.ts';
import type { FindImages } from '../lib/page/find-images.ts';
import { seenShare } from '../lib/page/seen-through.ts';
import { shadowOf } from '../lib/page/shadow-of.ts';
import { visibleAreas } from '../lib/page/visible-area.ts';
import { whereabouts } from '../lib/page/whereabouts.ts';

// Not through the polyfill: this is put into pages, and must be small.
/** Comes after `find-images`. Sets its one name in the extension's own world of the frame, where the page does not see it. */
export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, PAGE_IMAGES)) return;
  const findImages = Reflect.get(globalThis, IMAGE_FINDER) as FindImages;
  Reflect.set(
    globalThis,
    PAGE_IMAGES,
    createPageImages({
      document,
      isOf: (site) => isOfSite(site, whereabouts()),
      shadowOf,
      findImages,
      areasOf: visibleAreas,
      seenShare,
    }),
  );
});
