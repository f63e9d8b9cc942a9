/**
 * What older versions wrote, brought to what this version means. A migration that has shipped is frozen: it imports
 * nothing, so that it does tomorrow what it did today, and `tests/unit/settings/examples/` has what each version wrote.
 * Preset files go the same way with a record that has `presets` alone: so each field is migrated only if it is there.
 */

/** Raise it with each change of the schema (of a Recipe too) that makes older data mean something else, or be refused. */
export const SETTINGS_VERSION = 4;

export type StoredFields = Readonly<Record<string, unknown>>;

/** Under n: turns what version n wrote into what version n + 1 writes. */
export const MIGRATIONS: Readonly<Record<number, (older: StoredFields) => StoredFields>> = {
  /** Recipes got the audience of an automatic format, limits a kilobyte. Quality 75 in the last one used was the default, which is now a look of 70. */
  1(older) {
    const isRecord = (value: unknown): value is StoredFields =>
      typeof value === 'object' && value !== null && !Array.isArray(value);
    const withAudience = (recipe: unknown): unknown =>
      isRecord(recipe) ? { audience: 'everywhere', ...recipe } : recipe;
    const withLook = (recipe: unknown): unknown =>
      isRecord(recipe) &&
      isRecord(recipe['aim']) &&
      recipe['aim']['kind'] === 'quality' &&
      recipe['aim']['quality'] === 75
        ? { ...recipe, aim: { kind: 'look', look: 70 } }
        : recipe;
    const { recipe, presets } = older;
    return {
      ...older,
      // A file of presets has no settings.
      ...('idleMinutes' in older && { kilobyte: 1000 }),
      ...('recipe' in older && { recipe: withAudience(withLook(recipe)) }),
      ...(Array.isArray(presets) && {
        presets: presets.map((preset: unknown) =>
          isRecord(preset) ? { ...preset, recipe: withAudience(preset['recipe']) } : preset,
        ),
      }),
    };
  },
  /** Of five ways to resize two are left: each other one becomes the one that looks most like it. */
  2(older) {
    const isRecord = (value: unknown): value is StoredFields =>
      typeof value === 'object' && value !== null && !Array.isArray(value);
    const nearest: StoredFields = { catrom: 'lanczos3', magicKernelSharp2021: 'lanczos3', triangle: 'mitchell' };
    const withMethod = (recipe: unknown): unknown =>
      isRecord(recipe)
        ? { ...recipe, resizeMethod: nearest[String(recipe['resizeMethod'])] ?? recipe['resizeMethod'] }
        : recipe;
    const { recipe, presets } = older;
    return {
      ...older,
      ...('recipe' in older && { recipe: withMethod(recipe) }),
      ...(Array.isArray(presets) && {
        presets: presets.map((preset: unknown) =>
          isRecord(preset) ? { ...preset, recipe: withMethod(preset['recipe']) } : preset,
        ),
      }),
    };
  },
  /** Sites on which uploads are made smaller: none before anybody chose one. A file of presets has no settings. */
  3: (older) => ({ ...older, ...('idleMinutes' in older && { uploadSites: [] }) }),
};

/**
 * The fields of a stored record (with its `version`, a whole number from 1), as the current version writes them.
 * Whatever is no such record has no fields. What a newer version wrote is given as it is: its reader takes what fits.
 */
export function migrated(stored: unknown, migrations = MIGRATIONS, current = SETTINGS_VERSION): StoredFields {
  if (typeof stored !== 'object' || stored === null || !('version' in stored)) return {};
  const { version, ...fields } = stored;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return {};
  let result: StoredFields = fields;
  for (let from = version; from < current; from += 1) {
    const migrate = migrations[from];
    if (!migrate) throw new RangeError(`no migration from version ${from}`);
    result = migrate(result);
  }
  return result;
}
