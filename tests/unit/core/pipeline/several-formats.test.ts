import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { runPlan } from '../../../../lib/core/pipeline/run.ts';
import { encoded, grain } from '../../../images/pictures.ts';
import { loadWasm } from '../../../node-wasm.ts';

describe('a picture of which the smallest format is searched', () => {
  it('is decoded and resized once for all of them', async () => {
    const source = new Uint8Array(await encoded(grain({ width: 120, height: 80 }, 12).toColourspace('cmyk').jpeg()));
    const plan = makePlan(
      {
        ...DEFAULT_RECIPE,
        format: 'auto',
        aim: { kind: 'quality', quality: 60 },
        resize: { by: 'percent', percent: 50 },
      },
      inspect(source),
    );
    expect([plan, ...(plan.rivals ?? [])].map(({ output }) => output)).toEqual(['jpeg', 'webp', 'png']);
    const { data, info } = await sharp(source)
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels: Pixels = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
    const steps: string[] = [];
    let decoded = 0;
    const { receipt } = await runPlan(plan, source, {
      load: loadWasm,
      onStep: (step) => steps.push(step),
      decodeInBrowser: async () => {
        decoded++;
        return pixels;
      },
    });
    expect(receipt.rivals?.length).toBeGreaterThan(0);
    expect(decoded).toBe(1);
    expect(steps.filter((step) => step === 'resize')).toHaveLength(1);
  });
});
