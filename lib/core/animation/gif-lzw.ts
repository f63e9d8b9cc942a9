/** The LZW of GIF images: GIF89a, Appendix F. */
import { CompressionError } from '../errors.ts';

const MAX_BITS = 12;

/**
 * @param data the image's sub-blocks, put together
 * @param minimumCodeSize bits of a colour index: 1 to 8, and up to 11 of writers that count them otherwise
 * @param pixels how many indices to read; what follows them is ignored, as browsers do
 * @returns fewer of them where the data ends early or has a code that is not in the table yet: browsers show those
 * @throws CompressionError `corrupt` for a code size that leaves no room for a table
 */
export function unpackLzw(
  data: Uint8Array,
  minimumCodeSize: number,
  pixels: number,
): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  if (minimumCodeSize < 1 || minimumCodeSize >= MAX_BITS) throw new CompressionError('corrupt');
  const indices = minimumCodeSize > 8 ? new Uint16Array(pixels) : new Uint8Array(pixels);
  const clear = 1 << minimumCodeSize;
  // A table entry is the string of the code before it and one index more; the two stand next to each other in what
  // was already written, so an entry is a place and a length there.
  const starts = new Uint32Array(1 << MAX_BITS);
  const lengths = new Uint32Array(1 << MAX_BITS);
  let width = minimumCodeSize + 1;
  let next = clear + 2;
  let previousAt = -1,
    previousLength = 0;
  let held = 0,
    count = 0,
    at = 0;
  for (let written = 0; written < pixels;) {
    for (; count < width; count += 8) {
      if (at >= data.length) return indices.subarray(0, written);
      held |= data[at++]! << count;
    }
    const code = held & ((1 << width) - 1);
    held >>>= width;
    count -= width;
    if (code === clear) {
      width = minimumCodeSize + 1;
      next = clear + 2;
      previousAt = -1;
      continue;
    }
    const begins = written;
    if (previousAt >= 0 && next < 1 << MAX_BITS) {
      starts[next] = previousAt;
      lengths[next] = previousLength + 1;
      next++;
    }
    if (code < clear) indices[written++] = code;
    else {
      // clear + 1 is the end of information.
      if (code === clear + 1 || code >= next) return indices.subarray(0, written);
      // The entry that was just made ends with the index that is about to be written: hence one by one.
      const from = starts[code]!;
      const end = Math.min(pixels, written + lengths[code]!);
      for (let i = from; written < end; i++) indices[written++] = indices[i]!;
    }
    if (next === 1 << width && width < MAX_BITS) width++;
    previousAt = begins;
    previousLength = written - begins;
  }
  return indices;
}
