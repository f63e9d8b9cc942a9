/** The service worker's part in archives: it answers their addresses, and ties the jobs in them to the download. */
import { browser } from 'wxt/browser';
import type { JobController } from './job-controller.ts';
import type { Served } from './served-addresses.ts';
import type { Unfinished } from '../storage/unfinished.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { ARCHIVES, forgetOrder, isArchive, orderOf } from '../storage/archive-orders.ts';
import type { StorageItems } from '../storage/storage-area.ts';
import { answerArchive } from './archive.ts';

/**
 * Call it before anything is awaited: the events that wake the worker must find their listeners.
 *
 * @returns how their addresses are answered
 */
export function serveArchives(
  area: StorageItems,
  vault: Pick<Vault, 'held' | 'readStream'>,
  controller: Pick<JobController, 'savingTogether'>,
  unfinished: Pick<Unfinished, 'archive' | 'archiveEnded'>,
): Served {
  // Each call of the browser's interface is an event that keeps the worker alive for another 30 s.
  const awake = (): void => void browser.runtime.getPlatformInfo();
  browser.downloads.onCreated.addListener(async ({ id, url }) => {
    const order = url.startsWith(browser.runtime.getURL('/')) ? await orderOf(area, url) : null;
    if (!order) return;
    await controller.savingTogether(
      order.entries.map((entry) => entry.id),
      id,
    );
    await forgetOrder(area, url);
  });
  browser.downloads.onChanged.addListener(async ({ id, state }) => {
    if (state?.current !== 'complete' && state?.current !== 'interrupted') return;
    const [download] = await browser.downloads.search({ id });
    if (download && isArchive(download.url)) await unfinished.archiveEnded(new URL(download.url).pathname);
  });
  return {
    pattern: ARCHIVES,
    answer(url) {
      if (!isArchive(url)) return null;
      const { pathname } = new URL(url);
      return answerArchive(url, area, vault, {
        awake,
        begins: (images) => unfinished.archive(pathname, images),
        cancelled: () => unfinished.archiveEnded(pathname),
      });
    },
  };
}
