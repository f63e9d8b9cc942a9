/** The chunks of a PNG file: PNG (Third Edition), 5.3. */
import { bigEndian32, joinBytes, latin1Bytes } from '../../bytes/bytes.ts';
import { crc32 } from '../../bytes/crc32.ts';
import { CompressionError } from '../../errors.ts';
import { Reader } from '../../bytes/reader.ts';

export interface PngChunk {
  readonly type: string;
  /** Of the length field. */
  readonly start: number;
  readonly dataAt: number;
  readonly dataEnd: number;
  /** Past the CRC. Of a run of IDAT chunks, which is listed as one, past the last. */
  readonly end: number;
}

/** An animation has two a frame. */
const MAX_LISTED = 100_000;

/** "IDAT". */
const IDAT = 0x49444154;

/**
 * Walks the chunks up to IEND. CRCs are not checked: `repairPng` does that before any work.
 *
 * @throws CompressionError `truncated` when a chunk goes past the end or IEND never comes, `corrupt`
 */
export function readPngChunks(bytes: Uint8Array): PngChunk[] {
  const reader = new Reader(bytes);
  const chunks: PngChunk[] = [];
  let at = 8;
  while (chunks.length < MAX_LISTED) {
    const length = reader.u32(at);
    const type = reader.ascii(at + 4, 4);
    if (!/^[A-Za-z]{4}$/.test(type)) throw new CompressionError('corrupt');
    if (type === 'IEND') {
      // The CRC of the last chunk guards nothing, and may be what a careless tool cut off.
      chunks.push({ type, start: at, dataAt: at + 8, dataEnd: at + 8, end: Math.min(at + 12, bytes.length) });
      return chunks;
    }
    // 5.6: a second header belongs to another picture, whose end would be taken for this one's.
    if (type === 'IHDR' && chunks.length > 0) throw new CompressionError('corrupt');
    reader.slice(at, 12 + length);
    const end = type === 'IDAT' ? runEnd(reader, at + 12 + length) : at + 12 + length;
    chunks.push({ type, start: at, dataAt: at + 8, dataEnd: at + 8 + length, end });
    at = end;
  }
  throw new CompressionError('corrupt');
}

/** Past the IDAT chunks that follow without a break: some encoders write thousands. */
function runEnd(reader: Reader, from: number): number {
  let at = from;
  while (at + 8 <= reader.length && reader.u32(at + 4) === IDAT) {
    const length = reader.u32(at);
    reader.slice(at, 12 + length);
    at += 12 + length;
  }
  return at;
}

/** Of text, time, EXIF and content credentials: no pixel hangs on them. */
const SAYING = ['tEXt', 'zTXt', 'iTXt', 'tIME', 'eXIf', 'caBX'];
/** A decoder keeps what it meets, with a limit that a long text goes past; shorter ones are not worth a copy of the file. */
const LONG = 1_000_000;

/**
 * What a decoder needs of the file; the very array where that is nearly all.
 *
 * @throws CompressionError `truncated`, `corrupt`
 */
export function withoutLongTexts(png: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const chunks = readPngChunks(png);
  const isLong = ({ type, start, end }: PngChunk): boolean => SAYING.includes(type) && end - start > LONG;
  if (!chunks.some(isLong)) return png;
  const kept = chunks.filter((chunk) => !isLong(chunk)).map(({ start, end }) => png.subarray(start, end));
  return joinBytes([PNG_SIGNATURE, ...kept]);
}

export const PNG_SIGNATURE = latin1Bytes('\x89PNG\r\n\x1a\n');

/** Length, type, data and CRC (5.3, 5.5). */
export function pngChunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const name = latin1Bytes(type);
  return joinBytes([bigEndian32(data.length), name, data, bigEndian32(crc32(name, data))]);
}
