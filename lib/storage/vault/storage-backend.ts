/** Where the vault's records lie: the contract that IndexedDB and memory both fulfil. It knows no rule and no key. */
import type { InputFormat } from '../../core/image/inspection.ts';
import type { JobId, VaultPart } from '../../core/model/job.ts';
import type { HeldItem, LedgerEntry, Selection } from './item.ts';

/** An item is there when this record is: it is written last, in the transaction that ends its put. */
export interface ItemRecord extends HeldItem {
  /** The write that made it; its chunks lie under this token. */
  readonly token: string;
  readonly chunks: number;
}

/** A put under way. Whoever removes this record has ended the put: none of its later steps succeeds. */
export interface WriteRecord {
  readonly id: string;
  readonly jobId: JobId;
  readonly part: VaultPart;
  readonly format: InputFormat | null;
  readonly token: string;
  /** Bytes of plaintext written so far. */
  readonly bytes: number;
  /** Bytes that it will take, as far as is known: counts against the capacity. */
  readonly reserved: number;
  readonly touched: number;
  readonly deadline: number;
}

/**
 * In place of a job's id: everything was purged then. What another context was about to write, without a record yet that
 * could have gone with the others, is not wanted any more.
 */
export const EVERY_JOB = 'all';

/** A job whose items the person purged: a late put of it is refused. */
export interface ClosedJob {
  readonly jobId: string;
  readonly time: number;
}

export interface BackendTransaction {
  item(id: string): Promise<ItemRecord | undefined>;
  /** @param selection all without it */
  items(selection?: Selection): Promise<ItemRecord[]>;
  saveItem(record: ItemRecord): Promise<void>;
  dropItem(id: string): Promise<void>;

  write(id: string): Promise<WriteRecord | undefined>;
  writes(selection?: Selection): Promise<WriteRecord[]>;
  saveWrite(record: WriteRecord): Promise<void>;
  dropWrite(id: string): Promise<void>;

  chunk(token: string, index: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  saveChunk(token: string, index: number, sealed: Uint8Array<ArrayBuffer>): Promise<void>;
  dropChunks(token: string): Promise<void>;

  /** Oldest first. */
  ledger(): Promise<LedgerEntry[]>;
  /** Keeps the newest `LEDGER_LIMIT` entries. */
  addEntries(entries: readonly LedgerEntry[]): Promise<void>;
  dropLedger(): Promise<void>;

  closedJob(jobId: string): Promise<ClosedJob | undefined>;
  closedJobs(): Promise<ClosedJob[]>;
  closeJob(record: ClosedJob): Promise<void>;
  dropClosedJob(jobId: string): Promise<void>;
  dropClosedJobs(): Promise<void>;

  /** Everything, of every kind. */
  dropAll(): Promise<void>;
}

/** A session of a thousand images, twice over. */
export const LEDGER_LIMIT = 4000;

export interface StorageBackend {
  /**
   * One atomic, isolated transaction: all of `work` happens or nothing. `work` may await the transaction's own methods
   * and nothing else (an IndexedDB transaction ends by itself when anything else is awaited).
   */
  transact<T>(mode: 'readonly' | 'readwrite', work: (backend: BackendTransaction) => Promise<T>): Promise<T>;
  /** Throws the whole storage away, for when it can't even be opened. */
  destroy(): Promise<void>;
  close(): void;
}
