/** Bits of entropy-coded data, and Huffman codes in them: T.81, F.2.2. */
import { CompressionError } from '../errors.ts';

const FAST_BITS = 9;

/** Codes of a DHT segment, ready to be looked up. */
export class HuffmanCodes {
  /** By the next 9 bits: length times 256 plus value, 0 where the code is longer. */
  readonly fast = new Uint16Array(1 << FAST_BITS);
  /** By length: the largest code, aligned to 16 bits, plus one; and what to add to a code for its place in `values`. */
  readonly ends = new Uint32Array(18);
  readonly offsets = new Int32Array(18);
  readonly values: Uint8Array;

  /** @throws CompressionError `corrupt` for more codes of a length than there are */
  constructor(counts: Uint8Array, values: Uint8Array) {
    this.values = values;
    let code = 0;
    let index = 0;
    for (let length = 1; length <= 16; length++) {
      const count = counts[length - 1]!;
      if (code + count > 1 << length) throw new CompressionError('corrupt');
      this.offsets[length] = index - code;
      if (length <= FAST_BITS) {
        for (let i = 0; i < count; i++) {
          const from = (code + i) << (FAST_BITS - length);
          this.fast.fill((length << 8) | values[index + i]!, from, from + (1 << (FAST_BITS - length)));
        }
      }
      index += count;
      code += count;
      this.ends[length] = code << (16 - length);
      code <<= 1;
    }
    this.ends[17] = 0xffffffff;
  }
}

export class EntropyReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;
  /** Bits that were made up since the data ended at a marker. */
  #madeUp = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Where the marker stands that ended the data, or the next byte. */
  get at(): number {
    return this.#at;
  }

  bits(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#fill();
    this.#count -= count;
    return (this.#bits >>> this.#count) & ((1 << count) - 1);
  }

  symbol(codes: HuffmanCodes): number {
    if (this.#count < 16) this.#fill();
    const next = (this.#bits >>> (this.#count - 16)) & 0xffff;
    const fast = codes.fast[next >> (16 - FAST_BITS)]!;
    if (fast !== 0) {
      this.#count -= fast >> 8;
      return fast & 255;
    }
    let length = FAST_BITS + 1;
    while (next >= codes.ends[length]!) length++;
    if (length > 16) throw new CompressionError('corrupt');
    this.#count -= length;
    return codes.values[(next >> (16 - length)) + codes.offsets[length]!]!;
  }

  /** T.81, F.2.2.1, RECEIVE and EXTEND. */
  signed(size: number): number {
    if (size === 0) return 0;
    const value = this.bits(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  /** @throws CompressionError `truncated` when bits were used that the data did not have */
  checkEnd(): void {
    if (this.#madeUp > this.#count) throw new CompressionError('truncated');
  }

  /**
   * Goes on behind the next marker: fill bytes may stand before it (T.81, B.1.1.2), and libjpeg passes over stray ones.
   *
   * @throws CompressionError `corrupt` when that is another or none
   */
  restart(number: number): void {
    this.checkEnd();
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < bytes.length && (bytes[at] !== 0xff || bytes[at + 1] === 0xff || bytes[at + 1] === 0)) at++;
    if (bytes[at + 1] !== 0xd0 + (number & 7)) throw new CompressionError('corrupt');
    this.#at = at + 2;
    this.#bits = this.#count = this.#madeUp = 0;
  }

  /** At least 17 bits are there after it. Past a marker they are zeros. */
  #fill(): void {
    while (this.#count <= 16) {
      let byte = this.#bytes[this.#at];
      if (byte === undefined || (byte === 0xff && this.#bytes[this.#at + 1] !== 0)) {
        byte = 0;
        this.#madeUp += 8;
      } else this.#at += byte === 0xff ? 2 : 1;
      this.#bits = (this.#bits << 8) | byte;
      this.#count += 8;
    }
  }
}
