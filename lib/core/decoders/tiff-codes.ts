/** TIFF's own compressions, into at most as many bytes as a strip or tile has: TIFF 6.0, sections 9 and 13. Each returns how many it wrote. */
import { CompressionError } from '../errors.ts';

const CLEAR = 256;
const END = 257;
const LONGEST = 4096;

/**
 * LZW with codes of 9 to 12 bits, the first bit being the highest; the width grows one code early. Writers of before TIFF
 * 6.0 had the lowest bit first and grew in time: their first code, which clears, tells them (libtiff, tif_lzw.c,
 * LZW_COMPAT). A strip that ends early leaves the rest 0.
 *
 * @throws CompressionError `corrupt` for a code that was never made
 */
export function expandLzw(codes: Uint8Array, output: Uint8Array): number {
  const old = codes[0] === 0 && ((codes[1] ?? 0) & 1) === 1;
  const codeAt = old ? lowBitsAt : bitsAt;
  const early = old ? 0 : 1;
  // Each code is the bytes that were written for the one before it and one more: only places in the output are kept.
  const starts = new Uint32Array(LONGEST);
  const lengths = new Uint16Array(LONGEST);
  let next = END + 1;
  let width = 9;
  let before: { start: number; length: number } | null = null;
  let written = 0;
  for (let bit = 0; bit + width <= codes.length * 8 && written < output.length;) {
    const code = codeAt(codes, bit, width);
    bit += width;
    if (code === END) break;
    if (code === CLEAR) {
      [next, width, before] = [END + 1, 9, null];
      continue;
    }
    const start = written;
    if (code < CLEAR) {
      output[written++] = code;
    } else {
      // The code that is just being made is the one before and its own first byte.
      const known = code < next;
      if (!known && (code !== next || !before)) throw new CompressionError('corrupt');
      const from = known ? starts[code]! : before!.start;
      const length = known ? lengths[code]! : before!.length + 1;
      for (let i = 0; i < length && written < output.length; i++) output[written++] = output[from + i]!;
    }
    if (before && next < LONGEST) {
      starts[next] = before.start;
      lengths[next] = before.length + 1;
      next++;
    }
    before = { start, length: written - start };
    if (next >= (1 << width) - early && width < 12) width++;
  }
  return written;
}

function bitsAt(bytes: Uint8Array, bit: number, count: number): number {
  const at = bit >> 3;
  const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (word >> (24 - count - (bit & 7))) & ((1 << count) - 1);
}

function lowBitsAt(bytes: Uint8Array, bit: number, count: number): number {
  const at = bit >> 3;
  const word = bytes[at]! | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  return (word >> (bit & 7)) & ((1 << count) - 1);
}

/** Runs and literals: a count of 0 to 127 is followed by one byte more than it says, -1 to -127 by a byte to repeat. */
export function expandPackBits(codes: Uint8Array, output: Uint8Array): number {
  let written = 0;
  for (let at = 0; at < codes.length && written < output.length;) {
    const count = codes[at++]!;
    if (count === 128) continue;
    if (count < 128) {
      const literal = codes.subarray(at, Math.min(at + count + 1, at + output.length - written));
      output.set(literal, written);
      written += literal.length;
      at += count + 1;
    } else {
      if (at === codes.length) break;
      output.fill(codes[at++]!, written, written + 257 - count);
      written += 257 - count;
    }
  }
  return Math.min(written, output.length);
}
