import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { UPLOAD_FIELD, UPLOADS_HELD } from '../lib/core/protocol/upload-field.ts';
import { shadowOf } from '../lib/page/shadow-of.ts';
import { createUploadFields } from '../lib/page/upload-field.ts';
import type { TakeHolds } from '../lib/page/watch-uploads.ts';

// Not through the polyfill: this is put into pages, and must be small.
export default defineUnlistedScript(() => {
  if (Reflect.has(globalThis, UPLOAD_FIELD)) return;
  // It may be put there later than this.
  const takeHolds: TakeHolds = () => (Reflect.get(globalThis, UPLOADS_HELD) as TakeHolds | undefined)?.() ?? [];
  Reflect.set(globalThis, UPLOAD_FIELD, createUploadFields(document, shadowOf, takeHolds));
});
