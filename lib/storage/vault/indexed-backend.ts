/** The backend on disk: one IndexedDB database of the extension's origin, seen by all its contexts alike. */
import { deleteDB, openDB } from 'idb';
import type { DBSchema, IDBPDatabase, IDBPObjectStore, IDBPTransaction } from 'idb';
import { chosenBy, type LedgerEntry, type Selection } from './item.ts';
import { LEDGER_LIMIT } from './storage-backend.ts';
import type { ClosedJob, ItemRecord, StorageBackend, BackendTransaction, WriteRecord } from './storage-backend.ts';

/** Raise it with each change of the stores: what an older version left is a dead session's, so no migration is needed. */
const VERSION = 2;
const STORES = ['items', 'writes', 'chunks', 'ledger', 'closed'] as const;

interface Schema extends DBSchema {
  items: { key: string; value: ItemRecord; indexes: { jobId: string } };
  writes: { key: string; value: WriteRecord; indexes: { jobId: string } };
  /** Under [token, index]. */
  chunks: { key: [string, number]; value: Uint8Array<ArrayBuffer> };
  ledger: { key: number; value: LedgerEntry };
  closed: { key: string; value: ClosedJob };
}
type Database = IDBPDatabase<Schema>;
type Transaction = IDBPTransaction<Schema, (typeof STORES)[number][], 'readwrite'>;

export function indexedBackend(name: string): StorageBackend {
  let opened: Promise<Database> | null = null;

  const forget = (): void => {
    const closing = opened;
    opened = null;
    closing?.then(
      (database) => database.close(),
      () => undefined,
    );
  };
  const open = (): Promise<Database> => {
    opened ??= openDB<Schema>(name, VERSION, {
      upgrade(database) {
        for (const store of [...database.objectStoreNames]) database.deleteObjectStore(store);
        for (const store of ['items', 'writes'] as const)
          database.createObjectStore(store, { keyPath: 'id' }).createIndex('jobId', 'jobId');
        database.createObjectStore('chunks');
        database.createObjectStore('ledger', { autoIncrement: true });
        database.createObjectStore('closed', { keyPath: 'jobId' });
      },
      // Another context deletes or upgrades the database: let it.
      blocking: forget,
      terminated: forget,
    }).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  const begin = async (mode: 'readonly' | 'readwrite'): Promise<Transaction> => {
    // The narrower type of a readonly transaction is the caller's promise: it calls no save and no drop there.
    const start = (database: Database): Transaction =>
      database.transaction([...STORES], mode as 'readwrite', { durability: 'relaxed' });
    const database = await open();
    try {
      return start(database);
    } catch (error) {
      // The connection was closed under us, as on `blocking`: a new one is due.
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error;
      forget();
      return start(await open());
    }
  };

  return {
    async transact(mode, work) {
      const transaction = await begin(mode);
      // It may end with an error before anyone awaits it.
      const done = transaction.done.then(
        () => null,
        (error: unknown) => error ?? new DOMException('aborted', 'AbortError'),
      );
      try {
        const value = await work(transactionOn(transaction));
        // What was only read is true whether or not the transaction has ended by now.
        if (mode === 'readonly') return value;
        commit(transaction);
        const failure = await done;
        if (failure !== null) throw failure;
        return value;
      } catch (error) {
        abort(transaction);
        await done;
        // A request that was cut off says AbortError; why it was (say, the quota) is in the transaction.
        throw transaction.error ?? error;
      }
    },
    async destroy() {
      forget();
      await deleteDB(name);
    },
    close: forget,
  };
}

type Records<Name extends 'items' | 'writes'> = ReturnType<typeof storeOf<Name>>;
const storeOf = <Name extends 'items' | 'writes'>(
  transaction: Transaction,
  name: Name,
): IDBPObjectStore<Schema, (typeof STORES)[number][], Name, 'readwrite'> => transaction.objectStore(name);

async function chosenFrom<Name extends 'items' | 'writes'>(
  store: Records<Name>,
  selection: Selection,
): Promise<Schema[Name]['value'][]> {
  const chosen = chosenBy(selection);
  if (!chosen) return store.getAll();
  const found =
    'ids' in chosen
      ? await Promise.all(chosen.ids.map((id) => store.get(id)))
      : (await Promise.all(chosen.jobIds.map((jobId) => store.index('jobId').getAll(IDBKeyRange.only(jobId))))).flat();
  return found.filter((record) => record !== undefined);
}

/** At once, where the answers to its last requests would be waited for first: that is one more way to the browser's process and back. */
function commit(transaction: Transaction): void {
  try {
    transaction.commit();
  } catch {
    // It commits by itself, or has failed, which it says.
  }
}

/** A request that writes is not waited for: what is asked later of its transaction sees it, and where it fails all fails. */
function sent(request: Promise<unknown>): void {
  request.catch(() => undefined);
}

function abort(transaction: Transaction): void {
  try {
    transaction.abort();
  } catch {
    // It has already ended: an abort that comes too late says nothing new.
  }
}

function transactionOn(transaction: Transaction): BackendTransaction {
  const items = storeOf(transaction, 'items');
  const writes = storeOf(transaction, 'writes');
  const chunks = transaction.objectStore('chunks');
  const ledger = transaction.objectStore('ledger');
  const closed = transaction.objectStore('closed');
  return {
    item: (id) => items.get(id),
    items: (selection = 'all') => chosenFrom(items, selection),
    saveItem: async (record) => sent(items.put(record)),
    dropItem: async (id) => sent(items.delete(id)),
    write: (id) => writes.get(id),
    writes: (selection = 'all') => chosenFrom(writes, selection),
    saveWrite: async (record) => sent(writes.put(record)),
    dropWrite: async (id) => sent(writes.delete(id)),
    chunk: (token, index) => chunks.get([token, index]),
    saveChunk: async (token, index, sealed) => sent(chunks.put(sealed, [token, index])),
    dropChunks: async (token) => sent(chunks.delete(IDBKeyRange.bound([token, 0], [token, Infinity]))),
    ledger: () => ledger.getAll(),
    async addEntries(entries) {
      if (entries.length === 0) return;
      for (const entry of entries) sent(ledger.add(entry));
      const excess = (await ledger.count()) - LEDGER_LIMIT;
      if (excess <= 0) return;
      const oldest = await ledger.getAllKeys(null, excess);
      sent(ledger.delete(IDBKeyRange.bound(oldest[0], oldest.at(-1))));
    },
    dropLedger: async () => sent(ledger.clear()),
    closedJob: (jobId) => closed.get(jobId),
    closedJobs: () => closed.getAll(),
    closeJob: async (record) => sent(closed.put(record)),
    dropClosedJob: async (jobId) => sent(closed.delete(jobId)),
    dropClosedJobs: async () => sent(closed.clear()),
    dropAll: async () => STORES.forEach((store) => sent(transaction.objectStore(store).clear())),
  };
}
