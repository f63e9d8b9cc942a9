/** What the vault's operations share: the dependencies, and the purge of one record within a transaction. */
import { effectiveDeadline, isDue } from './deadline.ts';
import type { HeldItem, LedgerEntry, PurgeRule, VaultChange } from './item.ts';
import type { KeySource } from './key.ts';
import type { ItemRecord, StorageBackend, BackendTransaction, WriteRecord } from './storage-backend.ts';
import type { Usage } from './usage.ts';

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
  readonly usage: Usage;
  /** Puts of this context that are written in one transaction, by the id of their item, until that has ended. */
  readonly atOnce: Map<string, { readonly token: string; readonly jobId: string }>;
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
  const { items = [], writes = [] } = gone;
  // All at once: one after the other, five thousand took minutes.
  await Promise.all([
    ...items.map(({ id }) => backend.dropItem(id)),
    ...writes.map(({ id }) => backend.dropWrite(id)),
    ...[...items, ...writes].map(({ token }) => backend.dropChunks(token)),
  ]);
  const entries = [...items, ...writes]
    // A put that had written nothing yet leaves nothing to tell.
    .filter((record) => 'chunks' in record || record.bytes > 0)
    .map(({ part, format, bytes }): LedgerEntry => ({ time, rule, part, format, bytes }));
  await backend.addEntries(entries);
  return { ids: items.map(({ id }) => id), entries };
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
    deadline: effectiveDeadline({ touched, deadline, why }, idle),
    why,
  };
}
