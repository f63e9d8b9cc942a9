import { expect, it } from 'vitest';
import { LiveSettings } from '../../../components/panel/live-settings.svelte.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../lib/storage/settings/schema.ts';

/** Writes one after the other, each when the test says so. */
function heldStore(): { store: ConstructorParameters<typeof LiveSettings>[0]; write(): Promise<void>; fail(): void } {
  let stored: Settings = DEFAULT_SETTINGS;
  const waiting: { go(): void; fail(): void }[] = [];
  return {
    store: {
      load: async () => stored,
      setByPolicy: async () => new Set(),
      clear: async () => undefined,
      onChange: () => () => undefined,
      update: (change) =>
        new Promise((resolve, reject) =>
          waiting.push({
            go: () => resolve((stored = { ...stored, ...change(stored) })),
            fail: () => reject(new Error('refused')),
          }),
        ),
    },
    async write() {
      waiting.shift()?.go();
      await new Promise((later) => setTimeout(later));
    },
    fail: () => waiting.shift()?.fail(),
  };
}

it('the settings in a view have each change at once, so that the next begins with it, and lose what is refused', async () => {
  const { store, write, fail } = heldStore();
  const settings = new LiveSettings(store);
  await new Promise((later) => setTimeout(later));
  const first = settings.update(({ recipe }) => ({ recipe: { ...recipe, format: 'avif' } }));
  // As a form does: from what it shows.
  const shown = settings.recipe;
  const second = settings.update(() => ({ recipe: { ...shown, metadata: 'strip' } }));
  expect(settings.recipe).toMatchObject({ format: 'avif', metadata: 'strip' });
  await write();
  await first;
  expect(settings.recipe).toMatchObject({ format: 'avif', metadata: 'strip' });
  await write();
  await second;
  expect(settings.recipe).toMatchObject({ format: 'avif', metadata: 'strip' });

  const refused = settings.update(() => ({ idleMinutes: 5 }));
  expect(settings.current?.idleMinutes).toBe(5);
  fail();
  await expect(refused).rejects.toThrow();
  expect(settings.current?.idleMinutes).toBe(60);
  settings.stop();
});
