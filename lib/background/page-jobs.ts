/** The ways in from a page: the context menu, the shortcut, and the second try once a host is allowed. */
import type { Browser } from 'wxt/browser';
import { DEFAULT_RECIPE, type Recipe } from '../core/model/recipe.ts';
import { CompressionError } from '../core/errors.ts';
import { newJobId, vaultId, type Job, type JobId, type Origin } from '../core/model/job.ts';
import type { JobController } from './job-controller.ts';
import type { JobStore } from '../storage/job-store.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { hostOf } from '../core/naming/host.ts';
import { readBlobInPage, readDataUrl } from './page-bytes.ts';
import { askForHost, mayReadHost, sameOrigin } from '../platform/host-permission.ts';
import { findImageInView } from './find-image-in-view.ts';
import { recipeOf } from './menu.ts';

type PageOrigin = Origin & { kind: 'page' };

export interface PageJobsOptions {
  readonly store: JobStore;
  readonly controller: JobController;
  readonly vault: Vault;
  /** Resolves once the session is open: before it nothing may be held. */
  readonly ready: Promise<unknown>;
  readonly nameFor: (origin: PageOrigin) => string;
  readonly failedWithoutJob: (tabId: number, error: CompressionError) => Promise<void>;
  /** Hosts that refused to be read in this life of the background: they are asked for within the next click. */
  readonly refusing: Set<string>;
}

export interface PageJobs {
  menuClicked(info: Browser.contextMenus.OnClickData, tab: Browser.tabs.Tab | undefined): Promise<void>;
  shortcutPressed(tab: Browser.tabs.Tab | undefined): Promise<void>;
  /** Must be called in a user gesture. */
  allowAndRetry(id: JobId, url: string): Promise<void>;
}

export function createPageJobs({
  store,
  controller,
  vault,
  ready,
  nameFor,
  failedWithoutJob,
  refusing,
}: PageJobsOptions): PageJobs {
  /** @param allowed the answer to a question asked within the click, or null where none was needed. */
  async function begin(origin: PageOrigin, recipe: Recipe, allowed: Promise<boolean> | null): Promise<void> {
    await ready;
    const carried = origin.url.startsWith('data:');
    const job: Job = {
      id: newJobId(),
      createdAt: Date.now(),
      recipe,
      delivery: 'download',
      name: nameFor(origin),
      attempts: 0,
      state: 'queued',
      // The bytes of a data: URL go into the vault, not into the record: `storage.session` holds 10 MB in all.
      origin: carried ? { ...origin, url: origin.url.slice(0, origin.url.indexOf(',')).slice(0, 100) } : origin,
    };
    try {
      if (allowed && !(await allowed)) throw new CompressionError('permission-refused', { host: hostOf(origin.url) });
      if (carried)
        await vault.put(
          { id: vaultId(job.id, 'source'), jobId: job.id, part: 'source', why: 'working' },
          await readDataUrl(origin.url),
        );
    } catch (thrown) {
      await store.put(job);
      return controller.onFailed(job.id, CompressionError.from(thrown).toRecord(), null);
    }
    await controller.enqueue(job);
  }

  return {
    async menuClicked(info, tab) {
      const recipe = recipeOf(info.menuItemId);
      if (!recipe || tab?.id === undefined) return;
      const url = info.srcUrl ?? '';
      // Chrome takes a request for permission only here, before the first await.
      const allowed = refusing.has(hostOf(url)) ? askForHost(url) : null;
      if (url === '') return failedWithoutJob(tab.id, new CompressionError('blob-gone'));
      await begin(
        {
          kind: 'page',
          url,
          pageUrl: info.pageUrl ?? tab.url ?? '',
          pageTitle: tab.title ?? '',
          tabId: tab.id,
          frameId: info.frameId ?? 0,
          chosenAs: null,
        },
        recipe,
        allowed,
      );
    },
    async shortcutPressed(tab) {
      if (tab?.id === undefined) return;
      const { id: tabId, url: pageUrl = '', title: pageTitle = '' } = tab;
      try {
        const { image, frameId, chosenAs } = await findImageInView(tabId);
        await begin(
          { kind: 'page', url: image.url, pageUrl, pageTitle, tabId, frameId, chosenAs },
          DEFAULT_RECIPE,
          null,
        );
      } catch (thrown) {
        await failedWithoutJob(tabId, CompressionError.from(thrown));
      }
    },
    async allowAndRetry(id, url) {
      const allowed = await askForHost(url);
      await ready;
      if (allowed) {
        refusing.delete(hostOf(url));
        await controller.retry(id);
      } else
        await controller.onFailed(
          id,
          new CompressionError('permission-refused', { host: hostOf(url) }).toRecord(),
          null,
        );
    },
  };
}

/** Brings the Source of a `blob:` job into the vault; one that a `data:` URL carried is there already. @throws CompressionError */
export async function acquireFromPage(job: Job, vault: Vault): Promise<void> {
  if (job.origin.kind !== 'page') return;
  const id = vaultId(job.id, 'source');
  if ((await vault.held()).some((item) => item.id === id)) return;
  const { url, tabId, frameId } = job.origin;
  if (url.startsWith('data:')) throw new CompressionError('item-gone');
  if (!url.startsWith('blob:')) throw new CompressionError('page-blocked');
  await vault.put({ id, jobId: job.id, part: 'source', why: 'working' }, await readBlobInPage(url, tabId, frameId));
}

/** The tab's own origin is readable while activeTab is granted, other hosts once they are allowed: there cookies go along. */
export async function mayUseCookies(job: Job): Promise<boolean> {
  if (job.origin.kind !== 'page') return false;
  return sameOrigin(job.origin.url, job.origin.pageUrl) || (await mayReadHost(job.origin.url));
}
