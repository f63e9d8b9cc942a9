/** Bits from the least significant of each byte on, as JPEG XL and deflate read them. */
import { CompressionError } from '../errors.ts';

export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;

  /** @param byteOffset where the first bit is */
  constructor(bytes: Uint8Array, byteOffset = 0) {
    this.#bytes = bytes;
    this.#at = byteOffset * 8;
  }

  /** Bits read so far, those before `byteOffset` counted. */
  get position(): number {
    return this.#at;
  }

  /**
   * @param count 0 to 32
   * @throws CompressionError `truncated` past the end
   */
  bits(count: number): number {
    if (this.#at + count > this.#bytes.length * 8) throw new CompressionError('truncated');
    let value = 0;
    for (let got = 0; got < count;) {
      const offset = this.#at & 7;
      const take = Math.min(8 - offset, count - got);
      const part = (this.#bytes[this.#at >>> 3]! >>> offset) & ((1 << take) - 1);
      value += part * 2 ** got;
      got += take;
      this.#at += take;
    }
    return value;
  }

  /** The next bits without taking them; past the end they are zeros. */
  peek(count: number): number {
    const left = this.#bytes.length * 8 - this.#at;
    const at = this.#at;
    const value = this.bits(Math.max(0, Math.min(count, left)));
    this.#at = at;
    return value;
  }

  bool(): boolean {
    return this.bits(1) === 1;
  }

  /** @throws CompressionError `truncated` past the end */
  skip(count: number): void {
    if (!(count >= 0) || this.#at + count > this.#bytes.length * 8) throw new CompressionError('truncated');
    this.#at += count;
  }

  toByte(): void {
    this.#at = Math.ceil(this.#at / 8) * 8;
  }
}
