/** What the options page does with the places where things are kept. Purges are the background's work. */
import { browser } from 'wxt/browser';
import type { OptionsActions } from '../../components/options/options-actions.ts';
import { send } from '../../lib/platform/messaging.ts';
import { notificationAccess } from '../../lib/platform/notifications.ts';
import { siteAccessControl } from '../../lib/platform/site-access.ts';
import { readEverything } from '../../lib/storage/everything.ts';
import { exportFile } from '../../lib/storage/export.ts';
import type { Stores } from '../../lib/storage/stores.ts';

export function optionsActions(stores: Stores): OptionsActions {
  const { privateWindow, settings, statistics, retentionClock } = stores;
  return {
    change: (change) =>
      settings.update(change).then(
        () => true,
        () => false,
      ),
    chooseStatistics: (change) =>
      void settings.update((now) => ({ statistics: change(now.statistics) })).then(statistics.restrict),
    saveText: giveFile,
    setKeys: () => void browser.tabs.create({ url: 'chrome://extensions/shortcuts' }),
    siteAccess: siteAccessControl(),
    notifications: privateWindow ? null : notificationAccess(),
    purge: (id) => void send('purgeItem', { id }),
    exportAll: async () =>
      giveFile('compressimage-export.json', exportFile(await readEverything(stores), retentionClock.clock())),
    deleteEverything: () => send('deleteEverything', undefined),
    async deleteSettings() {
      await settings.clear();
      // The choice of statistics is a setting, and it is off now.
      await statistics.restrict();
    },
    policyRead: () => void settings.update(({ policy }) => ({ policy: policy && { ...policy, read: true } })),
  };
}

/** Hands a file to the browser's downloads, without a request. */
function giveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser takes the blob's bytes in the click's own task, at the latest when the download begins.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
