import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checked } from '../../../../lib/storage/settings/bad-value.ts';
import { MIGRATIONS, SETTINGS_VERSION, migrated } from '../../../../lib/storage/settings/migrations.ts';
import { readPresetFile } from '../../../../lib/storage/settings/preset-file.ts';
import { settingsSchema } from '../../../../lib/storage/settings/schema.ts';
import { settled } from '../../../../lib/storage/settings/settings.ts';

const folder = new URL('examples/', import.meta.url);
const versions = Array.from({ length: SETTINGS_VERSION }, (_, index) => index + 1);
const example = (version: number): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`${version}.json`, folder), 'utf8')) as Record<string, unknown>;

describe('what older versions wrote', () => {
  it('has a frozen example for each version, and a way to the next', () => {
    expect(readdirSync(folder).sort()).toEqual(versions.map((version) => `${version}.json`).sort());
    expect(Object.keys(MIGRATIONS).map(Number)).toEqual(versions.slice(0, -1));
  });

  it.each(versions)('is read whole from version %i: not one field falls back to its default', (version) => {
    const fields = migrated(example(version));
    expect(checked(settingsSchema, fields, '')).toEqual(settled(fields));
  });

  it.each(versions)('gives its presets when they come alone, from a file of version %i', (version) => {
    const { presets } = example(version);
    const file = JSON.stringify({ kind: 'compressimage-presets', version, presets });
    expect(readPresetFile(file)).toEqual(settled(migrated(example(version))).presets);
  });

  it('of the current version is not changed at all', () => {
    const { version, ...fields } = example(SETTINGS_VERSION);
    expect(migrated({ version, ...fields })).toEqual(fields);
    expect(settled(fields)).toEqual(fields);
  });
});

describe('a way to resize that is no more', () => {
  it.each([
    ['lanczos3', 'lanczos3'],
    ['mitchell', 'mitchell'],
    ['catrom', 'lanczos3'],
    ['magicKernelSharp2021', 'lanczos3'],
    ['triangle', 'mitchell'],
  ])('%s becomes %s, in the recipe and in presets', (resizeMethod, nearest) => {
    const { recipe, presets } = example(2) as { recipe: object; presets: { name: string; recipe: object }[] };
    const older = {
      version: 2,
      recipe: { ...recipe, resizeMethod },
      presets: presets.map((preset) => ({ ...preset, recipe: { ...preset.recipe, resizeMethod } })),
    };
    const settings = settled(migrated(older));
    expect(settings.recipe).toEqual({ ...recipe, resizeMethod: nearest, gif: 'convert' });
    expect(settings.presets.map((preset) => preset.recipe.resizeMethod)).toEqual(presets.map(() => nearest));
    const file = JSON.stringify({ kind: 'compressimage-presets', version: 2, presets: older.presets });
    expect(readPresetFile(file)).toEqual(settings.presets);
  });
});

describe('a chain of migrations', () => {
  const chain = {
    1: ({ a, ...rest }: Record<string, unknown>) => ({ ...rest, b: a }),
    2: (older: Record<string, unknown>) => ({ ...older, c: true }),
  };

  it.each([
    [1, { b: 7, c: true }],
    [2, { a: 7, c: true }],
    [3, { a: 7 }],
    [4, { a: 7 }],
  ])('is entered where version %i stands', (version, result) => {
    expect(migrated({ version, a: 7 }, chain, 3)).toEqual(result);
  });

  it.each([undefined, null, 7, 'x', [], {}, { version: 0 }, { version: '1' }, { version: 1.5 }])(
    'takes no field from %j',
    (stored) => {
      expect(migrated(stored, chain, 3)).toEqual({});
    },
  );
});
