import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { UPLOADS_HELD } from '../lib/core/protocol/upload-field.ts';
import { shadowOf } from '../lib/page/shadow-of.ts';
import { watchUploads } from '../lib/page/watch-uploads.ts';

// Not through the polyfill: this is put into pages, and must be small.
export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, UPLOADS_HELD)) return;
  Reflect.set(
    globalThis,
    UPLOADS_HELD,
    watchUploads({
      window,
      shadowOf,
      async ask() {
        const message = { id: 0, type: 'uploadsHeld', timestamp: Date.now(), data: null };
        const answer = (await chrome.runtime.sendMessage(message)) as
          { res?: { ok: boolean; value?: unknown } } | undefined;
        return answer?.res?.ok === true && answer.res.value === true;
      },
      isThere: () => chrome.runtime?.id !== undefined,
      isOwnHand: ({ isTrusted }) => isTrusted,
    }),
  );
});
