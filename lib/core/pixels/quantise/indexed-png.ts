/** A PNG file of colour type 3, a palette: PNG (Third Edition), 11.2. */
import { bigEndian32, joinBytes } from '../../bytes/bytes.ts';
import { deflate } from '../../bytes/deflate.ts';
import { PNG_SIGNATURE, pngChunk } from '../../image/formats/png-chunks.ts';
import type { IndexedPixels } from './quantiser.ts';

/**
 * At the least bit depth that holds the palette, with no filter, as 12.7 recommends for palettes. tRNS ends with the last
 * colour that is not opaque (11.3.1.1), and is not there when all are.
 *
 * @returns a whole file, compressed in passing: `optimisePng` is to follow
 */
export async function indexedPng({ width, height, palette, indices }: IndexedPixels): Promise<Uint8Array<ArrayBuffer>> {
  const count = palette.length / 4;
  const bitDepth = count <= 2 ? 1 : count <= 4 ? 2 : count <= 16 ? 4 : 8;
  const colours = Uint8Array.from({ length: count * 3 }, (_, i) => palette[Math.floor(i / 3) * 4 + (i % 3)] ?? 0);
  const alphas = palette.filter((_, i) => i % 4 === 3);
  const opaqueFrom = alphas.findLastIndex((alpha) => alpha < 255) + 1;
  return joinBytes([
    PNG_SIGNATURE,
    pngChunk('IHDR', joinBytes([bigEndian32(width), bigEndian32(height), Uint8Array.of(bitDepth, 3, 0, 0, 0)])),
    pngChunk('PLTE', colours),
    ...(opaqueFrom > 0 ? [pngChunk('tRNS', alphas.subarray(0, opaqueFrom))] : []),
    pngChunk('IDAT', await deflate(packedRows(indices, width, height, bitDepth))),
    pngChunk('IEND', new Uint8Array()),
  ]);
}

/** 7.2: the leftmost pixel is in the high bits of a byte, and each row begins with a byte for its filter. */
function packedRows(indices: Uint8Array, width: number, height: number, bitDepth: number): Uint8Array {
  const rowBytes = Math.ceil((width * bitDepth) / 8);
  const rows = new Uint8Array((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    const to = y * (rowBytes + 1) + 1;
    const row = indices.subarray(y * width, (y + 1) * width);
    if (bitDepth === 8) {
      rows.set(row, to);
      continue;
    }
    for (let x = 0; x < width; x++) {
      const bit = x * bitDepth;
      rows[to + (bit >>> 3)]! |= row[x]! << (8 - bitDepth - (bit & 7));
    }
  }
  return rows;
}
