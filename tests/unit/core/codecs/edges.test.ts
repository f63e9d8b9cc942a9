/** Pictures of hardly any size through each encoder, read back by decoders that are not ours. */
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { FORMAT_FACTS } from '../../../../lib/core/image/format-facts.ts';
import { codecs, formats } from '../../../../lib/core/codecs/registry.ts';
import { OUTPUT_FORMATS } from '../../../../lib/core/image/inspection.ts';
import { seen } from '../../../conformance/seen.ts';
import { picture } from '../../../images/odd/odd-file.ts';
import { loadWasm } from '../../../node-wasm.ts';

const SIZES = [
  [1, 1],
  [1, 7],
  [9, 1],
  [2, 2],
  [3, 5],
  [17, 33],
] as const;

/** How much a smooth colour may be off in the best lossy quality; subsampled chroma of so few pixels is the most of it. */
const MOST = 12;

function smooth(width: number, height: number, alphaAt: (x: number, y: number) => number): Pixels {
  return picture(width, height, (x, y) => [100 + x * 2, 90 + y * 2, 120, alphaAt(x, y)]);
}

/** By what is seen over black and over white. */
function farthest(a: Pixels, b: Pixels): number {
  let most = 0;
  for (let i = 0; i < a.data.length; i += 4) {
    for (const ground of [0, 255]) {
      const over = ({ data }: Pixels, c: number): number =>
        (data[i + c]! * data[i + 3]! + ground * (255 - data[i + 3]!)) / 255;
      for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(over(a, c) - over(b, c)));
    }
  }
  return most;
}

describe.each(OUTPUT_FORMATS)('%s', (format) => {
  it.each(SIZES)('of %i x %i keeps its size and its pixels, with alpha and without', async (width, height) => {
    const alphas = FORMAT_FACTS[format].alpha
      ? [(): number => 255, (): number => 0, (x: number, y: number): number => 255 - (x + y) * 5]
      : [(): number => 255];
    for (const alphaAt of alphas) {
      const pixels = smooth(width, height, alphaAt);
      for (const aim of [{ quality: 95 }, 'lossless'] as const) {
        const bytes = await codecs[format].encode(pixels, formats[format].optionsFor(aim), loadWasm);
        const found = await seen(bytes);
        expect([found.width, found.height]).toEqual([width, height]);
        expect(farthest(pixels, found)).toBeLessThanOrEqual(MOST);
      }
    }
  });
});
