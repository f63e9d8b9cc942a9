/** Where a byte of the old file is in the new one. */

import { CompressionError } from '../../../errors.ts';

/** The end is not part of it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export class OffsetMap {
  readonly #ranges: { readonly start: number; readonly end: number; readonly to: number }[] = [];

  /** Bytes `start` to `end` of the old file begin at `to` in the new one. Ranges are added in ascending order. */
  add(start: number, end: number, to: number): void {
    this.#ranges.push({ start, end, to });
  }

  /** @throws CompressionError `corrupt` when the byte is not in the new file: what pointed to it would point to another */
  get(offset: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ranges[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    const range = this.#ranges[low - 1];
    if (!range || offset > range.end) throw new CompressionError('corrupt');
    return range.to + offset - range.start;
  }
}
