/** The one table of a job's states, and the only way from one to the next: a move that it lacks does not compile. */
import type { Job, JobFacts, JobState } from './job.ts';

/**
 * From each state, those that may follow it.
 *
 * queued -> queued: what the image is has become known, or the engine was lost before it began.
 * queued, acquiring -> ready: the engine was done before the background heard that it had begun.
 * acquiring, compressing -> ready: also when a job that had a result was cancelled or failed: it has its earlier one again.
 * ready -> ready: a person took another result. saving -> saving: the browser has given the download its number.
 * saved -> queued: a person wants it once more; its Source must be there again.
 * saved -> ready: a person wants to look at what is still held.
 */
export const TRANSITIONS = {
  queued: ['queued', 'acquiring', 'compressing', 'ready', 'cancelled', 'failed'],
  acquiring: ['queued', 'compressing', 'ready', 'cancelled', 'failed'],
  compressing: ['queued', 'ready', 'cancelled', 'failed'],
  ready: ['queued', 'ready', 'saving', 'failed'],
  saving: ['saving', 'saved', 'unsaved'],
  unsaved: ['queued', 'ready', 'saving', 'failed'],
  saved: ['queued', 'ready'],
  cancelled: ['queued', 'ready', 'failed'],
  failed: ['queued', 'ready', 'failed'],
} as const satisfies Readonly<Record<JobState, readonly JobState[]>>;

/** The states that may come right before one. */
export type Before<To extends JobState> = {
  [From in JobState]: To extends (typeof TRANSITIONS)[From][number] ? From : never;
}[JobState];

export type JobIn<State extends JobState> = Extract<Job, { readonly state: State }>;

/** What a job has in this state alone. */
export type FactsIn<State extends JobState> = State extends JobState
  ? Omit<JobIn<State>, keyof JobFacts | 'state'>
  : never;

/** What may change of a job whatever its state: the rest is what the job is. */
export type Changeable = Partial<
  Pick<JobFacts, 'attempt' | 'lost' | 'recipe' | 'ownRecipe' | 'delivery' | 'asShown' | 'earlier'>
>;

/** The job in another state. @param facts of that state; of the former one nothing is left */
export function moved<To extends JobState>(
  job: JobIn<Before<To>>,
  to: To,
  facts: FactsIn<To>,
  changed: Changeable = {},
): JobIn<To> {
  const { id, createdAt, origin, recipe, delivery, name, attempt, lost, earlier } = job;
  const { asShown, renamed, ownRecipe, upload } = job;
  const {
    earlier: kept,
    ownRecipe: own,
    ...common
  } = {
    ...{ id, createdAt, origin, recipe, ownRecipe, delivery, name, attempt, lost, earlier },
    ...(asShown && { asShown }),
    ...(renamed && { renamed }),
    ...(upload && { upload }),
    ...changed,
  };
  return {
    ...common,
    ...(own && { ownRecipe: own }),
    ...(kept && { earlier: kept }),
    ...facts,
    state: to,
  } as unknown as JobIn<To>;
}

/** Whether a job is in one of the states, for the compiler too. */
export function isIn<State extends JobState>(job: Job, ...states: readonly State[]): job is JobIn<State> {
  return (states as readonly JobState[]).includes(job.state);
}
