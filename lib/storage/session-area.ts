/**
 * The memory of a session: the jobs' records and the vault's key. That is `storage.session`, but not in a private window:
 * measured in Chromium 156, `incognito: split` gives the extension there a process, an IndexedDB, alarms and an
 * offscreen document of its own, while `storage.session` is one for all windows. Names from a private window would
 * show in the others, and stay when it closes. So there, this lies in the private profile's own IndexedDB,
 * which Chromium keeps in memory and lets go of with the last private window.
 */
import { browser } from 'wxt/browser';
import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';
import type { StorageArea, StorageChanges } from './storage-area.ts';

/** Whether this context belongs to a private window. */
export function inPrivateWindow(): boolean {
  return browser.extension.inIncognitoContext;
}

export function sessionArea(): StorageArea {
  return inPrivateWindow() ? privateArea('session', new BroadcastChannel('session')) : browser.storage.session;
}

interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** The same contract over an IndexedDB database. @param channel tells the other contexts of a change */
export function privateArea(name: string, channel: Channel): StorageArea {
  let opened: Promise<IDBPDatabase> | null = null;
  const open = (): Promise<IDBPDatabase> =>
    (opened ??= openDB(name, 1, { upgrade: (database) => void database.createObjectStore('items') }));
  const listeners = new Set<(changes: StorageChanges) => void>();
  const hear = (changes: StorageChanges): void => {
    for (const listener of [...listeners]) listener(changes);
  };
  channel.addEventListener('message', ({ data }) => hear(data as StorageChanges));

  async function change(values: ReadonlyMap<string, unknown>): Promise<void> {
    const transaction = (await open()).transaction('items', 'readwrite');
    for (const [key, value] of values)
      void (value === undefined ? transaction.store.delete(key) : transaction.store.put(value, key));
    await transaction.done;
    const changes = Object.fromEntries(
      [...values].map(([key, value]) => [key, value === undefined ? {} : { newValue: value }]),
    );
    hear(changes);
    channel.postMessage(changes);
  }

  return {
    async get(key) {
      const { store } = (await open()).transaction('items');
      if (key !== null) {
        const value: unknown = await store.get(key);
        return value === undefined ? {} : { [key]: value };
      }
      const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
      return Object.fromEntries(keys.map((each, index) => [String(each), values[index] as unknown]));
    },
    set: (items) => change(new Map(Object.entries(items))),
    remove: (keys) => change(new Map([keys].flat().map((key) => [key, undefined]))),
    onChanged: {
      addListener: (listener) => void listeners.add(listener),
      removeListener: (listener) => void listeners.delete(listener),
    },
  };
}
