/** A PNG of greys written as one of colours, in which a profile of RGB counts: PNG (Third Edition), 11.2.1 and 11.3.2.3. */
import { joinBytes } from '../../bytes/bytes.ts';
import { deflate } from '../../bytes/deflate.ts';
import { inflate } from '../../bytes/inflate.ts';
import { pngChunk, readPngChunks } from './png-chunks.ts';
import { idatParts, pngDataLength, pngPasses, readPngHeader, type PngHeader } from './png-rows.ts';

/** Bytes of rows; what is more stays as it is. RGBA8 of the largest picture that is worked on. */
const MAX_DATA = 400_000_000;

const [GREY, COLOURS, PALETTE, GREY_ALPHA, COLOURS_ALPHA] = [0, 2, 3, 4, 6];

/**
 * The same picture, sample by sample. Up to 8 bits it gets a palette of all greys, under which the coded data stays as
 * it is; otherwise each row is written with every grey three times.
 *
 * @param png one of colour type 0 or 4
 * @returns null for a moving picture whose data would have to be written again, and for one that is too large for it
 * @throws CompressionError `truncated`, `corrupt`
 */
export async function inColour(png: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
  const header = readPngHeader(png);
  const chunks = readPngChunks(png);
  const byPalette = header.colourType === GREY && header.bitDepth <= 8;
  const colourType = byPalette ? PALETTE : header.colourType === GREY_ALPHA ? COLOURS_ALPHA : COLOURS;
  const moves = chunks.some(({ type }) => type === 'fdAT');
  if (!byPalette && (moves || pngDataLength({ ...header, colourType }) > MAX_DATA)) return null;
  const parts: Uint8Array[] = [png.subarray(0, 8)];
  // PLTE comes before these (5.6).
  const paletteAt = chunks.findIndex(({ type }) => ['tRNS', 'bKGD', 'hIST', 'IDAT'].includes(type));
  for (const [i, { type, start, dataAt, dataEnd, end }] of chunks.entries()) {
    const data = png.subarray(dataAt, dataEnd);
    if (byPalette && i === paletteAt) parts.push(pngChunk('PLTE', allGreys(header.bitDepth)));
    if (type === 'IHDR')
      parts.push(
        pngChunk(
          type,
          data.map((value, at) => (at === COLOUR_TYPE_AT ? colourType : value)),
        ),
      );
    else if (type === 'tRNS') parts.push(pngChunk(type, byPalette ? opaqueBut(data[1] ?? 0) : threeTimes(data)));
    else if (type === 'bKGD') parts.push(pngChunk(type, byPalette ? data.subarray(1) : threeTimes(data)));
    else if (type === 'sBIT')
      parts.push(pngChunk(type, Uint8Array.of(data[0]!, data[0]!, data[0]!, ...data.subarray(1))));
    else if (type === 'IDAT' && !byPalette) parts.push(...(await rewritten(png, header)));
    else parts.push(png.subarray(start, end));
  }
  return joinBytes(parts);
}

/** 11.2.1: in the data of IHDR. */
const COLOUR_TYPE_AT = 9;

function allGreys(bitDepth: number): Uint8Array {
  const count = 2 ** bitDepth;
  return Uint8Array.from({ length: count * 3 }, (_, i) => (Math.floor(i / 3) * 255) / (count - 1));
}

/** 11.3.1.1: the alpha of each entry of the palette, up to the last that is not opaque. */
function opaqueBut(sample: number): Uint8Array {
  return new Uint8Array(sample + 1).fill(255, 0, sample);
}

function threeTimes(data: Uint8Array): Uint8Array {
  return joinBytes([data, data, data]);
}

/** The first IDAT stands for the run of them. */
async function rewritten(png: Uint8Array, header: PngHeader): Promise<Uint8Array[]> {
  const rows = inflate(joinBytes(idatParts(png)), pngDataLength(header));
  return [pngChunk('IDAT', await deflate(threeChannels(rows, header)))];
}

/**
 * On the filtered bytes themselves: a filter works on each channel by itself (9.2), so three channels that are the same
 * have the same bytes.
 */
function threeChannels(rows: Uint8Array, header: PngHeader): Uint8Array {
  const { bitDepth, colourType } = header;
  const sample = bitDepth / 8;
  const pixel = colourType === GREY_ALPHA ? sample * 2 : sample;
  const result = new Uint8Array(
    pngDataLength({ ...header, colourType: colourType === GREY_ALPHA ? COLOURS_ALPHA : COLOURS }),
  );
  let [from, to] = [0, 0];
  for (const { rows: count, rowBytes } of pngPasses(header)) {
    for (let row = 0; row < count; row++) {
      result[to++] = rows[from++] ?? 0;
      for (const end = from + rowBytes; from < end; from += pixel) {
        for (let channel = 0; channel < 3; channel++)
          for (let i = 0; i < sample; i++) result[to++] = rows[from + i] ?? 0;
        for (let i = sample; i < pixel; i++) result[to++] = rows[from + i] ?? 0;
      }
    }
  }
  return result;
}
