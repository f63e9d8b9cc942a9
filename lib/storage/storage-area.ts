/** The one port of all that is stored beside the vault: what of a `storage.StorageArea` (local, managed, session) is used. */
export interface StorageArea {
  get(keys: string | null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string | string[]): Promise<void>;
  readonly onChanged: {
    addListener(listener: (changes: StorageChanges) => void): void;
    removeListener(listener: (changes: StorageChanges) => void): void;
  };
}

/** By key; without a new value it is gone. */
export type StorageChanges = Record<string, { readonly newValue?: unknown }>;

/** For whoever does not follow changes. */
export type StorageItems = Omit<StorageArea, 'onChanged'>;

/** What only is read. */
export type ReadableArea = Pick<StorageArea, 'get'> & Partial<Pick<StorageArea, 'onChanged'>>;

/** Calls when `key` changes, whoever changed it, and returns what ends that. */
export function watch(area: StorageArea, key: string, changed: () => void): () => void {
  const listener = (changes: StorageChanges): void => {
    if (key in changes) changed();
  };
  area.onChanged.addListener(listener);
  return () => area.onChanged.removeListener(listener);
}
