/** Canonical prefix (Huffman) codes, as deflate (RFC 1951, 3.2.2) and JPEG XL (ISO/IEC 18181-1, C.2.4) use them. */
import { CompressionError } from '../errors.ts';
import type { BitReader } from './bit-reader.ts';

const MAX_LENGTH = 15;

/** Number of codes of each length, and the symbols in the order of their codes. */
export interface PrefixCode {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/** @param lengths of each symbol's code in bits, 0 for one that does not occur */
export function prefixCode(lengths: ArrayLike<number>): PrefixCode {
  const counts = new Uint16Array(MAX_LENGTH + 1);
  for (let symbol = 0; symbol < lengths.length; symbol++) counts[lengths[symbol]!]!++;
  counts[0] = 0;
  const next = new Uint16Array(MAX_LENGTH + 1);
  for (let length = 1; length < MAX_LENGTH; length++) next[length + 1] = next[length]! + counts[length]!;
  const symbols = new Uint16Array(next[MAX_LENGTH]! + counts[MAX_LENGTH]!);
  for (let symbol = 0; symbol < lengths.length; symbol++)
    if (lengths[symbol]) symbols[next[lengths[symbol]!]!++] = symbol;
  return { counts, symbols };
}

/**
 * Bit by bit, as the code's first bit is its most significant.
 *
 * @throws CompressionError `truncated` past the end, `corrupt` when there is no such code
 */
export function readSymbol(bits: BitReader, { counts, symbols }: PrefixCode): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    code |= bits.bits(1);
    const count = counts[length]!;
    if (code - count < first) return symbols[index + (code - first)]!;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  throw new CompressionError('corrupt');
}
