import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { createMenu, createPrivateMenu, menuTitle, type MenuItem } from '../lib/background/menu.ts';
import { acquireFromPage, createPageJobs, mayUseCookies } from '../lib/background/page-jobs.ts';
import { serveArchives } from '../lib/background/archive-downloads.ts';
import { downloadEnd, startDownload } from '../lib/background/download.ts';
import { jobFileName, jobName } from '../lib/core/naming/job-name.ts';
import { engineMessages, offscreenEngine } from '../lib/platform/engine-document.ts';
import { createAnnouncer } from '../lib/background/announcements.ts';
import { createBadge } from '../lib/background/badge.ts';
import { showToast } from '../lib/background/show-toast.ts';
import { answerAsBackground } from '../lib/background/message-handlers.ts';
import { createAlarms } from '../lib/background/alarms.ts';
import { forgetIntake } from '../lib/storage/intake-note.ts';
import { RUNNING } from '../lib/core/model/job.ts';
import { createPreviewService } from '../lib/background/preview-service.ts';
import { createJobController, type JobController } from '../lib/background/job-controller.ts';
import { POLICY_VERSION } from '../lib/core/texts/policy-version.ts';
import { callForPurge } from '../lib/storage/purge-call.ts';
import { openStores } from '../lib/storage/stores.ts';
import { createRetention } from '../lib/background/retention.ts';
import { policyMet } from '../lib/storage/settings/policy-notice.ts';
import { texts, translate } from '../lib/platform/translate.ts';
import { openSession } from '../lib/storage/vault/session.ts';

/** Composition root: it wires events to the rooms in lib/, and must do so before anything is awaited. */
export default defineBackground({
  type: 'module',
  main() {
    const {
      privateWindow,
      session,
      notes,
      jobs: store,
      key,
      vault,
      retentionClock,
      settings,
      statistics,
    } = openStores({ writesJobs: true });
    const ready = openSession(vault, key, navigator.locks);
    const refusing = new Set<string>();
    const engineDocument = offscreenEngine();
    const badge = createBadge(translate('extension_name'), String);
    const announcer = createAnnouncer({
      store,
      badge,
      texts,
      translate,
      showToast: async (tabId, toast) => (await settings.load()).toast && showToast(tabId, toast),
    });
    const alarms = createAlarms({
      expire: () => retention.expire(),
      clock: retentionClock.clock,
      recover: () => controller.retryLost(),
      stillRunning: async () => (await store.all()).some(({ state }) => RUNNING.has(state)),
    });
    const controller: JobController = createJobController({
      store,
      engineDocument,
      engine: engineMessages,
      startDownload: (url, fileName) =>
        startDownload(url, fileName, (href, name) => engineMessages.clickLink({ url: href, fileName: name })),
      downloadEnd,
      mayUseCookies,
      acquireFromPage: (job) => acquireFromPage(job, vault),
      nameFor: (job, receipt, disposition) => jobFileName(job, receipt, disposition, translate('unnamed')),
      purge: async (jobId, rule) => void (await vault.purge({ jobId }, rule)),
      changed: async (job) => {
        await Promise.all([announcer.changed(job), alarms.jobChanged(job), retention.jobChanged(job)]);
      },
    });
    const retention = createRetention({
      vault,
      jobs: store,
      controller,
      clock: retentionClock,
      session,
      statistics,
      quietButton: () => badge.clear(),
      dropIntake: () => {
        callForPurge();
        return forgetIntake(notes);
      },
    });
    const previews = createPreviewService({ store, controller, vault, engineDocument, engine: engineMessages });
    const pageJobs = createPageJobs({
      store,
      controller,
      vault,
      ready,
      refusing,
      nameFor: (origin) => jobName(origin, translate('unnamed')),
      failedWithoutJob: (tabId, error) => announcer.failedWithoutJob(tabId, texts.errorText(error.toRecord())),
    });

    const titleOf = (id: MenuItem['id']): string => menuTitle(id, translate, texts);
    browser.runtime.onInstalled.addListener(async () => {
      await createMenu(titleOf);
      await settings.update(({ policy }) => ({ policy: policyMet(policy, POLICY_VERSION.version, Date.now()) }));
    });
    // Wakes it, so that what the browser's end left is swept when the browser starts.
    browser.runtime.onStartup.addListener(() => void ready);
    if (privateWindow) createPrivateMenu(titleOf);
    browser.contextMenus.onClicked.addListener(pageJobs.menuClicked);
    browser.commands.onCommand.addListener((command, tab) => {
      if (command === 'compress-image-in-view') return pageJobs.shortcutPressed(tab);
    });
    browser.downloads.onChanged.addListener(({ id, state }) => {
      if (state) return controller.downloadChanged(id);
    });
    serveArchives(session, vault, controller);
    browser.alarms.onAlarm.addListener(({ name }) => ready.then(() => alarms.rang(name)));
    settings.onChange(() => void ready.then(alarms.reschedule));
    vault.onChange(({ what }) => {
      if (what === 'purged') void ready.then(retention.settle);
    });
    answerAsBackground({
      controller,
      pageJobs,
      previews,
      refusing,
      ready,
      exportedKey: key.exported,
      retentionSettings: retentionClock.settings,
      retention,
      count: async (id, receipt) => {
        if (await store.get(id)) await statistics.record(receipt, { privateWindow });
      },
    });
    void ready.then(controller.retryLost).then(alarms.reschedule);
  },
});
