/** How a channel's coded value becomes light: parametric or sampled, as ICC profiles state it. */

export type ToneCurve =
  /** y = (a x + b)^g + e where x >= d, c x + f below: ICC.1:2022, 10.18, function type 4, which holds the other types. */
  | {
      readonly kind: 'parametric';
      readonly g: number;
      readonly a: number;
      readonly b: number;
      readonly c: number;
      readonly d: number;
      readonly e: number;
      readonly f: number;
    }
  /** At least two values of 0 to 1 at even steps, with straight lines between them: ICC.1:2022, 10.6. */
  | { readonly kind: 'sampled'; readonly values: Float64Array };

/** IEC 61966-2-1, 5.2. */
export const SRGB_CURVE: ToneCurve = {
  kind: 'parametric',
  g: 2.4,
  a: 1 / 1.055,
  b: 0.055 / 1.055,
  c: 1 / 12.92,
  d: 0.04045,
  e: 0,
  f: 0,
};

export const LINEAR: ToneCurve = powerCurve(1);

/** y = x^exponent. */
export function powerCurve(exponent: number): ToneCurve {
  return { kind: 'parametric', g: exponent, a: 1, b: 0, c: 0, d: 0, e: 0, f: 0 };
}

/** @param x coded value, 0 to 1. @returns light, 0 to 1, whatever the curve says. */
export function lightOf(curve: ToneCurve, x: number): number {
  const y = curve.kind === 'sampled' ? between(curve.values, x) : parametric(curve, x);
  return y > 0 ? Math.min(1, y) : 0;
}

/** The curve at `size` even steps from 0 to 1: for 8-bit pixels 256, for 16-bit 65 536. */
export function tabulate(curve: ToneCurve, size: number): Float64Array {
  const table = new Float64Array(size);
  for (let i = 0; i < size; i++) table[i] = lightOf(curve, i / (size - 1));
  return table;
}

/** Straight lines between samples at even steps over 0 to 1. */
function between(samples: Float64Array, x: number): number {
  const at = Math.min(1, Math.max(0, x)) * (samples.length - 1);
  const below = Math.min(samples.length - 2, Math.floor(at));
  const low = samples[below] ?? 0;
  return low + ((samples[below + 1] ?? low) - low) * (at - below);
}

function parametric(curve: ToneCurve & { kind: 'parametric' }, x: number): number {
  if (x < curve.d) return curve.c * x + curve.f;
  const base = curve.a * x + curve.b;
  return (base > 0 ? base ** curve.g : 0) + curve.e;
}
