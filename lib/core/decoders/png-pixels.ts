/**
 * Whether two PNG files hold the same pixels, sample by sample and in full depth: what "No pixel was changed" rests on.
 * PNG (Third Edition), 7 to 9 and 11. One row is in memory at a time, whatever the size.
 */
import { Reader } from '../bytes/reader.ts';
import { CompressionError } from '../errors.ts';
import { readPngChunks, type PngChunk } from '../image/formats/png-chunks.ts';
import { ADAM7, CHANNELS, pngPasses, readPngHeader, type PngHeader, type PngPass } from '../image/formats/png-rows.ts';

/**
 * Of each picture its size and sums, in their order, and of frames where and how long they are shown.
 *
 * @param hiddenMayChange the colour under fully transparent pixels does not count
 * @throws CompressionError `corrupt`, `truncated`
 */
export async function pngDigest(png: Uint8Array, hiddenMayChange = false): Promise<string> {
  const reader = new Reader(png, 'big', 'corrupt');
  const header = readPngHeader(png);
  const chunks = readPngChunks(png);
  const colours = coloursOf(png, chunks, header);
  const words: string[] = [];
  let size = { width: header.width, height: header.height };
  let run: { type: string; parts: Uint8Array[] } = { type: '', parts: [] };
  const finish = async (): Promise<void> => {
    const { type, parts } = run;
    run = { type: '', parts: [] };
    if (parts.length === 0) return;
    const own = { ...header, ...(type === 'fdAT' && size) };
    words.push(`${own.width}x${own.height} ${await sumsOf(parts, own, colours, hiddenMayChange)}`);
  };
  for (const { type, start, dataAt, dataEnd, end } of chunks) {
    if (type === 'IDAT') {
      await finish();
      run = { type, parts: piecesOf(reader, start, end) };
    } else if (type === 'fdAT') {
      if (run.type !== type) await finish();
      run = { type, parts: [...run.parts, png.subarray(dataAt + 4, dataEnd)] };
    } else if (type === 'fcTL') {
      await finish();
      size = { width: reader.u32(dataAt + 4), height: reader.u32(dataAt + 8) };
      words.push(`frame ${png.subarray(dataAt + 4, dataEnd).join()}`);
    } else if (type === 'acTL') words.push(`animation ${png.subarray(dataAt, dataEnd).join()}`);
  }
  await finish();
  return words.join('; ');
}

/** The chunk list has a run of IDAT chunks as one. */
function piecesOf(reader: Reader, start: number, end: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = start; at < end; at += reader.u32(at) + 12) parts.push(reader.slice(at + 8, reader.u32(at)));
  return parts;
}

interface Colours {
  /** RGBA of each index, 8 bits; null where samples are the colours. */
  readonly palette: Uint8Array | null;
  /** The samples of the colour that is transparent; null where there is none. */
  readonly transparent: readonly number[] | null;
}

function coloursOf(png: Uint8Array, chunks: readonly PngChunk[], { bitDepth, colourType }: PngHeader): Colours {
  const dataOf = (wanted: string): Uint8Array | null => {
    const chunk = chunks.find(({ type }) => type === wanted);
    return chunk ? png.subarray(chunk.dataAt, chunk.dataEnd) : null;
  };
  const alpha = dataOf('tRNS');
  if (colourType !== 3) {
    const transparent =
      alpha &&
      Array.from(
        { length: alpha.length >> 1 },
        (_, i) => ((alpha[i * 2]! << 8) | alpha[i * 2 + 1]!) & (2 ** bitDepth - 1),
      );
    return { palette: null, transparent };
  }
  const table = dataOf('PLTE') ?? new Uint8Array();
  // An index past the palette is opaque black, as in browsers.
  const palette = new Uint8Array(1024);
  for (let i = 0; i < 256; i++)
    palette.set([table[i * 3] ?? 0, table[i * 3 + 1] ?? 0, table[i * 3 + 2] ?? 0, alpha?.[i] ?? 255], i * 4);
  return { palette, transparent: null };
}

/** Two sums of 32 bits over all pixels, each mixed with its place: the order in which they are stored is not asked. */
async function sumsOf(
  parts: readonly Uint8Array[],
  header: PngHeader,
  colours: Colours,
  hiddenMayChange: boolean,
): Promise<string> {
  const sums = new Sums(header.width, hiddenMayChange);
  const rows = rowsOf(parts, pngPasses(header));
  const places = header.interlaced
    ? ADAM7.filter(([x, y]) => x < header.width && y < header.height)
    : ([[0, 0, 1, 1]] as const);
  const read = readerOf(header, colours);
  const bytesAPixel = Math.max(1, (header.bitDepth * CHANNELS[header.colourType]!) >> 3);
  for (const [x0, y0, right, down] of places) {
    let above: Uint8Array | null = null;
    for (let y = y0; y < header.height; y += down) {
      const { value: row } = await rows.next();
      if (!row) throw new CompressionError('truncated');
      unfilter(row, above, bytesAPixel);
      for (let x = x0, i = 0; x < header.width; x += right, i++) {
        read(row, i, sums.pixel);
        sums.add(x, y);
      }
      above = row;
    }
  }
  return sums.toString();
}

class Sums {
  /** RGBA of 16 bits, of the pixel that is added next. */
  readonly pixel = new Uint16Array(4);
  readonly #width: number;
  readonly #hiddenMayChange: boolean;
  #a = 0;
  #b = 0;

  constructor(width: number, hiddenMayChange: boolean) {
    this.#width = width;
    this.#hiddenMayChange = hiddenMayChange;
  }

  add(x: number, y: number): void {
    const [r, g, b, alpha] = this.pixel as unknown as [number, number, number, number];
    const hidden = alpha === 0 && this.#hiddenMayChange;
    const place = (y * this.#width + x) | 0;
    const first = hidden ? 0 : (r << 16) | g;
    const second = hidden ? 0 : (b << 16) | alpha;
    let mixed = Math.imul(place ^ 0x9e3779b9, 0x85ebca6b) ^ first;
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) ^ second;
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0x27d4eb2f);
    this.#a = (this.#a + (mixed ^ (mixed >>> 16))) | 0;
    mixed = Math.imul(mixed ^ first ^ (second << 7), 0x165667b1);
    this.#b = (this.#b + (mixed ^ (mixed >>> 14))) | 0;
  }

  toString(): string {
    return `${this.#a} ${this.#b}`;
  }
}

/** 7.2: samples of pixel `i` of a row, behind its filter's byte, to RGBA of 16 bits. */
function readerOf(
  { bitDepth, colourType }: PngHeader,
  { palette, transparent }: Colours,
): (row: Uint8Array, i: number, pixel: Uint16Array) => void {
  const channels = CHANNELS[colourType]!;
  const scale = 65_535 / (2 ** bitDepth - 1);
  const raw = (row: Uint8Array, i: number): number => {
    if (bitDepth === 8) return row[1 + i]!;
    if (bitDepth === 16) return (row[1 + i * 2]! << 8) | row[2 + i * 2]!;
    const bit = i * bitDepth;
    return (row[1 + (bit >> 3)]! >> (8 - bitDepth - (bit & 7))) & ((1 << bitDepth) - 1);
  };
  if (palette)
    return (row, i, pixel) => {
      const at = raw(row, i) * 4;
      for (let c = 0; c < 4; c++) pixel[c] = palette[at + c]! * 257;
    };
  const isGrey = channels < 3;
  return (row, i, pixel) => {
    const from = i * channels;
    const [r, g, b] = isGrey
      ? [raw(row, from), raw(row, from), raw(row, from)]
      : [raw(row, from), raw(row, from + 1), raw(row, from + 2)];
    const isTransparent =
      transparent !== null &&
      (isGrey ? r === transparent[0] : r === transparent[0] && g === transparent[1] && b === transparent[2]);
    pixel[0] = r * scale;
    pixel[1] = g * scale;
    pixel[2] = b * scale;
    pixel[3] = channels % 2 === 0 ? raw(row, from + channels - 1) * scale : isTransparent ? 0 : 65_535;
  };
}

/** 9.2: in place, each byte from the pixel to the left and the row above. */
function unfilter(row: Uint8Array, above: Uint8Array | null, bytesAPixel: number): void {
  const filter = row[0]!;
  if (filter > 4) throw new CompressionError('corrupt');
  if (filter === 0) return;
  for (let i = 1; i < row.length; i++) {
    const left = i > bytesAPixel ? row[i - bytesAPixel]! : 0;
    const up = above ? above[i]! : 0;
    if (filter === 1) row[i]! += left;
    else if (filter === 2) row[i]! += up;
    else if (filter === 3) row[i]! += (left + up) >> 1;
    else row[i]! += paeth(left, up, above && i > bytesAPixel ? above[i - bytesAPixel]! : 0);
  }
}

/** 9.4. */
function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Each with its filter's byte; each an array of its own. */
async function* rowsOf(
  parts: readonly Uint8Array[],
  passes: readonly PngPass[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new Blob(parts as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  let chunk: Uint8Array = new Uint8Array();
  let at = 0;
  try {
    for (const { rows, rowBytes } of passes) {
      for (let y = 0; y < rows; y++) {
        const row = new Uint8Array(rowBytes + 1);
        for (let filled = 0; filled < row.length;) {
          if (at === chunk.length) {
            const { done, value } = await reader.read();
            if (done) throw new CompressionError('truncated');
            [chunk, at] = [value, 0];
            continue;
          }
          const piece = chunk.subarray(at, at + row.length - filled);
          row.set(piece, filled);
          filled += piece.length;
          at += piece.length;
        }
        yield row;
      }
    }
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  } finally {
    // An answer to a stream that has failed already is a failure too, and says nothing new.
    reader.cancel().catch(() => undefined);
  }
}
