/** The ways in from a page: the context menu, the shortcut, and the second try once a host is allowed. */
import type { Browser } from 'wxt/browser';
import { DEFAULT_RECIPE, type Recipe } from '../core/model/recipe.ts';
import { CompressionError } from '../core/errors.ts';
import { isKeepable, kept } from '../core/model/addresses.ts';
import { newJobId, vaultId, type Job, type JobId, type Origin } from '../core/model/job.ts';
import { moved, type JobIn } from '../core/model/job-transitions.ts';
import type { JobController } from './job-controller.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { hostOf } from '../core/naming/host.ts';
import { readBlobInPage, readDataUrl } from './page-bytes.ts';
import { askForHost, mayReadHost, sameOrigin } from '../platform/host-permission.ts';
import { findImageInView } from './find-image-in-view.ts';
import { recipeOf } from './menu.ts';

type PageOrigin = Origin & { kind: 'page' };

export interface PageJobsOptions {
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
    const job: JobIn<'queued'> = {
      id: newJobId(),
      createdAt: Date.now(),
      recipe,
      delivery: 'download',
      name: nameFor(origin),
      attempt: 1,
      lost: 0,
      state: 'queued',
      source: null,
      // The bytes of a data: URL go into the vault.
      origin: kept(origin),
    };
    try {
      if (!isKeepable(origin.url)) throw new CompressionError('address-too-long', { characters: origin.url.length });
      if (allowed && !(await allowed)) throw new CompressionError('permission-refused', { host: hostOf(origin.url) });
      if (carried)
        await vault.put(
          { id: vaultId(job.id, 'source'), jobId: job.id, part: 'source', why: 'working' },
          await readDataUrl(origin.url),
        );
    } catch (thrown) {
      return controller.enqueue(
        moved(job, 'failed', { error: CompressionError.from(thrown).toRecord(), source: null }),
      );
    }
    try {
      await controller.enqueue(job);
    } catch (thrown) {
      // Bytes without a job would be nobody's.
      await vault.purge({ jobId: job.id }, 'failed');
      throw thrown;
    }
  }

  /** What can't even become a job is said where the click was. */
  async function beginOrSay(...[origin, recipe, allowed]: Parameters<typeof begin>): Promise<void> {
    try {
      await begin(origin, recipe, allowed);
    } catch (thrown) {
      await failedWithoutJob(origin.tabId, CompressionError.from(thrown));
    }
  }

  return {
    async menuClicked(info, tab) {
      const recipe = recipeOf(info.menuItemId);
      if (!recipe || tab?.id === undefined) return;
      const url = info.srcUrl ?? '';
      // Chrome takes a request for permission only here, before the first await.
      const allowed = refusing.has(hostOf(url)) ? askForHost(url) : null;
      if (url === '') return failedWithoutJob(tab.id, new CompressionError('blob-gone'));
      await beginOrSay(
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
        await controller.retry(id, null);
      } else await controller.fail(id, new CompressionError('permission-refused', { host: hostOf(url) }).toRecord());
    },
  };
}

/** Brings the Source of a `blob:` job into the vault; one that a `data:` URL carried is there already. @throws CompressionError */
export async function acquireFromPage(job: Job, vault: Vault): Promise<void> {
  if (job.origin.kind !== 'page') return;
  const id = vaultId(job.id, 'source');
  if (await vault.has(id)) return;
  const { url, tabId, frameId } = job.origin;
  if (url.startsWith('data:')) throw new CompressionError('item-gone');
  if (!url.startsWith('blob:')) throw new CompressionError('page-blocked');
  await vault.put({ id, jobId: job.id, part: 'source', why: 'working' }, await readBlobInPage(url, tabId, frameId));
}

/** The tab's own origin is readable while activeTab is granted, other hosts once they are allowed: there cookies go along. */
export async function mayUseCookies(job: Job): Promise<boolean> {
  const { origin } = job;
  if (origin.kind !== 'page' && origin.kind !== 'url') return false;
  return (origin.kind === 'page' && sameOrigin(origin.url, origin.pageUrl)) || (await mayReadHost(origin.url));
}
