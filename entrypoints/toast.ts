import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { watchExtension } from '../lib/page/extension-watch.ts';
import { shadowOf } from '../lib/page/shadow-of.ts';
import { createToaster } from '../lib/page/toaster.ts';
import { TOAST_CARD, TOAST_FUNCTION, TOAST_STYLES, type CreateCard } from '../lib/core/protocol/toast.ts';

// Neither the polyfill nor the library of texts: this is put into pages, and must be small.
const translate = (key: string): string => chrome.i18n.getMessage(key.replaceAll('.', '_'));

export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, TOAST_FUNCTION)) return;
  /** The browser takes it from the scripts of an extension that has ended, or was reloaded: nobody listens to them any more. */
  const isThere = (): boolean => chrome.runtime?.id !== undefined;
  async function send(message: unknown): Promise<boolean> {
    if (!isThere()) return false;
    await chrome.runtime.sendMessage(message).catch(() => undefined);
    return isThere();
  }
  Reflect.set(
    globalThis,
    TOAST_FUNCTION,
    watchExtension(
      createToaster({
        document,
        css: String(Reflect.get(globalThis, TOAST_STYLES)),
        texts: {
          close: translate('toast.close'),
          progress: translate('toast.progress'),
          orphaned: translate('toast.orphaned'),
          direction: translate('text_direction') === 'rtl' ? 'rtl' : 'ltr',
        },
        createCard: Reflect.get(globalThis, TOAST_CARD) as CreateCard,
        shadowOf,
        send,
        onLost: ({ tabId, title, detail, tone }) =>
          void send({
            id: 0,
            type: 'toastLost',
            timestamp: Date.now(),
            data: { tabId, sentence: `${title}\n${detail}`, tone },
          }),
      }),
      isThere,
      translate('toast.ended'),
    ),
  );
});
