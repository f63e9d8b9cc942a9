import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { DRAW_IMAGE, DRAWN_PARTS, type DrawImage } from '../lib/core/protocol/page-list.ts';
import { drawnOf } from '../lib/page/draw-image.ts';
import type { CopyDrawing } from '../lib/page/drawn-parts.ts';

// Not through the polyfill: this is put into pages, and must be small.
/** Comes after `drawn-parts`. */
export default defineUnlistedScript(() => {
  const draw: DrawImage = (element) => drawnOf(element, Reflect.get(globalThis, DRAWN_PARTS) as CopyDrawing);
  Reflect.set(globalThis, DRAW_IMAGE, draw);
});
