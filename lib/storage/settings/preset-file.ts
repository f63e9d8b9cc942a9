/** Presets as a JSON file, to take along or to pass on. */
import { sameRecipe } from '../../core/model/same-recipe.ts';
import { badValue, checked } from './bad-value.ts';
import { SETTINGS_VERSION, migrated } from './migrations.ts';
import { MAX_NAME_LENGTH } from './preset-name.ts';
import { MAX_PRESETS, presetsSchema, sameName } from './schema.ts';
import type { Preset } from './schema.ts';

const KIND = 'compressimage-presets';
/** Characters; a hundred presets have some 40 000. */
const MAX_FILE_LENGTH = 1_000_000;

/** `{"kind":"compressimage-presets","version":1,"presets":[{"name":…,"recipe":{…}}]}` */
export function presetFile(presets: readonly Preset[]): string {
  return `${JSON.stringify({ kind: KIND, version: SETTINGS_VERSION, presets }, null, 2)}\n`;
}

/**
 * The presets of a file, all or none of them; older versions' files are read.
 *
 * @throws CompressionError 'bad-recipe' {field, reason, limit?} that says where: `presets[1].recipe.aim.quality`, 'too-large', 100
 */
export function readPresetFile(text: string): Preset[] {
  if (text.length > MAX_FILE_LENGTH) throw badValue('file', 'file-too-large', MAX_FILE_LENGTH);
  const content = parsed(text);
  if (typeof content !== 'object' || content === null || !('kind' in content) || content.kind !== KIND)
    throw badValue('file', 'not-presets');
  const { kind: _kind, ...record } = content as { kind: string; version?: unknown };
  if (typeof record.version !== 'number' || !Number.isInteger(record.version) || record.version < 1)
    throw badValue('version', 'wrong-type');
  if (record.version > SETTINGS_VERSION) throw badValue('version', 'newer-version', SETTINGS_VERSION);
  return checked(presetsSchema, migrated(record)['presets'], 'presets');
}

/**
 * The person's presets with the imported ones after them. One that is there already is not added again; another
 * recipe under a name that is taken gets a number: `Web (2)`.
 *
 * @throws CompressionError 'bad-recipe' {field: 'presets', reason: 'too-many', limit} above 100
 */
export function withImported(own: readonly Preset[], imported: readonly Preset[]): Preset[] {
  const all = [...own];
  for (const preset of imported) {
    if (all.some((each) => sameName(each.name, preset.name) && sameRecipe(each.recipe, preset.recipe))) continue;
    all.push({ ...preset, name: freeName(preset.name, all) });
  }
  if (all.length > MAX_PRESETS) throw badValue('presets', 'too-many', MAX_PRESETS);
  return all;
}

function freeName(name: string, taken: readonly Preset[]): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : ` (${number})`;
    // By code points, so that no surrogate pair is cut.
    let stem = [...name];
    while (stem.join('').length + suffix.length > MAX_NAME_LENGTH) stem = stem.slice(0, -1);
    const candidate = stem.join('').trimEnd() + suffix;
    if (!taken.some((each) => sameName(each.name, candidate))) return candidate;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw badValue('file', 'not-json', undefined, cause);
  }
}
