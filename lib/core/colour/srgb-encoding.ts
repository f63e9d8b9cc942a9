/** Linear light to sRGB's 8-bit values, rounded exactly. */
import { lightOf, SRGB_CURVE } from './tone-curve.ts';

/**
 * Buckets are narrower than the narrowest step of the curve (1 / (255 x 12.92)), so in each lies at most one of the
 * limits between two values: a look-up and one comparison give what the formula gives.
 */
const BUCKETS = 4096;

/** The light from which on a value is rounded to i, for i of 0 to 256. */
const LIMITS = Float64Array.from({ length: 257 }, (_, i) =>
  i === 0 ? -Infinity : i === 256 ? Infinity : lightOf(SRGB_CURVE, (i - 0.5) / 255),
);

const LOWEST = Uint8Array.from({ length: BUCKETS + 1 }, (_, bucket) => {
  let value = 0;
  while (LIMITS[value + 1]! <= bucket / BUCKETS) value++;
  return value;
});

/** @param light linear, white is 1; what is outside 0 to 1 is clipped. @returns 0 to 255 */
export function encodeSrgb(light: number): number {
  if (!(light > 0)) return 0;
  if (light >= 1) return 255;
  const value = LOWEST[(light * BUCKETS) | 0]!;
  return light >= LIMITS[value + 1]! ? value + 1 : value;
}
