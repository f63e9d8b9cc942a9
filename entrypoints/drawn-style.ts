import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { DRAWN_STYLE } from '../lib/core/protocol/page-list.ts';
import { handedDown, inheritedFrom, styledCopy, withoutTextStyles, type DrawnStyle } from '../lib/page/drawn-style.ts';

// Not through the polyfill: this is put into pages, and must be small.
export default defineUnlistedScript(() => {
  const style: DrawnStyle = { handedDown, inheritedFrom, styledCopy, withoutTextStyles };
  Reflect.set(globalThis, DRAWN_STYLE, style);
});
