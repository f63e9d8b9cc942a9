/** How the rows of a PNG lie in its data, once inflated: PNG (Third Edition), 7.2 and 8.1. */
import { Reader } from '../../bytes/reader.ts';

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** 0 grey, 2 colours, 3 palette, 4 grey and alpha, 6 colours and alpha: table 11.1. */
  readonly colourType: number;
  readonly interlaced: boolean;
}

/** Rows of one pass, each a filter's byte and then `rowBytes` of samples. */
export interface PngPass {
  readonly rows: number;
  readonly rowBytes: number;
}

/** Samples a pixel by colour type. */
export const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Where each pass of Adam7 begins, and its steps: x, y, across, down (8.2). */
export const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** @throws CompressionError `truncated` */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  const reader = new Reader(bytes);
  return {
    width: reader.u32(16),
    height: reader.u32(20),
    bitDepth: reader.u8(24),
    colourType: reader.u8(25),
    interlaced: reader.u8(28) === 1,
  };
}

/** Passes without a pixel are left out, as they have no rows in the data. */
export function pngPasses({ width, height, bitDepth, colourType, interlaced }: PngHeader): PngPass[] {
  const bits = bitDepth * (CHANNELS[colourType] ?? 1);
  const pass = (across: number, down: number): PngPass => ({ rows: down, rowBytes: Math.ceil((across * bits) / 8) });
  if (!interlaced) return [pass(width, height)];
  return ADAM7.map(([x, y, right, down]) => [Math.ceil((width - x) / right), Math.ceil((height - y) / down)] as const)
    .filter(([across, down]) => across > 0 && down > 0)
    .map(([across, down]) => pass(across, down));
}

/** Bytes of all rows, their filters' bytes counted. */
export function pngDataLength(header: PngHeader): number {
  return pngPasses(header).reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0);
}

/** The data of the IDAT chunks, one zlib stream in as many parts (10.1). */
export function idatParts(bytes: Uint8Array): Uint8Array[] {
  const reader = new Reader(bytes);
  const parts: Uint8Array[] = [];
  for (let at = 8; ;) {
    const length = reader.u32(at);
    const type = reader.ascii(at + 4, 4);
    if (type === 'IEND') return parts;
    if (type === 'IDAT') parts.push(reader.slice(at + 8, length));
    at += 12 + length;
  }
}
