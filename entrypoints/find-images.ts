import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { IMAGE_FINDER } from '../lib/core/protocol/page-images.ts';
import { findImages, type FindImages } from '../lib/page/find-images.ts';
import { shadowOf } from '../lib/page/shadow-of.ts';

// Not through the polyfill: this is put into pages, and must be small.
export default defineUnlistedScript(() => {
  const find: FindImages = (elementsOnly) => findImages(document, shadowOf, elementsOnly);
  Reflect.set(globalThis, IMAGE_FINDER, find);
});
