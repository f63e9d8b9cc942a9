/**
 * What the pool starts next: a decision alone, from what waits and what runs. What a person looks at comes first; of the rest a
 * short job passes a long one, but none is passed for ever.
 */

export interface Waiting {
  readonly urgent: boolean;
  /** How long it takes, in any unit. */
  readonly cost: number;
  /** Peak heap, in bytes. */
  readonly bytes: number;
  /** So many that came later have begun before it. */
  readonly passed: number;
}

export interface Machine {
  /** Jobs that may run at once. */
  readonly cores: number;
  /** Bytes that all that runs may use together; what needs more runs alone. */
  readonly memoryBudget: number;
}

/** A job passes one that takes so many times as long. */
const SHORTER = 4;
/** By so many a job is passed at most, those that a person looks at not counted. */
export const MOST_PASSED = 16;

/**
 * @param waiting in the order in which they came
 * @param running bytes of each
 * @returns the index of what waits, or null where nothing can begin before something ends
 */
export function nextStart(
  waiting: readonly Waiting[],
  running: readonly number[],
  { cores, memoryBudget }: Machine,
): number | null {
  if (running.length >= cores) return null;
  const used = running.reduce((sum, bytes) => sum + bytes, 0);
  for (const at of inOrder(waiting)) {
    const job = waiting[at] as Waiting;
    if (running.length === 0 || used + job.bytes <= memoryBudget) return at;
    // What it needs is kept free for it.
    if (job.urgent || job.passed >= MOST_PASSED) return null;
  }
  return null;
}

/** Indices: what is urgent, what was passed often enough, and the rest, the short before the long. */
function inOrder(waiting: readonly Waiting[]): number[] {
  const all = [...waiting.keys()];
  const urgent = all.filter((at) => waiting[at]?.urgent);
  const due = all.filter((at) => !waiting[at]?.urgent && isDue(waiting[at]));
  const rest = all.filter((at) => !waiting[at]?.urgent && !isDue(waiting[at]));
  return [...urgent, ...due, ...shortFirst(rest, waiting)];
}

function isDue(job: Waiting | undefined): boolean {
  return job !== undefined && job.passed >= MOST_PASSED;
}

function shortFirst(indices: readonly number[], waiting: readonly Waiting[]): number[] {
  const left = [...indices];
  const cost = (at: number): number => waiting[at]?.cost ?? 0;
  const ordered: number[] = [];
  while (left.length > 0) {
    const head = left[0] as number;
    const shortest = left.reduce((one, other) => (cost(other) < cost(one) ? other : one));
    const next = cost(shortest) * SHORTER <= cost(head) ? shortest : head;
    ordered.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return ordered;
}
