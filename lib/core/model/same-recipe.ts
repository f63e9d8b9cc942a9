import type { Recipe } from './recipe.ts';

/** Whether two recipes ask for the same, whatever the order of their fields. */
export function sameRecipe(one: Recipe, other: Recipe): boolean {
  return canonicalRecipe(one) === canonicalRecipe(other);
}

/** JSON with sorted keys: the same for recipes that ask for the same. */
export function canonicalRecipe(recipe: Recipe): string {
  return JSON.stringify(recipe, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
