/** The part of a `storage.StorageArea` (local, managed) that settings and statistics need. */
export interface StorageArea {
  get(key: string | null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(key: string): Promise<void>;
  readonly onChanged: {
    addListener(listener: (changes: Record<string, unknown>) => void): void;
    removeListener(listener: (changes: Record<string, unknown>) => void): void;
  };
}

/** What only is read. */
export type ReadableArea = Pick<StorageArea, 'get'> & Partial<Pick<StorageArea, 'onChanged'>>;

/** Tells when `key` changes, whoever changed it, and returns what ends the telling. */
export function watch(area: StorageArea, key: string, changed: () => void): () => void {
  const listener = (changes: Record<string, unknown>): void => {
    if (key in changes) changed();
  };
  area.onChanged.addListener(listener);
  return () => area.onChanged.removeListener(listener);
}
