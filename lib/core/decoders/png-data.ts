/** Whether the pixels of a PNG came through whole: PNG (Third Edition), 10.1, and RFC 1950, 2.2. */
import { CompressionError } from '../errors.ts';
import { bigEndian32, joinBytes } from '../bytes/bytes.ts';
import { adler32 } from '../bytes/adler32.ts';
import { idatParts, pngDataLength, readPngHeader } from '../image/formats/png-rows.ts';
import { inflate } from '../bytes/inflate.ts';

/**
 * Compares the checksum of the pixels' data, before it was compressed: our decoder does not, so that pixels which were
 * damaged before the CRCs were written would come through without a word. Data beyond the last row is not looked at.
 *
 * @throws CompressionError `corrupt`, `truncated`
 */
export async function checkPngData(bytes: Uint8Array): Promise<void> {
  const parts = idatParts(bytes);
  const length = pngDataLength(readPngHeader(bytes));
  if (!(await inflatesWhole(parts, length)) && !isSoundBeforeJunk(joinBytes(parts), length))
    throw new CompressionError('corrupt');
}

/** By the platform, which is fast and compares the checksum; nothing of the data is held. */
async function inflatesWhole(parts: readonly Uint8Array[], length: number): Promise<boolean> {
  const reader = new Blob(parts as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  try {
    for (let seen = 0; seen <= length;) {
      const { done, value } = await reader.read();
      if (done) return seen === length;
      seen += value.length;
    }
  } catch {
    return false;
  }
  // An answer to a stream that has failed already is a failure too, and says nothing new.
  reader.cancel().catch(() => undefined);
  return true;
}

/** Some encoders leave bytes behind the stream, which the platforms' streams refuse: the checksum is then somewhere before them. */
function isSoundBeforeJunk(zlib: Uint8Array, length: number): boolean {
  const data = inflate(zlib, length);
  const checksum = bigEndian32(adler32(data));
  for (let at = zlib.length - 4; data.length === length && at > 0; at--) {
    if (checksum.every((byte, i) => zlib[at + i] === byte)) return true;
  }
  return false;
}
