/** A backend in memory alone: for private windows, where nothing may touch the disk. */
import { chosenBy, type LedgerEntry, type Selection } from './item.ts';
import { LEDGER_LIMIT } from './storage-backend.ts';
import type { ClosedJob, ItemRecord, StorageBackend, BackendTransaction, WriteRecord } from './storage-backend.ts';

interface Content {
  readonly items: Map<string, ItemRecord>;
  readonly writes: Map<string, WriteRecord>;
  readonly chunks: Map<string, Map<number, Uint8Array<ArrayBuffer>>>;
  readonly closed: Map<string, ClosedJob>;
  readonly ledger: LedgerEntry[];
}

export function memoryBackend(): StorageBackend {
  let content = emptied();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  const destroy = (): Promise<void> =>
    inTurn(async () => {
      content = emptied();
    });
  return {
    transact: (_mode, work) =>
      inTurn(async () => {
        // On a copy of the lists (not of the bytes), which counts only when all has gone well.
        const draft = copied(content);
        const value = await work(transactionOn(draft));
        content = draft;
        return value;
      }),
    destroy,
    close: () => void destroy(),
  };
}

function emptied(): Content {
  return { items: new Map(), writes: new Map(), chunks: new Map(), closed: new Map(), ledger: [] };
}

function copied(content: Content): Content {
  return {
    items: new Map(content.items),
    writes: new Map(content.writes),
    chunks: new Map([...content.chunks].map(([token, list]) => [token, new Map(list)])),
    closed: new Map(content.closed),
    ledger: [...content.ledger],
  };
}

function chosenFrom<Entry extends { readonly id: string; readonly jobId: string }>(
  records: ReadonlyMap<string, Entry>,
  selection: Selection,
): Entry[] {
  const chosen = chosenBy(selection);
  if (!chosen) return [...records.values()];
  if ('ids' in chosen) return chosen.ids.flatMap((id) => records.get(id) ?? []);
  const jobs = new Set(chosen.jobIds);
  return [...records.values()].filter(({ jobId }) => jobs.has(jobId));
}

function transactionOn({ items, writes, chunks, closed, ledger }: Content): BackendTransaction {
  return {
    item: async (id) => items.get(id),
    items: async (selection = 'all') => chosenFrom(items, selection),
    saveItem: async (record) => void items.set(record.id, record),
    dropItem: async (id) => void items.delete(id),
    write: async (id) => writes.get(id),
    writes: async (selection = 'all') => chosenFrom(writes, selection),
    saveWrite: async (record) => void writes.set(record.id, record),
    dropWrite: async (id) => void writes.delete(id),
    chunk: async (token, index) => chunks.get(token)?.get(index),
    async saveChunk(token, index, sealed) {
      const list = chunks.get(token) ?? new Map<number, Uint8Array<ArrayBuffer>>();
      chunks.set(token, list.set(index, sealed));
    },
    dropChunks: async (token) => void chunks.delete(token),
    ledger: async () => [...ledger],
    async addEntries(entries) {
      ledger.push(...entries);
      if (ledger.length > LEDGER_LIMIT) ledger.splice(0, ledger.length - LEDGER_LIMIT);
    },
    dropLedger: async () => void ledger.splice(0),
    closedJob: async (jobId) => closed.get(jobId),
    closedJobs: async () => [...closed.values()],
    closeJob: async (record) => void closed.set(record.jobId, record),
    dropClosedJob: async (jobId) => void closed.delete(jobId),
    dropClosedJobs: async () => closed.clear(),
    async dropAll() {
      for (const list of [items, writes, chunks, closed]) list.clear();
      ledger.splice(0);
    },
  };
}
