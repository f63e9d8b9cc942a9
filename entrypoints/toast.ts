import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import css from '../lib/page/toast.css?inline';
import { watchExtension } from '../lib/page/extension-watch.ts';
import { createToaster } from '../lib/page/toaster.ts';
import { TOAST_FUNCTION } from '../lib/core/protocol/toast.ts';
import { translate } from '../lib/platform/translate.ts';

export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, TOAST_FUNCTION)) return;
  Reflect.set(
    globalThis,
    TOAST_FUNCTION,
    watchExtension(
      createToaster({
        document,
        css,
        words: { close: translate('toast.close'), direction: translate('text_direction') === 'rtl' ? 'rtl' : 'ltr' },
        // After the extension was reloaded nobody listens to this page any more; its toasts still close.
        send: (message) => void browser.runtime.sendMessage(message).catch(() => undefined),
      }),
      // The browser takes it from the scripts of an extension that has ended.
      () => browser.runtime?.id !== undefined,
      translate('toast.ended'),
    ),
  );
});
