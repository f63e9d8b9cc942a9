/** How far a batch is, and how long the rest will take. Pure. */
import type { JobId } from '../../lib/core/model/job.ts';

/** All that is being worked on at the same time, from the first that began until nothing runs. */
export interface Batch {
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly members: ReadonlySet<JobId>;
}

export interface BatchProgress {
  readonly done: number;
  readonly total: number;
  /** ms, or null while too little is done to tell. */
  readonly left: number | null;
}

/** Below this, a guess would jump about; ms. */
const FIRST_GUESS_AFTER = 2000;
const FIRST_GUESS_DONE = 2;

/** The batch as it goes on with what runs now; null when nothing runs. */
export function batchWith(batch: Batch | null, running: readonly JobId[], now: number): Batch | null {
  if (running.length === 0) return null;
  if (!batch) return { startedAt: now, members: new Set(running) };
  return running.every((id) => batch.members.has(id))
    ? batch
    : { ...batch, members: new Set([...batch.members, ...running]) };
}

export function progressOf(batch: Batch, running: ReadonlySet<JobId>, now: number): BatchProgress {
  const total = batch.members.size;
  const open = [...batch.members].filter((id) => running.has(id)).length;
  const done = total - open;
  const elapsed = now - batch.startedAt;
  const known = done >= FIRST_GUESS_DONE && elapsed >= FIRST_GUESS_AFTER;
  return { done, total, left: known ? (elapsed / done) * open : null };
}
