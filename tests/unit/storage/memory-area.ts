/** Stands for an area of the browser's storage, with its change events; and for `navigator.locks`, which Node 20 lacks. */
import type { StorageArea, StorageChanges } from '../../../lib/storage/storage-area.ts';
import type { Locks } from '../../../lib/storage/vault/key.ts';

export interface MemoryArea extends StorageArea {
  /** Values as the browser keeps them: as JSON has them, and nobody else's objects. */
  readonly content: Map<string, unknown>;
}

export function memoryArea(initial: Record<string, unknown> = {}): MemoryArea {
  const content = new Map(Object.entries(initial).map(([key, value]) => [key, asStored(value)]));
  const listeners = new Set<(changes: StorageChanges) => void>();
  const changed = (keys: readonly string[]): void => {
    for (const listener of listeners)
      listener(Object.fromEntries(keys.map((key) => [key, content.has(key) ? { newValue: content.get(key) } : {}])));
  };
  return {
    content,
    async get(key) {
      await Promise.resolve();
      return Object.fromEntries(
        [...content].filter(([each]) => key === null || each === key).map(([each, value]) => [each, asStored(value)]),
      );
    },
    async set(items) {
      await Promise.resolve();
      for (const [key, value] of Object.entries(items)) content.set(key, asStored(value));
      changed(Object.keys(items));
    },
    async remove(keys) {
      await Promise.resolve();
      const gone = [keys].flat().filter((key) => content.delete(key));
      if (gone.length > 0) changed(gone);
    },
    onChanged: {
      addListener: (listener) => void listeners.add(listener),
      removeListener: (listener) => void listeners.delete(listener),
    },
  };
}

function asStored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
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
