import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { PAGE_LIST } from '../lib/core/protocol/page-list.ts';
import { createPageList } from '../lib/page/list-images.ts';
import { shadowOf } from '../lib/page/shadow-of.ts';

// Not through the polyfill: this is put into pages, and must be small.
/** Sets its one name in the extension's own world of the frame, where the page does not see it. */
export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, PAGE_LIST)) return;
  Reflect.set(
    globalThis,
    PAGE_LIST,
    createPageList({
      document,
      shadowOf,
      // Of another site that does not allow it, the size is 0 (Resource Timing, 4.5).
      sizes: () =>
        new Map(
          performance.getEntriesByType('resource').flatMap((entry) => {
            const { name, encodedBodySize } = entry as PerformanceResourceTiming;
            return encodedBodySize > 0 ? [[name, encodedBodySize] as const] : [];
          }),
        ),
    }),
  );
});
