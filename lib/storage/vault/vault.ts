/**
 * The vault: Sources and Results, encrypted and for a short while. All contexts of the extension may use it at the same
 * time, each through a vault of its own over the same database and key; IndexedDB's transactions keep them apart.
 */
import { CompressionError } from '../../core/errors.ts';
import { DEFAULT_CAPACITY } from './capacity.ts';
import { DEFAULT_CHUNK_BYTES } from './chunks.ts';
import type { VaultContext } from './context.ts';
import { LONGEST_IDLE, boundedIdle } from './deadline.ts';
import { grouped } from './grouped-backend.ts';
import { indexedBackend } from './indexed-backend.ts';
import type {
  HeldItem,
  ItemFacts,
  LedgerEntry,
  PurgeRule,
  PutRequest,
  ReadItem,
  Selection,
  VaultChange,
} from './item.ts';
import { ephemeralKey } from './key.ts';
import type { KeySource } from './key.ts';
import { listeners } from './listening.ts';
import type { ChangeChannel } from './listening.ts';
import { memoryBackend } from './memory-backend.ts';
import { createMarking, has, held, ledger } from './listing.ts';
import { expire, forgetPurges, purge, reopen, sweep } from './purging.ts';
import { put } from './putting.ts';
import { readStream, readWithFormat, touch } from './reading.ts';
import type { StorageBackend } from './storage-backend.ts';
import { createUsage } from './usage.ts';

/** All errors are CompressionErrors. Times are ms since the epoch. */
export interface Vault {
  /**
   * Holds the bytes; they must not change until it resolves. What stood under the same id is purged by rule 'replaced'
   * in the same transaction; of two puts of one id at once, the later begun one counts. All or nothing.
   *
   * @throws 'vault-full' (`megabytes` that did not fit) over the capacity, over the quota, or on a full disk
   * @throws 'cancelled' when the item or its job was purged meanwhile, or the job was closed by an earlier purge
   * @throws 'internal' when no session is open; whatever a stream fails with, as `CompressionError.from` tells it
   */
  put(request: PutRequest, bytes: Uint8Array | ReadableStream<Uint8Array>): Promise<HeldItem>;
  /** The plaintext, a copy of the caller's own. Counts as activity. @throws 'item-gone': purged, past its deadline, or not authentic */
  read(id: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The same, with the format that is noted of it. */
  readWithFormat(id: string): Promise<ReadItem>;
  /** The plaintext chunk by chunk. Counts as activity. The stream fails with 'item-gone' when the item goes meanwhile. @throws 'item-gone' */
  readStream(id: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  /** Counts an activity (a view shows the item), so the deadline moves. @throws 'item-gone' */
  touch(id: string): Promise<HeldItem>;
  /**
   * Writes down what has become known of items: why they are held from now on (the background says so with each change
   * of a job's state), or their format. No activity; choosing what is not there is no error.
   */
  mark(selection: Selection, facts: ItemFacts): Promise<void>;
  /**
   * Purges, and ends puts under way; resolves when bytes and records are gone and the ledger says so, which is one
   * transaction. By the rules 'on-demand' and 'private-window-closed' the jobs chosen are closed too, so that a late put
   * of theirs brings nothing back (one item alone closes no job). Purging what is not there is no error.
   */
  purge(selection: Selection, rule: PurgeRule): Promise<readonly LedgerEntry[]>;
  /** Lets a closed job put again: for a person who purged and then wants the job done once more under its old id. */
  reopen(jobId: string): Promise<void>;
  /** Purges all that is past its deadline; gives the next deadline for an alarm, or null when nothing is held. */
  expire(): Promise<number | null>;
  /** Deletes all that an earlier session left, its ledger too, and notes that by rule 'restart'. Gives the ids of their jobs, as far as they could be read. Call `openSession`, not this. */
  sweep(): Promise<readonly string[]>;
  /** Whether this item can be read. No activity. */
  has(id: string): Promise<boolean>;
  /** What can still be read, oldest first. Empty while there is no key. No activity. */
  held(): Promise<readonly HeldItem[]>;
  /** This session's purges, oldest first, the last 4000 of them. Empty while there is no key. */
  ledger(): Promise<readonly LedgerEntry[]>;
  /** The ledger, and which jobs were closed. Call it when nobody can put for one of these any more. */
  forgetPurges(): Promise<void>;
  /** Tells of each change, made here or (through the channel) in another context. Returns what ends the telling. */
  onChange(listener: (change: VaultChange) => void): () => void;
  /** Lets go of the database and the channel; a memory vault is emptied. */
  close(): void;
}

export interface VaultOptions {
  /** ms since the epoch, usually `Date.now`. */
  readonly clock: () => number;
  /** How long an item lives without activity, in ms: the person's choice, asked for each time. At most, and by default, 60 minutes. */
  readonly idle?: () => number | Promise<number>;
  /** The ids of jobs that run: their items are never evicted; nor are items whose reason is 'working' or 'saving'. */
  readonly running?: () => ReadonlySet<string> | Promise<ReadonlySet<string>>;
  /** Bytes of plaintext in all; 1 GB by default. */
  readonly capacity?: number;
  /** Bytes of plaintext a chunk; 4 MiB by default. */
  readonly chunkBytes?: number;
  /** Usually `new BroadcastChannel('vault')`; without it only this context's changes are heard. */
  readonly channel?: ChangeChannel;
}

/** The vault on disk, as all contexts of the extension share it. */
export function createVault(options: VaultOptions & { readonly key: KeySource; readonly database?: string }): Vault {
  return vaultOn(grouped(indexedBackend(options.database ?? 'vault')), options.key, options);
}

/** The same vault in this context's memory alone, for private windows where the browser keeps no apart storage for them. */
export function createMemoryVault(options: VaultOptions): Vault {
  return vaultOn(memoryBackend(), ephemeralKey(), options);
}

function vaultOn(backend: StorageBackend, key: KeySource, options: VaultOptions): Vault {
  const changes = listeners(options.channel);
  const vault: VaultContext = {
    backend,
    key,
    clock: options.clock,
    idle: async () => boundedIdle((await options.idle?.()) ?? LONGEST_IDLE),
    running: async () => (await options.running?.()) ?? new Set(),
    capacity: options.capacity ?? DEFAULT_CAPACITY,
    atOnce: new Map(),
    usage: createUsage(options.capacity ?? DEFAULT_CAPACITY),
    chunkBytes: options.chunkBytes ?? DEFAULT_CHUNK_BYTES,
    announce: (what, ids) => changes.tell({ what, ids }),
  };
  const mark = createMarking(vault);
  return {
    put: (request, bytes) => put(vault, request, bytes),
    read: async (id) => (await wrapErrors(readWithFormat(vault, id))).bytes,
    readWithFormat: (id) => wrapErrors(readWithFormat(vault, id)),
    readStream: (id) => wrapErrors(readStream(vault, id)),
    touch: (id) => wrapErrors(touch(vault, id)),
    mark: (selection, facts) => wrapErrors(mark(selection, facts)),
    purge: (selection, rule) => wrapErrors(purge(vault, selection, rule)),
    reopen: (jobId) => wrapErrors(reopen(vault, jobId)),
    expire: () => wrapErrors(expire(vault)),
    sweep: () => wrapErrors(sweep(vault)),
    has: (id) => wrapErrors(has(vault, id)),
    held: () => wrapErrors(held(vault)),
    ledger: () => wrapErrors(ledger(vault)),
    async forgetPurges() {
      await wrapErrors(forgetPurges(vault));
      vault.announce('ledger', []);
    },
    onChange: changes.listen,
    close() {
      changes.close();
      backend.close();
    },
  };
}

/** The storage's own failures, in our words. */
async function wrapErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw CompressionError.from(error);
  }
}
