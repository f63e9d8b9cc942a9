/** SVG in gzip (SVG 2, 11.6: file name ending in .svgz). It is expanded before anything else looks at it. */
import { CompressionError } from '../errors.ts';
import { inflateAtMost } from '../bytes/inflate-at-most.ts';

/** More text than a drawing of any use has, and less than a bomb makes. */
export const MAX_SVG_BYTES = 30_000_000;

/** RFC 1952, 2.3.1: the magic number, and deflate as the only method there is. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/**
 * The bytes themselves when they are not gzip.
 *
 * @throws CompressionError `corrupt`; `file-too-large` past 30 MB of text
 */
export async function expandSvgz(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(bytes)) return bytes;
  const text = await inflateAtMost(bytes, MAX_SVG_BYTES + 1, { format: 'gzip' });
  if (text.length > MAX_SVG_BYTES)
    throw new CompressionError('file-too-large', {
      megabytes: Math.ceil(text.length / 1e6),
      limit: MAX_SVG_BYTES / 1e6,
    });
  return text;
}
