/**
 * What our own JPEG is quantised by, tuned on photographs for the fewest bytes at an equal SSIMULACRA 2 (docs/LOOKS.md): steps that
 * grow less with the frequency than usual ones from the second on, and a blue that is coarse but for
 * its mean.
 */
import { scaled, TUNED_LUMINANCE } from '../image/formats/jpeg-quality.ts';

export interface Tuning {
  /** Steps of luminance, blue and red difference, each in zigzag order. */
  readonly tables: readonly Uint8Array[];
  /** What the square of an error of one step weighs. */
  readonly weights: readonly Float32Array[];
}

/** At quality 50, in zigzag order, as `TUNED_LUMINANCE`. */
const BLUE: readonly number[] = [
  8, 15, 15, 28, 21, 28, 34, 31, 31, 34, 55, 41, 36, 41, 55, 72, 65, 54, 54, 65, 72, 75, 73, 71, 71, 71, 73, 75, 80, 77,
  75, 74, 74, 75, 77, 80, 81, 79, 77, 77, 77, 79, 81, 83, 81, 80, 80, 81, 83, 89, 84, 84, 84, 89, 103, 99, 99, 103, 121,
  118, 121, 143, 143, 157,
];
const RED: readonly number[] = [
  12, 15, 15, 16, 16, 16, 20, 18, 18, 20, 26, 22, 21, 22, 26, 33, 28, 25, 25, 28, 33, 41, 35, 31, 30, 31, 35, 41, 46,
  43, 39, 37, 37, 39, 43, 46, 48, 45, 43, 43, 43, 45, 48, 50, 48, 47, 47, 48, 50, 53, 52, 51, 52, 53, 57, 56, 56, 57,
  62, 61, 62, 67, 67, 70,
];
const BASES = [TUNED_LUMINANCE, BLUE, RED];

/** A bit, in squares of steps, where the tolerance is 1. */
export const PRICE_OF_A_BIT = 0.074;
/** The two lowest frequencies weigh so much more in luminance: the metric hardly sees the edges of blocks in what is smooth. */
const LOWEST = { count: 2, weight: 2.5 };
/** An error of one step of a coarse frequency is more of an error, but not in the square: the power of the step. */
const COARSE = 0.66;

/** The variance of luminance that is as good as none, the one at which an error is tolerated once, and how far that goes. */
export const TOLERANCE = { floor: 36, usual: 35, least: 0.3, most: 2.2 };

/** 8 bits a step: baseline's. */
const MOST = 255;

/** @param quality 1 to 100, on libjpeg's scale of steps */
export function tuningFor(quality: number): Tuning {
  return {
    tables: BASES.map((base) => Uint8Array.from(base, (step) => Math.min(MOST, scaled(step, quality)))),
    weights: BASES.map((base) =>
      Float32Array.from(base, (step, at) => {
        const isLowest = base === TUNED_LUMINANCE && at <= LOWEST.count;
        return (step / (base[1] ?? step)) ** COARSE * (isLowest ? LOWEST.weight : 1);
      }),
    ),
  };
}
