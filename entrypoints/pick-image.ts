import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import css from '../lib/page/picker.css?inline';
import { PAGE_LIST, type PageListApi } from '../lib/core/protocol/page-list.ts';
import { PICK_IMAGE, type PickerApi } from '../lib/core/protocol/picker.ts';
import { openPicker } from '../lib/page/picker.ts';
import { shadowOf } from '../lib/page/shadow-of.ts';

// Not through the polyfill: this is put into pages, and must be small.
export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, PICK_IMAGE)) return;
  let close = (): void => undefined;
  const picker: PickerApi = {
    begin(texts, message) {
      close();
      const list = Reflect.get(globalThis, PAGE_LIST) as PageListApi | undefined;
      if (!list) return;
      close = openPicker(
        {
          document,
          css,
          list,
          shadowOf,
          onEnd: (pick) =>
            void chrome.runtime.sendMessage({ ...message, data: { ...message.data, pick } }).catch(() => undefined),
        },
        texts,
      );
    },
    end() {
      close();
      Reflect.deleteProperty(globalThis, PICK_IMAGE);
    },
  };
  Reflect.set(globalThis, PICK_IMAGE, picker);
});
