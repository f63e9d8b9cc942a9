/** A PNG of which rows are missing, as one whose missing pixels are transparent: what browsers show of it. */
import type { LoadWasm } from '../codecs/codec.ts';
import { pngCodec } from '../codecs/png.ts';
import { bigEndian32, joinBytes } from '../bytes/bytes.ts';
import { deflate } from '../bytes/deflate.ts';
import { CompressionError } from '../errors.ts';
import { PNG_SIGNATURE, pngChunk, readPngChunks } from '../image/formats/png-chunks.ts';
import { ADAM7, pngPasses, readPngHeader, type PngHeader } from '../image/formats/png-rows.ts';

/** RGBA of 8 bits. */
const DEPTH_AND_TYPE = [8, 6, 0, 0, 0];

/** Of samples of another kind, and of an animation that never came to its second frame. */
const WITHOUT = ['IHDR', 'PLTE', 'tRNS', 'bKGD', 'hIST', 'sBIT', 'acTL', 'fcTL', 'fdAT'];

/**
 * @param png sound, its missing rows 0
 * @param length bytes of rows that came, filters' bytes counted
 * @throws CompressionError `truncated` when not one row came, `corrupt`
 */
export async function withMissingTransparent(
  png: Uint8Array<ArrayBuffer>,
  length: number,
  load: LoadWasm,
): Promise<Uint8Array<ArrayBuffer>> {
  const header = readPngHeader(png);
  const { width, height, data } = await pngCodec.decode(png, load);
  const came = pixelsThatCame(header, length);
  if (!came.includes(1)) throw new CompressionError('truncated');
  const rows = new Uint8Array(height * (1 + width * 4));
  for (let y = 0; y < height; y++) {
    const to = y * (1 + width * 4) + 1;
    rows.set(data.subarray(y * width * 4, (y + 1) * width * 4), to);
    for (let x = 0; x < width; x++) if (came[y * width + x] === 0) rows.fill(0, to + x * 4, to + x * 4 + 4);
  }
  const parts: Uint8Array[] = [
    PNG_SIGNATURE,
    pngChunk('IHDR', joinBytes([bigEndian32(width), bigEndian32(height), Uint8Array.from(DEPTH_AND_TYPE)])),
  ];
  const isGrey = header.colourType === 0 || header.colourType === 4;
  for (const { type, start, end } of readPngChunks(png)) {
    if (type === 'IDAT') parts.push(pngChunk(type, await deflate(rows)));
    // A profile of greys says nothing of colours.
    else if (!WITHOUT.includes(type) && !(isGrey && type === 'iCCP')) parts.push(png.subarray(start, end));
  }
  return joinBytes(parts);
}

/** 1 for each pixel whose row came whole. */
function pixelsThatCame(header: PngHeader, length: number): Uint8Array {
  const { width, height, interlaced } = header;
  const came = new Uint8Array(width * height);
  const places = interlaced ? ADAM7.filter(([x, y]) => x < width && y < height) : ([[0, 0, 1, 1]] as const);
  let left = length;
  for (const [pass, { rows, rowBytes }] of pngPasses(header).entries()) {
    const [x0, y0, right, down] = places[pass]!;
    for (let row = 0; row < rows && left > rowBytes; row++, left -= rowBytes + 1)
      for (let x = x0; x < width; x += right) came[(y0 + row * down) * width + x] = 1;
  }
  return came;
}
