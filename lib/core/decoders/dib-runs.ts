/** Run-length coded bitmaps: BI_RLE8 and BI_RLE4 of Windows GDI. */
import { copyColour, type DibHeader } from './dib.ts';

const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

/**
 * What goes past the end of a row or of the picture is left out; each step takes at least two bytes, so the work is
 * bounded by the file.
 *
 * @returns rows that were begun; fewer than the picture has when the codes end before it does
 */
export function expandRunLengths(
  codes: Uint8Array,
  header: DibHeader,
  data: Uint8ClampedArray,
  nibbles: boolean,
): number {
  const { width, height, topDown, palette } = header;
  let [x, y] = [0, 0];
  const put = (index: number): void => {
    if (x < width && y < height) copyColour(palette, index, data, ((topDown ? y : height - 1 - y) * width + x) * 4);
    x++;
  };
  const begun = (): number => Math.min(height, y + (x > 0 ? 1 : 0));
  for (let at = 0; y < height;) {
    if (at + 2 > codes.length) return begun();
    const count = codes[at]!;
    const code = codes[at + 1]!;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(nibbles ? (i % 2 === 0 ? code >> 4 : code & 15) : code);
    } else if (code === END_OF_LINE) {
      [x, y] = [0, y + 1];
    } else if (code === END_OF_BITMAP) {
      return height;
    } else if (code === DELTA) {
      if (at + 2 > codes.length) return begun();
      x += codes[at]!;
      y += codes[at + 1]!;
      at += 2;
    } else {
      const length = nibbles ? Math.ceil(code / 2) : code;
      for (let i = 0; i < code; i++) {
        if (at + (nibbles ? i >> 1 : i) >= codes.length) return begun();
        const byte = codes[at + (nibbles ? i >> 1 : i)]!;
        put(nibbles ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte);
      }
      // Absolute runs are padded to whole words.
      at += length + (length % 2);
    }
  }
  return height;
}
