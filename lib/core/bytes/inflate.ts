/**
 * Decompressing zlib data (RFC 1950, RFC 1951) up to a limit, at once and in place: the streams of the platform are
 * asynchronous, and `inspect` is not.
 */
import { CompressionError } from '../errors.ts';
import { BitReader } from './bit-reader.ts';
import { ifReadable } from './reader.ts';
import { prefixCode, readSymbol, type PrefixCode } from './prefix-codes.ts';

/** More blocks than 4 MB of text need; a bomb may be made of empty ones. */
const MAX_BLOCKS = 10_000;

/**
 * @param limit bytes of output
 * @throws CompressionError `corrupt` when the data is damaged or more than `limit` comes out, `truncated` when it ends early
 */
export function inflate(zlib: Uint8Array, limit: number): Uint8Array {
  const output = new Output(limit);
  inflateInto(output, zlib, MAX_BLOCKS);
  return output.bytes.subarray(0, output.length);
}

/** The longest copy of a block: what is beyond a limit is known once it is there. */
const LONGEST_STEP = 65_536;

/**
 * As much of damaged data as there is, or as `limit` wants.
 *
 * @returns `end` is where the stream ended in `zlib`, its checksum not counted; null when it did not end within the limit
 */
export function inflateAsFar(zlib: Uint8Array, limit: number): { data: Uint8Array; end: number | null } {
  const output = new Output(limit + LONGEST_STEP);
  // Each block has at least three bits.
  const end = ifReadable(() => inflateInto(output, zlib, (zlib.length * 8) / 3, limit), null);
  return { data: output.bytes.subarray(0, Math.min(limit, output.length)), end: output.length > limit ? null : end };
}

/** @returns where the last block ends, or null when there is more than `enough` before it does */
function inflateInto(output: Output, zlib: Uint8Array, maxBlocks: number, enough = Infinity): number | null {
  // RFC 1950, 2.2: deflate, no preset dictionary. The checksum at the end is not asked.
  if (zlib.length < 2 || (zlib[0]! & 15) !== 8 || (zlib[1]! & 0x20) !== 0) throw new CompressionError('corrupt');
  const bits = new BitReader(zlib, 2);
  for (let block = 0; block < maxBlocks; block++) {
    if (output.length > enough) return null;
    const last = bits.bool();
    const type = bits.bits(2);
    if (type === 0) copyStored(bits, zlib, output);
    else if (type === 1) decodeBlock(bits, output, FIXED_LITERALS, FIXED_DISTANCES);
    else if (type === 2) decodeBlock(bits, output, ...readCodes(bits));
    else throw new CompressionError('corrupt');
    if (last) {
      bits.toByte();
      return bits.position / 8;
    }
  }
  throw new CompressionError('corrupt');
}

/** Grows by doubling, up to the limit. */
class Output {
  bytes = new Uint8Array(1024);
  length = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  reserve(count: number): void {
    if (this.length + count > this.#limit) throw new CompressionError('corrupt');
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** RFC 1951, 3.2.4. */
function copyStored(bits: BitReader, zlib: Uint8Array, output: Output): void {
  bits.toByte();
  const length = bits.bits(16);
  if (length !== (bits.bits(16) ^ 0xffff)) throw new CompressionError('corrupt');
  output.reserve(length);
  const at = bits.position / 8;
  bits.skip(length * 8);
  output.bytes.set(zlib.subarray(at, at + length), output.length);
  output.length += length;
}

/** RFC 1951, 3.2.6. */
const FIXED_LITERALS = prefixCode(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)));
const FIXED_DISTANCES = prefixCode(new Array<number>(30).fill(5));

/** RFC 1951, 3.2.7: the lengths of the codes are themselves coded, in this order. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

function readCodes(bits: BitReader): [PrefixCode, PrefixCode] {
  const literals = bits.bits(5) + 257;
  const distances = bits.bits(5) + 1;
  const count = bits.bits(4) + 4;
  const lengthsOfLengths = new Array<number>(19).fill(0);
  for (let i = 0; i < count; i++) lengthsOfLengths[ORDER[i]!] = bits.bits(3);
  const codes = prefixCode(lengthsOfLengths);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const symbol = readSymbol(bits, codes);
    if (symbol < 16) lengths.push(symbol);
    else {
      const previous = symbol === 16 ? lengths.at(-1) : 0;
      if (previous === undefined) throw new CompressionError('corrupt');
      const repeat = symbol === 16 ? bits.bits(2) + 3 : symbol === 17 ? bits.bits(3) + 3 : bits.bits(7) + 11;
      for (let i = 0; i < repeat; i++) lengths.push(previous);
    }
  }
  if (lengths.length > literals + distances) throw new CompressionError('corrupt');
  return [prefixCode(lengths.slice(0, literals)), prefixCode(lengths.slice(literals))];
}

/** RFC 1951, 3.2.5: base and extra bits of lengths from symbol 257 on, and of distances. */
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
] as const;
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0] as const;
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
] as const;

function decodeBlock(bits: BitReader, output: Output, literals: PrefixCode, distances: PrefixCode): void {
  for (;;) {
    const symbol = readSymbol(bits, literals);
    if (symbol === 256) return;
    if (symbol < 256) {
      output.reserve(1);
      output.bytes[output.length++] = symbol;
      continue;
    }
    const base = LENGTH_BASE[symbol - 257];
    if (base === undefined) throw new CompressionError('corrupt');
    const length = base + bits.bits(LENGTH_EXTRA[symbol - 257]!);
    const code = readSymbol(bits, distances);
    const distanceBase = DISTANCE_BASE[code];
    if (distanceBase === undefined) throw new CompressionError('corrupt');
    const distance = distanceBase + bits.bits(Math.max(0, (code >> 1) - 1));
    if (distance > output.length) throw new CompressionError('corrupt');
    output.reserve(length);
    const { bytes } = output;
    for (let i = 0; i < length; i++, output.length++) bytes[output.length] = bytes[output.length - distance]!;
  }
}
