import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { TOAST_STYLES } from '../lib/core/protocol/toast.ts';
import css from '../lib/page/toast.css?inline';

export default defineUnlistedScript(() => {
  Reflect.set(globalThis, TOAST_STYLES, css);
});
