/**
 * High dynamic range (ITU-R BT.2100) to sRGB. White is the 203 cd/m2 of ITU-R BT.2408; what is brighter is rolled off by
 * the curve of ITU-R BT.2390-11, 5.4.1, on the largest of the three channels, so that hues stay. A picture that is
 * nowhere brighter than white is not changed by it.
 */
import { isDeep, type DeepPixels } from './deep-pixels.ts';
import type { Pixels } from '../codecs/codec.ts';
import type { Matrix3 } from './matrix.ts';
import { encodeSrgb } from './srgb-encoding.ts';

/** cd/m2. */
const WHITE = 203;
const PQ_PEAK = 10_000;
/** HLG's nominal display, and the system gamma that goes with it: BT.2100, table 5, note 5f. */
const HLG_PEAK = 1000;
const HLG_GAMMA = 1.2;
/** Of BT.2020, which HLG's system gamma is defined on. */
const LUMINANCE = [0.2627, 0.678, 0.0593] as const;

/** The brightest 0.1 % of the picture do not set the scale for the rest. */
const IGNORED_HIGHLIGHTS = 0.001;
const STEPS = 4096;

/** @param toSrgbLight from linear RGB of the source to linear sRGB; alpha is left to the caller */
export function hdrToSrgb(
  pixels: Pixels | DeepPixels,
  target: Uint8ClampedArray,
  transfer: 'pq' | 'hlg',
  toSrgbLight: Matrix3,
): void {
  const { data } = pixels;
  const size = isDeep(pixels) ? 65536 : 256;
  const light = Float64Array.from({ length: size }, (_, i) =>
    (transfer === 'pq' ? pqToLight : hlgToLight)(i / (size - 1)),
  );
  const gains = gainsFor(peakOf(data, light, transfer));
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = toSrgbLight;
  for (let i = 0; i < data.length; i += 4) {
    let r = light[data[i]!]!;
    let g = light[data[i + 1]!]!;
    let b = light[data[i + 2]!]!;
    const shown = transfer === 'hlg' ? systemGain(r, g, b) : 1;
    const gain = shown * gains[stepOf(shown * Math.max(r, g, b))]!;
    r *= gain;
    g *= gain;
    b *= gain;
    target[i] = encodeSrgb(rr * r + rg * g + rb * b);
    target[i + 1] = encodeSrgb(gr * r + gg * g + gb * b);
    target[i + 2] = encodeSrgb(br * r + bg * g + bb * b);
  }
}

/** The picture's peak in units of white; at least white. */
function peakOf(data: Uint8ClampedArray | Uint16Array, light: Float64Array, transfer: 'pq' | 'hlg'): number {
  const histogram = new Uint32Array(STEPS);
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = [light[data[i]!]!, light[data[i + 1]!]!, light[data[i + 2]!]!];
    histogram[stepOf((transfer === 'hlg' ? systemGain(r, g, b) : 1) * Math.max(r, g, b))]!++;
  }
  let ignored = (data.length / 4) * IGNORED_HIGHLIGHTS;
  let step = STEPS - 1;
  while (step > 0 && (ignored -= histogram[step]!) >= 0) step--;
  const peak = lightOfStep(step + 1);
  // A step above white is white.
  return peak < 1.01 ? 1 : peak;
}

/** What light of each step is multiplied with: 1 in the darks, and white for the picture's peak. */
function gainsFor(peak: number): Float64Array {
  const end = lightToPq(peak);
  const most = lightToPq(1) / end;
  const knee = 1.5 * most - 0.5;
  return Float64Array.from({ length: STEPS }, (_, step) => {
    const x = lightOfStep(step + 0.5);
    if (peak <= 1) return 1;
    const from = Math.min(1, lightToPq(x) / end);
    if (from <= knee) return 1;
    // BT.2390-11, 5.4.1: a Hermite spline from the knee to the peak.
    const t = (from - knee) / (1 - knee);
    const to =
      (2 * t ** 3 - 3 * t ** 2 + 1) * knee + (t ** 3 - 2 * t ** 2 + t) * (1 - knee) + (3 * t ** 2 - 2 * t ** 3) * most;
    return pqToLight(to * end) / x;
  });
}

/** Steps that are fine in the darks, over 0 to PQ's peak. */
function stepOf(light: number): number {
  return Math.min(STEPS - 1, (Math.sqrt(Math.sqrt(light * (WHITE / PQ_PEAK))) * STEPS) | 0);
}

function lightOfStep(step: number): number {
  return (step / STEPS) ** 4 * (PQ_PEAK / WHITE);
}

/** SMPTE ST 2084, in BT.2100, table 4. @returns light in units of white */
function pqToLight(value: number): number {
  const power = value ** (1 / M2);
  return (Math.max(0, power - C1) / (C2 - C3 * power)) ** (1 / M1) * (PQ_PEAK / WHITE);
}

function lightToPq(light: number): number {
  const power = (light * (WHITE / PQ_PEAK)) ** M1;
  return ((C1 + C2 * power) / (1 + C3 * power)) ** M2;
}

const M1 = 2610 / 16384;
const M2 = (2523 / 4096) * 128;
const C1 = 3424 / 4096;
const C2 = (2413 / 4096) * 32;
const C3 = (2392 / 4096) * 32;

/** BT.2100, table 5: the light of the scene, 0 to 1. */
function hlgToLight(value: number): number {
  const a = 0.17883277;
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - 0.5 - a * Math.log(4 * a)) / a) + (1 - 4 * a)) / 12;
}

/** From the light of the scene to that of the display, in units of white. */
function systemGain(r: number, g: number, b: number): number {
  return (LUMINANCE[0] * r + LUMINANCE[1] * g + LUMINANCE[2] * b) ** (HLG_GAMMA - 1) * (HLG_PEAK / WHITE);
}
