/** What scans are found to cost. */
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readIntoCoder } from '../../../../lib/core/jpeg/read-jpeg.ts';
import { SPLITS, startScanCoder } from '../../../../lib/core/jpeg/scan-coder.ts';
import { costOf, costOfFirstPass } from '../../../../lib/core/jpeg/scan-cost.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { photograph } from './pictures.ts';

it.each([
  ['of a photograph', 30, 320, 240],
  ['at the best quality', 100, 64, 48],
  ['that is hardly there', 3, 320, 240],
  // A run of ended blocks has an end: T.81, G.1.2.2.
  ['whose blocks are nearly all empty', 40, 2100, 1100],
])(
  'first passes of a picture %s cost, counted in one walk, what they do one by one',
  async (what, quality, width, height) => {
    const coder = await startScanCoder(loadWasm);
    const { data } = what.endsWith('empty')
      ? { data: new Uint8ClampedArray(width * height * 4).fill(99) }
      : photograph(width, height);
    data.set([0, 0, 0, 255], 4 * 40);
    const file = await sharp(data, { raw: { width, height, channels: 4 } })
      .removeAlpha()
      .jpeg({ quality, chromaSubsampling: '4:4:4' })
      .toBuffer();
    readIntoCoder(new Uint8Array(file), coder);
    coder.ready();
    for (const component of [0, 1]) {
      for (const low of [0, 1, 2]) {
        const scan = (spectralStart: number, spectralEnd: number) => ({
          components: [component],
          spectralStart,
          spectralEnd,
          high: 0,
          low,
        });
        const { whole, parts } = coder.countSplits(component, low);
        expect(costOfFirstPass(whole, scan(1, 63))).toEqual(costOf(coder, scan(1, 63), true));
        parts.forEach(([lower = whole, upper = whole], split) => {
          const at = SPLITS[split] ?? 0;
          expect(costOfFirstPass(lower, scan(1, at))).toEqual(costOf(coder, scan(1, at), true));
          expect(costOfFirstPass(upper, scan(at + 1, 63))).toEqual(costOf(coder, scan(at + 1, 63), true));
        });
      }
    }
  },
);
