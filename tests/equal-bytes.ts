/**
 * Two typed arrays of the same kind and the same bytes are equal, and are seen to be so at once: by itself Vitest goes through
 * them element by element, which takes a second for a small picture. What differs is left to Vitest, which says where.
 */
import { expect } from 'vitest';

expect.addEqualityTesters([
  (a: unknown, b: unknown): true | undefined =>
    ArrayBuffer.isView(a) &&
    ArrayBuffer.isView(b) &&
    a.constructor === b.constructor &&
    a.byteLength === b.byteLength &&
    Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength))
      ? true
      : undefined,
]);
