import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { createMenu } from '../lib/acquire/menu.ts';
import { acquireFromPage, createPageJobs, mayUseCookies } from '../lib/acquire/page-jobs.ts';
import { serveArchives } from '../lib/deliver/archive-downloads.ts';
import { downloadEnd, startDownload } from '../lib/deliver/download.ts';
import { jobFileName, jobName } from '../lib/deliver/job-name.ts';
import { hostMessages, offscreenHost } from '../lib/engine/host-link.ts';
import { createAnnouncer } from '../lib/feedback/announce.ts';
import { createBadge } from '../lib/feedback/badge.ts';
import { showToast } from '../lib/feedback/toast.ts';
import { answerAsBackground } from '../lib/jobs/background-messages.ts';
import { createAlarms } from '../lib/jobs/alarms.ts';
import { holdReason } from '../lib/jobs/hold-reason.ts';
import { RUNNING } from '../lib/jobs/job.ts';
import { createPreviewDesk } from '../lib/jobs/previews.ts';
import { createRoad, type Road } from '../lib/jobs/road.ts';
import { createJobStore } from '../lib/jobs/store.ts';
import { texts, translate } from '../lib/translate.ts';
import { sessionKey } from '../lib/vault/key.ts';
import { openSession } from '../lib/vault/session.ts';
import { createVault } from '../lib/vault/vault.ts';

/** Composition root: it wires events to the rooms in lib/, and must do so before anything is awaited. */
export default defineBackground({
  type: 'module',
  main() {
    const key = sessionKey(browser.storage.session);
    const vault = createVault({ key, clock: Date.now, channel: new BroadcastChannel('vault') });
    const ready = openSession(vault, key, navigator.locks);
    const store = createJobStore(browser.storage.session);
    const refusing = new Set<string>();
    const link = offscreenHost();
    const badge = createBadge(translate('extension_name'), String);
    const announcer = createAnnouncer({ store, badge, texts, translate, showToast });
    const alarms = createAlarms({ expire: vault.expire, recover: () => road.recover(), stillRunning: async () => (await store.all()).some(({ state }) => RUNNING.has(state)) });
    const road: Road = createRoad({
      store, link, host: hostMessages, startDownload, downloadEnd, mayUseCookies,
      acquireFromPage: (job) => acquireFromPage(job, vault),
      nameFor: (job, receipt, disposition) => jobFileName(job, receipt, disposition, translate('unnamed')),
      purge: async (jobId, rule) => void await vault.purge({ jobId }, rule),
      changed: async (job) => {
        await Promise.all([announcer.changed(job), alarms.jobChanged(job), vault.mark({ jobId: job.id }, { why: holdReason(job.state) })]);
      },
    });
    const previews = createPreviewDesk({ store, road, vault, link, host: hostMessages });
    const pageJobs = createPageJobs({
      store, road, vault, ready, refusing,
      nameFor: (origin) => jobName(origin, translate('unnamed')),
      failedWithoutJob: (tabId, error) => announcer.failedWithoutJob(tabId, texts.errorText(error.toRecord())),
    });

    browser.runtime.onInstalled.addListener(() => createMenu((format) => format === 'same'
      ? translate('menu.compress')
      : translate('menu.save_as', [texts.formatLabel(format)])));
    browser.contextMenus.onClicked.addListener(pageJobs.menuClicked);
    browser.commands.onCommand.addListener((command, tab) => {
      if (command === 'compress-image-in-view') return pageJobs.shortcutPressed(tab);
    });
    browser.downloads.onChanged.addListener(({ id, state }) => {
      if (state) return road.downloadChanged(id);
    });
    serveArchives(browser.storage.session, vault, road);
    browser.alarms.onAlarm.addListener(({ name }) => ready.then(() => alarms.rang(name)));
    answerAsBackground({ road, pageJobs, previews, refusing, ready, exportedKey: key.exported });
    void ready.then(road.recover);
  },
});
