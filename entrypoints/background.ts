import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { createMenu, createPrivateMenu, menuTitle, type MenuItem } from '../lib/acquire/menu.ts';
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
import { forgetIntake } from '../lib/jobs/intake-note.ts';
import { RUNNING } from '../lib/jobs/job.ts';
import { createPreviewDesk } from '../lib/jobs/previews.ts';
import { createRoad, type Road } from '../lib/jobs/road.ts';
import { POLICY_VERSION } from '../lib/privacy/policy-version.ts';
import { callForPurge } from '../lib/privacy/purge-call.ts';
import { openStores } from '../lib/privacy/stores.ts';
import { createUpkeep } from '../lib/privacy/upkeep.ts';
import { policyMet } from '../lib/settings/policy-notice.ts';
import { texts, translate } from '../lib/translate.ts';
import { openSession } from '../lib/vault/session.ts';

/** Composition root: it wires events to the rooms in lib/, and must do so before anything is awaited. */
export default defineBackground({
  type: 'module',
  main() {
    const { privateWindow, session, notes, jobs: store, key, vault, terms, settings, statistics } = openStores({ writesJobs: true });
    const ready = openSession(vault, key, navigator.locks);
    const refusing = new Set<string>();
    const link = offscreenHost();
    const badge = createBadge(translate('extension_name'), String);
    const announcer = createAnnouncer({
      store, badge, texts, translate, showToast: async (tabId, toast) => (await settings.load()).toast && showToast(tabId, toast),
    });
    const alarms = createAlarms({
      expire: () => upkeep.expire(), clock: terms.clock, recover: () => road.recover(), stillRunning: async () => (await store.all()).some(({ state }) => RUNNING.has(state)),
    });
    const road: Road = createRoad({
      store, link, host: hostMessages, startDownload, downloadEnd, mayUseCookies,
      acquireFromPage: (job) => acquireFromPage(job, vault),
      nameFor: (job, receipt, disposition) => jobFileName(job, receipt, disposition, translate('unnamed')),
      purge: async (jobId, rule) => void await vault.purge({ jobId }, rule),
      changed: async (job) => {
        await Promise.all([announcer.changed(job), alarms.jobChanged(job), upkeep.jobChanged(job)]);
      },
    });
    const upkeep = createUpkeep({
      vault, jobs: store, road, terms, session, statistics, quietButton: () => badge.clear(),
      dropIntake: () => {
        callForPurge();
        return forgetIntake(notes);
      },
    });
    const previews = createPreviewDesk({ store, road, vault, link, host: hostMessages });
    const pageJobs = createPageJobs({
      store, road, vault, ready, refusing,
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
      if (state) return road.downloadChanged(id);
    });
    serveArchives(session, vault, road);
    browser.alarms.onAlarm.addListener(({ name }) => ready.then(() => alarms.rang(name)));
    settings.onChange(() => void ready.then(alarms.reschedule));
    vault.onChange(({ what }) => {
      if (what === 'purged') void ready.then(upkeep.settle);
    });
    answerAsBackground({
      road, pageJobs, previews, refusing, ready, exportedKey: key.exported, terms: terms.tell, upkeep,
      count: async (id, receipt) => {
        if (await store.get(id)) await statistics.record(receipt, { privateWindow });
      },
    });
    void ready.then(road.recover).then(alarms.reschedule);
  },
});
