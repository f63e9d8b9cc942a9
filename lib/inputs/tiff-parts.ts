/** Strips and tiles of a TIFF page, expanded and put together. */
import { CompressionError } from '../errors.ts';
import { inflateAtMost } from './inflate-at-most.ts';
import { expandLzw, expandPackBits } from './tiff-codes.ts';
import { COMPRESSION, type TiffPage } from './tiff-page.ts';

/** The compressions that are expanded here; the others are for utif2. */
export function expandsHere({ compression }: TiffPage): boolean {
  return ([COMPRESSION.none, COMPRESSION.lzw, COMPRESSION.packBits, COMPRESSION.deflate, COMPRESSION.oldDeflate] as number[]).includes(compression);
}

/**
 * One block of rows a plane, each row begun at a whole byte; 16-bit samples are little-endian in it.
 *
 * @throws CompressionError `corrupt`
 */
export async function expandParts(bytes: Uint8Array<ArrayBuffer>, page: TiffPage): Promise<Uint8Array[]> {
  const samples = page.planar ? 1 : page.samples;
  const grid = gridOf(page);
  const rowBytes = Math.ceil(page.width * samples * page.bits / 8);
  const partRowBytes = Math.ceil(grid.width * samples * page.bits / 8);
  // Tiles begin at whole bytes: their width is a multiple of 16 (section 15).
  if (grid.across > 1 && grid.width % 8 !== 0) throw new CompressionError('corrupt');
  const planes = Array.from({ length: page.planar ? page.samples : 1 }, () => new Uint8Array(rowBytes * page.height));
  const perPlane = grid.across * grid.down;
  for (let i = 0; i < Math.min(page.parts.length, perPlane * planes.length); i++) {
    const { at, length } = page.parts[i]!;
    const inPlane = i % perPlane;
    const top = Math.floor(inPlane / grid.across) * grid.height;
    const left = inPlane % grid.across * partRowBytes;
    // The last strip has only the rows that are left, tiles are whole.
    const rows = grid.tiled ? grid.height : Math.min(grid.height, page.height - top);
    const part = await expandPart(bytes.subarray(at, at + length), partRowBytes * rows, page.compression);
    if (page.bits === 16 && !page.littleEndian) swapBytes(part);
    if (page.numbers(317)?.[0] === 2) undoDifferences(part, partRowBytes, samples, page.bits);
    const plane = planes[Math.floor(i / perPlane)]!;
    const width = Math.min(partRowBytes, rowBytes - left);
    for (let y = 0; y < Math.min(rows, page.height - top); y++) {
      plane.set(part.subarray(y * partRowBytes, y * partRowBytes + width), (top + y) * rowBytes + left);
    }
  }
  return planes;
}

/** @throws CompressionError `corrupt` for tiles that are far larger than the picture, or nothing */
function gridOf(page: TiffPage): { tiled: boolean; width: number; height: number; across: number; down: number } {
  const tileWidth = page.numbers(322)?.[0];
  if (tileWidth === undefined) {
    const height = Math.max(1, Math.min(page.height, page.numbers(278)?.[0] ?? page.height));
    return { tiled: false, width: page.width, height, across: 1, down: Math.ceil(page.height / height) };
  }
  const height = page.numbers(323)?.[0] ?? 0;
  if (tileWidth <= 0 || height <= 0 || tileWidth > page.width + 4096 || height > page.height + 4096) throw new CompressionError('corrupt');
  return { tiled: true, width: tileWidth, height, across: Math.ceil(page.width / tileWidth), down: Math.ceil(page.height / height) };
}

async function expandPart(codes: Uint8Array<ArrayBuffer>, size: number, compression: number): Promise<Uint8Array> {
  const part = new Uint8Array(size);
  switch (compression) {
    case COMPRESSION.none: part.set(codes.subarray(0, size)); break;
    case COMPRESSION.lzw: expandLzw(codes, part); break;
    case COMPRESSION.packBits: expandPackBits(codes, part); break;
    default: part.set(await inflateAtMost(codes, size));
  }
  return part;
}

function swapBytes(part: Uint8Array): void {
  for (let i = 0; i + 1 < part.length; i += 2) [part[i], part[i + 1]] = [part[i + 1]!, part[i]!];
}

/** Horizontal differencing, section 14: each sample is told as its difference from the pixel to the left. */
function undoDifferences(part: Uint8Array, rowBytes: number, samples: number, bits: number): void {
  if (bits !== 8 && bits !== 16) throw new CompressionError('unsupported-variant', { format: 'TIFF', feature: `predictor of ${bits} bits` });
  const step = samples * bits / 8;
  for (let row = 0; row < part.length; row += rowBytes) {
    const end = Math.min(part.length, row + rowBytes);
    if (bits === 8) {
      for (let i = row + step; i < end; i++) part[i]! += part[i - step]!;
    } else {
      for (let i = row + step; i + 1 < end; i += 2) {
        const sum = (part[i]! | part[i + 1]! << 8) + (part[i - step]! | part[i - step + 1]! << 8);
        part[i] = sum & 255;
        part[i + 1] = sum >> 8 & 255;
      }
    }
  }
}
