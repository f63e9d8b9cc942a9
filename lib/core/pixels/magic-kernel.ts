/**
 * Magic Kernel Sharp 2021 (J. Costella, "The Magic Kernel", 2021): the filter of that name in `@jsquash/resize`, which
 * works on 8 bits of the curve and channel by channel. This one works in linear light, and weighs colours by their alpha.
 */
import type { Pixels } from '../codecs/codec.ts';
import { encodeSrgb } from '../colour/srgb-encoding.ts';
import { lightOf, SRGB_CURVE } from '../colour/tone-curve.ts';

const LIGHT = Float64Array.from({ length: 256 }, (_, value) => lightOf(SRGB_CURVE, value / 255));

/** Of the kernel: it is 0 from here on. */
const SUPPORT = 4.5;

/** @param x a distance in pixels of the result */
export function magicKernelSharp2021(x: number): number {
  const d = Math.abs(x);
  if (d <= 0.5) return 577 / 576 - (239 / 144) * d * d;
  if (d <= 1.5) return (140 * d * d - 379 * d + 239) / 144;
  if (d <= 2.5) return -(24 * d * d - 113 * d + 130) / 144;
  if (d <= 3.5) return (4 * d * d - 27 * d + 45) / 144;
  return d < SUPPORT ? -((2 * d - 9) ** 2) / 1152 : 0;
}

/**
 * No side may become longer. Rows of the original are gone through once; beside the two pictures, a dozen rows of
 * the result's width are held.
 */
export function resizeByMagicKernel(
  pixels: Pixels,
  { width, height }: { readonly width: number; readonly height: number },
): Pixels {
  const columns = sharesOf(pixels.width, width);
  const rows = sharesOf(pixels.height, height);
  const data = new Uint8ClampedArray(width * height * 4);
  const light = new Float32Array(pixels.width * 4);
  const narrow = new Float32Array(width * 4);
  /** Of the rows of the result that have begun and are not whole. */
  const sums = new Map<number, Float32Array>();
  let next = 0;
  for (let y = 0; y < pixels.height; y++) {
    lightOfRow(pixels, y, light);
    throughColumns(light, columns, narrow);
    while (next < height && rows[next]!.from <= y) sums.set(next++, new Float32Array(width * 4));
    for (const [row, sum] of sums) {
      const { from, weights } = rows[row]!;
      const weight = weights[y - from]!;
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * narrow[i]!;
      if (y < from + weights.length - 1) continue;
      writeRow(sum, data, row * width * 4);
      sums.delete(row);
    }
  }
  return { width, height, data };
}

/** What a pixel of the result takes from those of the original, from `from` on. */
interface Share {
  readonly from: number;
  /** Their sum is 1. */
  readonly weights: Float32Array;
}

/** Past the edges the outermost pixel is repeated. */
function sharesOf(length: number, result: number): Share[] {
  const factor = length / result;
  return Array.from({ length: result }, (_, i) => {
    const centre = (i + 0.5) * factor - 0.5;
    const first = Math.ceil(centre - SUPPORT * factor);
    const last = Math.floor(centre + SUPPORT * factor);
    const from = Math.max(0, first);
    const weights = new Float64Array(Math.min(length - 1, last) - from + 1);
    let sum = 0;
    for (let at = first; at <= last; at++) {
      const weight = magicKernelSharp2021((at - centre) / factor);
      weights[Math.min(length - 1, Math.max(0, at)) - from]! += weight;
      sum += weight;
    }
    return { from, weights: Float32Array.from(weights, (weight) => weight / sum) };
  });
}

/** Red, green and blue times alpha, and alpha; 1 is full. */
function lightOfRow({ width, data }: Pixels, y: number, light: Float32Array): void {
  for (let i = 0, at = y * width * 4; i < width * 4; i += 4, at += 4) {
    const alpha = data[at + 3]! / 255;
    light[i] = LIGHT[data[at]!]! * alpha;
    light[i + 1] = LIGHT[data[at + 1]!]! * alpha;
    light[i + 2] = LIGHT[data[at + 2]!]! * alpha;
    light[i + 3] = alpha;
  }
}

function throughColumns(light: Float32Array, columns: readonly Share[], narrow: Float32Array): void {
  for (let x = 0; x < columns.length; x++) {
    const { from, weights } = columns[x]!;
    let red = 0,
      green = 0,
      blue = 0,
      alpha = 0;
    for (let i = 0, at = from * 4; i < weights.length; i++, at += 4) {
      const weight = weights[i]!;
      red += weight * light[at]!;
      green += weight * light[at + 1]!;
      blue += weight * light[at + 2]!;
      alpha += weight * light[at + 3]!;
    }
    narrow.set([red, green, blue, alpha], x * 4);
  }
}

function writeRow(sum: Float32Array, data: Uint8ClampedArray, at: number): void {
  for (let i = 0; i < sum.length; i += 4) {
    const alpha = sum[i + 3]!;
    const level = Math.round(Math.min(1, alpha) * 255);
    if (level <= 0) continue;
    for (let c = 0; c < 3; c++) data[at + i + c] = encodeSrgb(sum[i + c]! / alpha);
    data[at + i + 3] = level;
  }
}
