/** Changes of the person's own presets. Each gives a new list, or throws what `lib/storage/settings` finds wrong with it. */
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { checked } from '../../lib/storage/settings/bad-value.ts';
import { readPresetFile, withImported } from '../../lib/storage/settings/preset-file.ts';
import { presetsSchema, sameName, type Preset } from '../../lib/storage/settings/schema.ts';

/** Of what is there by then: another change may be on its way. */
export type PresetsChange = (presets: readonly Preset[]) => readonly Preset[];

/** The preset that has this name, as people compare names. */
export function presetNamed(presets: readonly Preset[], name: string): Preset | undefined {
  return presets.find((each) => sameName(each.name, name.trim()));
}

/** A preset of the same name is replaced. @throws CompressionError 'bad-recipe' */
export function withSaved(presets: readonly Preset[], name: string, recipe: Recipe): Preset[] {
  const others = presets.filter((each) => !sameName(each.name, name.trim()));
  return checked(presetsSchema, [...others, { name, recipe }], 'presets');
}

/** @throws CompressionError 'bad-recipe', 'duplicate' when the name is another's */
export function withRenamed(presets: readonly Preset[], from: string, to: string): Preset[] {
  return checked(
    presetsSchema,
    presets.map((each) => (each.name === from ? { ...each, name: to } : each)),
    'presets',
  );
}

export function withoutPreset(presets: readonly Preset[], name: string): Preset[] {
  return presets.filter((each) => each.name !== name);
}

/** One that was deleted is there again, at its place; what has its name by now stays. */
export function withBack(presets: readonly Preset[], preset: Preset, at: number): Preset[] {
  return presetNamed(presets, preset.name) ? [...presets] : presets.toSpliced(at, 0, preset);
}

/** @throws CompressionError 'bad-recipe' that says which field of the file is wrong, and why */
export function withFile(presets: readonly Preset[], text: string): Preset[] {
  return withImported(presets, readPresetFile(text));
}
