import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../lib/codecs/codec.ts';
import { codecs, formats } from '../../../lib/codecs/registry.ts';
import { OUTPUT_FORMATS } from '../../../lib/image/inspection.ts';
import { loadWasm } from '../../node-wasm.ts';

/** A smooth picture with an edge and a few colours: 96 x 64. */
function picture(alpha = false): Pixels {
  const width = 96, height = 64;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set([x * 2, y * 3, x > 48 ? 200 : 40, alpha && y > 32 ? 100 + x : 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

describe.each(OUTPUT_FORMATS)('%s', (format) => {
  const codec = codecs[format];
  it('is read again', async () => {
    const p = picture();
    const bytes = await codec.encode(p, formats[format].optionsFor({ quality: 90 }), loadWasm);
    const back = await codec.decode(bytes, loadWasm);
    expect([back.width, back.height, back.data.length]).toEqual([96, 64, 96 * 64 * 4]);
    console.log(format, bytes.length, back.data.slice(0, 8));
    if (format !== 'jxl') expect((await sharp(bytes).metadata()).width).toBe(96);
  });
});
