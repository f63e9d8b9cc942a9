/** The background's end of the protocol. */
import { thumbnailOf } from './ask-page.ts';
import type { HostQuestions } from './host-questions.ts';
import type { Acquisition } from './acquisition.ts';
import type { ListedImages } from './listed-images.ts';
import type { PageJobs } from './page-jobs.ts';
import { CompressionError } from '../core/errors.ts';
import type { RetentionSettings } from '../core/model/retention-settings.ts';
import type { Done, EngineEvent, StartRequest, ToBackground } from '../core/protocol/messages.ts';
import { answer, type Handlers } from '../platform/messaging.ts';
import type { Retention } from './retention.ts';
import type { SavedFiles } from './saved-files.ts';
import type { JobId } from '../core/model/job.ts';
import type { PreviewService } from './preview-service.ts';
import type { JobController } from './job-controller.ts';
import type { SecondTries } from './second-tries.ts';
import type { ToastFallback } from './toast-fallback.ts';
import type { UploadSites } from './upload-sites.ts';
import type { Uploads } from './uploads.ts';

export interface BackgroundEnds {
  readonly controller: JobController;
  readonly pageJobs: Pick<PageJobs, 'imagePicked' | 'watchUploads'>;
  readonly listed: ListedImages;
  readonly secondTries: SecondTries;
  readonly acquisition: Acquisition;
  readonly uploads: Uploads;
  readonly uploadSites: UploadSites;
  readonly previews: PreviewService;
  readonly questions: HostQuestions;
  readonly savedFiles: SavedFiles;
  readonly toastFallback: Pick<ToastFallback, 'say'>;
  readonly ready: Promise<unknown>;
  readonly exportedKey: () => Promise<string | null>;
  readonly retentionSettings: () => Promise<RetentionSettings>;
  readonly retention: Retention;
}

export function answerAsBackground(ends: BackgroundEnds): void {
  answer(backgroundHandlers(ends));
}

export function backgroundHandlers({
  controller,
  pageJobs,
  listed,
  secondTries,
  acquisition,
  uploads,
  uploadSites,
  previews,
  questions,
  savedFiles,
  toastFallback,
  ready,
  exportedKey,
  retentionSettings,
  retention,
}: BackgroundEnds): Handlers<keyof ToBackground> {
  /** @returns whether the list had room for it */
  async function start({ error, view, ...request }: StartRequest): Promise<boolean> {
    const facts = { ...request, attempt: 1, lost: 0 };
    try {
      if (error?.code === 'cancelled') await controller.onNotTaken({ ...facts, state: 'cancelled', source: null });
      else if (error) await controller.onNotTaken({ ...facts, state: 'failed', error, source: null });
      else await controller.enqueue({ ...facts, state: 'queued', source: null, ...(view !== null && { view }) });
      return true;
    } catch (thrown) {
      if (thrown instanceof CompressionError && thrown.code === 'list-full') return false;
      throw thrown;
    }
  }

  /** What can't be begun fails by itself: the others of its message go on. */
  async function startOrFail(request: StartRequest): Promise<boolean> {
    try {
      return await start(request);
    } catch (thrown) {
      return start({ ...request, error: CompressionError.from(thrown).toRecord() });
    }
  }

  return {
    async vaultKey() {
      await ready;
      return exportedKey();
    },
    retentionSettings,
    async engineEvents({ events }) {
      await ready;
      for (const host of events.flatMap(refusingHost)) await questions.hostRefused(host);
      await controller.onEngineEvents(events);
    },
    async readInPage(request) {
      await ready;
      return acquisition.readInPage(request);
    },
    measureInPage: ({ id }) => acquisition.measureInPage(id),
    stopReadingInPage: ({ id }) => acquisition.stopReadingInPage(id),
    addRequestRule: ({ id }) => acquisition.addRequestRule(id),
    removeRequestRule: ({ rule }) => acquisition.removeRequestRule(rule),
    engineIdle: () => controller.closeEngineWhenIdle(),
    async startJobs({ jobs }) {
      await ready;
      const taken = await Promise.all(jobs.map(startOrFail));
      return jobs.flatMap(({ id }, index): JobId[] => (taken[index] ? [] : [id]));
    },
    listPage: ({ tabId }) => listed.listPage(tabId),
    thumbnail: ({ tabId, image }) => thumbnailOf(tabId, image).catch(() => ''),
    async compressListed({ tabId, images, recipe }) {
      await ready;
      return listed.compressListed(tabId, images, recipe);
    },
    saveJob: ({ id }) => controller.save(id),
    saveJobs: ({ jobs }) => controller.saveAll(jobs),
    resultsWritten: ({ jobs }) => controller.written(jobs),
    retryJob: ({ id, attempt, recipe, ownRecipe }) => controller.retry(id, attempt, { recipe, ownRecipe }),
    cancelJob: ({ id }) => controller.cancel(id),
    renameJob: ({ id, stem }) => controller.rename(id, stem),
    dismissJobs: ({ ids }) => controller.dismiss(ids),
    purgeItem: ({ id }) => retention.purgeItem(id),
    purgeAll: () => retention.purgeAll(),
    async deleteEverything() {
      await retention.deleteEverything();
      await questions.forget();
    },
    ensureEngine: () => done(previews.ensureEngine()),
    applyPreview: ({ id, view, recipe, receipt }) => done(previews.apply(id, view, recipe, receipt)),
    closePreview: ({ id, view }) => previews.close(id, view),
    saveAsShown: ({ id }) => secondTries.saveAsShown(id),
    // Not one await before: the toast's click is the gesture that lets the permission be asked for.
    allowAndRetry: ({ id, url }) => secondTries.allowAndRetry(id, url),
    allowAllAndRetry: ({ id }) => secondTries.allowAllAndRetry(id),
    allowAndLook: ({ tabId, url }) => secondTries.allowAndLook(tabId, url),
    imagePicked: (picked) => pageJobs.imagePicked(picked),
    useInPage: ({ id, tabId }) => uploads.useInPage(id, tabId),
    undoUpload: (target) => uploads.undo(target),
    async uploadsHeld(_, { tab, frameId, origin, url = '' }) {
      if (tab?.id === undefined || frameId === undefined) return false;
      return (await uploadSites.has(origin ?? url)) && uploads.compressHeld({ tabId: tab.id, frameId });
    },
    watchUploads: ({ tabId, url }) => pageJobs.watchUploads(tabId, url),
    unwatchUploads: ({ tabId, url }) => uploadSites.turnOff(tabId, url),
    showSaved: ({ id }) => savedFiles.show(id),
    undoSaved: ({ id }) => savedFiles.undo(id),
    compareSaved: ({ id }) => savedFiles.compare(id),
    saveAs: ({ id, format }) => savedFiles.saveAs(id, format),
    // The page has taken away the toast that said it.
    toastLost: ({ tabId, sentence, tone }) => toastFallback.say(tabId, sentence, tone),
  };
}

function refusingHost(event: EngineEvent): string[] {
  return event.kind === 'failed' && event.error.code === 'needs-permission'
    ? [String(event.error.parameters['host'])]
    : [];
}

async function done(step: Promise<void>): Promise<Done> {
  try {
    await step;
    return { ok: true };
  } catch (thrown) {
    return { ok: false, error: CompressionError.from(thrown).toRecord() };
  }
}
