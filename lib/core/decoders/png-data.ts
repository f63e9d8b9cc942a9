/** The coded pixels of a PNG, put in order where browsers pass over a fault: PNG (Third Edition), 10.1, and RFC 1950, 2.2. */
import { CompressionError } from '../errors.ts';
import { adler32 } from '../bytes/adler32.ts';
import { bigEndian32, joinBytes, sameBytes } from '../bytes/bytes.ts';
import { deflate } from '../bytes/deflate.ts';
import { inflateAsFar } from '../bytes/inflate.ts';
import { Reader } from '../bytes/reader.ts';
import { PNG_SIGNATURE, pngChunk, readPngChunks, type PngChunk } from '../image/formats/png-chunks.ts';
import { idatParts, pngDataLength, pngPasses, readPngHeader, type PngHeader } from '../image/formats/png-rows.ts';

export interface PngData {
  /** The very array that was given where all streams are sound. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** spare: what no pixel hangs on. pixels: a checksum is wrong. missing: rows are missing, and are 0 now. */
  readonly damage: 'none' | 'spare' | 'pixels' | 'missing';
  /** Bytes of rows, filters' bytes counted, that came of the still picture. */
  readonly length: number;
}

/**
 * Each zlib stream is inflated and compared with its checksum, which our decoder does not: pixels that were damaged
 * before the CRCs were written would come through without a word. One that has a fault is written again.
 *
 * @param png its chunks are in order (`repairPng`)
 * @throws CompressionError `corrupt` when not one byte of a picture inflates
 */
export async function soundPngData(png: Uint8Array<ArrayBuffer>): Promise<PngData> {
  const header = readPngHeader(png);
  const wanted = pngDataLength(header);
  const still = await soundStream(idatParts(png), header);
  const chunks = readPngChunks(png);
  const frames = await soundFrames(png, chunks, header);
  if (still.damage === 'none' && frames.size === 0) return { bytes: png, damage: 'none', length: wanted };
  const parts: Uint8Array[] = [PNG_SIGNATURE];
  let written = false;
  let sequence = 0;
  for (const chunk of chunks) {
    const { type, start, dataAt, dataEnd, end } = chunk;
    if (type === 'fcTL')
      parts.push(pngChunk(type, joinBytes([bigEndian32(sequence++), png.subarray(dataAt + 4, dataEnd)])));
    else if (type === 'fdAT') {
      const data = frames.get(chunk) ?? png.subarray(dataAt + 4, dataEnd);
      if (frames.get(chunk) !== null) parts.push(pngChunk(type, joinBytes([bigEndian32(sequence++), data])));
    } else if (type !== 'IDAT' || still.zlib === null) parts.push(png.subarray(start, end));
    else if (!written) {
      parts.push(pngChunk('IDAT', still.zlib));
      written = true;
    }
  }
  return { bytes: joinBytes(parts), damage: still.damage === 'none' ? 'spare' : still.damage, length: still.length };
}

/** The streams of frames with a fault, each by its first fdAT; null for those that went into the one before. */
async function soundFrames(
  png: Uint8Array,
  chunks: readonly PngChunk[],
  header: PngHeader,
): Promise<Map<PngChunk, Uint8Array | null>> {
  const changed = new Map<PngChunk, Uint8Array | null>();
  const reader = new Reader(png, 'big', 'corrupt');
  const runs: { own: PngHeader; data: PngChunk[] }[] = [];
  for (const chunk of chunks) {
    if (chunk.type === 'fcTL') {
      const [width, height] = [reader.u32(chunk.dataAt + 4), reader.u32(chunk.dataAt + 8)];
      if (width > header.width || height > header.height) throw new CompressionError('corrupt');
      runs.push({ own: { ...header, width, height }, data: [] });
    } else if (chunk.type === 'fdAT') runs.at(-1)?.data.push(chunk);
  }
  for (const { own, data } of runs) {
    const [first] = data;
    if (!first) continue;
    const stream = await soundStream(
      data.map(({ dataAt, dataEnd }) => png.subarray(dataAt + 4, dataEnd)),
      own,
    );
    // A frame that is drawn over others would spread its fault.
    if (stream.damage === 'pixels' || stream.damage === 'missing') throw new CompressionError('corrupt');
    if (stream.zlib === null) continue;
    for (const chunk of data) changed.set(chunk, null);
    changed.set(first, stream.zlib);
  }
  return changed;
}

interface SoundStream {
  /** null where the stream may stay as it is. */
  readonly zlib: Uint8Array | null;
  readonly damage: PngData['damage'];
  readonly length: number;
}

async function soundStream(parts: readonly Uint8Array[], header: PngHeader): Promise<SoundStream> {
  const length = pngDataLength(header);
  const filters = filtersOf(header);
  if (await inflatesWhole(parts, length, filters)) return { zlib: null, damage: 'none', length };
  const zlib = joinBytes(parts);
  const { data: inflated, end } = inflateAsFar(zlib, length);
  // What comes behind a filter that there is not can't be made out.
  const data = inflated.subarray(
    0,
    filters.find((at) => (inflated[at] ?? 0) > MOST_FILTER),
  );
  if (data.length === 0) throw new CompressionError('corrupt');
  const whole = new Uint8Array(length);
  whole.set(data);
  const checksum = end === null ? null : zlib.subarray(end, end + 4);
  // Rows beyond the last, or a checksum that was cut off: what is there can't be compared, and every row is there.
  const agrees = checksum?.length !== 4 || sameBytes(checksum, bigEndian32(adler32(data)));
  return {
    zlib: await deflate(whole),
    damage: data.length < length ? 'missing' : agrees ? 'spare' : 'pixels',
    length: data.length,
  };
}

/**
 * By the platform, which is fast; nothing of the data is held. Whether bytes behind the stream are an error differs
 * between platforms, so that the checksum is looked for at the very end.
 */
async function inflatesWhole(parts: readonly Uint8Array[], length: number, filters: Uint32Array): Promise<boolean> {
  let sum = 1;
  let row = 0;
  const reader = new Blob(parts as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  try {
    for (let seen = 0; seen <= length;) {
      const { done, value } = await reader.read();
      if (done) return seen === length && sameBytes(lastFour(parts), bigEndian32(sum));
      for (; row < filters.length && filters[row]! < seen + value.length; row++)
        if (value[filters[row]! - seen]! > MOST_FILTER) return false;
      seen += value.length;
      sum = adler32(value, sum);
    }
  } catch {
    return false;
  }
  // An answer to a stream that has failed already is a failure too, and says nothing new.
  reader.cancel().catch(() => undefined);
  return false;
}

/** 9.2: none, sub, up, average, Paeth. */
const MOST_FILTER = 4;

/** Where the filter's byte of each row is. */
function filtersOf(header: PngHeader): Uint32Array {
  const passes = pngPasses(header);
  const filters = new Uint32Array(passes.reduce((sum, { rows }) => sum + rows, 0));
  let [at, row] = [0, 0];
  for (const { rows, rowBytes } of passes) for (let i = 0; i < rows; i++, at += rowBytes + 1) filters[row++] = at;
  return filters;
}

/** Of the parts put together. */
function lastFour(parts: readonly Uint8Array[]): Uint8Array {
  const last: number[] = [];
  for (let i = parts.length - 1; i >= 0 && last.length < 4; i--) last.unshift(...parts[i]!.subarray(last.length - 4));
  return Uint8Array.from(last);
}
