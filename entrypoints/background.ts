import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { actionMenu, openFromActionMenu } from '../lib/background/action-menu.ts';
import { imageMenu } from '../lib/background/image-menu.ts';
import { createMenu, createPrivateMenu, updateMenu, type MenuEntry } from '../lib/background/menu.ts';
import { createBeginJob } from '../lib/background/begin-job.ts';
import { createListedImages } from '../lib/background/listed-images.ts';
import { createSecondTries } from '../lib/background/second-tries.ts';
import { createToastFallback } from '../lib/background/toast-fallback.ts';
import { openWorkspace } from '../lib/background/workspace-tab.ts';
import { pageBytesChannel, sendPageBytes } from '../lib/platform/page-bytes.ts';
import { createAcquisition } from '../lib/background/acquisition.ts';
import { createPageJobs } from '../lib/background/page-jobs.ts';
import { serveArchives } from '../lib/background/archive-downloads.ts';
import {
  downloadByLink,
  downloadEnd,
  keepOneDownload,
  noteDownloadState,
  startDownload,
} from '../lib/background/download.ts';
import { jobFileName, jobName } from '../lib/core/naming/job-name.ts';
import { engineMessages, offscreenEngine, THREADS_PAGE } from '../lib/platform/engine-document.ts';
import { createAnnouncer } from '../lib/background/announcements.ts';
import { createBadge } from '../lib/background/badge.ts';
import { createClicksUnderWay } from '../lib/background/clicks-under-way.ts';
import { createHostQuestions } from '../lib/background/host-questions.ts';
import { removeStaleRules } from '../lib/background/request-rules.ts';
import { showToast, updateToast } from '../lib/background/show-toast.ts';
import { answerAsBackground } from '../lib/background/message-handlers.ts';
import { createAlarms } from '../lib/background/alarms.ts';
import { forgetIntake, forgetSwept } from '../lib/storage/intake-note.ts';
import { createJobStore, type JobStore } from '../lib/storage/job-store.ts';
import { createUnfinished } from '../lib/storage/unfinished.ts';
import type { CompressionError } from '../lib/core/errors.ts';
import { RUNNING, vaultId, type Job, type JobId, type JobState } from '../lib/core/model/job.ts';
import { pageMenu } from '../lib/background/page-menu.ts';
import { createPicking } from '../lib/background/picking.ts';
import { createPreviewService } from '../lib/background/preview-service.ts';
import { createJobController, type JobController } from '../lib/background/job-controller.ts';
import { POLICY_VERSION } from '../lib/core/texts/policy-version.ts';
import { isolatedPage } from '../lib/background/isolation.ts';
import { serveAddresses, type ServiceWorkerScope } from '../lib/background/served-addresses.ts';
import { callForPurge } from '../lib/storage/purge-call.ts';
import { openStores, runningOf } from '../lib/storage/stores.ts';
import { createSavedFiles } from '../lib/background/saved-files.ts';
import { createRetention } from '../lib/background/retention.ts';
import { followNotifications } from '../lib/platform/notifications.ts';
import { clickRecipe, type MenuItem } from '../lib/storage/settings/schema.ts';
import { policyMet } from '../lib/storage/settings/policy-notice.ts';
import { texts, translate } from '../lib/platform/translate.ts';
import { createUploadSites } from '../lib/background/upload-sites.ts';
import { createTurns } from '../lib/background/turns.ts';
import { createUploads } from '../lib/background/uploads.ts';
import { openSession } from '../lib/storage/vault/session.ts';
import { whenChanged } from '../lib/background/when-changed.ts';
import { openWelcome } from '../lib/background/welcome.ts';

/** Composition root: it wires events to the rooms in lib/, and must do so before anything is awaited. */
export default defineBackground({
  main() {
    const { privateWindow, session, notes, key, vault, retentionClock, settings, statistics } = openStores({
      running: async () => runningOf(await store.all()),
    });
    const store: JobStore = createJobStore(session, {
      dropped: (ids) => void vault.purge({ jobIds: ids }, 'over-capacity'),
    });
    const unfinished = createUnfinished(notes);
    const clicks = createClicksUnderWay(session, unfinished);
    const ready = openSession(vault, key, navigator.locks, async (swept) => {
      await unfinished.begin(swept);
      await forgetSwept(notes, swept);
    });
    const questions = createHostQuestions(session);
    const engineDocument = offscreenEngine(navigator.locks);
    const engine = engineMessages(engineDocument);
    const badge = createBadge(translate('extension_name'), String);
    const toastIfWanted = async (...toast: Parameters<typeof showToast>): Promise<boolean> =>
      (await settings.load()).toast && showToast(...toast);
    const toastFallback = createToastFallback({
      badge,
      session,
      wanted: async () => (await settings.load()).toast,
      privateWindow,
    });
    const announcer = createAnnouncer({
      store,
      badge,
      texts,
      translate,
      showToast: toastIfWanted,
      updateToast,
      toastFallback,
    });
    const alarms = createAlarms({
      expire: () => retention.expire(),
      clock: retentionClock.clock,
      recover: () => controller.retryLost(),
      stillRunning: async () => (await store.all()).some(({ state }) => RUNNING.has(state)),
    });
    const pageBytes = pageBytesChannel();
    const acquisition = createAcquisition(store, vault, session, (reading, bytes) =>
      sendPageBytes(pageBytes, reading, bytes),
    );
    const clickLink = (url: string, fileName: string): Promise<void> => engine.clickLink({ url, fileName });
    const inUploadTurn = createTurns<JobId>();
    const controller: JobController = createJobController({
      store,
      engineDocument,
      engine,
      startDownload: (url, fileName) => startDownload(url, fileName, clickLink),
      startNewDownload: (url, fileName) => downloadByLink(url, fileName, clickLink),
      downloadEnd,
      imageOf: acquisition.imageOf,
      nameFor: (job, receipt, disposition) => jobFileName(job, receipt, disposition, translate('unnamed')),
      counted: (receipt) => statistics.record(receipt, { privateWindow }),
      purge: async (ids, rule) => {
        // A note that stays tells at the next start of an image that was saved; the purge is what counts.
        await Promise.all([vault.purge({ jobIds: ids }, rule), unfinished.fetched(ids).catch(() => undefined)]);
      },
      isHeld: (id) => vault.has(vaultId(id, 'result')),
      clickSettings: async () => {
        const { nameTemplate, menu, keepSaved } = await settings.load();
        return { nameTemplate, plainNames: menu.plainNames, keepSaved };
      },
      // A busy page answers late, or never: the engine's next word must not wait for that.
      stepped: (job, step) => void announcer.stepped(job, step).catch(() => undefined),
      changed: async (job, before) => {
        void announcer.changed(job).catch(() => undefined);
        if (job.upload) void inUploadTurn(job.id, () => uploads.changed(job)).catch(() => undefined);
        // What is read for it by its page is not wanted any more.
        if (job.origin.kind === 'page' && (job.state === 'cancelled' || job.state === 'failed'))
          acquisition.dropReading(job.id, job.origin);
        await Promise.all([
          // Why it is held has a say in when it goes.
          retention.jobChanged(job, before).then(() => alarms.jobChanged(job)),
          noteFetching(job, before),
        ]);
      },
    });
    async function noteFetching({ id, state, origin }: Job, before: JobState | null): Promise<void> {
      if (origin.kind !== 'page' && origin.kind !== 'url') return;
      const isOnItsWay = (each: JobState | null): boolean => each === 'queued' || each === 'acquiring';
      if (isOnItsWay(state) && !isOnItsWay(before)) await unfinished.fetching(id);
      // One that fails at once may be noted from the click.
      if (!isOnItsWay(state) && (before === null || isOnItsWay(before))) await unfinished.fetched([id]);
    }
    engineDocument.onEnd(() => void ready.then(controller.retryLost));

    const retention = createRetention({
      vault,
      jobs: store,
      controller,
      clock: retentionClock,
      session,
      statistics,
      quietButton: () => badge.clear(),
      dropIntake: async () => {
        await callForPurge(navigator.locks);
        await forgetIntake(notes);
        await Promise.all([unfinished.forget(), clicks.forget()]);
      },
    });
    const previews = createPreviewService({ store, controller, vault, engineDocument, engine });
    const uploadSites = createUploadSites({ settings, translate, showToast: toastIfWanted, privateWindow });
    const uploads = createUploads({
      controller,
      find: store.get,
      vault,
      ready,
      texts,
      translate,
      showToast: toastIfWanted,
      isWatched: (url) => uploadSites.has(url),
      recipe: async () => clickRecipe(await settings.load()),
    });
    const failedWithoutJob = (tabId: number, error: CompressionError, retry?: unknown): Promise<void> =>
      announcer.failedWithoutJob(tabId, error.toRecord(), retry);
    const begin = createBeginJob({
      controller,
      vault,
      ready,
      questions,
      readAhead: acquisition.readAhead,
      nameFor: (origin) => jobName(origin, translate('unnamed')),
    });
    const pageJobs = createPageJobs({
      begin,
      questions,
      uploads,
      uploadSites,
      picking: createPicking(session, {
        help: translate('picker.help'),
        larger: translate('picker.larger'),
        none: translate('picker.none'),
      }),
      settings: async () => {
        const loaded = await settings.load();
        return { recipe: clickRecipe(loaded), kilobyte: loaded.kilobyte };
      },
      readAhead: acquisition.readAhead,
      dropReading: acquisition.dropReading,
      clicks,
      warm: () => void engineDocument.revive().catch(() => undefined),
      openWorkspace,
      failedWithoutJob,
    });
    const secondTries = createSecondTries({
      controller,
      jobs: store,
      ready,
      questions,
      takeShown: acquisition.takeShown,
      pageJobs,
    });

    const menuWithout = (hidden: readonly MenuItem[]): MenuEntry[] => [
      ...imageMenu(translate, texts, hidden),
      ...pageMenu(translate),
      ...actionMenu(translate),
    ];
    browser.runtime.onInstalled.addListener(async ({ reason }) => {
      await createMenu(menuWithout((await settings.load()).menu.hidden));
      // An update takes the script out of all sites.
      await uploadSites.reconcile();
      if (!privateWindow) await openWelcome(reason, (await settings.load()).policy !== null);
      await settings.update(({ policy }) => ({ policy: policyMet(policy, POLICY_VERSION.version, Date.now()) }));
    });
    // Wakes it, so that what the browser's end left is swept when the browser starts.
    browser.runtime.onStartup.addListener(() => void ready);
    if (privateWindow) void settings.load().then(({ menu }) => createPrivateMenu(menuWithout(menu.hidden)));
    browser.contextMenus.onClicked.addListener((info, tab) =>
      // Nothing is awaited before: a question for a permission must be asked within the click.
      openFromActionMenu(info.menuItemId) ? undefined : pageJobs.menuClicked(info, tab),
    );
    browser.commands.onCommand.addListener(pageJobs.shortcutPressed);
    keepOneDownload();
    browser.downloads.onChanged.addListener(({ id, state }) => {
      if (!state) return undefined;
      noteDownloadState(id, state.current);
      return controller.downloadChanged(id);
    });
    serveAddresses(self as unknown as ServiceWorkerScope, [
      isolatedPage(THREADS_PAGE, privateWindow),
      serveArchives(session, vault, controller, unfinished),
    ]);
    browser.alarms.onAlarm.addListener(({ name }) => ready.then(() => alarms.rang(name)));
    const menuChanged = whenChanged((hidden: readonly MenuItem[]) => void updateMenu(menuWithout(hidden)));
    const uploadSitesChanged = whenChanged((_: readonly string[]) => void uploadSites.reconcile());
    settings.onChange(({ menu, recipe, uploadSites: sites }) => {
      menuChanged(menu.hidden);
      uploadSitesChanged(sites);
      void ready.then(() => controller.follow(recipe)).then(alarms.reschedule);
    });
    browser.permissions.onRemoved.addListener(() => uploadSites.reconcile());
    vault.onChange(({ what }) => {
      if (what === 'purged') void ready.then(retention.settle);
    });
    const savedFiles = createSavedFiles({
      find: store.get,
      controller,
      vault,
      begin,
      openComparison: (id) => openWorkspace(id, 'compare'),
      showToast: toastIfWanted,
      translate,
    });
    answerAsBackground({
      controller,
      pageJobs,
      listed: createListedImages(begin),
      secondTries,
      acquisition,
      uploads,
      uploadSites,
      previews,
      questions,
      savedFiles,
      toastFallback,
      ready,
      exportedKey: key.exported,
      retentionSettings: retentionClock.settings,
      retention,
    });
    followNotifications();
    void removeStaleRules();
    void ready.then(controller.retryLost).then(alarms.reschedule);
    void ready.then(async () => {
      const ids = (await store.all()).map(({ id }) => id);
      for (const [id, click] of await clicks.stopped(ids))
        if (await pageJobs.mayGoOn(click)) void pageJobs.goOn(id, click);
      await unfinished.woke(ids);
    });
  },
});
