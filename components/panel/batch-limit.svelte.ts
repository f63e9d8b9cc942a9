/**
 * A limit for all results together: each image is compressed to a share of it, so that all look alike. Already the first round keeps
 * the limit, by what is known of each; what it shows of them makes the looks more alike in the next, and gives what one image can't
 * use to the others. So nothing is lost of the promise when the view closes in between.
 */
/* eslint-disable svelte/prefer-svelte-reactivity -- what is known of an image changes when its job does, which is what is watched */
import { untrack } from 'svelte';
import { budgets, type ImageNeeds, type LookPoint } from '../../lib/core/look/batch-budget.ts';
import { RUNNING, type Job, type JobId } from '../../lib/core/model/job.ts';
import { MOST_LOOK, NAMED_LOOKS } from '../../lib/core/model/looks.ts';
import type { Receipt } from '../../lib/core/model/receipt.ts';
import { LEAST_SIZE, MOST_SIZE, type Recipe } from '../../lib/core/model/recipe.ts';
import type { PanelJobs } from './panel-jobs.svelte.ts';

export interface BatchLimitOptions {
  readonly jobs: Pick<PanelJobs, 'job' | 'savable' | 'running'>;
  /** By a recipe of its own. */
  readonly retry: (id: JobId, recipe: Recipe) => void;
  readonly done: (end: BatchEnd) => void;
}

/** All are done. */
export interface BatchEnd {
  readonly count: number;
  /** Of them all, at most the limit; or over it, where it can't be kept. */
  readonly bytes: number;
  readonly limit: number;
  /** Of all at the smallest that was reached, where the limit can't be kept. */
  readonly smallest: number;
}

type WithResult = Job & { readonly receipt: Receipt };

interface Member {
  readonly points: readonly LookPoint[];
  /** Bytes that were tried and can't be reached are below this. */
  readonly least: number;
  /** What it was given last; null for nothing yet. */
  readonly share: number | null;
  /** The run whose result is known. */
  readonly attempt: number;
  readonly waits: boolean;
}

/** Rounds that only make looks more alike. */
const MOST_ROUNDS = 3;
/** Looks that differ by no more are one. */
const ALIKE = 3;
/** Shares that differ by less are not worth another run. */
const SAME_SHARE = 0.03;
/** What uses that much of the limit leaves nothing to give. */
const USED = 0.95;

export class BatchLimit {
  /** What is asked; another object for each time. */
  #asked = $state.raw<{ readonly limit: number } | null>(null);
  #round = 0;
  /** Null until all that was at work has its result. */
  #members: Map<JobId, Member> | null = null;
  readonly #options: BatchLimitOptions;

  /** Call it where effects may be made. */
  constructor(options: BatchLimitOptions) {
    this.#options = options;
    $effect(() => {
      const asked = this.#asked;
      if (!asked || (!this.#members && options.jobs.running.length > 0)) return;
      const settled = this.#present().every(
        ({ job, member }) => !member.waits || (job.attempt > member.attempt && !RUNNING.has(job.state)),
      );
      if (settled) untrack(() => this.#next(asked.limit));
    });
  }

  /** @param limit bytes of all that are listed, once each has its result */
  begin(limit: number): void {
    this.#members = null;
    this.#round = 0;
    this.#asked = { limit };
  }

  /** What is being compressed is not followed further. */
  stop(): void {
    this.#asked = null;
  }

  #next(limit: number): void {
    this.#members ??= new Map(this.#options.jobs.savable.map((job) => [job.id, firstSeen(job)]));
    this.#learn();
    const present = this.#present();
    const movable = present.filter(({ job, member }) => !isFixed(job, member));
    const fixed = sumOf(present.filter((one) => !movable.includes(one)).map(({ job }) => bytesOf(job)));
    const needs = movable.map(({ job, member }) => needsOf(job, member));
    const bytes = sumOf(present.map(({ job }) => bytesOf(job)));
    const smallest = fixed + sumOf(needs.map(({ least }) => least));
    const isOver = bytes > limit;
    const isFinal = this.#round > 0 && !isOver && (this.#round >= MOST_ROUNDS || isEven(movable, bytes, limit));
    const next = isFinal || smallest > limit ? [] : this.#shares(movable, limit - fixed, isOver);
    if (next.length > 0) {
      this.#round += 1;
      for (const { job, share } of next) this.#compress(job, share, limit);
    } else {
      this.#asked = null;
      this.#options.done({ count: present.length, bytes, limit, smallest });
    }
  }

  /** What is worth another run, and its bytes: all others stay at what they have. */
  #shares(
    movable: readonly { readonly job: WithResult; readonly member: Member }[],
    limit: number,
    isOver: boolean,
  ): readonly { readonly job: WithResult; readonly share: number }[] {
    const spread = (of: typeof movable, bytes: number): readonly number[] =>
      budgets(
        of.map(({ job, member }) => needsOf(job, member)),
        bytes,
      );
    const all = spread(movable, limit);
    const changed = movable.filter(({ job, member }, i) => {
      const share = all[i] ?? 0;
      if (member.share === null || (isOver && bytesOf(job) > share)) return true;
      return Math.abs(share / member.share - 1) > SAME_SHARE;
    });
    const kept = sumOf(movable.filter((one) => !changed.includes(one)).map(({ job }) => bytesOf(job)));
    const shares = spread(changed, limit - kept);
    return changed.map(({ job }, i) => ({ job, share: shares[i] ?? LEAST_SIZE }));
  }

  #compress(job: WithResult, share: number, limit: number): void {
    const member = this.#members?.get(job.id);
    if (!member) return;
    this.#members?.set(job.id, { ...member, share, attempt: job.attempt, waits: true });
    this.#options.retry(job.id, { ...job.recipe, aim: { kind: 'size', bytes: share, together: limit } });
  }

  /** From what came of the last round. */
  #learn(): void {
    for (const { job, member } of this.#present()) {
      if (!member.waits) continue;
      const { code, parameters } = (job.state === 'ready' && job.setback) || { code: null, parameters: {} };
      const reached = code === 'size-not-reached' ? Number(parameters['reached']) * 1000 : 0;
      const points = code ? [] : pointsOf(job);
      this.#members?.set(job.id, {
        ...member,
        points: [...member.points, ...points],
        least: Math.max(member.least, reached),
        attempt: job.attempt,
        waits: false,
      });
    }
  }

  /** Those that were not removed meanwhile. */
  #present(): { readonly job: WithResult; readonly member: Member }[] {
    return [...(this.#members ?? [])].flatMap(([id, member]) => {
      const job = this.#options.jobs.job(id);
      return job && (member.waits || 'receipt' in job) ? [{ job: job as WithResult, member }] : [];
    });
  }
}

function firstSeen(job: Job): Member {
  return { points: pointsOf(job), least: LEAST_SIZE, share: null, attempt: job.attempt, waits: false };
}

function bytesOf({ receipt }: WithResult): number {
  return receipt.output.bytes;
}

/** What is on the disk; an SVG that stays one, which as pixels would be another thing; what was changed by hand, or could not be worked on. */
function isFixed(job: WithResult, { share }: Member): boolean {
  const { recipe, receipt, state } = job;
  if (state !== 'ready' && state !== 'unsaved') return true;
  if (receipt.output.format === 'svg' || recipe.aim.kind === 'untouched') return true;
  if (share === null) return false;
  const setback = state === 'ready' ? job.setback : undefined;
  if (setback) return setback.code !== 'size-not-reached';
  return recipe.aim.kind !== 'size' || recipe.aim.bytes !== share;
}

function needsOf(job: WithResult, { points, least }: Member): ImageNeeds {
  const { input, output } = job.receipt;
  const [first = { look: NAMED_LOOKS.balanced, bytes: output.bytes }, ...more] = points;
  const most = input.format === output.format ? Math.max(input.bytes, least) : MOST_SIZE;
  return { points: [first, ...more], least, most };
}

/** As measured on all the pixels; where nothing was, as it was asked for. */
function pointsOf(job: Job): LookPoint[] {
  if (!('receipt' in job)) return [];
  const { receipt, recipe } = job;
  const look = receipt.look ?? (recipe.aim.kind === 'look' ? recipe.aim.look : null);
  const isSmaller = receipt.notes.some(({ code }) => code === 'resized-to-fit');
  return look === null || isSmaller ? [] : [{ look, bytes: receipt.output.bytes }];
}

/** Of what can still change its look: one that came as it is, or has fewer pixels, is beside it. */
function isEven(
  movable: readonly { readonly job: WithResult; readonly member: Member }[],
  bytes: number,
  limit: number,
): boolean {
  const looks = movable.flatMap(({ job }) => (job.receipt.outcome === 'original' ? [] : pointsOf(job)));
  const all = looks.map(({ look }) => look);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const isUsed = bytes >= limit * USED || low >= MOST_LOOK - ALIKE || all.length === 0;
  return isUsed && !(high - low > ALIKE);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
