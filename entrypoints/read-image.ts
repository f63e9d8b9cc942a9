import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { isOfSite } from '../lib/core/protocol/document-site.ts';
import { PORT_PREFIX, READER_NAME, type PageReader } from '../lib/core/protocol/page-reader.ts';
import { createPageReader } from '../lib/page/read-image.ts';
import { whereabouts } from '../lib/page/whereabouts.ts';
import { shadowOf } from '../lib/page/shadow-of.ts';
import { partOnScreen, pictureAsPng } from '../lib/page/shown-pixels.ts';
import { findShown, shownSize, statedSize } from '../lib/page/shown-size.ts';

/** The next picture that the browser paints has no toast in it any more; in a tab that is not painted it does not come. */
const painted = (): Promise<unknown> =>
  Promise.race([
    new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    new Promise((resolve) => setTimeout(resolve, 500)),
  ]);

// Not through the polyfill: this is put into pages, and must be small.
export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, READER_NAME)) return;
  const find = (url: string): HTMLImageElement | null => findShown(document, url, shadowOf);
  const reader: PageReader = createPageReader({
    isOf: (site) => isOfSite(site, whereabouts()),
    look(url) {
      const element = find(url);
      return { shown: statedSize(element), referrerPolicy: (element?.referrerPolicy ?? '') as ReferrerPolicy };
    },
    measure: (url) => shownSize(find(url)),
    worker: Boolean(navigator.serviceWorker?.controller),
    scheme: location.protocol,
    connect(name) {
      const port = chrome.runtime.connect({ name: PORT_PREFIX + name });
      // Read, or the page's console shows that nobody was there yet.
      port.onDisconnect.addListener(() => void chrome.runtime.lastError);
      return port;
    },
    async draw(url) {
      const element = find(url);
      if (!element?.naturalWidth) return { png: null, part: null };
      const png = await pictureAsPng(element);
      await painted();
      return { png, part: png ? null : partOnScreen(element) };
    },
    onEmpty: () => Reflect.deleteProperty(globalThis, READER_NAME),
  });
  Reflect.set(globalThis, READER_NAME, reader);
});
