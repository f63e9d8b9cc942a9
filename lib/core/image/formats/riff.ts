/** The chunks of a RIFF file, as WebP uses it: RFC 9649, 2.3 and 2.4. */
import { CompressionError } from '../../errors.ts';
import { Reader } from '../../bytes/reader.ts';

export interface RiffChunk {
  readonly type: string;
  /** Of the chunk's name. */
  readonly start: number;
  readonly dataAt: number;
  readonly dataEnd: number;
  /** Past the padding byte, if there is one. */
  readonly end: number;
}

const MAX_CHUNKS = 100_000;

/**
 * The chunks between `from` and `to`. The padding byte after the last may be missing.
 *
 * @throws CompressionError `corrupt` when a chunk goes past `to`
 */
export function readRiffChunks(bytes: Uint8Array, from: number, to: number): RiffChunk[] {
  const reader = new Reader(bytes.subarray(0, to), 'little', 'corrupt');
  const chunks: RiffChunk[] = [];
  for (let at = from; at + 8 <= to;) {
    if (chunks.length >= MAX_CHUNKS) throw new CompressionError('corrupt');
    const length = reader.u32(at + 4);
    reader.slice(at, 8 + length);
    const dataEnd = at + 8 + length;
    const end = Math.min(to, dataEnd + (length & 1));
    chunks.push({ type: reader.ascii(at, 4), start: at, dataAt: at + 8, dataEnd, end });
    at = end;
  }
  return chunks;
}

/**
 * The chunks of a WebP file, and where its RIFF form ends; what follows that is not part of the image.
 *
 * @throws CompressionError `truncated` when a chunk goes past the end of the file, `corrupt`
 */
export function readWebpChunks(bytes: Uint8Array): { chunks: RiffChunk[]; end: number } {
  const reader = new Reader(bytes, 'little');
  if (!reader.is(0, 'RIFF') || !reader.is(8, 'WEBP')) throw new CompressionError('corrupt');
  const said = 8 + reader.u32(4);
  const end = Math.min(said, bytes.length);
  try {
    // A size that is too large does no harm where each chunk is there.
    return { chunks: readRiffChunks(bytes, 12, end), end };
  } catch (thrown) {
    throw said > bytes.length + 1 ? new CompressionError('truncated') : thrown;
  }
}
