/** The platform's own decompression, with an end: browsers and Node have it, and it is faster than any library. */
import { CompressionError } from '../errors.ts';
import { joinBytes } from './bytes.ts';

/**
 * @param bytes zlib data (RFC 1950), or gzip (RFC 1952) when `format` says so
 * @param limit bytes of output. What comes after is left out; with `whole` it is `corrupt`, and so is data that ends in
 * an error: strips of a TIFF without their checksum are common, and are used as far as they go
 * @throws CompressionError `corrupt`
 */
export async function inflateAtMost(
  bytes: Uint8Array<ArrayBuffer>,
  limit: number,
  { format = 'deflate', whole = false }: { format?: 'deflate' | 'gzip'; whole?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  try {
    while (length < limit || whole) {
      const { done, value } = await reader.read();
      if (done) break;
      if (length + value.length > limit && whole) throw new CompressionError('corrupt');
      const chunk = value.subarray(0, limit - length);
      chunks.push(chunk);
      length += chunk.length;
    }
  } catch (thrown) {
    if (whole || length === 0) throw CompressionError.from(thrown, 'corrupt');
  }
  // An answer to a stream that has failed already is a failure too, and says nothing new.
  reader.cancel().catch(() => undefined);
  return joinBytes(chunks);
}
