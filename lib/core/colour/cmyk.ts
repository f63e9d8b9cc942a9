/** Inks to sRGB. */
import { lightOfDevice } from './sampled-table.ts';
import type { SourceColour } from './source-colour.ts';
import { encodeSrgb } from './srgb-encoding.ts';

const CACHE_BITS = 16;

/**
 * @param inks cyan, magenta, yellow, key of each pixel, 255 is full ink; row-major
 * @param source the profile's tables, or null: then inks take away light by plain multiplication, as browsers do without a profile
 * @param target RGBA8 of as many pixels; alpha is left to the caller
 */
export function cmykToSrgb(inks: Uint8Array, source: SourceColour | null, target: Uint8ClampedArray): void {
  if (source?.kind === 'table' && source.table.inputs === 4) {
    const { table } = source;
    throughCache(inks, target, (device) => lightOfDevice(table, device).map(encodeSrgb));
    return;
  }
  for (let i = 0; i < inks.length; i += 4) {
    const key = 255 - inks[i + 3]!;
    for (let c = 0; c < 3; c++) target[i + c] = Math.round(((255 - inks[i + c]!) * key) / 255);
  }
}

/** Four dimensions take microseconds a colour; pictures repeat theirs. */
function throughCache(
  inks: Uint8Array,
  target: Uint8ClampedArray,
  convert: (device: readonly number[]) => readonly number[],
): void {
  const keys = new Float64Array(1 << CACHE_BITS).fill(-1);
  const results = new Uint8Array(3 << CACHE_BITS);
  for (let i = 0; i < inks.length; i += 4) {
    const [c, m, y, k] = [inks[i]!, inks[i + 1]!, inks[i + 2]!, inks[i + 3]!];
    const key = ((c * 256 + m) * 256 + y) * 256 + k;
    const slot = Math.imul(key, 0x9e3779b1) >>> (32 - CACHE_BITS);
    if (keys[slot] !== key) {
      results.set(convert([c / 255, m / 255, y / 255, k / 255]), slot * 3);
      keys[slot] = key;
    }
    for (let n = 0; n < 3; n++) target[i + n] = results[slot * 3 + n]!;
  }
}
