/** The words of the vault: what is held, why, what a purge may choose, and what the ledger says of it. */
import type { InputFormat } from '../../core/image/inspection.ts';
import type { JobId, VaultPart } from '../../core/model/job.ts';

/**
 * Why an item is held.
 * working: its job runs. saving: its download runs. unsaved: the download was cancelled or failed.
 * held: it waits in a view until the person takes it. saved: its file is on disk, and a person wants it for a little longer. Items that are 'working' or 'saving' are never evicted.
 */
export const HOLD_REASONS = ['working', 'saving', 'unsaved', 'held', 'saved'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/**
 * The rule by which an item was purged.
 * downloaded: its file is on disk. deadline: no activity on it for the idle time, or its age can't be known.
 * restart: an earlier session left it. on-demand: the person said so. over-capacity: room was needed.
 * private-window-closed: the last private window closed. cancelled, failed: its job ended so.
 * replaced: newer bytes were put under its id. unreadable: its bytes did not pass the authenticity check.
 */
export const PURGE_RULES = [
  'downloaded',
  'deadline',
  'restart',
  'on-demand',
  'over-capacity',
  'private-window-closed',
  'cancelled',
  'failed',
  'replaced',
  'unreadable',
] as const;
export type PurgeRule = (typeof PURGE_RULES)[number];

/** What the vault tells of an item. It never knows a name, a URL or a pixel. Times are ms since the epoch. */
export interface HeldItem {
  /** `vaultId(jobId, part)`. */
  readonly id: string;
  readonly jobId: JobId;
  readonly part: VaultPart;
  /** The short name of the format, or null while nobody has looked. */
  readonly format: InputFormat | null;
  /** Of the plaintext. */
  readonly bytes: number;
  readonly created: number;
  /** The last activity: put, read, or touched. */
  readonly touched: number;
  /** From here on it is never handed out. */
  readonly deadline: number;
  readonly why: HoldReason;
}

/** What was read of an item: its plaintext, and its format as `HeldItem` has it. */
export interface ReadItem {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: InputFormat | null;
}

export interface PutRequest {
  readonly id: string;
  readonly jobId: JobId;
  readonly part: VaultPart;
  readonly why: HoldReason;
  readonly format?: InputFormat | null;
  /** Once it is aborted, no step of the put succeeds. */
  readonly signal?: AbortSignal;
}

/** What may change of an item that stands. */
export interface ItemFacts {
  readonly why?: HoldReason;
  readonly format?: InputFormat;
}

/** What a purge or a mark chooses: everything, jobs with all their parts, or single items. */
export type Selection =
  | 'all'
  | { readonly jobId: string }
  | { readonly jobIds: readonly string[] }
  | { readonly id: string }
  | { readonly ids: readonly string[] };

/** One purge. Nothing in it leads back to a name, a URL or a job. */
export interface LedgerEntry {
  /** ms since the epoch. */
  readonly time: number;
  readonly rule: PurgeRule;
  readonly part: VaultPart;
  readonly format: InputFormat | null;
  /** Of the plaintext. */
  readonly bytes: number;
}

/** What a view that shows items needs to hear. On 'purged' it drops what it decrypted of these ids, blob URLs too. */
export interface VaultChange {
  readonly what: 'held' | 'touched' | 'marked' | 'purged' | 'ledger';
  readonly ids: readonly string[];
}

/** How much is held and when the next item goes: for the popup's one line. */
export interface Holdings {
  readonly items: number;
  readonly bytes: number;
  readonly nextDeadline: number | null;
}

export function holdings(items: readonly HeldItem[]): Holdings {
  return {
    items: items.length,
    bytes: items.reduce((sum, item) => sum + item.bytes, 0),
    nextDeadline: items.reduce<number | null>((next, item) => Math.min(next ?? Infinity, item.deadline), null),
  };
}

/** The jobs or the items that a selection names, or null for all there are. */
export function chosenBy(
  selection: Selection,
): { readonly jobIds: readonly string[] } | { readonly ids: readonly string[] } | null {
  if (selection === 'all') return null;
  if ('id' in selection) return { ids: [selection.id] };
  if ('jobId' in selection) return { jobIds: [selection.jobId] };
  return selection;
}
