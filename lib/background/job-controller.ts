/**
 * What a person asks of jobs: enqueue, retry, cancel, replace, remove. Their runs are in `runs.ts`, their way to the disk in
 * `delivery.ts`. No step needs what is kept in a variable: each reads the job's record, so a background that was killed between
 * two goes on with the next. Each step may be asked for twice, and does no more then than once.
 */
import type { EngineDocument, EngineMessages } from '../platform/engine-document.ts';
import { CompressionError, type ErrorRecord } from '../core/errors.ts';
import type { Receipt } from '../core/model/receipt.ts';
import { framingOf, withFraming, withoutFraming } from '../core/model/framing.ts';
import type { Recipe } from '../core/model/recipe.ts';
import type { EngineEvent } from '../core/protocol/messages.ts';
import { RUNNING, type AsShown, type EarlierResult, type Job, type JobFacts, type JobId } from '../core/model/job.ts';
import { isIn, moved, type JobIn } from '../core/model/job-transitions.ts';
import { sameRecipe } from '../core/model/same-recipe.ts';
import { renamedJob } from '../core/naming/job-name.ts';
import type { JobStore } from '../storage/job-store.ts';
import { createDelivery, type Delivery, type DeliveryOptions } from './delivery.ts';
import type { MoveAndAnnounce } from './move-and-announce.ts';
import { AT_WORK, createRuns, type RunsOptions } from './runs.ts';

export interface JobControllerOptions
  extends Omit<DeliveryOptions, 'moved'>, Pick<RunsOptions, 'imageOf' | 'nameFor' | 'counted' | 'stepped'> {
  readonly store: JobStore;
  readonly engineDocument: Pick<EngineDocument, 'closeUnless'>;
  readonly engine: Pick<EngineMessages, 'runJobs' | 'cancelRuns' | 'runningJobs' | 'openResult' | 'closeResults'>;
  readonly purge: (ids: readonly JobId[], rule: 'downloaded' | 'failed' | 'cancelled' | 'on-demand') => Promise<void>;
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
  /** @param attempt the run that is seen to have ended, or null for the last one. @returns whether another is begun */
  retry(id: JobId, attempt: number | null, another?: AnotherTry): Promise<boolean>;
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

const REPLACEABLE = ['ready', 'unsaved', 'cancelled', 'failed'] as const;

export function createJobController(options: JobControllerOptions): JobController {
  const { store, engineDocument, engine } = options;
  /** Jobs in the middle of a step of this life of the background: `retryLost` leaves them alone. */
  const inFlight = new Set<JobId>();

  const moveAndAnnounce: MoveAndAnnounce = async (id, from, to, change) => {
    let before: Job['state'] | null = null;
    const job = await store.move(id, from, to, (current) => {
      before = (current as Job).state;
      return change(current);
    });
    return { job, announced: job ? options.changed(job as Job, before) : Promise.resolve() };
  };
  const move: JobStore['move'] = async (...what) => {
    const { job, announced } = await moveAndAnnounce(...what);
    await announced;
    return job;
  };
  const delivery = createDelivery({ ...options, store: { all: store.all, move }, moveAndAnnounce, inFlight });
  const runs = createRuns({ ...options, move, moveAndAnnounce, inFlight, prepareSave: delivery.prepareSave });
  const { dispatch, failed } = runs;

  async function enqueue(job: JobIn<'queued' | 'cancelled' | 'failed'>): Promise<void> {
    if (!(await store.add(job))) return;
    // The work does not wait for a toast to be shown.
    await Promise.all([options.changed(job, null), job.state === 'queued' && dispatch([job])]);
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
    onEngineEvents: runs.onEngineEvents,
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
      return job !== null;
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
      // A page that waits for a file of its own gets the original. What a page takes for that holds nothing up here.
      for (const job of was)
        if (job?.upload && isIn(job, ...AT_WORK))
          void options.changed(moved(job, 'cancelled', { source: null }), job.state).catch(() => undefined);
      const busy = was.flatMap((job) => (job && RUNNING.has(job.state) ? [job.id] : []));
      if (busy.length > 0) {
        await engine.cancelRuns({ ids: busy });
        await engine.closeResults({ ids: busy });
      }
      await options.purge(ids, 'on-demand');
      if (was.some((job) => job?.state === 'saving')) await delivery.saveNext();
    },
    async retryLost() {
      await runs.retryLost();
      await delivery.resume();
    },
    async closeEngineWhenIdle() {
      await engineDocument.closeUnless(async () => (await store.all()).some((job) => RUNNING.has(job.state)));
    },
  };
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
