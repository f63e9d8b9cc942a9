import { describe, expect, it } from 'vitest';
import type { Sharp } from 'sharp';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { partsOf } from '../../../../lib/core/pipeline/parts.ts';
import type { PipelineContext } from '../../../../lib/core/pipeline/pipeline-context.ts';
import type { Plan } from '../../../../lib/core/pipeline/plan.ts';
import { runPart, runPlan, type Compressed } from '../../../../lib/core/pipeline/run.ts';
import { encoded, gradient, grain } from '../../../images/pictures.ts';
import { loadWasm } from '../../../node-wasm.ts';

const context: PipelineContext = { load: loadWasm, now: () => 0 };

const PICTURES: readonly [string, () => Sharp, Partial<Recipe>][] = [
  [
    'a JPEG, the smallest format',
    () => grain({ width: 260, height: 200 }, 20).jpeg({ quality: 95 }),
    { format: 'auto' },
  ],
  [
    'a JPEG, the best picture under a size',
    () => grain({ width: 260, height: 200 }, 20).jpeg({ quality: 95 }),
    { format: 'auto', aim: { kind: 'size', bytes: 6000 } },
  ],
  ['a PNG, with fewer colours', () => grain({ width: 160, height: 120 }, 6).png(), {}],
  ['a PNG, the smallest format', () => gradient({ width: 200, height: 120 }).png(), { format: 'auto' }],
];

/** Another worker, which this process is not: it begins when it is asked, since one worker does one thing at a time. */
function elsewhere(plan: Plan, source: Uint8Array<ArrayBuffer>): NonNullable<PipelineContext['elsewhere']> {
  return async (part, worthBelow) => ({
    candidate: await runPart(plan, partsOf(plan).indexOf(part), source.slice(), context, async () => worthBelow),
  });
}

describe('a plan whose parts are done elsewhere', () => {
  it.each(PICTURES)('gives the very same bytes and receipt: %s', async (_, picture, recipe) => {
    const source = new Uint8Array(await encoded(picture()));
    const plan = makePlan({ ...DEFAULT_RECIPE, ...recipe }, inspect(source));
    expect(partsOf(plan).length).toBeGreaterThan(0);
    const all: Compressed[] = [];
    for (const more of [{}, { elsewhere: async () => null }, { elsewhere: elsewhere(plan, source) }])
      all.push(await runPlan(plan, source.slice(), { ...context, ...more }));
    const [alone, ...others] = all;
    for (const other of others) expect(other).toEqual(alone);
  });

  it('has none where the Source fits already', async () => {
    const source = new Uint8Array(await encoded(grain({ width: 120, height: 90 }, 20).jpeg({ quality: 80 })));
    const plan = makePlan(
      { ...DEFAULT_RECIPE, format: 'auto', aim: { kind: 'size', bytes: source.length } },
      inspect(source),
    );
    expect(plan.rivals?.length).toBeGreaterThan(0);
    expect(partsOf(plan)).toEqual([]);
  });
});
