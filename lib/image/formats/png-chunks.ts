/** The chunks of a PNG file: PNG (Third Edition), 5.3. */
import { CompressionError } from '../../errors.ts';
import { Reader } from '../reader.ts';

export interface PngChunk {
  readonly type: string;
  /** Of the length field. */
  readonly start: number;
  readonly dataAt: number;
  readonly dataEnd: number;
  /** Past the CRC. Of a run of IDAT chunks, which is listed as one, past the last. */
  readonly end: number;
}

const MAX_CHUNKS = 1_000_000;
const MAX_LISTED = 100_000;

/**
 * Walks the chunks up to IEND. CRCs are not checked: the decoder does that for those that it reads.
 *
 * @throws CompressionError `truncated` when a chunk goes past the end or IEND never comes, `corrupt`
 */
export function readPngChunks(bytes: Uint8Array): PngChunk[] {
  const reader = new Reader(bytes);
  const chunks: PngChunk[] = [];
  let at = 8;
  for (let count = 0; count < MAX_CHUNKS && chunks.length < MAX_LISTED; count++) {
    const length = reader.u32(at);
    const type = reader.ascii(at + 4, 4);
    if (!/^[A-Za-z]{4}$/.test(type)) throw new CompressionError('corrupt');
    if (type === 'IEND') {
      // The CRC of the last chunk guards nothing, and may be what a careless tool cut off.
      chunks.push({ type, start: at, dataAt: at + 8, dataEnd: at + 8, end: Math.min(at + 12, bytes.length) });
      return chunks;
    }
    reader.slice(at, 12 + length);
    const chunk = { type, start: at, dataAt: at + 8, dataEnd: at + 8 + length, end: at + 12 + length };
    const last = chunks.at(-1);
    if (type === 'IDAT' && last?.type === 'IDAT') chunks[chunks.length - 1] = { ...last, end: chunk.end };
    else chunks.push(chunk);
    at = chunk.end;
  }
  throw new CompressionError('corrupt');
}
