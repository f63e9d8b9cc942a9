import * as v from 'valibot';
import { expect, it } from 'vitest';
import { withoutFraming } from '../../../../lib/core/model/framing.ts';
import { DEFAULT_RECIPE, generalRecipeSchema, recipeSchema, type Recipe } from '../../../../lib/core/model/recipe.ts';

it('is a recipe without what is for one image: its framing, and that its size is a share', () => {
  const own: Recipe = {
    ...DEFAULT_RECIPE,
    aim: { kind: 'size', bytes: 34_000, together: 500_000 },
    framing: { turn: 90, crop: null },
  };
  expect(v.is(recipeSchema, own)).toBe(true);
  expect(v.is(generalRecipeSchema, own)).toBe(false);
  const general = withoutFraming(own);
  expect(general).toEqual({ ...DEFAULT_RECIPE, aim: { kind: 'size', bytes: 34_000 } });
  expect(v.is(generalRecipeSchema, general)).toBe(true);
});
