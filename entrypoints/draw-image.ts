import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { DRAW_IMAGE } from '../lib/core/protocol/page-list.ts';
import { drawnUrl } from '../lib/page/draw-image.ts';

// Not through the polyfill: this is put into pages, and must be small.
export default defineUnlistedScript(() => {
  Reflect.set(globalThis, DRAW_IMAGE, drawnUrl);
});
