import { describe, expect, it } from 'vitest';
import { RESIZE_METHODS } from '../../../lib/compress/recipe.ts';
import { resizePixels } from '../../../lib/compress/resize.ts';
import { loadWasm } from '../../node-wasm.ts';

/** Red on the right of a line, nothing (and black under it) on its left: the line is between the pixels of any smaller size. */
function halfRed(): Uint8ClampedArray<ArrayBuffer> {
  const data = new Uint8ClampedArray(64 * 64 * 4);
  for (let i = 0; i < 64 * 64; i++) if (i % 64 >= 23) data.set([240, 40, 40, 255], i * 4);
  return data;
}

describe.each(RESIZE_METHODS)('%s', (method) => {
  // Magic Kernel works on 8 bits of colour times alpha: measured 13, and 140 without that.
  const bound = method === 'magicKernelSharp2021' ? 16 : 4;

  it('lets no colour bleed out from under transparent pixels', async () => {
    const { data } = await resizePixels({ width: 64, height: 64, data: halfRed() }, { width: 10, height: 10 }, method, loadWasm);
    for (let i = 0; i < data.length; i += 4) {
      // Fewer levels of alpha can't say a colour more exactly.
      if (data[i + 3]! < 32) continue;
      expect(Math.abs(data[i]! - 240)).toBeLessThanOrEqual(bound);
      expect(Math.abs(data[i + 1]! - 40)).toBeLessThanOrEqual(bound);
    }
  });

  it('leaves an opaque colour what it is', async () => {
    const { data } = await resizePixels({ width: 64, height: 64, data: halfRed().map((_, i) => [200, 100, 7, 255][i % 4]!) }, { width: 9, height: 21 }, method, loadWasm);
    for (const [c, level] of [200, 100, 7, 255].entries()) expect(Math.abs(data[400 + c]! - level)).toBeLessThanOrEqual(1);
  });
});
