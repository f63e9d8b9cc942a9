/**
 * A limit for all results together: each image is compressed to a share of it, so that they look as alike as can be. Already the first
 * round keeps the limit, by what is known of each; what it shows of them makes the looks more alike in the next, and gives what one image
 * can't use to the others. It is kept by the view that it was asked in: when that closes before the first round, nothing comes of it.
 */
/* eslint-disable svelte/prefer-svelte-reactivity -- what is known of an image changes when its job does, which is what is watched */
import { untrack } from 'svelte';
import { sumOf } from '../../lib/core/look/batch-budget.ts';
import { RUNNING, type Job, type JobId } from '../../lib/core/model/job.ts';
import { isIn } from '../../lib/core/model/job-transitions.ts';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import {
  bytesOf,
  divided,
  isEven,
  isFixed,
  isShare,
  isUnchanged,
  learn,
  needsOf,
  newMember,
  sharesOf,
  type Member,
  type Present,
} from './batch-member.ts';
import type { PanelJobs, Row } from './panel-jobs.svelte.ts';

export interface BatchLimitOptions {
  readonly jobs: Pick<PanelJobs, 'all' | 'rows'>;
  /** By a recipe of its own. @returns whether it is begun */
  readonly retry: (id: JobId, recipe: Recipe) => Promise<boolean>;
  readonly done: (end: BatchEnd) => void;
}

/** All are done. */
export interface BatchEnd {
  readonly count: number;
  /** Of them all, at most the limit; or over it, where it can't be kept. */
  readonly bytes: number;
  readonly limit: number;
  /** Of all at the smallest that was reached: over the limit where it can't be kept at all. */
  readonly smallest: number;
  /** How many of them were to be compressed again and are as they were. */
  readonly unchanged: number;
  /** How many wait for room in the list, and are not among them. */
  readonly left: number;
  /** Compresses all as they were before; null where nothing was changed, or the limit is kept. */
  readonly goBack: (() => void) | null;
}

/** Rounds that only make looks more alike, and all rounds. */
const MOST_ROUNDS = 3;
const MOST_TRIES = 8;

/** How many rows get a result without a person doing anything. What has no room may wait for good, and all that was chosen after it. */
export function comingOf(rows: readonly Row[]): number {
  const pending = waitingOf(rows);
  const isHeldUp = pending.some(({ state }) => state === 'list-full' || state === 'no-room');
  const running = rows.filter((row) => row.kind === 'job' && RUNNING.has(row.job.state)).length;
  return running + (isHeldUp ? 0 : pending.length);
}

export class BatchLimit {
  /** What is asked; another object for each time, and when there is more to know than the jobs tell. */
  #asked = $state.raw<{ readonly limit: number } | null>(null);
  #round = 0;
  #members = new Map<JobId, Member>();
  readonly #options: BatchLimitOptions;

  /** Call it where effects may be made. */
  constructor(options: BatchLimitOptions) {
    this.#options = options;
    $effect(() => {
      const asked = this.#asked;
      if (!asked) return;
      const jobs = options.jobs.all;
      this.#follow(jobs);
      const waits = jobs.some(({ id, attempt }) => {
        const member = this.#members.get(id);
        return member?.waits === true && attempt <= member.attempt;
      });
      if (!waits && comingOf(options.jobs.rows) === 0) untrack(() => this.#next(asked.limit, jobs));
    });
  }

  /** Whether it is still to be reached. */
  get atWork(): boolean {
    return this.#asked !== null;
  }

  /** @param limit bytes of all that are listed, once each has its result, and of what comes in by then */
  begin(limit: number): void {
    this.#members = new Map();
    this.#round = 0;
    this.#asked = { limit };
  }

  /** What is being compressed is not followed further. */
  stop(): void {
    this.#asked = null;
  }

  /** Whatever has or gets a result counts from then on, also on the disk; what was saved before is no part of it. */
  #follow(jobs: readonly Job[]): void {
    for (const job of jobs) {
      let member = this.#members.get(job.id);
      if (!member && (RUNNING.has(job.state) || isIn(job, 'ready', 'unsaved')))
        this.#members.set(job.id, (member = newMember()));
      if (member) member.saved = job.state === 'saved' ? job.receipt.output.bytes : null;
    }
  }

  #next(limit: number, jobs: readonly Job[]): void {
    const present = this.#present(jobs);
    present.forEach(learn);
    const [movable, others] = divided(present, (one) => !isFixed(one));
    const gone = this.#savedAndGone(jobs);
    const count = present.length + gone.length;
    const fixed = sumOf(gone) + sumOf(others.map(bytesOf));
    const smallest = fixed + sumOf(movable.map((one) => needsOf(one).least));
    const bytes = fixed + sumOf(movable.map(bytesOf));
    const isOver = bytes > limit;
    const isFinal = this.#round > 0 && !isOver && (this.#round >= MOST_ROUNDS || isEven(movable, bytes, limit));
    const mayGoOn = !isFinal && smallest <= limit && this.#round < MOST_TRIES;
    const next = mayGoOn ? sharesOf(movable, limit - fixed, isOver) : [];
    if (next.length > 0) {
      this.#round += 1;
      for (const { one, share } of next) void this.#compress(one, share, limit);
      return;
    }
    this.#asked = null;
    if (count === 0) return;
    const before = new Map(
      movable.flatMap(({ job, member }) => (member.before && isShare(job.recipe) ? [[job.id, member.before]] : [])),
    );
    this.#options.done({
      count,
      bytes,
      limit,
      smallest,
      unchanged: others.filter(isUnchanged).length,
      left: waitingOf(this.#options.jobs.rows).length,
      goBack: isOver && before.size > 0 ? () => this.#goBack(before) : null,
    });
  }

  async #compress({ job, member }: Present, share: number, limit: number): Promise<void> {
    const members = this.#members;
    Object.assign(member, { share, before: member.before ?? job.recipe, attempt: job.attempt, waits: true });
    const aim = { kind: 'size', bytes: share, together: limit } as const;
    if (await this.#options.retry(job.id, { ...job.recipe, aim })) return;
    Object.assign(member, { waits: false, refused: true });
    if (this.#asked && this.#members === members) this.#asked = { ...this.#asked };
  }

  #goBack(before: ReadonlyMap<JobId, Recipe>): void {
    this.stop();
    for (const job of this.#options.jobs.all) {
      const recipe = before.get(job.id);
      // What a person changed since stays.
      if (recipe && isIn(job, 'ready', 'unsaved') && isShare(job.recipe)) void this.#options.retry(job.id, recipe);
    }
  }

  /** Those that were not removed meanwhile. */
  #present(jobs: readonly Job[]): readonly Present[] {
    return jobs.flatMap((job) => {
      const member = this.#members.get(job.id);
      return member && 'receipt' in job ? [{ job, member }] : [];
    });
  }

  /** Bytes of the files whose rows have left. */
  #savedAndGone(jobs: readonly Job[]): readonly number[] {
    const listed = new Set(jobs.map(({ id }) => id));
    return [...this.#members].flatMap(([id, { saved }]) => (saved === null || listed.has(id) ? [] : [saved]));
  }
}

function waitingOf(rows: readonly Row[]): readonly (Row & { readonly kind: 'pending' })['pending'][] {
  return rows.flatMap((row) => (row.kind === 'pending' ? [row.pending] : []));
}
