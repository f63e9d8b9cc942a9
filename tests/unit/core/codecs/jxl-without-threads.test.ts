import { expect, it } from 'vitest';
import { codecs, formats } from '../../../../lib/core/codecs/registry.ts';
import { loadWasm } from '../../../node-wasm.ts';

it('the build with threads encodes JPEG XL with none at hand', async () => {
  const width = 64;
  const pixels = { width, height: width, data: new Uint8ClampedArray(width * width * 4).fill(200) };
  const bytes = await codecs.jxl.encode(pixels, formats.jxl.optionsFor({ quality: 75 }), loadWasm);
  expect(navigator.hardwareConcurrency).toBe(0);
  expect((await codecs.jxl.decode(bytes, loadWasm)).width).toBe(width);
});
