import { describe, expect, it } from 'vitest';
import { RESIZE_METHODS } from '../../../../lib/core/model/recipe.ts';
import { resizePixels } from '../../../../lib/core/pixels/resize.ts';
import { loadWasm } from '../../../node-wasm.ts';

/** Red on the right of a line, nothing (and black under it) on its left: the line is between the pixels of any smaller size. */
function halfRed(): Uint8ClampedArray<ArrayBuffer> {
  const data = new Uint8ClampedArray(64 * 64 * 4);
  for (let i = 0; i < 64 * 64; i++) if (i % 64 >= 23) data.set([240, 40, 40, 255], i * 4);
  return data;
}

describe.each(RESIZE_METHODS)('%s', (method) => {
  it('lets no colour bleed out from under transparent pixels', async () => {
    const { data } = await resizePixels(
      { width: 64, height: 64, data: halfRed() },
      { width: 10, height: 10 },
      method,
      loadWasm,
    );
    for (let i = 0; i < data.length; i += 4) {
      // Fewer levels of alpha can't say a colour more exactly.
      if (data[i + 3]! < 32) continue;
      expect(Math.abs(data[i]! - 240)).toBeLessThanOrEqual(4);
      expect(Math.abs(data[i + 1]! - 40)).toBeLessThanOrEqual(4);
    }
  });

  it('works in linear light: black and white in turns are as bright as half of the light', async () => {
    const stripes = new Uint8ClampedArray(64 * 64 * 4).map((_, i) => (i % 4 === 3 || (i >> 2) % 2 === 0 ? 255 : 0));
    const { data } = await resizePixels(
      { width: 64, height: 64, data: stripes },
      { width: 16, height: 16 },
      method,
      loadWasm,
    );
    // Half of the light is 188 in sRGB, IEC 61966-2-1; half of the values is 128.
    const middle = data[(8 * 16 + 8) * 4]!;
    expect(Math.abs(middle - 188)).toBeLessThanOrEqual(3);
  });

  it('leaves an opaque colour what it is', async () => {
    const { data } = await resizePixels(
      { width: 64, height: 64, data: halfRed().map((_, i) => [200, 100, 7, 255][i % 4]!) },
      { width: 9, height: 21 },
      method,
      loadWasm,
    );
    for (const [c, level] of [200, 100, 7, 255].entries())
      expect(Math.abs(data[400 + c]! - level)).toBeLessThanOrEqual(1);
  });
});
