import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  aimKindsOf,
  effectiveAim,
  outputOf,
  resizeBy,
  resizeTo,
  sameRecipe,
  withAim,
  withFormat,
  withOption,
} from '../../../../components/recipe/recipe-edits.ts';
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
  it('that cannot do without loss takes the last quality', () => {
    expect(withFormat(lossless, 'jpeg', 'png', 82).aim).toEqual({ kind: 'quality', quality: 82 });
    expect(withFormat(lossless, 'avif', 'png', 82).aim).toEqual({ kind: 'lossless' });
  });
});

describe('the aim', () => {
  it('offers only what makes a difference', () => {
    expect(OUTPUT_FORMATS.map((format) => aimKindsOf(format, 'quality').join())).toEqual([
      'quality',
      'lossless',
      'quality,lossless',
      'quality,lossless',
      'quality,lossless',
    ]);
    expect(aimKindsOf('jpeg', 'untouched')).toContain('untouched');
  });
  it('of a PNG is lossless, whatever the recipe says', () =>
    expect(effectiveAim(DEFAULT_RECIPE, 'png')).toBe('lossless'));
  it('goes there and back', () =>
    expect(withAim(withAim(DEFAULT_RECIPE, 'lossless', 75), 'quality', 75)).toEqual(DEFAULT_RECIPE));
});

describe('an option', () => {
  it('is kept for its format, and is gone when it is as usual', () => {
    const set = withOption(withOption(DEFAULT_RECIPE, 'avif', 'speed', 4), 'webp', 'method', 6);
    expect(set.options).toEqual({ avif: { speed: 4 }, webp: { method: 6 } });
    const less = withOption(set, 'avif', 'speed', 6);
    expect(less.options).toEqual({ webp: { method: 6 } });
    expect(withOption(less, 'webp', 'method', 4)).toEqual(DEFAULT_RECIPE);
  });
  it('makes a recipe that stands every check', () => {
    expect(v.is(recipeSchema, withOption(DEFAULT_RECIPE, 'jxl', 'effort', 9))).toBe(true);
  });
});

describe('the resize', () => {
  it.each([
    ['none', null],
    ['percent', { by: 'percent', percent: 50 }],
    ['width', { by: 'width', pixels: 151 }],
    ['height', { by: 'height', pixels: 100 }],
    ['longest-side', { by: 'longest-side', pixels: 151 }],
  ] as const)('by %s begins with half', (kind, expected) => {
    expect(resizeBy(kind, size)).toEqual(expected);
  });
  it('stays within the image and whole', () => {
    expect(resizeTo({ by: 'width', pixels: 10 }, 9999, size)).toEqual({ by: 'width', pixels: 301 });
    expect(resizeTo({ by: 'height', pixels: 10 }, 30.4, size)).toEqual({ by: 'height', pixels: 30 });
    expect(resizeTo({ by: 'percent', percent: 10 }, 130, size)).toEqual({ by: 'percent', percent: 100 });
    expect(resizeTo({ by: 'percent', percent: 10 }, Number.NaN, size)).toBeNull();
  });
});

it('recipes are the same whatever the order of their fields', () => {
  const { format, ...rest } = DEFAULT_RECIPE;
  expect(sameRecipe(DEFAULT_RECIPE, { ...rest, format })).toBe(true);
  expect(sameRecipe(DEFAULT_RECIPE, { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 74 } })).toBe(false);
});
