import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE, recipeSchema } from '../../../../lib/core/model/recipe.ts';
import type { CompressionError } from '../../../../lib/core/errors.ts';
import { SETTINGS_VERSION } from '../../../../lib/storage/settings/migrations.ts';
import { presetFile, readPresetFile, withImported } from '../../../../lib/storage/settings/preset-file.ts';
import { BUILT_IN_PRESETS } from '../../../../lib/storage/settings/presets.ts';
import { presetsSchema } from '../../../../lib/storage/settings/schema.ts';
import type { Preset } from '../../../../lib/storage/settings/schema.ts';

const mine: Preset = { name: 'Mine', recipe: DEFAULT_RECIPE };
const other: Preset = { name: 'Mine', recipe: { ...DEFAULT_RECIPE, format: 'webp' } };

/** The error's parameters, or the presets. */
function outcome(text: string): unknown {
  try {
    return readPresetFile(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad-recipe' });
    return (error as CompressionError).parameters;
  }
}

describe('built-in presets', () => {
  it.each(BUILT_IN_PRESETS)('$id is a valid recipe', ({ recipe }) => {
    expect(v.is(recipeSchema, recipe)).toBe(true);
  });

  it('are Web, E-mail, Lossless and Archive', () => {
    expect(BUILT_IN_PRESETS.map(({ id }) => id)).toEqual(['web', 'email', 'lossless', 'archive']);
  });
});

describe('a preset file', () => {
  it('gives back what was written', () => {
    const presets = [mine, { ...other, name: 'Другой "набор" 🖼️' }];
    expect(readPresetFile(presetFile(presets))).toEqual(presets);
    expect(readPresetFile(`\uFEFF${presetFile(presets)}`)).toEqual(presets);
    expect(readPresetFile(presetFile([]))).toEqual([]);
  });

  it.each<[what: string, text: string, parameters: unknown]>([
    ['no JSON', 'presets: none', { field: 'file', reason: 'not-json' }],
    ['another JSON', '{"presets":[]}', { field: 'file', reason: 'not-presets' }],
    ['a list', '[]', { field: 'file', reason: 'not-presets' }],
    ['null', 'null', { field: 'file', reason: 'not-presets' }],
    ['no version', '{"kind":"compressimage-presets","presets":[]}', { field: 'version', reason: 'wrong-type' }],
    [
      'a version to come',
      '{"kind":"compressimage-presets","version":99,"presets":[]}',
      { field: 'version', reason: 'newer-version', limit: SETTINGS_VERSION },
    ],
    ['no presets', '{"kind":"compressimage-presets","version":1}', { field: 'presets', reason: 'missing' }],
    ['too much', ' '.repeat(1_000_001), { field: 'file', reason: 'file-too-large', limit: 1_000_000 }],
    [
      'a quality out of range',
      changed((presets) => void (presets[1].recipe.aim = { kind: 'quality', quality: 500 })),
      { field: 'presets[1].recipe.aim.quality', reason: 'too-large', limit: 100 },
    ],
    [
      'a field that is missing',
      changed((presets) => void delete presets[0].recipe.metadata),
      { field: 'presets[0].recipe.metadata', reason: 'missing' },
    ],
    [
      'a field that nobody knows',
      changed((presets) => void (presets[0].script = 'alert(1)')),
      { field: 'presets[0].script', reason: 'unknown-field' },
    ],
    [
      'an aim that nobody knows',
      changed((presets) => void (presets[0].recipe.aim = { kind: 'magic' })),
      {
        field: 'presets[0].recipe.aim.kind',
        reason: 'not-one-of',
        limit: 'look | quality | lossless | untouched | size',
      },
    ],
    [
      'a name without a letter',
      changed((presets) => void (presets[0].name = ' ')),
      { field: 'presets[0].name', reason: 'empty' },
    ],
    [
      'a name that is too long',
      changed((presets) => void (presets[0].name = 'x'.repeat(61))),
      { field: 'presets[0].name', reason: 'too-long', limit: 60 },
    ],
    [
      'a name twice',
      changed((presets) => void (presets[1].name = 'MINE')),
      { field: 'presets[1]', reason: 'duplicate' },
    ],
  ])('with %s is refused with the field and the reason', (_what, text, parameters) => {
    expect(outcome(text)).toEqual(parameters);
  });

  it('that anyone could have made gives presets or a reason, never another error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((presets) => JSON.stringify({ kind: 'compressimage-presets', version: 1, presets })),
        ),
        (text) => {
          const result = outcome(text);
          expect(Array.isArray(result) ? v.is(presetsSchema, result) : Object.keys(result as object)).toBeTruthy();
        },
      ),
    );
  });

  it('does not reach the prototype of anything', () => {
    const text = presetFile([mine]).replace('"name"', '"__proto__": {"polluted": true}, "name"');
    outcome(text);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('an import', () => {
  it('adds what is new, and a number to a name that is taken', () => {
    expect(withImported([mine], [other]).map(({ name }) => name)).toEqual(['Mine', 'Mine (2)']);
    expect(
      withImported(
        [mine, { ...other, name: 'Mine (2)' }],
        [{ ...other, recipe: { ...DEFAULT_RECIPE, format: 'jxl' } }],
      ).map(({ name }) => name),
    ).toEqual(['Mine', 'Mine (2)', 'Mine (3)']);
  });

  it('adds nothing twice, in whatever order its fields are', () => {
    const shuffled = {
      name: 'mine',
      recipe: Object.fromEntries(Object.entries(DEFAULT_RECIPE).reverse()) as Preset['recipe'],
    };
    expect(withImported([mine], [shuffled])).toEqual([mine]);
  });

  it('keeps a numbered name within its length, and valid', () => {
    const long = { ...mine, name: '🖼'.repeat(30) };
    const all = withImported([long], [{ ...long, recipe: other.recipe }]);
    expect(v.is(presetsSchema, all)).toBe(true);
    expect(all[1]?.name).toMatch(/ \(2\)$/);
  });

  it('stops at a hundred presets', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...mine, name: `${index}` }));
    expect(() => withImported(many, [mine])).toThrow(
      expect.objectContaining({ parameters: { field: 'presets', reason: 'too-many', limit: 100 } }),
    );
  });
});

/** A preset as anyone may write it. */
interface LoosePreset {
  name: unknown;
  script?: unknown;
  recipe: { metadata?: unknown; aim: { kind: unknown; quality?: unknown } };
}

function changed(change: (presets: [LoosePreset, LoosePreset]) => void): string {
  const content = JSON.parse(presetFile([mine, { ...other, name: 'Other' }])) as {
    presets: [LoosePreset, LoosePreset];
  };
  change(content.presets);
  return JSON.stringify(content);
}
