/** What the vault's operations share: the dependencies, and the purge of one record within a transaction. */
import { effectiveDeadline, isDue } from './deadline.ts';
import type { HeldItem, LedgerEntry, PurgeRule, VaultChange } from './item.ts';
import type { KeySource } from './key.ts';
import type { ItemRecord, StorageBackend, BackendTransaction, WriteRecord } from './storage-backend.ts';

export interface VaultContext {
  readonly backend: StorageBackend;
  readonly key: KeySource;
  /** ms since the epoch. */
  readonly clock: () => number;
  /** ms. */
  readonly idle: () => Promise<number>;
  readonly running: () => Promise<ReadonlySet<string>>;
  /** Bytes of plaintext. */
  readonly capacity: number;
  readonly chunkBytes: number;
  readonly announce: (what: VaultChange['what'], ids: readonly string[]) => void;
}

export interface Removed {
  readonly ids: string[];
  readonly entries: LedgerEntry[];
}

/** Removes items and puts under way, with their chunks, and writes the ledger: one transaction's work, all or nothing. */
export async function remove(
  backend: BackendTransaction,
  gone: { readonly items?: readonly ItemRecord[]; readonly writes?: readonly WriteRecord[] },
  rule: PurgeRule,
  time: number,
): Promise<Removed> {
  const removed: Removed = { ids: [], entries: [] };
  for (const item of gone.items ?? []) {
    await backend.dropItem(item.id);
    removed.ids.push(item.id);
  }
  for (const write of gone.writes ?? []) await backend.dropWrite(write.id);
  for (const record of [...(gone.items ?? []), ...(gone.writes ?? [])]) {
    await backend.dropChunks(record.token);
    // A put that had written nothing yet leaves nothing to tell.
    if (!('chunks' in record) && record.bytes === 0) continue;
    const entry: LedgerEntry = { time, rule, part: record.part, format: record.format, bytes: record.bytes };
    await backend.addEntry(entry);
    removed.entries.push(entry);
  }
  return removed;
}

/** Purges all that is past its deadline. */
export async function removeDue(backend: BackendTransaction, now: number, idle: number): Promise<Removed> {
  const due = (record: ItemRecord | WriteRecord): boolean => isDue(record, now, idle);
  return remove(
    backend,
    { items: (await backend.items()).filter(due), writes: (await backend.writes()).filter(due) },
    'deadline',
    now,
  );
}

/** The record without what is the vault's own business, and with the deadline that holds now. */
export function shown(
  { id, jobId, part, format, bytes, created, touched, deadline, why }: ItemRecord,
  idle: number,
): HeldItem {
  return {
    id,
    jobId,
    part,
    format,
    bytes,
    created,
    touched,
    deadline: effectiveDeadline({ touched, deadline }, idle),
    why,
  };
}
