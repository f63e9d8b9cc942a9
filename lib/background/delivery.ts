/** Handing results over to the browser's downloads, a few at a time, and hearing what became of them. */
import type { DownloadEnd } from './download.ts';
import type { EngineMessages } from '../platform/engine-document.ts';
import { CompressionError } from '../core/errors.ts';
import type { JobId } from '../core/model/job.ts';
import type { JobIn } from '../core/model/job-transitions.ts';
import { savedByClick } from '../core/naming/result-names.ts';
import type { MoveAndAnnounce } from './move-and-announce.ts';
import type { JobStore } from '../storage/job-store.ts';

export interface DeliveryOptions {
  readonly store: Pick<JobStore, 'all' | 'move'>;
  readonly engine: Pick<EngineMessages, 'openResult' | 'closeResults'>;
  /** Asked again for the same URL, it gives the download that is there. */
  readonly startDownload: (url: string, fileName: string) => Promise<number>;
  /** Of a URL that has no download yet, under a name without folders; null where none comes of it. */
  readonly startNewDownload: (url: string, fileName: string) => Promise<number | null>;
  readonly downloadEnd: (id: number) => Promise<DownloadEnd | null>;
  readonly purge: (ids: readonly JobId[], rule: 'downloaded') => Promise<void>;
  /** Whether the vault has its result. */
  readonly isHeld: (id: JobId) => Promise<boolean>;
  readonly clickSettings: () => Promise<SavedByClick>;
}

/** What the settings say of what a click in a page saves. */
export interface SavedByClick {
  readonly nameTemplate: string;
  readonly plainNames: boolean;
  /** Whether it is held for `KEPT_SAVED`. */
  readonly keepSaved: boolean;
}

type Saving = JobIn<'saving'>;
type Opening = ReturnType<EngineMessages['openResult']>;

interface SaveOrder {
  readonly id: JobId;
  readonly fileName: string;
}

export interface Delivery {
  save(id: JobId): Promise<void>;
  /** The same, with what it has to know read: the job is on its way as soon as this is called. @param url its result's, of which there is no download yet */
  prepareSave(): Promise<(id: JobId, url?: string) => Promise<void>>;
  /** Saves each under its name (with folders below Downloads), a few at a time. It goes on when the view is closed. */
  saveAll(jobs: readonly SaveOrder[]): Promise<void>;
  /** One download that the view started, an archive, brings all of these to disk. */
  savingTogether(ids: readonly JobId[], downloadId: number): Promise<void>;
  /** A view has written them into a folder. */
  written(jobs: readonly SaveOrder[]): Promise<void>;
  downloadChanged(downloadId: number): Promise<void>;
  /** Hands over what waits, as long as few enough downloads run. */
  saveNext(): Promise<void>;
  /** After the background's death: what was to be handed over is, and downloads that ended meanwhile are heard of. */
  resume(): Promise<void>;
}

/** Each download that runs has its result in memory, or in the browser's blob storage. */
const DOWNLOADS_AT_ONCE = 4;

/** @param options.inFlight jobs in the middle of a step of this life of the background */
export function createDelivery({
  store,
  engine,
  startDownload,
  startNewDownload,
  downloadEnd,
  purge,
  isHeld,
  clickSettings,
  moveAndAnnounce,
  inFlight,
}: DeliveryOptions & { readonly moveAndAnnounce: MoveAndAnnounce; readonly inFlight: Set<JobId> }): Delivery {
  /** The job as it is saved, or null when it has nothing to save, or is being saved already. */
  function toSaving(
    id: JobId,
    downloadId: number | null,
    nameOf: (job: JobIn<'ready' | 'unsaved'>) => string = ({ fileName }) => fileName,
    inFolder = false,
  ): ReturnType<typeof moveAndAnnounce<'ready' | 'unsaved', 'saving'>> {
    return moveAndAnnounce(id, ['ready', 'unsaved'], 'saving', (job) => ({
      receipt: job.receipt,
      fileName: nameOf(job),
      downloadId,
      ...(inFolder && { inFolder }),
    }));
  }

  async function savingNow(): Promise<Saving[]> {
    return (await store.all()).flatMap((job) => (job.state === 'saving' ? [job] : []));
  }

  /** Newest first. */
  async function saveNext(): Promise<void> {
    const saving = (await savingNow()).filter(({ inFolder }) => !inFolder);
    const waiting = saving.filter((job) => job.downloadId === null && !inFlight.has(job.id));
    const free = DOWNLOADS_AT_ONCE - (saving.length - waiting.length);
    await Promise.all(waiting.slice(0, Math.max(0, free)).map((job) => handOver(job)));
  }

  /** @param begun its download, where that is on its way already */
  async function handOver(
    job: Saving,
    { begun = null, opening }: { begun?: Promise<number | null> | null; opening?: Opening } = {},
  ): Promise<void> {
    const { id } = job;
    inFlight.add(id);
    try {
      const downloadId = (await begun) ?? (await downloadOf(job, opening ?? engine.openResult({ id })));
      await store.move(id, ['saving'], 'saving', ({ receipt, fileName }) => ({ receipt, fileName, downloadId }));
      // What can't be written down of its end now is as soon as the jobs are looked after.
      await downloadChanged(downloadId).catch(() => undefined);
    } catch (thrown) {
      await unsaved(id, CompressionError.from(thrown, 'download-failed', { reason: 'FILE_FAILED' }));
    } finally {
      inFlight.delete(id);
    }
  }

  async function downloadOf({ fileName }: Saving, opening: Opening): Promise<number> {
    const opened = await opening;
    if (!opened.ok) throw CompressionError.fromRecord(opened.error);
    return startDownload(opened.url, fileName);
  }

  async function unsaved(id: JobId, error: CompressionError): Promise<void> {
    await store.move(id, ['saving'], 'unsaved', ({ receipt, fileName }) => ({
      receipt,
      fileName,
      error: error.toRecord(),
    }));
    await engine.closeResults({ ids: [id] });
    await saveNext();
  }

  async function downloadChanged(downloadId: number): Promise<void> {
    const jobs = (await savingNow()).filter((job) => job.downloadId === downloadId);
    if (jobs.length === 0) return;
    const end = await downloadEnd(downloadId);
    if (!end) return;
    if (end.state === 'interrupted' && !(end.unlisted && (await arePurged(jobs)))) {
      for (const { id } of jobs) await unsaved(id, end.error);
      return;
    }
    const nameOnDisk = end.state === 'complete' && jobs.length === 1 ? end.fileName : null;
    const { keepSaved } = await clickSettings();
    // In an archive, each keeps the name that it has there.
    await onDisk(jobs, ({ fileName }) => nameOnDisk ?? fileName, keepSaved);
    await saveNext();
  }

  /** Of what is being saved only that goes which is on the disk: a background was killed before it could say so. */
  async function arePurged(jobs: readonly Saving[]): Promise<boolean> {
    return !(await Promise.all(jobs.map(({ id }) => isHeld(id)))).some(Boolean);
  }

  /**
   * What is on the disk is held no longer, unless a person wants it to be. It is `saving` until it is let go of: of what is
   * `saved`, a person reads that no copy is kept.
   */
  async function onDisk(
    jobs: readonly Saving[],
    nameOf: (job: Saving) => string = ({ fileName }) => fileName,
    keepSaved = false,
  ): Promise<void> {
    if (jobs.length === 0) return;
    const isWanted = ({ delivery }: Saving): boolean => keepSaved && delivery === 'download';
    const gone = jobs.flatMap((job) => (isWanted(job) ? [] : [job.id]));
    // What the vault can't purge has its deadline, as what is wanted has; nobody is told that it is gone.
    const purged =
      gone.length > 0
        ? purge(gone, 'downloaded').then(
            () => true,
            () => false,
          )
        : false;
    // An engine that can't be asked has its own end for what is open.
    const closed = engine.closeResults({ ids: jobs.map(({ id }) => id) }).catch(() => undefined);
    const [isGone] = await Promise.all([purged, closed]);
    await Promise.all(
      jobs.map(({ id, downloadId, inFolder }) =>
        store.move(id, ['saving'], 'saved', (job) =>
          job.downloadId === downloadId && job.inFolder === inFolder
            ? {
                receipt: job.receipt,
                fileName: nameOf(job),
                downloadId,
                ...((isWanted(job) || !isGone) && { kept: true }),
              }
            : null,
        ),
      ),
    );
  }

  async function prepareSave(): Promise<(id: JobId, url?: string) => Promise<void>> {
    const settings = await clickSettings();
    return (id, url) => saveAs(id, settings, url);
  }

  async function saveAs(id: JobId, { nameTemplate, plainNames }: SavedByClick, url?: string): Promise<void> {
    const isMine = !inFlight.has(id);
    inFlight.add(id);
    try {
      let ahead: Parameters<typeof handOver>[1];
      const { job, announced } = await toSaving(id, null, (held) => {
        // What was not saved the first time has its name.
        const fileName =
          held.state === 'ready' && held.delivery === 'download'
            ? savedByClick(held, nameTemplate, plainNames)
            : held.fileName;
        ahead = beginAhead(id, fileName, url);
        return fileName;
      });
      await Promise.all([announced, job && handOver(job, ahead)]);
    } finally {
      if (isMine) inFlight.delete(id);
    }
  }

  /**
   * While the record is written. Where there may be a download already, it is looked for once that is done; the first one waits
   * for nothing: of a background that is stopped in between, the next one hears of the result again, and looks.
   */
  function beginAhead(id: JobId, fileName: string, url: string | undefined): Parameters<typeof handOver>[1] {
    if (url !== undefined) return { begun: startNewDownload(url, fileName).catch(() => null) };
    const opening = engine.openResult({ id });
    opening.catch(() => undefined);
    return { opening };
  }

  const save = async (id: JobId): Promise<void> => (await prepareSave())(id);

  return {
    save,
    prepareSave,
    async saveAll(jobs) {
      const saving = await Promise.all(jobs.map(({ id, fileName }) => toSaving(id, null, () => fileName)));
      await Promise.all(saving.map(({ announced }) => announced));
      await saveNext();
    },
    async savingTogether(ids, downloadId) {
      const saving = await Promise.all(ids.map((id) => toSaving(id, downloadId)));
      await Promise.all(saving.map(({ announced }) => announced));
      await downloadChanged(downloadId);
    },
    async written(jobs) {
      const saving = await Promise.all(jobs.map(({ id, fileName }) => toSaving(id, null, () => fileName, true)));
      await Promise.all(saving.map(({ announced }) => announced));
      await onDisk(saving.flatMap(({ job }) => (job ? [job] : [])));
    },
    downloadChanged,
    saveNext,
    async resume() {
      const jobs = await store.all();
      const running = new Set(
        jobs.flatMap((job) =>
          job.state === 'saving' && job.downloadId !== null && !inFlight.has(job.id) ? [job.downloadId] : [],
        ),
      );
      for (const downloadId of running) await downloadChanged(downloadId);
      await onDisk((await savingNow()).filter(({ inFolder }) => inFolder));
      await saveNext();
      for (const { id, state, delivery } of jobs) {
        if (state === 'ready' && delivery === 'download') await save(id);
      }
    },
  };
}
