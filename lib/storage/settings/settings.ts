/** The settings: read with their defaults, changed as one step, overridden by an organisation's policy. */
import * as v from 'valibot';
import type { Locks } from '../vault/key.ts';
import { checked } from './bad-value.ts';
import { SETTINGS_VERSION, migrated } from './migrations.ts';
import { policyOverrides } from './managed-settings.ts';
import { DEFAULT_SETTINGS, presetSchema, presetsSchema, settingsSchema } from './schema.ts';
import type { Preset, Settings, SettingsField } from './schema.ts';
import { watch } from '../storage-area.ts';
import type { ReadableArea, StorageArea } from '../storage-area.ts';

export interface SettingsStore {
  /** What holds now. Never fails over what is stored: a field that can't be used has its default. */
  load(): Promise<Settings>;
  /**
   * Changes some fields as one step, also against other contexts. A field that the policy sets keeps what the person had.
   *
   * @throws CompressionError 'bad-recipe' {field, reason, limit?} when the change is not valid; then nothing is changed
   */
  update(change: (settings: Settings) => Partial<Settings>): Promise<Settings>;
  /** Forgets all that the person has set. */
  clear(): Promise<void>;
  /** The fields that the policy sets: a view shows them and does not let them be changed. */
  setByPolicy(): Promise<ReadonlySet<SettingsField>>;
  /** Tells of each change, made in any context. Returns what ends the telling. */
  onChange(listener: (settings: Settings) => void): () => void;
}

export interface SettingsOptions {
  /** `storage.local`. */
  readonly local: StorageArea;
  /** `storage.managed`, where the browser has it. */
  readonly managed?: ReadableArea;
  /** `navigator.locks`. */
  readonly locks: Locks;
}

const STORAGE_KEY = 'settings';

export function createSettings({ local, managed, locks }: SettingsOptions): SettingsStore {
  const own = async (): Promise<Settings> => settled(migrated((await local.get(STORAGE_KEY))[STORAGE_KEY]));
  const overrides = (): Promise<Partial<Settings>> => policyOverrides(managed);
  /** What was read last: the vault asks for its deadlines at each step of a batch, and each reading is two calls of the browser. */
  let loaded: Promise<Settings> | null = null;
  const forget = (): void => {
    loaded = null;
  };
  watch(local, STORAGE_KEY, forget);
  managed?.onChanged?.addListener(forget);
  function load(): Promise<Settings> {
    if (loaded) return loaded;
    const reading = Promise.all([own(), overrides()]).then(([mine, policy]) => ({ ...mine, ...policy }));
    loaded = reading;
    reading.catch(() => {
      if (loaded === reading) forget();
    });
    return reading;
  }

  return {
    load,
    update: (change) =>
      locks.request(STORAGE_KEY, async () => {
        const [before, policy] = await Promise.all([own(), overrides()]);
        const changed = checked(settingsSchema, { ...before, ...policy, ...change({ ...before, ...policy }) }, '');
        const kept = Object.fromEntries(Object.keys(policy).map((field) => [field, before[field as SettingsField]]));
        await local.set({ [STORAGE_KEY]: { version: SETTINGS_VERSION, ...changed, ...kept } });
        // This context's own event may come later than the answer.
        forget();
        return { ...changed, ...policy };
      }),
    clear: () => locks.request(STORAGE_KEY, () => local.remove(STORAGE_KEY)).then(forget),
    setByPolicy: async () => new Set(Object.keys(await overrides()) as SettingsField[]),
    onChange: (listener) => watch(local, STORAGE_KEY, () => void load().then(listener)),
  };
}

/** Settings from stored fields: each one that can't be used is its default, and of the presets those that can be stay. */
export function settled(fields: Readonly<Record<string, unknown>>): Settings {
  const usable = Object.entries(settingsSchema.entries).flatMap(([field, schema]) => {
    const value = field === 'presets' ? usablePresets(fields[field]) : fields[field];
    const result = v.safeParse(schema, value);
    return result.success ? [[field, result.output]] : [];
  });
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(usable) };
}

function usablePresets(stored: unknown): Preset[] {
  const kept: Preset[] = [];
  for (const each of Array.isArray(stored) ? stored : []) {
    const preset = v.safeParse(presetSchema, each);
    if (preset.success && v.is(presetsSchema, [...kept, preset.output])) kept.push(preset.output);
  }
  return kept;
}
