import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { TOAST_CARD } from '../lib/core/protocol/toast.ts';
import { createCard } from '../lib/page/toast-card.ts';

export default defineUnlistedScript(() => {
  Reflect.set(globalThis, TOAST_CARD, createCard);
});
