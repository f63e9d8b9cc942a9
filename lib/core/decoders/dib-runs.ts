/** Run-length coded bitmaps: BI_RLE8 and BI_RLE4 of Windows GDI, and those of 24 bits of OS/2. */
import type { DibHeader } from './dib-layout.ts';

const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

/**
 * What goes past the end of a row or of the picture is left out; each step takes at least two bytes, so the work is
 * bounded by the file.
 *
 * @returns rows that were begun; fewer than the picture has when the codes end before it does
 */
export function expandRunLengths(codes: Uint8Array, header: DibHeader, data: Uint8ClampedArray): number {
  const { width, height, topDown, palette, coding } = header;
  let [x, y] = [0, 0];
  /** @param from of the pixel in the codes @param high which half of the byte, of 4 bits */
  const put = (from: number, high: boolean): void => {
    const to = ((topDown ? y : height - 1 - y) * width + x++) * 4;
    if (x > width || y >= height) return;
    const byte = codes[from]!;
    if (coding === 'rle24') data.set([codes[from + 2]!, codes[from + 1]!, byte, 255], to);
    else copyColour(palette, coding === 'rle8' ? byte : high ? byte >> 4 : byte & 15, data, to);
  };
  const begun = (): number => Math.min(height, y + (x > 0 ? 1 : 0));
  const lengthOf = (pixels: number): number =>
    coding === 'rle24' ? pixels * 3 : coding === 'rle8' ? pixels : Math.ceil(pixels / 2);
  for (let at = 0; y < height;) {
    if (at + 2 > codes.length) return begun();
    const count = codes[at]!;
    const code = codes[at + 1]!;
    if (count > 0) {
      if (at + 1 + lengthOf(1) > codes.length) return begun();
      for (let i = 0; i < count; i++) put(at + 1, i % 2 === 0);
      at += 1 + lengthOf(1);
    } else if (code === END_OF_LINE) {
      [x, y] = [0, y + 1];
      at += 2;
    } else if (code === END_OF_BITMAP) {
      return height;
    } else if (code === DELTA) {
      if (at + 4 > codes.length) return begun();
      x += codes[at + 2]!;
      y += codes[at + 3]!;
      at += 4;
    } else {
      at += 2;
      for (let i = 0; i < code; i++) {
        if (at + lengthOf(i + 1) > codes.length) return begun();
        put(at + lengthOf(i + 1) - lengthOf(1), i % 2 === 0);
      }
      // Absolute runs are padded to whole words.
      at += lengthOf(code) + (lengthOf(code) % 2);
    }
  }
  return height;
}

/** An index past the palette is black, as everywhere. */
export function copyColour(palette: Uint8Array, index: number, data: Uint8ClampedArray, to: number): void {
  for (let c = 0; c < 3; c++) data[to + c] = palette[index * 4 + c] ?? 0;
  data[to + 3] = 255;
}
