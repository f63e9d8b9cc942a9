/** What is known of an image among all that share a limit, and what follows from it. See `batch-limit.svelte.ts`. */
import { budgets, sumOf, type ImageNeeds, type LookPoint } from '../../lib/core/look/batch-budget.ts';
import type { Job } from '../../lib/core/model/job.ts';
import { MOST_LOOK, NAMED_LOOKS } from '../../lib/core/model/looks.ts';
import type { Receipt } from '../../lib/core/model/receipt.ts';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { LEAST_SIZE, MOST_SIZE } from '../../lib/core/model/aim.ts';

type WithResult = Job & { readonly receipt: Receipt };

export interface Member {
  points: readonly LookPoint[];
  /** Bytes that were tried and can't be reached are below this. */
  least: number;
  /** What it had when the limit was asked: no limit makes it larger. What is a share of an earlier limit may grow again. */
  most: number;
  /** What it was given last; null for nothing yet. */
  share: number | null;
  /** What it was compressed by before it was given a share. */
  before: Recipe | null;
  /** The run whose result is known. */
  attempt: number;
  waits: boolean;
  /** It could not be compressed again. */
  refused: boolean;
  /** Bytes of its file on the disk, which stay when its row leaves; null for none. */
  saved: number | null;
}

export interface Present {
  readonly job: WithResult;
  readonly member: Member;
}

/** Looks that differ by no more are one. */
const ALIKE = 3;
/** Shares that differ by less are not worth another run. */
const SAME_SHARE = 0.03;
/** What uses that much of the limit leaves nothing to give. */
const USED = 0.95;

export function newMember(): Member {
  return {
    points: [],
    least: LEAST_SIZE,
    most: MOST_SIZE,
    share: null,
    before: null,
    attempt: 0,
    waits: false,
    refused: false,
    saved: null,
  };
}

/** From the result that it came with, and from what came of each round. */
export function learn({ job, member }: Present): void {
  if (member.share === null) {
    const most = isShare(job.recipe) ? MOST_SIZE : job.receipt.output.bytes;
    Object.assign(member, { points: pointsOf(job), most });
  } else if (member.waits) {
    const { code, parameters } = setbackOf(job) ?? { code: null, parameters: {} };
    const reached = code === 'size-not-reached' ? Number(parameters['reached']) * 1000 : 0;
    Object.assign(member, {
      points: [...member.points, ...(code ? [] : pointsOf(job))],
      least: Math.max(member.least, reached),
      attempt: job.attempt,
      waits: false,
    });
  }
}

/** What is worth another run, and its bytes: all others stay at what they have. */
export function sharesOf(
  movable: readonly Present[],
  limit: number,
  isOver: boolean,
): readonly { readonly one: Present; readonly share: number }[] {
  const all = budgets(movable.map(needsOf), limit);
  const isWorthIt = (one: Present, i: number): boolean => {
    const [now, share] = [bytesOf(one), all[i] ?? 0];
    return (isOver && now > share) || Math.abs(share / (one.member.share ?? now) - 1) > SAME_SHARE;
  };
  const [changed, kept] = divided(movable, isWorthIt);
  const shares = budgets(changed.map(needsOf), limit - sumOf(kept.map(bytesOf)));
  return changed.map((one, i) => ({ one, share: shares[i] ?? LEAST_SIZE }));
}

export function bytesOf({ job }: Present): number {
  return job.receipt.output.bytes;
}

export function isShare({ aim }: Recipe): boolean {
  return aim.kind === 'size' && aim.together !== undefined;
}

function setbackOf(job: Job): Extract<Job, { state: 'ready' }>['setback'] {
  return job.state === 'ready' ? job.setback : undefined;
}

/**
 * What is on the disk; an SVG that stays one, which as pixels would be another thing; what is as small as any limit; what was changed by
 * hand, or could not be worked on.
 */
export function isFixed({ job, member: { share, refused } }: Present): boolean {
  const { recipe, receipt, state } = job;
  if (refused || (state !== 'ready' && state !== 'unsaved')) return true;
  if (receipt.output.format === 'svg' || recipe.aim.kind === 'untouched') return true;
  if (share === null) return receipt.output.bytes <= LEAST_SIZE;
  const setback = setbackOf(job);
  if (setback) return setback.code !== 'size-not-reached';
  return recipe.aim.kind !== 'size' || recipe.aim.bytes !== share;
}

export function isUnchanged({ job, member }: Present): boolean {
  return member.refused || (member.share !== null && setbackOf(job) !== undefined);
}

export function needsOf({ job, member: { points, least, most } }: Present): ImageNeeds {
  const { input, output } = job.receipt;
  const [first = { look: NAMED_LOOKS.balanced, bytes: output.bytes }, ...more] = points;
  const ofSource = input.format === output.format ? input.bytes : MOST_SIZE;
  return { points: [first, ...more], least, most: Math.max(least, Math.min(most, ofSource)) };
}

/** As measured on all the pixels; where nothing was, as it was asked for. */
function pointsOf({ receipt, recipe }: WithResult): LookPoint[] {
  const look = receipt.look ?? (recipe.aim.kind === 'look' ? recipe.aim.look : null);
  const isSmaller = receipt.notes.some(({ code }) => code === 'resized-to-fit');
  return look === null || isSmaller ? [] : [{ look, bytes: receipt.output.bytes }];
}

/** Of what can still change its look: one that came as it is, or has fewer pixels, is beside it. */
export function isEven(movable: readonly Present[], bytes: number, limit: number): boolean {
  const looks = movable.flatMap(({ job }) => (job.receipt.outcome === 'original' ? [] : pointsOf(job)));
  const all = looks.map(({ look }) => look);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const isUsed = bytes >= limit * USED || low >= MOST_LOOK - ALIKE || all.length === 0;
  return isUsed && !(high - low > ALIKE);
}

export function divided<T>(all: readonly T[], isFirst: (one: T, i: number) => boolean): [T[], T[]] {
  const [first, second]: [T[], T[]] = [[], []];
  all.forEach((one, i) => (isFirst(one, i) ? first : second).push(one));
  return [first, second];
}
