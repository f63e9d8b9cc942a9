/** The quantiser of a VP8 key frame, and the libwebp quality behind it: RFC 6386, 9.6 and 19.2. */
import { CompressionError } from '../../errors.ts';
import { ifReadable } from '../../bytes/reader.ts';

/**
 * The `-q` that libwebp was most likely given (0 to 100), or null when the header is not readable.
 *
 * libwebp spreads the quantiser over up to four segments so that the mean logarithm of their "compression", weighed by
 * the segments' size, is that of the quality asked for (libwebp, src/enc/quant_enc.c, `VP8SetSegmentParams`).
 *
 * @param frame from the frame tag on
 */
export function estimateVp8Quality(frame: Uint8Array): number | null {
  return ifReadable(() => {
    let logarithm = 0;
    for (const { index, share } of readQuantisers(frame)) {
      // Rounded down by libwebp, so the middle of what it may have been; at 0 the best there is.
      if (index > 0) logarithm += share * Math.log(1 - (index + 0.5) / 127.5);
    }
    const cube = Math.exp(logarithm) ** 3;
    const quality = 100 * (cube < 0.5 ? cube * 1.5 : (cube + 1) / 2);
    return Math.min(100, Math.max(1, Math.round(quality)));
  }, null);
}

interface Quantiser {
  /** 0 (finest) to 127. */
  readonly index: number;
  /** Of the picture's blocks, 0 to 1. */
  readonly share: number;
}

function readQuantisers(frame: Uint8Array): Quantiser[] {
  const bits = new BoolDecoder(frame.subarray(10));
  bits.literal(2); // colour space, clamping type
  const segments = bits.flag() ? readSegments(bits) : null;
  bits.literal(10); // filter type, level, sharpness
  if (bits.flag() && bits.flag()) for (let i = 0; i < 8; i++) bits.optionalSigned(6); // changes of the filter level
  bits.literal(2); // number of partitions
  const base = bits.literal(7);
  if (!segments) return [{ index: base, share: 1 }];
  return segments.quantisers.map((value, i) => ({
    index: Math.min(127, Math.max(0, segments.absolute ? value : base + value)),
    share: segments.shares[i] ?? 0,
  }));
}

function readSegments(bits: BoolDecoder): { absolute: boolean; quantisers: number[]; shares: number[] } {
  const updatesMap = bits.flag();
  const updatesData = bits.flag();
  let absolute = false;
  let quantisers = [0, 0, 0, 0];
  if (updatesData) {
    absolute = bits.flag();
    quantisers = quantisers.map(() => bits.optionalSigned(7));
    for (let i = 0; i < 4; i++) bits.optionalSigned(6); // filter levels
  }
  // 9.3: a tree of three probabilities, of 256, that leads to the segment; without one all blocks are in the first.
  const [a, b, c] = [0, 1, 2].map(() => (updatesMap ? (bits.flag() ? bits.literal(8) : 255) / 256 : 1)) as [
    number,
    number,
    number,
  ];
  return { absolute, quantisers, shares: [a * b, a * (1 - b), (1 - a) * c, (1 - a) * (1 - c)] };
}

/** RFC 6386, 7: every bit here has even odds. */
class BoolDecoder {
  readonly #bytes: Uint8Array;
  #at = 2;
  #value: number;
  #range = 255;
  #bitCount = 0;

  constructor(bytes: Uint8Array) {
    if (bytes.length < 2) throw new CompressionError('truncated');
    this.#bytes = bytes;
    this.#value = (bytes[0]! << 8) | bytes[1]!;
  }

  flag(): boolean {
    const split = 1 + (((this.#range - 1) * 128) >> 8);
    const bit = this.#value >= split << 8;
    if (bit) {
      this.#range -= split;
      this.#value -= split << 8;
    } else this.#range = split;
    while (this.#range < 128) {
      this.#value <<= 1;
      this.#range <<= 1;
      if (++this.#bitCount === 8) {
        this.#bitCount = 0;
        if (this.#at >= this.#bytes.length) throw new CompressionError('truncated');
        this.#value |= this.#bytes[this.#at++]!;
      }
    }
    return bit;
  }

  literal(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = (value << 1) | (this.flag() ? 1 : 0);
    return value;
  }

  /** A flag, then a value and its sign. */
  optionalSigned(count: number): number {
    if (!this.flag()) return 0;
    const value = this.literal(count);
    return this.flag() ? -value : value;
  }
}
