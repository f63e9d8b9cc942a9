/** Stands for `storage.local`, with its change events; and for `navigator.locks`, which Node 20 lacks. */
import type { StorageArea } from '../../../../lib/storage/settings/storage-area.ts';
import type { Locks } from '../../../../lib/storage/vault/key.ts';

export interface FakeArea extends StorageArea {
  /** As JSON, which is what the browser keeps. */
  readonly content: Map<string, string>;
}

export function storageArea(initial: Record<string, unknown> = {}): FakeArea {
  const content = new Map(Object.entries(initial).map(([key, value]) => [key, JSON.stringify(value)]));
  const listeners = new Set<(changes: Record<string, unknown>) => void>();
  const tell = (keys: readonly string[]): void => {
    for (const listener of listeners) listener(Object.fromEntries(keys.map((key) => [key, {}])));
  };
  return {
    content,
    async get(key) {
      await Promise.resolve();
      return Object.fromEntries(
        [...content]
          .filter(([each]) => key === null || each === key)
          .map(([each, json]) => [each, JSON.parse(json) as unknown]),
      );
    },
    async set(items) {
      await Promise.resolve();
      for (const [key, value] of Object.entries(items)) content.set(key, JSON.stringify(value));
      tell(Object.keys(items));
    },
    async remove(key) {
      await Promise.resolve();
      if (content.delete(key)) tell([key]);
    },
    onChanged: {
      addListener: (listener) => void listeners.add(listener),
      removeListener: (listener) => void listeners.delete(listener),
    },
  };
}

export function locks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    request(name, work) {
      const result = (tails.get(name) ?? Promise.resolve()).then(work);
      tails.set(
        name,
        result.catch(() => undefined),
      );
      return result;
    },
  };
}
