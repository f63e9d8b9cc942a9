import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { DRAWN_PARTS, DRAWN_STYLE } from '../lib/core/protocol/page-list.ts';
import { copyWithParts, type CopyDrawing } from '../lib/page/drawn-parts.ts';
import type { DrawnStyle } from '../lib/page/drawn-style.ts';

// Not through the polyfill: this is put into pages, and must be small.
/** Comes after `drawn-style`: the two together are too large for one script. */
export default defineUnlistedScript(() => {
  const copy: CopyDrawing = (svg) => copyWithParts(svg, Reflect.get(globalThis, DRAWN_STYLE) as DrawnStyle);
  Reflect.set(globalThis, DRAWN_PARTS, copy);
});
