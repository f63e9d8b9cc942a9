/** Pictures for which a codec's memory has no room: refused, or coded with less, before anything is decoded. */
import { describe, expect, it } from 'vitest';
import type { Inspection, OutputFormat } from '../../../../lib/core/image/inspection.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import type { Plan } from '../../../../lib/core/pipeline/plan.ts';

const look = (value: number): Partial<Recipe> => ({ aim: { kind: 'look', look: value } });

function planOf(megapixels: number, recipe: Partial<Recipe>, change: Partial<Inspection> = {}): Plan {
  const inspection: Inspection = {
    format: 'png',
    bytes: 5e7,
    width: 10_000,
    height: megapixels * 100,
    orientation: 1,
    bitDepth: 8,
    colour: { model: 'rgb', profile: null, cicp: null, gamma: null, chromaticities: null },
    alpha: false,
    animation: null,
    coding: { lossless: true, quality: null, progressive: false, unsupportedCoding: null },
    metadata: { kinds: [], bytes: 0 },
    ...change,
  };
  return makePlan({ ...DEFAULT_RECIPE, ...recipe }, inspection);
}

const refused = (code: string, parameters: object): unknown =>
  expect.objectContaining({ code, parameters: expect.objectContaining(parameters) as unknown });

describe('a large picture', () => {
  it.each<[OutputFormat, number, boolean]>([
    ['avif', 67, false],
    ['avif', 67, true],
    ['webp', 76, true],
    ['jxl', 20, false],
  ])('is written as %s up to %i megapixels, alpha: %s', (format, limit, alpha) => {
    expect(() => planOf(limit, { format, ...look(70) }, { alpha })).not.toThrow();
    expect(() => planOf(limit + 1, { format, ...look(70) }, { alpha })).toThrow(
      refused('too-much-memory', { format, limit }),
    );
  });

  it('is written as any other format up to 100', () => {
    for (const format of ['jpeg', 'png', 'webp'] as const)
      for (const recipe of [look(60), look(80), look(90), { aim: { kind: 'lossless' } } as const])
        expect(() => planOf(100, { format, ...recipe })).not.toThrow();
  });

  it('is read where the decoder has room', () => {
    const change = { format: 'avif', alpha: true } as const;
    expect(() => planOf(58, { format: 'png' }, change)).not.toThrow();
    expect(() => planOf(59, { format: 'png' }, change)).toThrow(
      refused('too-much-memory', { format: 'avif', limit: 58 }),
    );
  });

  it('is coded with less memory where the usual options need more, unless a person has set them', () => {
    const spared = planOf(60, { format: 'avif', ...look(90) });
    expect(spared).toMatchObject({ options: { subsample: 1 }, goal: { set: { subsample: 1 } } });
    expect(planOf(40, { format: 'avif', ...look(90) })).toMatchObject({ options: { subsample: 3 } });
    expect(planOf(60, { format: 'webp', ...look(80) }, { alpha: true })).toMatchObject({
      options: { use_sharp_yuv: 0 },
      goal: { set: { use_sharp_yuv: 0 } },
    });
    expect(() => planOf(60, { format: 'avif', ...look(90), options: { avif: { subsample: 3 } } })).toThrow(
      refused('too-much-memory', { format: 'avif', limit: 44 }),
    );
  });

  it('leaves its format out where the smallest is looked for', () => {
    const plan = planOf(80, { format: 'auto', audience: 'modern' });
    expect([plan, ...(plan.rivals ?? [])].map(({ output }) => output).sort()).toEqual(['jpeg', 'png', 'webp']);
    expect(() => planOf(99, { format: 'auto', audience: 'modern' }, { alpha: true })).not.toThrow();
  });

  it('may be made smaller first', () => {
    const resize = { by: 'percent', percent: 50 } as const;
    expect(() => planOf(100, { format: 'avif', resize, ...look(70) })).not.toThrow();
  });

  it('is packed and cleaned whatever its size: no codec is asked', () => {
    expect(planOf(100, {}, { alpha: true }).route).toBe('optimise');
    expect(planOf(100, { aim: { kind: 'untouched' } }, { format: 'avif' }).route).toBe('clean');
  });
});

describe('a long picture', () => {
  it('is refused where the format can’t state its length', () => {
    const long = { width: 17_000, height: 10 };
    expect(() => planOf(1, { format: 'webp' }, long)).toThrow(refused('unsupported-variant', { format: 'webp' }));
    expect(planOf(1, { format: 'auto', audience: 'everywhere' }, long).rivals?.map(({ output }) => output)).toEqual([
      'jpeg',
    ]);
  });
});

describe('a PNG', () => {
  it.each<[string, Partial<Inspection>, boolean]>([
    ['with a palette', { colour: colourOf('palette') }, false],
    ['of one bit', { colour: colourOf('grey'), bitDepth: 1 }, false],
    ['in grey', { colour: colourOf('grey') }, false],
    ['in grey with alpha', { colour: colourOf('grey'), alpha: true }, true],
    ['in colour', { colour: colourOf('rgb') }, true],
  ])('%s is looked through for fewer colours: %s', (_name, change, searched) => {
    expect('fewerColours' in planOf(1, look(70), change)).toBe(searched);
    // A number that a person has set may be fewer than any palette's.
    expect('fewerColours' in planOf(1, { ...look(70), options: { png: { colours: 16 } } }, change)).toBe(true);
  });
});

function colourOf(model: Inspection['colour']['model']): Inspection['colour'] {
  return { model, profile: null, cicp: null, gamma: null, chromaticities: null };
}
