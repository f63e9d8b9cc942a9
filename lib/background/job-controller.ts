/**
 * A job from its beginning to its end, as the background takes it there: enqueue, hear from the engine, hand over, purge. Nothing is kept
 * in a variable: each step reads the job's record, so a background that was killed between two goes on with the next.
 */
import type { EngineDocument, EngineMessages } from '../platform/engine-document.ts';
import type { DownloadEnd } from './download.ts';
import { CompressionError, type ErrorRecord } from '../core/errors.ts';
import type { Receipt } from '../core/model/receipt.ts';
import type { Recipe } from '../core/model/recipe.ts';
import type { EngineJob } from '../core/protocol/messages.ts';
import { RUNNING, type Job, type JobId, type SourceFacts } from '../core/model/job.ts';
import type { JobStore } from '../storage/job-store.ts';

export interface JobControllerOptions {
  readonly store: JobStore;
  readonly engineDocument: EngineDocument;
  readonly engine: Pick<EngineMessages, 'runJob' | 'cancelRun' | 'runningJobs' | 'openResult' | 'closeResult'>;
  /** Brings a Source that only a page can read, or that its URL carries, into the vault. */
  readonly acquireFromPage: (job: Job) => Promise<void>;
  /** Whether the extension may fetch with the person's cookies. */
  readonly mayUseCookies: (job: Job) => Promise<boolean>;
  /** Asked again for the same URL, it gives the download that is there. */
  readonly startDownload: (url: string, fileName: string) => Promise<number>;
  readonly downloadEnd: (id: number) => Promise<DownloadEnd | null>;
  readonly nameFor: (job: Job, receipt: Receipt, contentDisposition: string | null) => string;
  readonly purge: (id: JobId, rule: 'downloaded' | 'failed' | 'cancelled' | 'on-demand') => Promise<void>;
  /** Called after each change of a job's record. */
  readonly changed: (job: Job) => Promise<void>;
}

export interface JobController {
  enqueue(job: Job): Promise<void>;
  onStarted(id: JobId, source: SourceFacts): Promise<void>;
  onDone(id: JobId, receipt: Receipt, contentDisposition: string | null): Promise<void>;
  onFailed(id: JobId, error: ErrorRecord, source: SourceFacts | null): Promise<void>;
  save(id: JobId): Promise<void>;
  /** Saves each under its name (with folders below Downloads), a few at a time. It goes on when the view is closed. */
  saveAll(jobs: readonly SaveOrder[]): Promise<void>;
  /** One download that the view started, an archive, brings all of these to disk. */
  savingTogether(ids: readonly JobId[], downloadId: number): Promise<void>;
  downloadChanged(downloadId: number): Promise<void>;
  /** @param recipe another one, or none for the job's own */
  retry(id: JobId, recipe?: Recipe): Promise<void>;
  cancel(id: JobId): Promise<void>;
  /** Whether a person may choose another result for the job: none is being worked on or saved, and its Source may be held. */
  mayReplace(job: Job): boolean;
  /** Another result, made by this recipe, is in the vault in place of the job's own. It waits for the person. */
  replaced(id: JobId, recipe: Recipe, receipt: Receipt): Promise<void>;
  /** Takes the job out of the list and its bytes out of the vault. */
  dismiss(id: JobId): Promise<void>;
  /** Looks after jobs that nobody works on any more: they go on, or end with an error. */
  retryLost(): Promise<void>;
  closeEngineWhenIdle(): Promise<void>;
}

export interface SaveOrder {
  readonly id: JobId;
  readonly fileName: string;
}

/** Each download that runs has its result in memory, or in the browser's blob storage. */
const DOWNLOADS_AT_ONCE = 4;

/** An engine that was lost under a job this often is not tried again. */
const MAX_ATTEMPTS = 2;

export function createJobController(options: JobControllerOptions): JobController {
  const { store, engineDocument, engine } = options;
  /** Jobs in the middle of a step of this life of the background: `recover` leaves them alone. */
  const inFlight = new Set<JobId>();

  async function update(id: JobId, change: (job: Job) => Job | null): Promise<Job | undefined> {
    let before: Job | undefined;
    const job = await store.update(id, (current) => {
      before = current;
      return change(current);
    });
    if (job && job !== before) await options.changed(job);
    return job;
  }

  async function begin(job: Job): Promise<void> {
    await store.put(job);
    await options.changed(job);
    if (job.state !== 'failed') await dispatch(job);
  }

  async function dispatch(job: Job): Promise<void> {
    inFlight.add(job.id);
    try {
      const url = httpUrlOf(job);
      await update(job.id, (current) => ({ ...current, state: 'acquiring' }));
      if (url === null && job.origin.kind === 'page') await options.acquireFromPage(job);
      const work: EngineJob = {
        id: job.id,
        recipe: job.recipe,
        url,
        withCookies: url !== null && (await options.mayUseCookies(job)),
      };
      await engineDocument.withEngine(() => engine.runJob(work));
    } catch (thrown) {
      await failed(job.id, CompressionError.from(thrown, 'engine-stopped').toRecord(), null);
    } finally {
      inFlight.delete(job.id);
    }
  }

  async function failed(id: JobId, error: ErrorRecord, source: SourceFacts | null): Promise<void> {
    const job = await update(id, (current) => ({ ...factsOf(current), state: 'failed', error, source }));
    // A Source that could not be worked on has no use; one from a view stays for another recipe.
    if (job?.origin.kind === 'page') await options.purge(id, error.code === 'cancelled' ? 'cancelled' : 'failed');
  }

  async function save(id: JobId): Promise<void> {
    const job = await toSaving(id, null);
    if (job) await handOver(job);
  }

  /** The job as it is saved, or null when it has nothing to save, or is being saved already. */
  async function toSaving(
    id: JobId,
    downloadId: number | null,
    fileName?: string,
  ): Promise<(Job & { state: 'saving' }) | null> {
    let mine = false;
    const job = await update(id, (current) => {
      mine = current.state === 'ready' || current.state === 'unsaved';
      return current.state === 'ready' || current.state === 'unsaved'
        ? {
            ...factsOf(current),
            state: 'saving',
            receipt: current.receipt,
            fileName: fileName ?? current.fileName,
            downloadId,
          }
        : null;
    });
    return mine && job?.state === 'saving' ? job : null;
  }

  /** Hands over what waits to be saved, newest first, as long as few enough downloads run. */
  async function saveNext(): Promise<void> {
    const saving = (await store.all()).flatMap((job) => (job.state === 'saving' ? [job] : []));
    const waiting = saving.filter((job) => job.downloadId === null && !inFlight.has(job.id));
    const free = DOWNLOADS_AT_ONCE - (saving.length - waiting.length);
    await Promise.all(waiting.slice(0, Math.max(0, free)).map(handOver));
  }

  async function handOver(job: Job & { state: 'saving' }): Promise<void> {
    const { id } = job;
    inFlight.add(id);
    try {
      const opened = await engineDocument.withEngine(() => engine.openResult({ id }));
      if (!opened.ok) throw CompressionError.fromRecord(opened.error);
      const downloadId = await options.startDownload(opened.url, job.fileName);
      await update(id, (current) => (current.state === 'saving' ? { ...current, downloadId } : null));
      await downloadChanged(downloadId);
    } catch (thrown) {
      await unsaved(id, CompressionError.from(thrown, 'download-failed', { reason: String(thrown) }));
    } finally {
      inFlight.delete(id);
    }
  }

  async function unsaved(id: JobId, error: CompressionError): Promise<void> {
    await update(id, (current) =>
      current.state === 'saving'
        ? {
            ...factsOf(current),
            state: 'unsaved',
            receipt: current.receipt,
            fileName: current.fileName,
            error: error.toRecord(),
          }
        : null,
    );
    await closeResult(id);
    await saveNext();
  }

  async function closeResult(id: JobId): Promise<void> {
    if (await engineDocument.exists()) await engine.closeResult({ id });
  }

  async function downloadChanged(downloadId: number): Promise<void> {
    const jobs = (await store.all()).filter((each) => each.state === 'saving' && each.downloadId === downloadId);
    if (jobs.length === 0) return;
    const end = await options.downloadEnd(downloadId);
    if (!end) return;
    for (const { id } of jobs) {
      if (end.state === 'interrupted') {
        await unsaved(id, end.error);
        continue;
      }
      await update(id, (current) =>
        current.state === 'saving'
          ? // In an archive, each keeps the name that it has there.
            {
              ...factsOf(current),
              state: 'saved',
              receipt: current.receipt,
              fileName: jobs.length === 1 ? end.fileName : current.fileName,
              downloadId,
            }
          : null,
      );
      await closeResult(id);
      await options.purge(id, 'downloaded');
    }
    await saveNext();
  }

  async function again(job: Job): Promise<void> {
    if (job.attempts >= MAX_ATTEMPTS) return failed(job.id, new CompressionError('engine-stopped').toRecord(), null);
    const queued = await update(job.id, (current) => ({
      ...factsOf(current),
      attempts: current.attempts + 1,
      state: 'queued',
    }));
    if (queued) await dispatch(queued);
  }

  return {
    enqueue: begin,
    onFailed: failed,
    save,
    async saveAll(jobs) {
      for (const { id, fileName } of jobs) await toSaving(id, null, fileName);
      await saveNext();
    },
    async savingTogether(ids, downloadId) {
      for (const id of ids) await toSaving(id, downloadId);
      await downloadChanged(downloadId);
    },
    downloadChanged,
    async onStarted(id, source) {
      await update(id, (current) => ({ ...factsOf(current), state: 'compressing', source }));
    },
    async onDone(id, receipt, contentDisposition) {
      const job = await update(id, (current) => ({
        ...factsOf(current),
        state: 'ready',
        receipt,
        fileName: options.nameFor(current, receipt, contentDisposition),
      }));
      if (job?.delivery === 'download') await save(id);
    },
    async retry(id, recipe) {
      const job = await update(id, (current) =>
        RUNNING.has(current.state)
          ? null
          : { ...factsOf(current), recipe: recipe ?? current.recipe, attempts: 0, state: 'queued' },
      );
      if (job?.state === 'queued') await dispatch(job);
    },
    async cancel(id) {
      if (await engineDocument.exists()) await engine.cancelRun({ id });
      const job = await store.get(id);
      if (job && (job.state === 'queued' || job.state === 'acquiring' || job.state === 'compressing')) {
        await failed(id, new CompressionError('cancelled').toRecord(), null);
      }
    },
    mayReplace,
    async replaced(id, recipe, receipt) {
      await update(id, (current) =>
        mayReplace(current)
          ? {
              ...factsOf(current),
              recipe,
              delivery: 'hold',
              state: 'ready',
              receipt,
              fileName:
                'receipt' in current && current.receipt.output.format === receipt.output.format
                  ? current.fileName
                  : options.nameFor(current, receipt, null),
            }
          : null,
      );
      await closeResult(id);
    },
    async dismiss(id) {
      if (await engineDocument.exists()) {
        await engine.cancelRun({ id });
        await engine.closeResult({ id });
      }
      const was = await store.get(id);
      await store.remove(id);
      await options.purge(id, 'on-demand');
      if (was?.state === 'saving') await saveNext();
    },
    async retryLost() {
      const stuck = (await store.all()).filter((job) => RUNNING.has(job.state) && !inFlight.has(job.id));
      if (stuck.length === 0) return;
      const working = new Set((await engineDocument.exists()) ? await engine.runningJobs() : []);
      for (const job of stuck) {
        if (job.state === 'saving') {
          if (job.downloadId !== null) await downloadChanged(job.downloadId);
        } else if (!working.has(job.id)) {
          // It may have ended while the engine was asked.
          const now = await store.get(job.id);
          if (now && now.state === job.state && !inFlight.has(job.id)) await again(now);
        }
      }
      await saveNext();
      for (const job of await store.all()) {
        if (job.state === 'ready' && job.delivery === 'download') await save(job.id);
      }
    },
    async closeEngineWhenIdle() {
      await engineDocument.closeUnless(async () => (await store.all()).some((job) => RUNNING.has(job.state)));
    },
  };
}

const REPLACEABLE: ReadonlySet<Job['state']> = new Set<Job['state']>(['ready', 'unsaved', 'failed']);

function mayReplace(job: Job): boolean {
  return REPLACEABLE.has(job.state);
}

/** What stays the same through a job's states. */
function factsOf(job: Job): Omit<Job & { state: 'queued' }, 'state'> {
  const { id, createdAt, origin, recipe, delivery, name, attempts } = job;
  return { id, createdAt, origin, recipe, delivery, name, attempts };
}

function httpUrlOf(job: Job): string | null {
  return job.origin.kind === 'page' && /^https?:/i.test(job.origin.url) ? job.origin.url : null;
}
