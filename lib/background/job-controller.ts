/**
 * A job from its beginning to its end, as the background takes it there: enqueue, hear from the engine, hand over, purge.
 * Nothing is kept in a variable: each step reads the job's record, so a background that was killed between two goes on with
 * the next. Each step may be asked for twice, and does no more then than once.
 */
import type { EngineDocument, EngineMessages } from '../platform/engine-document.ts';
import { CompressionError, type ErrorRecord } from '../core/errors.ts';
import type { ReachableImage } from '../core/model/ladder.ts';
import type { Receipt } from '../core/model/receipt.ts';
import { framingOf, withFraming, withoutFraming } from '../core/model/framing.ts';
import type { Recipe } from '../core/model/recipe.ts';
import type { Step } from '../core/pipeline/steps.ts';
import type { EngineEvent, EngineJob } from '../core/protocol/messages.ts';
import { RUNNING, type AsShown, type EarlierResult, type Job, type JobFacts, type JobId } from '../core/model/job.ts';
import { isIn, type JobIn } from '../core/model/job-transitions.ts';
import { sameRecipe } from '../core/model/same-recipe.ts';
import { renamedJob } from '../core/naming/job-name.ts';
import type { JobStore } from '../storage/job-store.ts';
import { createDelivery, type Delivery, type DeliveryOptions } from './delivery.ts';

export interface JobControllerOptions extends Omit<DeliveryOptions, 'moved'> {
  readonly store: JobStore;
  readonly engineDocument: Pick<EngineDocument, 'closeUnless'>;
  readonly engine: Pick<EngineMessages, 'runJobs' | 'cancelRuns' | 'runningJobs' | 'openResult' | 'closeResults'>;
  /** Where a job's image is to be had; null when its Source is held already, or a view brings it. */
  readonly imageOf: (job: Job) => Promise<ReachableImage | null>;
  readonly nameFor: (job: Job, receipt: Receipt, contentDisposition: string | null) => string;
  readonly purge: (ids: readonly JobId[], rule: 'downloaded' | 'failed' | 'cancelled' | 'on-demand') => Promise<void>;
  /** A result that the engine made is there, for the first time. */
  readonly counted: (receipt: Receipt) => Promise<unknown>;
  /** The work on a job has come to another step. Its record does not say which. */
  readonly stepped: (job: JobIn<'compressing'>, step: Step) => Promise<void>;
  /** Called after each change of a job's record. @param before null for a new job */
  readonly changed: (job: Job, before: Job['state'] | null) => Promise<void>;
}

export interface JobController extends Pick<
  Delivery,
  'save' | 'saveAll' | 'savingTogether' | 'written' | 'downloadChanged'
> {
  /** @throws CompressionError `list-full` */
  enqueue(job: JobIn<'queued' | 'cancelled' | 'failed'>): Promise<void>;
  /** A view could not bring the job's Source; the job may be there already, or not. */
  onNotTaken(job: JobIn<'cancelled' | 'failed'>): Promise<void>;
  /** Resolves when all of it is written down. Of a run that has been given up, nothing is. */
  onEngineEvents(events: readonly EngineEvent[]): Promise<void>;
  /** Of a result that is no longer held, or a permission that was refused. */
  fail(id: JobId, error: ErrorRecord): Promise<void>;
  /** @param attempt the run that is seen to have ended, or null for the last one */
  retry(id: JobId, attempt: number | null, another?: AnotherTry): Promise<void>;
  /** What waits in the list, and has no recipe of its own, is to become this. */
  follow(recipe: Recipe): Promise<void>;
  /** What was saved and is still held waits for the person again. */
  takeBack(id: JobId): Promise<void>;
  cancel(id: JobId): Promise<void>;
  /** Whether a person may choose another result for the job: none is being worked on or saved, and its Source may be held. */
  mayReplace(job: Job): boolean;
  /** Another result, made by this recipe, is in the vault in place of the job's own. It waits for the person. */
  replaced(id: JobId, recipe: Recipe, receipt: Receipt): Promise<void>;
  /** Under the name that a person gave, see `renamedJob`. */
  rename(id: JobId, stem: string): Promise<void>;
  /** Takes jobs out of the list and their bytes out of the vault. */
  dismiss(ids: readonly JobId[]): Promise<void>;
  /** Looks after jobs that nobody works on any more: they go on, or end with an error. */
  retryLost(): Promise<void>;
  closeEngineWhenIdle(): Promise<void>;
}

/** In what a further try is another than the one before. */
export interface AnotherTry {
  readonly recipe?: Recipe | undefined;
  /** The recipe is for this job alone. */
  readonly ownRecipe?: boolean | undefined;
  readonly delivery?: JobFacts['delivery'];
  /** The Source that is held now is what the page shows. */
  readonly asShown?: AsShown;
}

/** An engine that was lost under a job that it had begun this often is not given it again. */
const MAX_LOST = 2;

const AT_WORK = ['queued', 'acquiring', 'compressing'] as const;
const REPLACEABLE = ['ready', 'unsaved', 'cancelled', 'failed'] as const;

export function createJobController(options: JobControllerOptions): JobController {
  const { store, engineDocument, engine } = options;
  /** Jobs in the middle of a step of this life of the background: `retryLost` leaves them alone. */
  const inFlight = new Set<JobId>();

  /** Moves a job and tells of it. */
  const move: JobStore['move'] = async (id, from, to, change) => {
    let before: Job['state'] | null = null;
    const job = await store.move(id, from, to, (current) => {
      before = (current as Job).state;
      return change(current);
    });
    if (job) await options.changed(job as Job, before);
    return job;
  };
  const delivery = createDelivery({ ...options, store: { all: store.all, move }, inFlight });

  async function enqueue(job: JobIn<'queued' | 'cancelled' | 'failed'>): Promise<void> {
    if (!(await store.add(job))) return;
    // The work does not wait for a toast to be shown.
    await Promise.all([options.changed(job, null), job.state === 'queued' && dispatch([job])]);
  }

  async function dispatch(jobs: readonly JobIn<'queued'>[]): Promise<void> {
    for (const { id } of jobs) inFlight.add(id);
    try {
      const work = (await Promise.all(jobs.map(workOf))).filter((each) => each !== null);
      if (work.length > 0) await engine.runJobs({ jobs: work });
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
    if (job) await letGo(job);
  }

  /** A Source that could not be worked on has no use; one from a view stays for another recipe. */
  async function letGo({ id, origin, state }: JobIn<'cancelled' | 'failed'>): Promise<void> {
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
        if (job && mine(job) && isIn(job, 'compressing')) await options.stepped(job, event.step);
        return;
      }
      case 'done': {
        const job = await move(id, AT_WORK, 'ready', (current) =>
          mine(current)
            ? {
                receipt: labelled(event.receipt, current),
                fileName: options.nameFor(current, event.receipt, event.contentDisposition),
                changed: { earlier: undefined },
              }
            : null,
        );
        if (!job) return;
        await Promise.all([options.counted(event.receipt), job.delivery === 'download' && delivery.save(id)]);
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
    enqueue,
    async onNotTaken(job) {
      if (await store.add(job)) return options.changed(job, null);
      const begun = await store.get(job.id);
      if (!begun) return;
      const error = job.state === 'failed' ? job.error : new CompressionError('cancelled').toRecord();
      await failed(job.id, begun.attempt, error, null);
      await engine.cancelRuns({ ids: [job.id] });
    },
    async onEngineEvents(events) {
      const byJob = new Map<JobId, EngineEvent[]>();
      for (const event of events) byJob.set(event.id, [...(byJob.get(event.id) ?? []), event]);
      await Promise.all(
        [...byJob.values()].map(async (ofOne) => {
          for (const event of ofOne) await onEvent(event);
        }),
      );
    },
    fail: (id, error) => failed(id, null, error, null),
    ...delivery,
    async retry(id, attempt, { recipe, ownRecipe, delivery: handedOver, asShown = null } = {}) {
      const job = await move(id, ['ready', 'unsaved', 'saved', 'cancelled', 'failed'], 'queued', (current) =>
        attempt === null || current.attempt === attempt
          ? {
              source: null,
              changed: {
                // Settings for all say nothing of how this one is turned and cropped: that stays.
                ...(recipe && {
                  recipe: withFraming(recipe, framingOf(current.recipe)),
                  ownRecipe: ownRecipe === true,
                }),
                ...(handedOver && { delivery: handedOver }),
                attempt: current.attempt + 1,
                lost: 0,
                asShown,
                earlier: earlierOf(current),
              },
            }
          : null,
      );
      if (job) await dispatch([job]);
    },
    async follow(recipe) {
      const follows = (job: Job): boolean =>
        job.state === 'queued' &&
        job.delivery === 'hold' &&
        !job.ownRecipe &&
        !job.upload &&
        !sameRecipe(withoutFraming(job.recipe), recipe);
      const waiting = (await store.all()).filter(follows);
      const followed = await Promise.all(
        waiting.map(({ id }) =>
          move(id, ['queued'], 'queued', (job) =>
            follows(job)
              ? {
                  // What will be lost is another matter now, and is looked at anew.
                  source: job.source && { ...job.source, losses: [] },
                  ...(job.view !== undefined && { view: job.view }),
                  changed: { recipe: withFraming(recipe, framingOf(job.recipe)), attempt: job.attempt + 1 },
                }
              : null,
          ),
        ),
      );
      await dispatch(followed.filter((job) => job !== null));
    },
    async takeBack(id) {
      await move(id, ['saved'], 'ready', ({ receipt, fileName, kept }) =>
        kept ? { receipt, fileName, changed: { delivery: 'hold' } } : null,
      );
    },
    async cancel(id) {
      const job = await store.get(id);
      if (!job || !isIn(job, ...AT_WORK)) return;
      // Written down first: what the engine still says of this run is not heard then.
      await failed(id, job.attempt, new CompressionError('cancelled').toRecord(), null);
      await engine.cancelRuns({ ids: [id] });
    },
    mayReplace,
    async replaced(id, recipe, receipt) {
      await move(id, REPLACEABLE, 'ready', (current) => ({
        receipt,
        fileName:
          'receipt' in current && current.receipt.output.format === receipt.output.format
            ? current.fileName
            : options.nameFor(current, receipt, null),
        changed: {
          recipe,
          // To turn or crop it is no choice of other settings.
          ownRecipe: current.ownRecipe === true || !sameRecipe(withoutFraming(recipe), withoutFraming(current.recipe)),
          delivery: 'hold',
        },
      }));
      await engine.closeResults({ ids: [id] });
    },
    async rename(id, stem) {
      // Nothing has become of it: there is nothing to announce.
      await store.amend(id, (job) => renamedJob(job, stem));
    },
    async dismiss(ids) {
      const was = await Promise.all(ids.map((id) => store.get(id)));
      await store.remove(ids);
      const busy = was.flatMap((job) => (job && RUNNING.has(job.state) ? [job.id] : []));
      if (busy.length > 0) {
        await engine.cancelRuns({ ids: busy });
        await engine.closeResults({ ids: busy });
      }
      await options.purge(ids, 'on-demand');
      if (was.some((job) => job?.state === 'saving')) await delivery.saveNext();
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
      await delivery.goOn();
    },
    async closeEngineWhenIdle() {
      await engineDocument.closeUnless(async () => (await store.all()).some((job) => RUNNING.has(job.state)));
    },
  };
}

/** What is no file is told as such, first of all. */
function labelled(receipt: Receipt, { asShown }: Job): Receipt {
  if (!asShown) return receipt;
  const code = asShown === 'canvas' ? 'shown-pixels' : 'screen-part';
  return { ...receipt, notes: [{ kind: 'info', code }, ...receipt.notes] };
}

/** What the job has to go back to; of what was saved, the bytes are purged. */
function earlierOf(job: Job): EarlierResult | undefined {
  return isIn(job, 'ready', 'unsaved')
    ? { recipe: job.recipe, ownRecipe: job.ownRecipe === true, receipt: job.receipt, fileName: job.fileName }
    : undefined;
}

function mayReplace(job: Job): boolean {
  return isIn(job, ...REPLACEABLE);
}
