/** The rows of a panel and what they come to: order, sum, progress, and the leaving of what was saved. */
/* eslint-disable svelte/prefer-svelte-reactivity -- no set or map here is changed, it is replaced */
import { untrack } from 'svelte';
import type { LiveJobs } from '../live-jobs.svelte.ts';
import { saving } from '../../lib/core/model/receipt.ts';
import { RUNNING, type Job, type JobId } from '../../lib/core/model/job.ts';
import { expectedTime, shareDone } from '../../lib/core/model/expected-time.ts';
import { isIn } from '../../lib/core/model/job-transitions.ts';
import type { Finished } from '../../lib/core/naming/result-names.ts';
import { batchWith, progressOf, type Batch, type BatchProgress } from './batch.ts';
import type { Intake, Pending } from './intake.svelte.ts';
import type { Removals } from './removals.svelte.ts';

export type Row =
  | { readonly kind: 'job'; readonly id: JobId; readonly job: Job }
  | { readonly kind: 'pending'; readonly id: JobId; readonly pending: Pending };
export type Order = 'newest' | 'saving';

/** A row that was saved stays to be read for so long, and fades; ms. */
const SAVED_STAYS = 4000;
const FADES = 140;

export interface PanelJobsOptions {
  readonly live: Pick<LiveJobs, 'current'>;
  readonly intake: Pick<Intake, 'pending' | 'forget'>;
  readonly dismiss: (id: JobId) => void;
  readonly removals: Pick<Removals, 'hidden'>;
  readonly now: () => number;
}

export interface Sum {
  readonly count: number;
  /** Bytes. */
  readonly before: number;
  readonly after: number;
}

export class PanelJobs {
  order = $state<Order>('newest');
  #leaving = $state.raw<ReadonlySet<JobId>>(new Set());
  #gone = $state(0);
  /** Saved rows whose time to leave runs. */
  readonly #timed = new Set<JobId>();
  /** When the work on an image was first seen here, ms since the epoch. */
  readonly #since = new Map<JobId, number>();
  #batch = $state.raw<Batch | null>(null);
  #now = $state(0);
  readonly #options: PanelJobsOptions;
  readonly #jobs = $derived.by(() => {
    const { hidden } = this.#options.removals;
    return (this.#options.live.current ?? []).filter(({ id }) => !hidden.has(id));
  });
  readonly #rows = $derived.by(() => this.#ordered());
  readonly #running = $derived(this.#rows.flatMap((row) => (isRunning(row) ? [row.id] : [])));
  readonly #progress = $derived.by(() =>
    this.#batch ? progressOf(this.#batch, new Set(this.#running), this.#now) : null,
  );

  /** Call it where effects may be made: in a component, or in an effect root. */
  constructor(options: PanelJobsOptions) {
    this.#options = options;
    $effect(() => {
      const [jobs, running] = [this.#jobs, this.#running];
      // It writes the batch by what the batch was: that is no reason to run again.
      untrack(() => this.#follow(jobs, running));
    });
    $effect(() => {
      if (!this.#batch) return;
      const timer = setInterval(() => {
        this.#now = options.now();
      }, 1000);
      return () => clearInterval(timer);
    });
    $effect(() => this.#letGo());
  }

  get known(): boolean {
    return this.#options.live.current !== null;
  }
  /** All that is listed and has begun, in the order in which it came in. */
  get all(): readonly Job[] {
    return this.#jobs.toReversed();
  }
  get rows(): readonly Row[] {
    return this.#rows;
  }
  get running(): readonly JobId[] {
    return this.#running;
  }
  get progress(): BatchProgress | null {
    return this.#progress;
  }
  /** How much of a row's work is done, from 0 to 1; null where that can't be told, undefined where nothing is being done. */
  share(row: Row): number | null | undefined {
    if (row.kind === 'pending') return row.pending.state === 'reading' ? null : undefined;
    if (!isIn(row.job, 'acquiring', 'compressing', 'saving')) return undefined;
    const since = this.#since.get(row.id);
    if (row.job.state !== 'compressing' || since === undefined) return null;
    const expected = expectedTime(row.job, this.#jobs);
    return expected === null ? null : shareDone(this.#now - since, expected);
  }
  get leaving(): ReadonlySet<JobId> {
    return this.#leaving;
  }
  /** What can be taken out, in the order in which it came in. */
  get savable(): readonly Finished[] {
    return this.#jobs.flatMap((job) => (job.state === 'ready' || job.state === 'unsaved' ? [job] : [])).reverse();
  }
  get failed(): readonly Job[] {
    return this.#jobs.filter(({ state }) => state === 'failed');
  }
  get cancelled(): readonly Job[] {
    return this.#jobs.filter(({ state }) => state === 'cancelled');
  }
  /** Of the results that the list shows and that are held. Null when there is none. */
  get sum(): Sum | null {
    const receipts = this.#jobs.flatMap((job) => (isIn(job, 'ready', 'unsaved', 'saving') ? [job.receipt] : []));
    if (receipts.length === 0) return null;
    return {
      count: receipts.length,
      before: receipts.reduce((sum, { input }) => sum + input.bytes, 0),
      after: receipts.reduce((sum, { output }) => sum + output.bytes, 0),
    };
  }
  /** How many of the list are saved. */
  get saved(): number {
    return this.#jobs.filter(({ state, id }) => state === 'saved' && !this.#leaving.has(id)).length;
  }
  /** How many were saved and have left since the view opened, or since all was purged. */
  get gone(): number {
    return this.#gone;
  }

  /** All was purged: what was saved before is nothing to tell of any more. */
  forgetGone(): void {
    this.#gone = 0;
  }

  job(id: JobId): Job | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  #ordered(): Row[] {
    const known = new Set(this.#jobs.map(({ id }) => id));
    const rows: Row[] = this.#jobs.map(rowOf);
    for (const pending of this.#options.intake.pending)
      if (!known.has(pending.id)) rows.push({ kind: 'pending', id: pending.id, pending });
    const bySaving = this.order === 'saving';
    return rows.sort((a, b) => (bySaving ? savedShare(b) - savedShare(a) : 0) || createdAt(b) - createdAt(a));
  }

  #follow(jobs: readonly Job[], running: readonly JobId[]): void {
    this.#now = this.#options.now();
    const atWork = new Set(jobs.flatMap(({ id, state }) => (state === 'compressing' ? [id] : [])));
    for (const id of this.#since.keys()) if (!atWork.has(id)) this.#since.delete(id);
    for (const id of atWork) if (!this.#since.has(id)) this.#since.set(id, this.#now);
    this.#batch = batchWith(this.#batch, running, this.#now);
  }

  /** Each saved row leaves when its own time is over, whatever happens to the others. */
  #letGo(): void {
    for (const { id, state, delivery } of this.#jobs) {
      if (state !== 'saved' || delivery !== 'hold' || this.#timed.has(id)) continue;
      this.#timed.add(id);
      setTimeout(() => this.#leave(id), SAVED_STAYS);
    }
  }

  #leave(id: JobId): void {
    // It may have been taken up again.
    if (this.job(id)?.state !== 'saved') {
      this.#timed.delete(id);
      return;
    }
    this.#leaving = new Set([...this.#leaving, id]);
    this.#gone += 1;
    setTimeout(() => {
      this.#options.dismiss(id);
      this.#options.intake.forget(id);
    }, FADES);
  }
}

const rowsOfJobs = new WeakMap<Job, Row>();

/** The same for the same record, so that only rows of which something changed are drawn again. */
function rowOf(job: Job): Row {
  let row = rowsOfJobs.get(job);
  if (!row) rowsOfJobs.set(job, (row = { kind: 'job', id: job.id, job }));
  return row;
}

function isRunning(row: Row): boolean {
  return row.kind === 'pending' || RUNNING.has(row.job.state);
}

function createdAt(row: Row): number {
  return row.kind === 'job' ? row.job.createdAt : row.pending.createdAt;
}

/** Share of the bytes that are saved; what has no result yet comes last. */
function savedShare(row: Row): number {
  return row.kind === 'job' && 'receipt' in row.job ? saving(row.job.receipt) : -Infinity;
}
