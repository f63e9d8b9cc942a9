/** The settings as they stand, followed as they change in any view. */
/* eslint-disable svelte/prefer-svelte-reactivity -- no set or map here is changed, it is replaced */
import type { Recipe } from '../../lib/core/model/recipe.ts';
import type { Kilobyte } from '../../lib/core/model/aim.ts';
import { PendingChanges } from '../pending-changes.svelte.ts';
import { DEFAULT_SETTINGS, type Settings, type SettingsField } from '../../lib/storage/settings/schema.ts';
import type { SettingsStore } from '../../lib/storage/settings/settings.ts';

export class LiveSettings {
  #stored = $state.raw<Settings | null>(null);
  readonly #pending = new PendingChanges<Settings>();
  readonly #current = $derived(this.#stored && this.#pending.onto(this.#stored));
  #fixed = $state.raw<ReadonlySet<SettingsField>>(new Set());
  readonly #store: SettingsStore;
  readonly #unwatch: () => void;

  constructor(store: SettingsStore) {
    this.#store = store;
    this.#unwatch = store.onChange((settings) => {
      this.#stored = settings;
    });
    void Promise.all([store.load(), store.setByPolicy()]).then(([settings, fixed]) => {
      this.#stored ??= settings;
      this.#fixed = fixed;
    });
  }

  /** Null until they are read. */
  get current(): Settings | null {
    return this.#current;
  }
  /** These are the usual ones until they are read. */
  get recipe(): Recipe {
    return this.#known.recipe;
  }
  get template(): string {
    return this.#known.nameTemplate;
  }
  get kilobyte(): Kilobyte {
    return this.#known.kilobyte;
  }
  get presets(): Settings['presets'] {
    return this.#known.presets;
  }
  get grid(): boolean {
    return this.#known.grid;
  }
  get #known(): Settings {
    return this.#current ?? DEFAULT_SETTINGS;
  }
  /** What an organisation has set: shown, not to be changed. */
  get fixed(): ReadonlySet<SettingsField> {
    return this.#fixed;
  }

  /** @throws CompressionError 'bad-recipe' {field, reason, limit?}; then nothing is changed */
  async update(change: (settings: Settings) => Partial<Settings>): Promise<void> {
    await this.#pending.during(change, async () => {
      this.#stored = await this.#store.update(change);
    });
  }

  stop(): void {
    this.#unwatch();
  }
}
