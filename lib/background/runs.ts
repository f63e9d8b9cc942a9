/**
 * A job's runs: handed to the engine, heard of while they go on, ended, and begun again when the engine was lost under
 * them. Of a run that has been given up nothing is written down.
 */
import { CompressionError, type ErrorRecord } from '../core/errors.ts';
import type { Job, JobId } from '../core/model/job.ts';
import { isIn, type JobIn } from '../core/model/job-transitions.ts';
import type { ReachableImage } from '../core/model/ladder.ts';
import type { Receipt } from '../core/model/receipt.ts';
import type { Step } from '../core/pipeline/steps.ts';
import type { EngineEvent, EngineJob } from '../core/protocol/messages.ts';
import type { EngineMessages } from '../platform/engine-document.ts';
import type { MoveAndAnnounce } from './move-and-announce.ts';
import { coalesced } from '../storage/coalesced.ts';
import type { JobStore } from '../storage/job-store.ts';

export interface RunsOptions {
  readonly store: Pick<JobStore, 'get' | 'all'>;
  /** Moves a job and tells of it. */
  readonly move: JobStore['move'];
  readonly moveAndAnnounce: MoveAndAnnounce;
  /** Jobs in the middle of a step of this life of the background: `retryLost` leaves them alone. */
  readonly inFlight: Set<JobId>;
  readonly engine: Pick<EngineMessages, 'runJobs' | 'cancelRuns' | 'runningJobs'>;
  /** Where a job's image is to be had; null when its Source is held already, or a view brings it. */
  readonly imageOf: (job: Job) => Promise<ReachableImage | null>;
  readonly nameFor: (job: Job, receipt: Receipt, contentDisposition: string | null) => string;
  readonly purge: (ids: readonly JobId[], rule: 'failed' | 'cancelled') => Promise<void>;
  /** A result that the engine made is there, for the first time. */
  readonly counted: (receipt: Receipt) => Promise<unknown>;
  /** The work on a job has come to another step. Its record does not say which, and nobody waits for the page that shows it. */
  readonly stepped: (job: JobIn<'compressing'>, step: Step) => void;
  /** What begins the download of a result, at once. @param url the result's, of which there is no download yet */
  readonly prepareSave: () => Promise<(id: JobId, url?: string) => Promise<void>>;
}

export interface Runs {
  /** Gives the jobs to the engine. */
  dispatch(jobs: readonly JobIn<'queued'>[]): Promise<void>;
  /** Ends a run without a result. @param attempt the run, or null for whichever it is */
  failed(
    id: JobId,
    attempt: number | null,
    error: ErrorRecord,
    source: JobIn<'failed'>['source'],
    pixels?: boolean,
  ): Promise<void>;
  /** Resolves when all of it is written down. */
  onEngineEvents(events: readonly EngineEvent[]): Promise<void>;
  /** Begins again what nobody works on any more, or ends it with an error. */
  retryLost(): Promise<void>;
}

/** An engine that was lost under a job that it had begun this often is not given it again. */
const MAX_LOST = 2;

export const AT_WORK = ['queued', 'acquiring', 'compressing'] as const;

export function createRuns(options: RunsOptions): Runs {
  const { store, move, inFlight, engine } = options;

  /**
   * Attempts that this life of the background has given to the engine, and not heard the end of: no other can have heard it,
   * and begun the download of its result, before it was stopped.
   */
  const own = new Map<JobId, number>();

  /** On their way to the engine: those that come within one turn, or while others are given to it, go together. */
  let waiting: EngineJob[] = [];
  const given = coalesced(async () => {
    const work = waiting;
    waiting = [];
    const jobs = await wanted(work);
    if (jobs.length === 0) return;
    for (const { id, attempt } of jobs) own.set(id, attempt);
    await engine.runJobs({ jobs });
    // Given up on their way: the engine was told so before it had them.
    const still = new Set(await wanted(jobs));
    const ids = jobs.filter((job) => !still.has(job)).map(({ id }) => id);
    // Where that fails the others were given all the same, and of these nothing is written down.
    if (ids.length > 0) await engine.cancelRuns({ ids }).catch(() => undefined);
  });

  /** Those that were not given up, nor begun anew, since they were asked for. */
  async function wanted(work: readonly EngineJob[]): Promise<EngineJob[]> {
    const now = await Promise.all(work.map(({ id }) => store.get(id)));
    return work.filter(({ attempt }, at) => {
      const job = now[at];
      return job !== undefined && job.attempt === attempt && isIn(job, ...AT_WORK);
    });
  }

  async function dispatch(jobs: readonly JobIn<'queued'>[]): Promise<void> {
    for (const { id } of jobs) inFlight.add(id);
    try {
      const work = (await Promise.all(jobs.map(workOf))).filter((each) => each !== null);
      if (work.length === 0) return;
      waiting.push(...work);
      await given();
    } catch (thrown) {
      const error = CompressionError.from(thrown, 'engine-stopped').toRecord();
      await Promise.all(jobs.map(({ id, attempt }) => failed(id, attempt, error, null)));
    } finally {
      for (const { id } of jobs) inFlight.delete(id);
    }
  }

  /** What the engine is to do, or null when the job has failed before. */
  async function workOf(job: JobIn<'queued'>): Promise<EngineJob | null> {
    const { id, attempt, recipe, view = null } = job;
    try {
      return { id, attempt, recipe, steps: job.delivery === 'download', image: await options.imageOf(job), view };
    } catch (thrown) {
      await failed(id, attempt, CompressionError.from(thrown).toRecord(), null);
      return null;
    }
  }

  async function failed(
    id: JobId,
    attempt: number | null,
    error: ErrorRecord,
    source: JobIn<'failed'>['source'],
    pixels = false,
  ): Promise<void> {
    own.delete(id);
    const mine = (job: Job): boolean => attempt === null || (job.attempt === attempt && isIn(job, ...AT_WORK));
    // A result is replaced by a better one alone.
    const kept = await move(id, AT_WORK, 'ready', (current) =>
      mine(current) && current.earlier
        ? {
            receipt: current.earlier.receipt,
            fileName: current.earlier.fileName,
            setback: error,
            changed: { recipe: current.earlier.recipe, ownRecipe: current.earlier.ownRecipe, earlier: undefined },
          }
        : null,
    );
    if (kept) return;
    const job =
      error.code === 'cancelled'
        ? await move(id, AT_WORK, 'cancelled', (current) => (mine(current) ? { source } : null))
        : await move(id, [...AT_WORK, 'ready', 'unsaved', 'cancelled', 'failed'], 'failed', (current) =>
            mine(current) ? { error, source, ...(pixels && { pixels }) } : null,
          );
    if (job) await release(job);
  }

  /** A Source that could not be worked on has no use; one from a view stays for another recipe. */
  async function release({ id, origin, state }: JobIn<'cancelled' | 'failed'>): Promise<void> {
    if (origin.kind === 'page' || origin.kind === 'url') await options.purge([id], state);
  }

  async function onEvent(event: EngineEvent): Promise<void> {
    const { id, attempt } = event;
    const mine = (job: Job): boolean => job.attempt === attempt;
    switch (event.kind) {
      case 'acquiring':
        await move(id, ['queued'], 'acquiring', (job) => (mine(job) ? {} : null));
        return;
      case 'inspected':
        await move(id, ['queued'], 'queued', (job) => (mine(job) ? { source: event.source } : null));
        return;
      case 'started':
        await move(id, ['queued', 'acquiring'], 'compressing', (job) => (mine(job) ? { source: event.source } : null));
        return;
      case 'step': {
        const job = await store.get(id);
        if (job && mine(job) && isIn(job, 'compressing')) options.stepped(job, event.step);
        return;
      }
      case 'done': {
        const isNew = own.get(id) === attempt;
        own.delete(id);
        const isSaved = (await store.get(id))?.delivery === 'download';
        // Where the settings can't be read there is a result all the same, which is saved at the next look.
        const save = isSaved ? await options.prepareSave().catch(() => null) : null;
        const saved: Promise<void>[] = [];
        const { job, announced } = await options.moveAndAnnounce(id, AT_WORK, 'ready', (current) => {
          if (!mine(current)) return null;
          // Right after it is ready, and not only once that is written: then its being saved is written with it.
          if (save) saved.push(Promise.resolve().then(() => save(id, isNew ? event.url : undefined)));
          return {
            receipt: labelled(event.receipt, current),
            fileName: options.nameFor(current, event.receipt, event.contentDisposition),
            changed: { earlier: undefined },
          };
        });
        if (job) await Promise.all([announced, options.counted(event.receipt), ...saved]);
        return;
      }
      case 'failed':
        await failed(id, attempt, event.error, event.source, event.pixels);
        return;
    }
  }

  async function again(jobs: readonly Job[]): Promise<void> {
    const moved = await Promise.all(
      jobs.map(async ({ id, attempt, state }) => {
        // What waits has not been begun: it is not what ended the engine.
        const lost = state === 'queued' ? 0 : 1;
        const job = await move(id, AT_WORK, 'queued', (current) =>
          current.attempt === attempt && current.lost + lost <= MAX_LOST
            ? {
                source: null,
                ...(current.state === 'queued' && current.view !== undefined && { view: current.view }),
                changed: { attempt: attempt + 1, lost: current.lost + lost },
              }
            : null,
        );
        if (!job) await failed(id, attempt, new CompressionError('engine-stopped').toRecord(), null);
        return job;
      }),
    );
    await dispatch(moved.filter((job) => job !== null));
  }

  return {
    dispatch,
    failed,
    async onEngineEvents(events) {
      const byJob = new Map<JobId, EngineEvent[]>();
      for (const event of events) byJob.set(event.id, [...(byJob.get(event.id) ?? []), event]);
      await Promise.all(
        [...byJob.values()].map(async (ofOne) => {
          for (const event of asFewAsTell(ofOne)) await onEvent(event);
        }),
      );
    },
    async retryLost() {
      const isStuck = (job: Job): boolean => isIn(job, ...AT_WORK) && !inFlight.has(job.id);
      const stuck = (await store.all()).filter(isStuck);
      if (stuck.length > 0) {
        const working = new Map((await engine.runningJobs(undefined)).map(({ id, attempt }) => [id, attempt]));
        const lost = stuck.filter(({ id, attempt }) => working.get(id) !== attempt);
        // They may have ended while the engine was asked.
        const now = await Promise.all(lost.map(({ id }) => store.get(id)));
        await again(
          now.filter(
            (job): job is Job =>
              job !== undefined &&
              isStuck(job) &&
              lost.some(({ id, attempt }) => id === job.id && attempt === job.attempt),
          ),
        );
      }
    },
  };
}

/**
 * Of what is heard of one job at the same time, what has become of it: each event is a record that is written. The steps before
 * are over by then.
 */
function asFewAsTell(events: readonly EngineEvent[]): readonly EngineEvent[] {
  const last = events.findLastIndex(({ kind }) => kind !== 'step');
  return events.slice(Math.max(0, last));
}

/** What is no file is told as such, first of all. */
function labelled(receipt: Receipt, { asShown }: Job): Receipt {
  if (!asShown) return receipt;
  const code = asShown === 'canvas' ? 'shown-pixels' : 'screen-part';
  return { ...receipt, notes: [{ kind: 'info', code }, ...receipt.notes] };
}
