/** How far two pictures are from each other, as seen. */
import type { Pixels } from '../../lib/core/codecs/codec.ts';

export interface Difference {
  /** Mean and greatest difference of a colour channel in levels of 255, over black and over white, whichever is more. */
  readonly mean: number;
  readonly max: number;
  /** Greatest difference of alpha. */
  readonly alpha: number;
}

/** Colours under partial alpha count as much as they show. Pictures of other sizes are infinitely far apart. */
export function difference(a: Pixels, b: Pixels): Difference {
  if (a.width !== b.width || a.height !== b.height) return { mean: Infinity, max: Infinity, alpha: Infinity };
  let [sum, max, alpha] = [0, 0, 0];
  for (let i = 0; i < a.data.length; i += 4) {
    const [shareOfA, shareOfB] = [a.data[i + 3]! / 255, b.data[i + 3]! / 255];
    alpha = Math.max(alpha, Math.abs(a.data[i + 3]! - b.data[i + 3]!));
    for (let c = i; c < i + 3; c++) {
      const overBlack = a.data[c]! * shareOfA - b.data[c]! * shareOfB;
      const overWhite = overBlack + 255 * (shareOfB - shareOfA);
      const levels = Math.max(Math.abs(overBlack), Math.abs(overWhite));
      sum += levels;
      max = Math.max(max, levels);
    }
  }
  return { mean: sum / ((a.data.length / 4) * 3), max, alpha };
}

/** How many values of all, colour under alpha 0 included, are not the same. */
export function unequal(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) return Infinity;
  return a.data.reduce((count, value, i) => count + (value === b.data[i] ? 0 : 1), 0);
}
