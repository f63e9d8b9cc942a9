import type { Recipe } from './recipe.ts';

/** Whether two recipes ask for the same, whatever the order of their fields. */
export function sameRecipe(one: Recipe, other: Recipe): boolean {
  return canonical(one) === canonical(other);
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
