import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  aimKindsOf,
  effectiveAim,
  FIRST_AIMS,
  lastAims,
  outputOf,
  problemOf,
  resizeOf,
  withAim,
  withAmount,
  withFormat,
  withOption,
} from '../../../../components/recipe/recipe-edits.ts';
import { sameRecipe } from '../../../../lib/core/model/same-recipe.ts';
import { DEFAULT_RECIPE, recipeSchema, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { OUTPUT_FORMATS } from '../../../../lib/core/image/inspection.ts';

const lossless: Recipe = { ...DEFAULT_RECIPE, format: 'webp', aim: { kind: 'lossless' } };
const size = { width: 301, height: 200 };

describe('the format', () => {
  it('same is the image’s own, or the one that stands for it', () => {
    expect([outputOf(DEFAULT_RECIPE, 'webp'), outputOf(DEFAULT_RECIPE, 'heic'), outputOf(lossless, 'jpeg')]).toEqual([
      'webp',
      'jpeg',
      'webp',
    ]);
  });
  it('that cannot do without loss takes the last look', () => {
    const last = { ...FIRST_AIMS, look: 82 };
    expect(withFormat(lossless, 'jpeg', 'png', last).aim).toEqual({ kind: 'look', look: 82 });
    expect(withFormat(lossless, 'avif', 'png', last).aim).toEqual({ kind: 'lossless' });
  });
});

describe('the aim', () => {
  it('offers only what makes a difference', () => {
    expect(OUTPUT_FORMATS.map((format) => aimKindsOf({ ...DEFAULT_RECIPE, format }, 'webp').join())).toEqual([
      'look,size,quality',
      'size,lossless',
      'look,size,quality,lossless',
      'look,size,quality,lossless',
      'look,size,quality,lossless',
    ]);
    expect(aimKindsOf(DEFAULT_RECIPE, null)).toEqual(['look', 'size', 'quality', 'lossless']);
    expect(aimKindsOf(DEFAULT_RECIPE, 'png')).toEqual(['look', 'size', 'quality', 'lossless']);
    expect(aimKindsOf({ ...DEFAULT_RECIPE, aim: { kind: 'untouched' } }, 'jpeg')).toContain('untouched');
  });
  it('of a PNG made of another format is lossless, whatever the recipe says', () => {
    expect(effectiveAim({ ...DEFAULT_RECIPE, format: 'png' }, 'webp')).toBe('lossless');
    expect(effectiveAim({ ...DEFAULT_RECIPE, format: 'png' }, 'png')).toBe(DEFAULT_RECIPE.aim.kind);
  });
  it('goes there and back to what it was', () => {
    const set: Recipe = { ...DEFAULT_RECIPE, aim: { kind: 'size', bytes: 345_000 } };
    const last = lastAims(FIRST_AIMS, set);
    const other = withAim(set, 'look', last);
    expect(other.aim).toEqual({ kind: 'look', look: FIRST_AIMS.look });
    expect(withAim(other, 'size', lastAims(last, other))).toEqual(set);
  });
});

describe('an option', () => {
  it('is kept for its format, and is gone when it is as usual', () => {
    const set = withOption(withOption(DEFAULT_RECIPE, 'avif', 'speed', 4), 'webp', 'method', 2);
    expect(set.options).toEqual({ avif: { speed: 4 }, webp: { method: 2 } });
    const less = withOption(set, 'avif', 'speed', 6);
    expect(less.options).toEqual({ webp: { method: 2 } });
    expect(withOption(less, 'webp', 'method', 6)).toEqual(DEFAULT_RECIPE);
  });
  it('makes a recipe that stands every check', () => {
    expect(v.is(recipeSchema, withOption(DEFAULT_RECIPE, 'jxl', 'effort', 9))).toBe(true);
  });
});

describe('the resize', () => {
  it.each([
    ['none', null],
    ['percent', { by: 'percent', percent: 50 }],
    ['width', { by: 'width', pixels: 1920 }],
    ['height', { by: 'height', pixels: 1080 }],
    ['longest-side', { by: 'longest-side', pixels: 1920 }],
  ] as const)('by %s begins with a size that pages and mails use', (kind, expected) => {
    expect(resizeOf(kind, null)).toEqual(expected);
    expect(resizeOf(kind, { width: 4000, height: 3000 })).toEqual(expected);
  });
  it.each([
    ['width', { by: 'width', pixels: 151 }],
    ['height', { by: 'height', pixels: 100 }],
    ['longest-side', { by: 'longest-side', pixels: 151 }],
  ] as const)('by %s begins with half of an image that the usual size would not change', (kind, expected) => {
    expect(resizeOf(kind, size)).toEqual(expected);
  });
});

describe('a recipe', () => {
  it('is checked field by field', () => {
    expect(problemOf(DEFAULT_RECIPE)).toBeNull();
    expect(problemOf({ ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 9999 } })).toMatchObject({
      code: 'bad-recipe',
      parameters: { field: 'aim.quality', reason: 'too-large', limit: 100 },
    });
    expect(problemOf({ ...DEFAULT_RECIPE, resize: withAmount({ by: 'width', pixels: 10 }, 1.5) })).toMatchObject({
      parameters: { field: 'resize.pixels', reason: 'not-whole' },
    });
    expect(problemOf({ ...DEFAULT_RECIPE, resize: withAmount({ by: 'percent', percent: 10 }, 0) })).toMatchObject({
      parameters: { field: 'resize.percent', reason: 'too-small', limit: 1 },
    });
  });
  it('is the same whatever the order of its fields', () => {
    const { format, ...rest } = DEFAULT_RECIPE;
    expect(sameRecipe(DEFAULT_RECIPE, { ...rest, format })).toBe(true);
    expect(sameRecipe(DEFAULT_RECIPE, { ...rest, format: 'png' })).toBe(false);
    expect(sameRecipe(DEFAULT_RECIPE, { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 74 } })).toBe(false);
  });
});
