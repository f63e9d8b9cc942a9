/** What a panel does, in a real extension page. */
import { browser } from 'wxt/browser';
import { openPageImages } from '../../lib/background/page-images-view.ts';
import { readDataUrl } from '../../lib/core/bytes/data-url.ts';
import { askForHost } from '../../lib/platform/host-permission.ts';
import { orderArchive } from '../../lib/storage/archive-orders.ts';
import type { StorageItems } from '../../lib/storage/storage-area.ts';
import { jobName } from '../../lib/core/naming/job-name.ts';
import { batchFolder, resultPaths, savedAlone } from '../../lib/core/naming/result-names.ts';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { CompressionError } from '../../lib/core/errors.ts';
import { sameOrigin } from '../../lib/core/model/host.ts';
import { newJobId, vaultId, type Job, type JobId, type Origin } from '../../lib/core/model/job.ts';
import { isKeepable, kept } from '../../lib/core/model/kept-origin.ts';
import { send } from '../../lib/platform/messaging.ts';
import { translate } from '../../lib/platform/translate.ts';
import type { Vault } from '../../lib/storage/vault/vault.ts';
import { copyAsPng, copyAsText } from '../../components/panel/clipboard.ts';
import type { Intake } from '../../components/panel/intake.svelte.ts';
import type { PanelActions, PanelPlace } from '../../components/panel/panel-actions.ts';

export interface PanelActionsOptions {
  readonly place: PanelPlace;
  readonly vault: Vault;
  readonly intake: Intake;
  readonly recipe: () => Recipe;
  readonly find: (id: JobId) => Job | undefined;
  readonly windowId: () => number | null;
  /** Where orders of archives go, as the service worker sees it. */
  readonly session: StorageItems;
}

export function panelActions({
  place,
  vault,
  intake,
  recipe,
  find,
  windowId,
  session,
}: PanelActionsOptions): PanelActions {
  const read = (id: JobId): Promise<Uint8Array<ArrayBuffer>> => vault.read(vaultId(id, 'result'));
  const url = (path: string): string => browser.runtime.getURL('/') + path;
  const dismiss = together((ids: readonly JobId[]) => send('dismissJobs', { ids }));

  return {
    save(job, template) {
      void send('saveJobs', { jobs: [{ id: job.id, fileName: savedAlone(job, template) }] });
    },
    saveAll(jobs, template) {
      const date = new Date();
      const paths = resultPaths(jobs, template, date);
      const folder = batchFolder(translate('extension_name'), date);
      void send('saveJobs', { jobs: jobs.map(({ id }, at) => ({ id, fileName: `${folder}/${paths[at] ?? ''}` })) });
    },
    async saveArchive(jobs, template) {
      const held = new Set((await vault.held()).map(({ id }) => id));
      if (jobs.some(({ id }) => !held.has(vaultId(id, 'result')))) throw new CompressionError('item-gone');
      const date = new Date();
      const paths = resultPaths(jobs, template, date);
      const path = await orderArchive(session, {
        fileName: `${batchFolder(translate('extension_name'), date)}.zip`,
        entries: jobs.map(({ id }, at) => ({ id, name: paths[at] ?? '' })),
      });
      // A navigation, which the service worker answers with a download; the page itself stays.
      const frame = Object.assign(document.createElement('iframe'), { hidden: true, title: '', src: path });
      document.body.append(frame);
      setTimeout(() => frame.remove(), 60_000);
    },
    cancel(id) {
      intake.cancel(id);
      void send('cancelJob', { id });
    },
    async retry(id, other, ownRecipe = false) {
      const job = find(id);
      if (!job) return false;
      if (job.origin.kind !== 'page' && job.origin.kind !== 'url') await intake.bringBack(id);
      return send('retryJob', { id, attempt: job.attempt, ...(other && { recipe: other, ownRecipe }) });
    },
    dismiss(id) {
      intake.cancel(id);
      intake.forget(id);
      dismiss(id);
    },
    rename: (id, stem) => void send('renameJob', { id, stem }),
    async allow(job) {
      if (!('url' in job.origin)) return;
      // Asked for here, where the click is.
      if (await askForHost(job.origin.url)) await send('retryJob', { id: job.id, attempt: job.attempt });
    },
    async takeUrl(address) {
      const carried = /^data:/i.test(address);
      const id = newJobId();
      const origin = kept(await originOf(address, place));
      const name = jobName(origin, translate('unnamed'));
      if (carried) {
        const bytes = new Blob([readDataUrl(address)]);
        return intake.take([{ name, folder: '', alone: true, from: 'clipboard', open: () => Promise.resolve(bytes) }]);
      }
      const error = isKeepable(address)
        ? null
        : new CompressionError('address-too-long', { characters: address.length }).toRecord();
      const refused = await send('startJobs', {
        jobs: [{ id, origin, recipe: recipe(), delivery: 'hold', name, createdAt: Date.now(), view: null, error }],
      });
      if (refused.length > 0) throw new CompressionError('list-full');
    },
    copyPicture: (job) => copyAsPng(job, () => read(job.id)),
    copySnippet: (job, kind) => copyAsText(job, kind, () => read(job.id)),
    openWorkspace(opening) {
      const hash = opening ? `#${opening.view}=${opening.view === 'total' ? opening.bytes : opening.id}` : '';
      void openTab(url('workspace.html'), hash).then(() => {
        if (place === 'popup') close();
      });
    },
    // It opens only within the click, so the window must be known before.
    openSidePanel:
      place === 'side' || !('sidePanel' in chrome)
        ? null
        : () => {
            const window = windowId();
            if (window === null) return;
            void chrome.sidePanel.open({ windowId: window }).then(() => {
              if (place === 'popup') close();
            });
          },
    openPageImages: place === 'popup' ? () => void pageImagesOfFront().then(close) : null,
    useInPage:
      place === 'workspace'
        ? null
        : async ({ id }) => {
            const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
            if (tab?.id === undefined) throw new CompressionError('no-upload-field');
            await send('useInPage', { id, tabId: tab.id });
          },
    openShortcuts: () => void browser.tabs.create({ url: 'chrome://extensions/shortcuts' }),
    openHelp: () => void openTab(url('welcome.html'), ''),
    openOptions: (page) => void openTab(url('options.html'), `#${page}`),
    purgeAll: () => void send('purgeAll', undefined),
    saveText(fileName, text) {
      const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
      Object.assign(document.createElement('a'), { href: address, download: fileName }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    },
  };
}

/**
 * An image of the page that the panel was opened at is had from that page, as the click on the toolbar button lets it. Of
 * other pages the address of a tab is not told.
 */
async function originOf(url: string, place: PanelPlace): Promise<Origin & { kind: 'page' | 'url' }> {
  const [tab] = place === 'workspace' ? [] : await browser.tabs.query({ active: true, currentWindow: true });
  return tab?.id !== undefined && tab.url !== undefined && sameOrigin(url, tab.url)
    ? { kind: 'page', url, pageUrl: tab.url, pageTitle: tab.title ?? '', tabId: tab.id, frameId: 0, chosenAs: null }
    : { kind: 'url', url };
}

async function pageImagesOfFront(): Promise<void> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  if (tab) await openPageImages(tab);
}

/** Gathers what is asked for in one turn into one call. */
function together<T>(call: (items: readonly T[]) => Promise<unknown>): (item: T) => void {
  let waiting: T[] = [];
  return (item) => {
    if (waiting.push(item) > 1) return;
    queueMicrotask(() => {
      const items = waiting;
      waiting = [];
      void call(items);
    });
  };
}

/** The workspace that is open already comes to the front. */
async function openTab(url: string, hash: string): Promise<void> {
  const [open] = await chrome.runtime.getContexts({
    contextTypes: [chrome.runtime.ContextType.TAB],
    documentUrls: [url],
  });
  if (open && open.tabId >= 0 && hash === '') {
    await browser.tabs.update(open.tabId, { active: true });
    return;
  }
  await browser.tabs.create({ url: url + hash });
}
