/** Letting a person pick an image in a page: an overlay in each frame, and one answer. */
import type { Browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';
import { messageData } from '../core/protocol/messages.ts';
import { PICK_IMAGE, type PickedReference, type PickerApi, type PickTexts } from '../core/protocol/picker.ts';
import type { StorageItems } from '../storage/storage-area.ts';
import { listImages, takeListed } from './ask-page.ts';
import { inject } from './inject.ts';

/** What the overlay sends. `token` is of the picking that the person began last: nobody else's answer counts. */
export interface Picked {
  readonly token: string;
  readonly tabId: number;
  readonly frameId: number;
  readonly pick: PickedReference | null;
}

export interface PickedImage {
  readonly url: string;
  readonly frameId: number;
  readonly frameUrl: string;
}

export interface Picking {
  /** @throws CompressionError `page-blocked` */
  begin(tab: Browser.tabs.Tab): Promise<void>;
  /** Whether the person asked for it; true once. */
  isAsked(answer: Picked): Promise<boolean>;
  /** Of an answer that is asked for; null when the person left. @throws CompressionError `drawing-closed`, `page-blocked` */
  picked(answer: Picked): Promise<PickedImage | null>;
}

const KEY = 'picking';

export function createPicking(area: StorageItems, texts: PickTexts): Picking {
  return {
    async begin({ id: tabId, url = '', title = '' }) {
      if (tabId === undefined) return;
      const token = crypto.randomUUID();
      await area.set({ [KEY]: token });
      const { frames } = await listImages(tabId, { url, title });
      if (frames.length === 0) throw new CompressionError('page-blocked');
      const begun = await Promise.allSettled(
        frames.map(({ frameId }) =>
          inject({ tabId, frameId }, ['/pick-image.js'], callBegin, [
            PICK_IMAGE,
            texts,
            messageData('imagePicked', { token, tabId, frameId, pick: null }),
          ]),
        ),
      );
      // A frame may go meanwhile; with the overlay in one of them an image can be picked.
      if (begun.every(({ status }) => status === 'rejected')) throw new CompressionError('page-blocked');
    },
    async isAsked({ token }) {
      if ((await area.get(KEY))[KEY] !== token) return false;
      await area.remove(KEY);
      return true;
    },
    async picked({ tabId, frameId, pick }) {
      try {
        if (!pick) return null;
        const { reference, largest, frameUrl } = pick;
        // What shows a frame's picture may be gone with the page by now.
        const url = await takeListed(tabId, { frameId, reference, url: '', frameUrl, largest });
        return { url, frameId, frameUrl };
      } finally {
        // The overlay that was clicked has gone by itself, those of the other frames have not.
        void inject({ tabId }, [], callEnd, [PICK_IMAGE]).catch(() => undefined);
      }
    },
  };
}

// These run in the page, in the extension's world; they use nothing from outside themselves.

function callBegin(name: string, texts: PickTexts, message: { readonly data: object }): void {
  (Reflect.get(globalThis, name) as PickerApi | undefined)?.begin(texts, message);
}

function callEnd(name: string): void {
  (Reflect.get(globalThis, name) as PickerApi | undefined)?.end();
}
