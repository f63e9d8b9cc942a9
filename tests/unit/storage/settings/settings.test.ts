import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';
import { DEFAULT_SETTINGS, settingsSchema } from '../../../../lib/storage/settings/schema.ts';
import type { Settings } from '../../../../lib/storage/settings/schema.ts';
import { createSettings } from '../../../../lib/storage/settings/settings.ts';
import { locks, memoryArea } from '../memory-area.ts';

const preset = { name: 'Mine', recipe: DEFAULT_RECIPE };

describe('settings', () => {
  it('have defaults that are valid, count nothing and hold for 60 minutes', async () => {
    const settings = createSettings({ local: memoryArea(), locks: locks() });
    expect(await settings.load()).toEqual(DEFAULT_SETTINGS);
    expect(v.is(settingsSchema, DEFAULT_SETTINGS)).toBe(true);
    expect(DEFAULT_SETTINGS.statistics.enabled).toBe(false);
    expect(DEFAULT_SETTINGS.idleMinutes).toBe(60);
  });

  it('are kept, and forgotten on demand', async () => {
    const local = memoryArea({ other: 1 });
    const settings = createSettings({ local, locks: locks() });
    expect(await settings.update(() => ({ idleMinutes: 5, presets: [preset] }))).toMatchObject({ idleMinutes: 5 });
    const later = createSettings({ local, locks: locks() });
    expect(await later.load()).toEqual({ ...DEFAULT_SETTINGS, idleMinutes: 5, presets: [preset] });
    await later.clear();
    expect(await settings.load()).toEqual(DEFAULT_SETTINGS);
    expect([...local.content.keys()]).toEqual(['other']);
  });

  it('lose no change when two views change them at once', async () => {
    const settings = createSettings({ local: memoryArea(), locks: locks() });
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        settings.update(({ presets }) => ({ presets: [...presets, { ...preset, name: `Mine ${index}` }] })),
      ),
    );
    expect((await settings.load()).presets).toHaveLength(10);
  });

  it('are read from the browser once, until anybody changes them', async () => {
    const [local, managed] = [memoryArea(), memoryArea()];
    const reads = vi.spyOn(local, 'get');
    const settings = createSettings({ local, managed, locks: locks() });
    await Promise.all([settings.load(), settings.load()]);
    await settings.load();
    expect(reads).toHaveBeenCalledTimes(1);
    await createSettings({ local, locks: locks() }).update(() => ({ idleMinutes: 5 }));
    expect((await settings.load()).idleMinutes).toBe(5);
    await managed.set({ idleMinutes: 10 });
    expect((await settings.load()).idleMinutes).toBe(10);
    await settings.clear();
    await managed.remove('idleMinutes');
    expect((await settings.load()).idleMinutes).toBe(60);
  });

  it('tell each view of a change', async () => {
    const local = memoryArea();
    const settings = createSettings({ local, locks: locks() });
    const heard: Settings[] = [];
    const stop = createSettings({ local, locks: locks() }).onChange((changed) => heard.push(changed));
    await settings.update(() => ({ toast: false }));
    await local.set({ other: 1 });
    await new Promise(setImmediate);
    stop();
    await settings.update(() => ({ toast: true }));
    await new Promise(setImmediate);
    expect(heard.map(({ toast }) => toast)).toEqual([false]);
  });

  it.each<[change: unknown, field: string, reason: string, limit?: string | number]>([
    [{ idleMinutes: 4 }, 'idleMinutes', 'too-small', 5],
    [{ idleMinutes: 61 }, 'idleMinutes', 'too-large', 60],
    [{ idleMinutes: 7.5 }, 'idleMinutes', 'not-whole'],
    [{ idleMinutes: '7' }, 'idleMinutes', 'wrong-type'],
    [{ idleMinutes: NaN }, 'idleMinutes', 'wrong-type'],
    [{ idleMinutes: undefined }, 'idleMinutes', 'missing'],
    [{ nameTemplate: '  ' }, 'nameTemplate', 'empty'],
    [{ nameTemplate: 'x'.repeat(201) }, 'nameTemplate', 'too-long', 200],
    [{ recipe: { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 101 } } }, 'recipe.aim.quality', 'too-large', 100],
    [
      { recipe: { ...DEFAULT_RECIPE, format: 'bmp' } },
      'recipe.format',
      'not-one-of',
      'same | auto | jpeg | png | webp | avif | jxl',
    ],
    [{ recipe: { ...DEFAULT_RECIPE, background: 'red' } }, 'recipe.background', 'wrong-form'],
    [{ recipe: { ...DEFAULT_RECIPE, surprise: 1 } }, 'recipe.surprise', 'unknown-field'],
    [{ presets: [preset, { ...preset, name: 'MINE' }] }, 'presets[1]', 'duplicate'],
    [{ presets: [{ ...preset, name: 'gnp.\u202eevil' }] }, 'presets[0].name', 'unseen-characters'],
    [
      { presets: Array.from({ length: 101 }, (_, index) => ({ ...preset, name: `${index}` })) },
      'presets',
      'too-many',
      100,
    ],
    [{ statistics: { enabled: true } }, 'statistics.fields', 'missing'],
    [{ surprise: 1 }, 'surprise', 'unknown-field'],
  ])('refuse %j and say which field and why', async (change, field, reason, limit) => {
    const settings = createSettings({ local: memoryArea(), locks: locks() });
    const refused: unknown = await settings.update(() => change as Partial<Settings>).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'bad-recipe',
      parameters: { field, reason, ...(limit === undefined ? {} : { limit }) },
    });
    expect(await settings.load()).toEqual(DEFAULT_SETTINGS);
  });

  it('keep what can be used of a damaged record', async () => {
    const local = memoryArea({
      settings: {
        version: 1,
        idleMinutes: 600,
        toast: false,
        presets: [preset, { name: 'broken' }, { ...preset, name: 'Second' }, preset, 7],
        recipe: { format: 'exe' },
        statistics: { enabled: true },
        surprise: 1,
      },
    });
    expect(await createSettings({ local, locks: locks() }).load()).toEqual({
      ...DEFAULT_SETTINGS,
      toast: false,
      presets: [preset, { ...preset, name: 'Second' }],
    });
  });

  it('are whole and valid whatever is stored', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.jsonValue(),
          fc.record(
            {
              version: fc.nat(3),
              idleMinutes: fc.jsonValue(),
              presets: fc.jsonValue(),
              recipe: fc.jsonValue(),
              statistics: fc.jsonValue(),
              policy: fc.jsonValue(),
              toast: fc.jsonValue(),
            },
            { requiredKeys: [] },
          ),
        ),
        async (stored) => {
          const local = memoryArea({ settings: stored });
          const settings = createSettings({ local, locks: locks() });
          expect(v.is(settingsSchema, await settings.load())).toBe(true);
          await settings.update(() => ({ idleMinutes: 10 }));
          expect((await settings.load()).idleMinutes).toBe(10);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("an organisation's policy", () => {
  it('overrides what the person set, says so, and gives it back when it goes', async () => {
    const local = memoryArea();
    const managed = memoryArea({ idleMinutes: 5, toast: 'yes', presets: [preset], unknown: 1 });
    const settings = createSettings({ local, managed, locks: locks() });
    await createSettings({ local, locks: locks() }).update(() => ({ idleMinutes: 30, toast: false }));
    expect(await settings.load()).toMatchObject({ idleMinutes: 5, toast: false, presets: [preset] });
    expect(await settings.setByPolicy()).toEqual(new Set(['idleMinutes', 'presets']));
    expect(await settings.update(() => ({ idleMinutes: 60, nameTemplate: 'a' }))).toMatchObject({
      idleMinutes: 5,
      nameTemplate: 'a',
    });
    expect(await createSettings({ local, locks: locks() }).load()).toMatchObject({
      idleMinutes: 30,
      nameTemplate: 'a',
      presets: [],
    });
  });

  it('can switch statistics off, and never on', async () => {
    const local = memoryArea();
    const off = createSettings({ local, managed: memoryArea({ statistics: false }), locks: locks() });
    await off.update(() => ({ statistics: { ...DEFAULT_SETTINGS.statistics, enabled: true } }));
    expect((await off.load()).statistics.enabled).toBe(false);
    const on = createSettings({
      local: memoryArea(),
      managed: memoryArea({ statistics: { ...DEFAULT_SETTINGS.statistics, enabled: true } }),
      locks: locks(),
    });
    expect((await on.load()).statistics.enabled).toBe(false);
    await on.update(() => ({ statistics: { ...DEFAULT_SETTINGS.statistics, enabled: true } }));
    expect((await on.load()).statistics.enabled).toBe(true);
  });

  it('is absent where the browser refuses to tell of one', async () => {
    const managed = { get: () => Promise.reject(new Error('Managed storage manifest not found')) };
    expect(await createSettings({ local: memoryArea(), managed, locks: locks() }).load()).toEqual(DEFAULT_SETTINGS);
  });
});
