import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { DRAW_IMAGE } from '../lib/core/protocol/page-list.ts';
import { drawnOf } from '../lib/page/draw-image.ts';

// Not through the polyfill: this is put into pages, and must be small.
export default defineUnlistedScript(() => {
  Reflect.set(globalThis, DRAW_IMAGE, drawnOf);
});
