import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { UPLOAD_FIELD } from '../lib/core/protocol/upload-field.ts';
import { shadowOf } from '../lib/page/shadow-of.ts';
import { createUploadFields } from '../lib/page/upload-field.ts';

// Not through the polyfill: this is put into pages, and must be small.
export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, UPLOAD_FIELD)) return;
  Reflect.set(globalThis, UPLOAD_FIELD, createUploadFields(document, shadowOf));
});
