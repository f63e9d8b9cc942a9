/** What the options page does with the places where things are kept. Purges are the background's work. */
import { browser } from 'wxt/browser';
import type { OptionsActions } from '../../components/options/options-actions.ts';
import { CompressionError } from '../../lib/core/errors.ts';
import { send } from '../../lib/platform/messaging.ts';
import { readEverything } from '../../lib/storage/everything.ts';
import { exportFile } from '../../lib/storage/export.ts';
import type { Stores } from '../../lib/storage/stores.ts';
import { presetFile, readPresetFile, withImported } from '../../lib/storage/settings/preset-file.ts';
import { texts, translate } from '../../lib/platform/translate.ts';

export function optionsActions(stores: Stores): OptionsActions {
  const { settings, statistics, retentionClock } = stores;
  return {
    change: (change) => void settings.update(() => change),
    chooseStatistics: (choice) => void settings.update(() => ({ statistics: choice })).then(statistics.restrict),
    exportPresets: async () => giveFile('compressimage-presets.json', presetFile((await settings.load()).presets)),
    async importPresets(file) {
      try {
        const imported = readPresetFile(await file.text());
        const { presets } = await settings.update((current) => ({ presets: withImported(current.presets, imported) }));
        return translate('settings.presets_imported', [String(presets.length)]);
      } catch (thrown) {
        return translate('settings.preset_bad', [texts.errorText(CompressionError.from(thrown).toRecord())]);
      }
    },
    setKeys: () => void browser.tabs.create({ url: 'chrome://extensions/shortcuts' }),
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
