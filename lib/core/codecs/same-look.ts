/**
 * Which setting of AVIF and JPEG XL looks like which quality of JPEG (mozjpeg, 4:2:0, this project's settings).
 * Medians over nine photographs at 640 px, by SSIMULACRA2; `npm run bench -- same-look FILES` measures again. WebP has
 * no table: its numbers are known by themselves, and are within 9 of JPEG's (docs/LOOKS.md).
 */
import { valueAt } from './curve.ts';

const SETTINGS = {
  avif: [
    [1, 5],
    [10, 9],
    [30, 35],
    [50, 47],
    [65, 55],
    [75, 63],
    [85, 74],
    [92, 89],
    [100, 100],
  ],
  jxl: [
    [1, 1],
    [10, 5],
    [30, 19],
    [50, 52],
    [65, 61],
    [75, 73],
    [85, 82],
    [92, 90],
    [100, 99],
  ],
} as const;

/** @param quality 1 to 100 on JPEG's scale. @returns the other codec's quality, a whole number. */
export function interpolate(format: keyof typeof SETTINGS, quality: number): number {
  return Math.round(valueAt(SETTINGS[format], quality));
}
