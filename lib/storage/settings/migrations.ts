/**
 * What older versions wrote, brought to what this version means. A migration that has shipped is frozen: it imports
 * nothing, so that it does tomorrow what it did today, and `tests/unit/settings/examples/` has what each version wrote.
 * Preset files go the same way with a record that has `presets` alone: so each field is migrated only if it is there.
 */

/** Raise it with each change of the schema (of a Recipe too) that makes older data mean something else, or be refused. */
export const SETTINGS_VERSION = 6;

export type StoredFields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is StoredFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The record with the recipe for all, and with those of its presets, as `change` makes them: as versions 1 to 3 have them. */
function withRecipes(
  older: StoredFields,
  change: (recipe: StoredFields, of: 'all' | 'preset') => StoredFields,
): StoredFields {
  const changed = (recipe: unknown, of: 'all' | 'preset'): unknown => (isRecord(recipe) ? change(recipe, of) : recipe);
  const { recipe, presets } = older;
  return {
    ...older,
    ...('recipe' in older && { recipe: changed(recipe, 'all') }),
    ...(Array.isArray(presets) && {
      presets: presets.map((preset: unknown) =>
        isRecord(preset) ? { ...preset, recipe: changed(preset['recipe'], 'preset') } : preset,
      ),
    }),
  };
}

/** A file of presets has no settings. */
function withSettings(older: StoredFields, added: StoredFields): StoredFields {
  return 'idleMinutes' in older ? { ...older, ...added } : older;
}

/** Under n: turns what version n wrote into what version n + 1 writes. */
export const MIGRATIONS: Readonly<Record<number, (older: StoredFields) => StoredFields>> = {
  /** Recipes got the audience of an automatic format, limits a kilobyte. Quality 75 in the last one used was the default, which is now a look of 70. */
  1: (older) =>
    withSettings(
      withRecipes(older, (recipe, of) => {
        const { aim } = recipe;
        const wasDefault = of === 'all' && isRecord(aim) && aim['kind'] === 'quality' && aim['quality'] === 75;
        return { audience: 'everywhere', ...recipe, ...(wasDefault && { aim: { kind: 'look', look: 70 } }) };
      }),
      { kilobyte: 1000 },
    ),
  /** Of five ways to resize two are left: each other one becomes the one that looks most like it. */
  2: (older) => {
    const nearest: StoredFields = { catrom: 'lanczos3', magicKernelSharp2021: 'lanczos3', triangle: 'mitchell' };
    return withRecipes(older, (recipe) => ({
      ...recipe,
      resizeMethod: nearest[String(recipe['resizeMethod'])] ?? recipe['resizeMethod'],
    }));
  },
  /** Sites on which uploads are made smaller: none before anybody chose one. */
  3: (older) => withSettings(older, { uploadSites: [] }),
  /** A click in a page follows the settings, and what it saved may be kept for a while. */
  4: (older) => withSettings(older, { menu: { recipe: null, hidden: [], plainNames: false }, keepSaved: false }),
  /** How a wide window shows the images was not kept. */
  5: (older) => withSettings(older, { grid: false }),
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
