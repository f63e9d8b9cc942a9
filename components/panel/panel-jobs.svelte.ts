/** The rows of a panel and what they come to: order, sum, progress, and the leaving of what was saved. */
/* eslint-disable svelte/prefer-svelte-reactivity -- no set or map here is changed, it is replaced */
import type { LiveJobs } from '../live-jobs.svelte.ts';
import { saving } from '../../lib/core/model/receipt.ts';
import { RUNNING, type Job, type JobId } from '../../lib/core/model/job.ts';
import type { Finished } from '../../lib/core/naming/result-names.ts';
import { batchWith, progressOf, type Batch, type BatchProgress } from './batch.ts';
import type { Intake, Pending } from './intake.svelte.ts';

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
  #left = $state.raw<Sum>({ count: 0, before: 0, after: 0 });
  #batch = $state.raw<Batch | null>(null);
  #now = $state(0);
  readonly #options: PanelJobsOptions;
  readonly #jobs = $derived.by(() => this.#options.live.current ?? []);
  readonly #rows = $derived.by(() => this.#ordered());
  readonly #running = $derived(this.#rows.flatMap((row) => (isRunning(row) ? [row.id] : [])));
  readonly #progress = $derived.by(() =>
    this.#batch ? progressOf(this.#batch, new Set(this.#running), this.#now) : null,
  );

  /** Call it where effects may be made: in a component, or in an effect root. */
  constructor(options: PanelJobsOptions) {
    this.#options = options;
    $effect(() => this.#follow(this.#running));
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
  get rows(): readonly Row[] {
    return this.#rows;
  }
  get running(): readonly JobId[] {
    return this.#running;
  }
  get progress(): BatchProgress | null {
    return this.#progress;
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
  /** Of all that has a result, and of what was saved and has left since the view opened. Null when there is nothing to sum up. */
  get sum(): Sum | null {
    const receipts = this.#jobs.flatMap((job) => ('receipt' in job && !this.#leaving.has(job.id) ? [job.receipt] : []));
    const count = receipts.length + this.#left.count;
    if (count === 0) return null;
    return {
      count,
      before: receipts.reduce((sum, { input }) => sum + input.bytes, this.#left.before),
      after: receipts.reduce((sum, { output }) => sum + output.bytes, this.#left.after),
    };
  }
  /** How many were saved and have left since the view opened. */
  get gone(): number {
    return this.#left.count;
  }

  job(id: JobId): Job | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  #ordered(): Row[] {
    const known = new Set(this.#jobs.map(({ id }) => id));
    const rows: Row[] = this.#jobs.map((job) => ({ kind: 'job', id: job.id, job }));
    for (const pending of this.#options.intake.pending)
      if (!known.has(pending.id)) rows.push({ kind: 'pending', id: pending.id, pending });
    const bySaving = this.order === 'saving';
    return rows.sort((a, b) => (bySaving ? savedShare(b) - savedShare(a) : 0) || createdAt(b) - createdAt(a));
  }

  #follow(running: readonly JobId[]): void {
    this.#now = this.#options.now();
    this.#batch = batchWith(this.#batch, running, this.#now);
  }

  #letGo(): (() => void) | undefined {
    const saved = this.#jobs.filter(
      (job) => job.state === 'saved' && job.delivery === 'hold' && !this.#leaving.has(job.id),
    );
    if (saved.length === 0) return;
    const timer = setTimeout(() => this.#leave(saved), SAVED_STAYS);
    return () => clearTimeout(timer);
  }

  #leave(jobs: readonly Job[]): void {
    this.#leaving = new Set([...this.#leaving, ...jobs.map(({ id }) => id)]);
    const receipts = jobs.flatMap((job) => ('receipt' in job ? [job.receipt] : []));
    this.#left = {
      count: this.#left.count + receipts.length,
      before: receipts.reduce((sum, { input }) => sum + input.bytes, this.#left.before),
      after: receipts.reduce((sum, { output }) => sum + output.bytes, this.#left.after),
    };
    setTimeout(() => {
      for (const { id } of jobs) {
        this.#options.dismiss(id);
        this.#options.intake.forget(id);
      }
    }, FADES);
  }
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
