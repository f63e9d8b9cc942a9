/** What an organisation sets for its people, through `storage.managed`. */
import * as v from 'valibot';
import { DEFAULT_RECIPE } from '../../core/model/recipe.ts';
import { DEFAULT_STATISTICS_CHOICE } from '../statistics/choice.ts';
import { settingsSchema } from './schema.ts';
import type { Settings } from './schema.ts';
import type { ReadableArea } from '../storage-area.ts';

const FIELDS = [
  'recipe',
  'presets',
  'idleMinutes',
  'nameTemplate',
  'toast',
] as const satisfies readonly (keyof Settings)[];

/**
 * The fields that the policy sets, under the names and with the values of `Settings`. `statistics: false` switches the
 * statistics off; no policy can switch them on, which is each person's own choice. What is not valid does not count.
 */
export async function policyOverrides(managed?: ReadableArea): Promise<Partial<Settings>> {
  const values = await read(managed);
  const overrides = FIELDS.flatMap((field): [keyof Settings, unknown][] => {
    const result = v.safeParse(
      settingsSchema.entries[field],
      field === 'recipe' ? whole(values[field]) : values[field],
    );
    return result.success ? [[field, result.output]] : [];
  });
  if (values['statistics'] === false) overrides.push(['statistics', DEFAULT_STATISTICS_CHOICE]);
  return Object.fromEntries(overrides);
}

/** A recipe of which the policy names some fields; the others are the product's own. */
function whole(recipe: unknown): unknown {
  return typeof recipe === 'object' && recipe !== null ? { ...DEFAULT_RECIPE, ...recipe } : recipe;
}

async function read(managed?: ReadableArea): Promise<Record<string, unknown>> {
  try {
    return (await managed?.get(null)) ?? {};
  } catch {
    // Firefox rejects where no policy is installed: the usual case, not a failure (MDN, storage.managed).
    return {};
  }
}
