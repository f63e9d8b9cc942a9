/** Pixels of any RGB or grey colour space to sRGB: relative colorimetric, black to black, colours outside sRGB clipped. */
import type { Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import type { ColourTable } from './colour-table.ts';
import { eightBits, isDeep, type DeepPixels } from './deep-pixels.ts';
import { multiply, XYZ_TO_SRGB, type Matrix3 } from './matrix.ts';
import { lightOfDevice, sampleTable, throughSamples } from './sampled-table.ts';
import type { SourceColour } from './source-colour.ts';
import { encodeSrgb } from './srgb-encoding.ts';
import { hdrToSrgb } from './tone-mapping.ts';
import { tabulate, type ToneCurve } from './tone-curve.ts';

/**
 * Alpha is not touched: colours are straight. 8-bit pixels are changed in place; from 16 bits there is no loss on the
 * way to the 8 of the result.
 *
 * Colours that sRGB has are exact to the rounding. The others are clipped channel by channel, as browsers and lcms do.
 *
 * @throws CompressionError `unsupported-variant` for a table of another number of channels than red, green and blue
 */
export function toSrgb(pixels: Pixels | DeepPixels, source: SourceColour): Pixels {
  const target = isDeep(pixels) ? new Uint8ClampedArray(pixels.data.length) : pixels.data;
  switch (source.kind) {
    case 'rgb':
      throughMatrix(pixels, target, source.curves, multiply(XYZ_TO_SRGB, source.toXyz));
      break;
    case 'grey':
      throughCurve(pixels, target, source.curve);
      break;
    case 'table':
      throughTable(pixels, target, source.table);
      break;
    case 'hdr':
      hdrToSrgb(pixels, target, source.transfer, multiply(XYZ_TO_SRGB, source.toXyz));
      break;
  }
  if (isDeep(pixels)) copyAlpha(pixels, target);
  return { width: pixels.width, height: pixels.height, data: target };
}

function throughMatrix(
  pixels: Pixels | DeepPixels,
  target: Uint8ClampedArray,
  curves: readonly ToneCurve[],
  toSrgbLight: Matrix3,
): void {
  const { data } = pixels;
  const size = isDeep(pixels) ? 65536 : 256;
  const [red, green, blue] = curves.map((curve) => tabulate(curve, size)) as [Float64Array, Float64Array, Float64Array];
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = toSrgbLight;
  for (let i = 0; i < data.length; i += 4) {
    const r = red[data[i]!]!;
    const g = green[data[i + 1]!]!;
    const b = blue[data[i + 2]!]!;
    target[i] = encodeSrgb(rr * r + rg * g + rb * b);
    target[i + 1] = encodeSrgb(gr * r + gg * g + gb * b);
    target[i + 2] = encodeSrgb(br * r + bg * g + bb * b);
  }
}

/** Red, green and blue are the same in a grey picture; red is read. */
function throughCurve(pixels: Pixels | DeepPixels, target: Uint8ClampedArray, curve: ToneCurve): void {
  const { data } = pixels;
  const values = Uint8Array.from(tabulate(curve, isDeep(pixels) ? 65536 : 256), encodeSrgb);
  for (let i = 0; i < data.length; i += 4) {
    const value = values[data[i]!]!;
    target[i] = value;
    target[i + 1] = value;
    target[i + 2] = value;
  }
}

/**
 * All steps take about a microsecond a colour: results are kept by colour, since pictures repeat theirs, and large
 * pictures go through a sampled grid instead (at most 2 levels off in the colours of the test picture).
 */
function throughTable(pixels: Pixels | DeepPixels, target: Uint8ClampedArray, table: ColourTable): void {
  if (table.inputs !== 3 && table.inputs !== 1) {
    throw new CompressionError('unsupported-variant', { format: 'ICC', feature: `${table.inputs} channels` });
  }
  const { data } = pixels;
  const full = isDeep(pixels) ? 65535 : 255;
  if (table.inputs === 3 && data.length / 4 > SAMPLED_FROM) {
    throughSamples(data, full, target, sampleTable(table));
    return;
  }
  const keys = new Float64Array(CACHED).fill(-1);
  const results = new Uint8Array(CACHED * 3);
  for (let i = 0; i < data.length; i += 4) {
    const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
    const key = (red * 65536 + green) * 65536 + blue;
    const slot =
      (Math.imul(red, 0x9e3779b1) ^ Math.imul(green, 0x85ebca6b) ^ Math.imul(blue, 0xc2b2ae35)) >>> (32 - CACHE_BITS);
    if (keys[slot] !== key) {
      const light = lightOfDevice(table, [red / full, green / full, blue / full]);
      for (let c = 0; c < 3; c++) results[slot * 3 + c] = encodeSrgb(light[c]!);
      keys[slot] = key;
    }
    for (let c = 0; c < 3; c++) target[i + c] = results[slot * 3 + c]!;
  }
}

/** Pixels; more than the grid has corners. */
const SAMPLED_FROM = 200_000;
const CACHE_BITS = 16;
const CACHED = 1 << CACHE_BITS;

function copyAlpha({ data }: DeepPixels, target: Uint8ClampedArray): void {
  for (let i = 3; i < data.length; i += 4) target[i] = eightBits(data[i]!);
}
