/** The numbers that JPEG XL headers are written in: ISO/IEC 18181-1:2024, B.2. */
import { BitReader } from '../../bytes/bit-reader.ts';

/** One of the four ways that a U32 is written: a constant, or some bits and what is added to them. */
export type Way = number | readonly [bits: number, plus: number];

export class JxlFields extends BitReader {
  /** B.2.2. */
  u32(a: Way, b: Way, c: Way, d: Way): number {
    const way = [a, b, c, d][this.bits(2)]!;
    return typeof way === 'number' ? way : this.bits(way[0]) + way[1];
  }

  /** B.2.3; exact below 2^53, which no field that is used here exceeds. */
  u64(): number {
    const way = this.bits(2);
    if (way === 0) return 0;
    if (way === 1) return this.bits(4) + 1;
    if (way === 2) return this.bits(8) + 17;
    let value = this.bits(12);
    for (let shift = 12; this.bool(); shift += 8) {
      if (shift === 60) return value + this.bits(4) * 2 ** 60;
      value += this.bits(8) * 2 ** shift;
    }
    return value;
  }

  /** B.2.6. */
  enumeration(): number {
    return this.u32(0, 1, [4, 2], [6, 18]);
  }

  /** B.2.7: bit k set means that extension k has a length, and all of them follow. */
  extensions(): void {
    const which = this.u64();
    let bits = 0;
    for (let rest = which; rest >= 1; rest = Math.floor(rest / 2)) if (rest % 2 === 1) bits += this.u64();
    this.skip(bits);
  }

  /** Of a name or the like: D.3.6. */
  text(): string {
    const length = this.u32(0, [4, 0], [5, 16], [10, 48]);
    return String.fromCharCode(...Array.from({ length }, () => this.bits(8)));
  }
}
