/** Strips and tiles of a TIFF page, expanded and put together. */
import { CompressionError } from '../errors.ts';
import { inflateAtMost } from '../bytes/inflate-at-most.ts';
import { expandLzw, expandPackBits } from './tiff-codes.ts';
import { COMPRESSION, type TiffPage } from './tiff-page.ts';

/** The compressions that are expanded here; the others are for utif2. */
export function expandsHere({ compression }: TiffPage): boolean {
  return (
    [COMPRESSION.none, COMPRESSION.lzw, COMPRESSION.packBits, COMPRESSION.deflate, COMPRESSION.oldDeflate] as number[]
  ).includes(compression);
}

export interface Expanded {
  /** One block of rows a plane, each row begun at a whole byte; samples of several bytes are little-endian in it. */
  readonly planes: Uint8Array[];
  /** Pixels whose data never came are 0. */
  readonly incomplete: boolean;
}

/** @throws CompressionError `corrupt` */
export async function expandParts(bytes: Uint8Array<ArrayBuffer>, page: TiffPage): Promise<Expanded> {
  const samples = page.planar ? 1 : page.samples;
  const grid = gridOf(page);
  const rowBytes = Math.ceil((page.width * samples * page.bits) / 8);
  const partRowBytes = Math.ceil((grid.width * samples * page.bits) / 8);
  // Tiles begin at whole bytes: their width is a multiple of 16 (section 15).
  if (grid.across > 1 && grid.width % 8 !== 0) throw new CompressionError('corrupt');
  const planes = Array.from({ length: page.planar ? page.samples : 1 }, () => new Uint8Array(rowBytes * page.height));
  const perPlane = grid.across * grid.down;
  let incomplete = page.parts.length < perPlane * planes.length;
  for (let i = 0; i < Math.min(page.parts.length, perPlane * planes.length); i++) {
    const { at, length } = page.parts[i]!;
    const inPlane = i % perPlane;
    const top = Math.floor(inPlane / grid.across) * grid.height;
    const left = (inPlane % grid.across) * partRowBytes;
    const shownRows = Math.min(grid.height, page.height - top);
    // The last strip has only the rows that are left, tiles are whole.
    const rows = grid.tiled ? grid.height : shownRows;
    const stored = bytes.subarray(at, at + length);
    const { part, written } = await expandPart(stored, page, partRowBytes * rows, partRowBytes);
    const plane = planes[Math.floor(i / perPlane)]!;
    const width = Math.min(partRowBytes, rowBytes - left);
    for (let y = 0; y < shownRows; y++) {
      plane.set(part.subarray(y * partRowBytes, y * partRowBytes + width), (top + y) * rowBytes + left);
    }
    incomplete ||= written < (shownRows - 1) * partRowBytes + width;
  }
  return { planes, incomplete };
}

export interface Grid {
  readonly tiled: boolean;
  /** Of one strip or tile, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
}

/** @throws CompressionError `corrupt` for tiles that are far larger than the picture, or nothing */
export function gridOf(page: TiffPage): Grid {
  const tileWidth = page.numbers(322)?.[0];
  if (tileWidth === undefined) {
    const height = Math.max(1, Math.min(page.height, page.numbers(278)?.[0] ?? page.height));
    return { tiled: false, width: page.width, height, across: 1, down: Math.ceil(page.height / height) };
  }
  const height = page.numbers(323)?.[0] ?? 0;
  if (tileWidth <= 0 || height <= 0 || tileWidth > page.width + 4096 || height > page.height + 4096)
    throw new CompressionError('corrupt');
  return {
    tiled: true,
    width: tileWidth,
    height,
    across: Math.ceil(page.width / tileWidth),
    down: Math.ceil(page.height / height),
  };
}

/** Where a strip or tile goes, and how much of it is in the picture, in pixels. */
export function placeOf(
  part: number,
  grid: Grid,
  page: TiffPage,
): { left: number; top: number; width: number; height: number } {
  const left = (part % grid.across) * grid.width;
  const top = Math.floor(part / grid.across) * grid.height;
  return {
    left,
    top,
    width: Math.min(grid.width, page.width - left),
    height: Math.min(grid.height, page.height - top),
  };
}

/** Horizontal differencing is 2, that of floating point is 3; only LZW and deflate have them. */
export function predictorOf(page: TiffPage): number {
  const predicts = ([COMPRESSION.lzw, COMPRESSION.deflate, COMPRESSION.oldDeflate] as number[]).includes(
    page.compression,
  );
  return predicts ? (page.numbers(317)?.[0] ?? 1) : 1;
}

/**
 * One strip or tile: `size` bytes in rows of `rowBytes`, samples little-endian; as many as `written` came.
 *
 * @throws CompressionError `corrupt`, `unsupported-variant`
 */
export async function expandPart(
  stored: Uint8Array<ArrayBuffer>,
  page: TiffPage,
  size: number,
  rowBytes: number,
): Promise<{ part: Uint8Array; written: number }> {
  const codes = page.bitsReversed ? withBitsReversed(stored) : stored;
  const part = new Uint8Array(size);
  const written = await expandInto(part, codes, page.compression);
  const samples = page.planar ? 1 : page.samples;
  const predictor = predictorOf(page);
  if (predictor === 3) undoFloatDifferences(part, rowBytes, samples, page.bits);
  else if (page.bits > 8 && !page.littleEndian) swapBytes(part, page.bits / 8);
  if (predictor === 2) undoDifferences(part, rowBytes, samples, page.bits);
  return { part, written };
}

async function expandInto(part: Uint8Array, codes: Uint8Array<ArrayBuffer>, compression: number): Promise<number> {
  // A part that is not in the file.
  if (codes.length === 0) return 0;
  if (compression === COMPRESSION.lzw) return expandLzw(codes, part);
  if (compression === COMPRESSION.packBits) return expandPackBits(codes, part);
  const bytes =
    compression === COMPRESSION.none ? codes.subarray(0, part.length) : await inflateAtMost(codes, part.length);
  part.set(bytes);
  return bytes.length;
}

/** Of each byte the first bit becomes the last. */
export function withBitsReversed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (byte) => REVERSED[byte]!);
}

const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
});

function swapBytes(part: Uint8Array, size: number): void {
  for (let i = 0; i + size <= part.length; i += size) part.subarray(i, i + size).reverse();
}

/** Section 14: each sample is told as its difference from the pixel to the left. */
function undoDifferences(part: Uint8Array, rowBytes: number, samples: number, bits: number): void {
  if (bits % 8 !== 0)
    throw new CompressionError('unsupported-variant', { format: 'TIFF', feature: `predictor of ${bits} bits` });
  const size = bits / 8;
  const step = samples * size;
  for (let row = 0; row < part.length; row += rowBytes) {
    const end = Math.min(part.length, row + rowBytes);
    for (let i = row + step; i + size <= end; i += size) {
      // Little-endian, with the carry from byte to byte.
      for (let byte = 0, carry = 0; byte < size; byte++) {
        const sum = part[i + byte]! + part[i + byte - step]! + carry;
        part[i + byte] = sum;
        carry = sum >> 8;
      }
    }
  }
}

/** Adobe Photoshop TIFF Technical Note 3: a row has the highest bytes of all samples first; each byte is told as its difference from the pixel to the left. */
function undoFloatDifferences(part: Uint8Array, rowBytes: number, samples: number, bits: number): void {
  if (bits !== 16 && bits !== 32)
    throw new CompressionError('unsupported-variant', {
      format: 'TIFF',
      feature: `floating-point predictor of ${bits} bits`,
    });
  const size = bits / 8;
  const count = rowBytes / size;
  for (let row = 0; row + rowBytes <= part.length; row += rowBytes) {
    for (let i = row + samples; i < row + rowBytes; i++) part[i]! += part[i - samples]!;
    const bytes = part.slice(row, row + rowBytes);
    for (let i = 0; i < count; i++)
      for (let byte = 0; byte < size; byte++) part[row + i * size + byte] = bytes[(size - 1 - byte) * count + i]!;
  }
}
