import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { IMAGE_FINDER } from '../lib/core/protocol/page-images.ts';
import { PAGE_LIST } from '../lib/core/protocol/page-list.ts';
import type { FindImages } from '../lib/page/find-images.ts';
import { createPageList } from '../lib/page/list-images.ts';

// Not through the polyfill: this is put into pages, and must be small.
/** Comes after `find-images`. Sets its one name in the extension's own world of the frame, where the page does not see it. */
export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, PAGE_LIST)) return;
  Reflect.set(
    globalThis,
    PAGE_LIST,
    createPageList({
      document,
      findImages: Reflect.get(globalThis, IMAGE_FINDER) as FindImages,
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
