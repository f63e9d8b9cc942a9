/** A recipe's fields as a form edits them: each change is a whole recipe, or the reason why it is none. */
import { recipeSchema, type Aim, type Recipe, type Resize } from '../../lib/core/model/recipe.ts';
import { CompressionError, type ErrorRecord } from '../../lib/core/errors.ts';
import { checked } from '../../lib/storage/settings/bad-value.ts';

/** Why the recipe can't be used ('bad-recipe' with field, reason and limit), or null. */
export function problemOf(recipe: unknown): ErrorRecord | null {
  try {
    checked(recipeSchema, recipe, '');
    return null;
  } catch (thrown) {
    return CompressionError.from(thrown).toRecord();
  }
}

export type ResizeKind = Resize['by'] | 'none';

/** What a bound is at first: a size that pages and mails use. */
export function resizeOf(kind: ResizeKind): Resize | null {
  switch (kind) {
    case 'none':
      return null;
    case 'percent':
      return { by: kind, percent: 50 };
    case 'longest-side':
    case 'width':
      return { by: kind, pixels: 1920 };
    case 'height':
      return { by: kind, pixels: 1080 };
  }
}

export function withAmount(resize: Resize, amount: number): Resize {
  return resize.by === 'percent' ? { by: resize.by, percent: amount } : { by: resize.by, pixels: amount };
}

/** @param quality what it goes back to after it was lossless */
export function aimOf(kind: Aim['kind'], quality: number): Aim {
  return kind === 'quality' ? { kind, quality } : { kind };
}

/** The same in everything that a form shows, whatever the order of the fields. */
export function sameRecipe(one: Recipe, other: Recipe): boolean {
  return written(one) === written(other);
}

function written(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
