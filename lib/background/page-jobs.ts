/** The ways in from a page: the context menu, the shortcut, and the second try once a host is allowed. */
import { browser, type Browser } from 'wxt/browser';
import { DEFAULT_RECIPE, type Kilobyte, type Recipe } from '../core/model/recipe.ts';
import { CompressionError } from '../core/errors.ts';
import { isKeepable, kept } from '../core/model/addresses.ts';
import {
  newJobId,
  permissionUrl,
  vaultId,
  type AsShown,
  type Delivery,
  type JobId,
  type Origin,
} from '../core/model/job.ts';
import { moved, type JobIn } from '../core/model/job-transitions.ts';
import { messageData } from '../core/protocol/messages.ts';
import type { PageImage } from '../core/protocol/page-images.ts';
import type { ListedReference, PageList } from '../core/protocol/page-list.ts';
import type { JobController } from './job-controller.ts';
import type { JobReader } from '../storage/job-store.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { readDataUrl } from '../core/bytes/data-url.ts';
import { hostOf, siteName } from '../core/model/host.ts';
import {
  askForAllHosts,
  askForHost,
  forbidHost,
  hostPattern,
  isClosedFile,
  mayReadHost,
} from '../platform/host-permission.ts';
import { findImageInView, imagesShowing, listImages, takeImage, takeListed } from './ask-page.ts';
import type { HostQuestions } from './host-questions.ts';
import { recipeOf } from './image-menu.ts';
import type { PageItem } from './page-menu.ts';
import type { Picked, Picking } from './picking.ts';
import type { UploadSites } from './upload-sites.ts';
import type { Uploads } from './uploads.ts';
import { openPageImages } from './page-images-view.ts';

type PageOrigin = Origin & { kind: 'page' };

export interface PageJobsOptions {
  readonly controller: JobController;
  readonly jobs: Pick<JobReader, 'get'>;
  readonly vault: Vault;
  /** Resolves once the session is open: before it nothing may be held. */
  readonly ready: Promise<unknown>;
  readonly nameFor: (origin: PageOrigin) => string;
  readonly takeShown: (id: JobId) => Promise<AsShown>;
  /** @param retry what a button that allows the host sends */
  readonly failedWithoutJob: (tabId: number, error: CompressionError, retry?: unknown) => Promise<void>;
  readonly questions: HostQuestions;
  readonly picking: Picking;
  readonly uploads: Pick<Uploads, 'compressChosen'>;
  readonly uploadSites: Pick<UploadSites, 'turnOn'>;
  /** How many bytes a kB of a limit has. */
  readonly kilobyte: () => Promise<Kilobyte>;
}

export interface PageJobs {
  menuClicked(info: Browser.contextMenus.OnClickData, tab: Browser.tabs.Tab | undefined): Promise<void>;
  shortcutPressed(command: string, tab: Browser.tabs.Tab | undefined): Promise<void>;
  /** @throws CompressionError `page-blocked`, `item-gone` when the tab has gone */
  listPage(tabId: number): Promise<PageList>;
  /** Begins a job for each, whose result waits in the list; null for one that the list has no room for. */
  compressListed(tabId: number, images: readonly ListedReference[], recipe: Recipe): Promise<(JobId | null)[]>;
  /** Must be called in a user gesture: from now on uploads on this site are made smaller. */
  watchUploads(tabId: number, url: string): Promise<void>;
  /** From the overlay. */
  imagePicked(picked: Picked): Promise<void>;
  /** By the person's word: the pixels that the page shows, in place of the file that could not be had. */
  saveAsShown(id: JobId): Promise<void>;
  /** These three must be called in a user gesture. */
  /** @param url a word of the page's: only the host that the job's record names stays allowed */
  allowAndRetry(id: JobId, url: string): Promise<void>;
  allowAllAndRetry(id: JobId): Promise<void>;
  /**
   * Once the host is allowed, looks for the image in view again.
   * @param url a word of the page's: a host that was not offered there does not stay allowed
   */
  allowAndLook(tabId: number, url: string): Promise<void>;
}

export function createPageJobs({
  controller,
  jobs,
  vault,
  ready,
  nameFor,
  takeShown,
  failedWithoutJob,
  questions,
  picking,
  uploads,
  uploadSites,
  kilobyte,
}: PageJobsOptions): PageJobs {
  /**
   * @param allowed the answer to a question asked within the click, or null where none was needed
   * @param problem why there is no address
   */
  async function begin(
    origin: PageOrigin,
    recipe: Recipe,
    allowed: Promise<boolean> | null,
    { delivery = 'download', problem = null }: { delivery?: Delivery; problem?: CompressionError | null } = {},
  ): Promise<JobId> {
    await ready;
    const carried = origin.url.startsWith('data:');
    const job: JobIn<'queued'> = {
      id: newJobId(),
      createdAt: Date.now(),
      recipe,
      delivery,
      name: nameFor(origin),
      attempt: 1,
      lost: 0,
      state: 'queued',
      source: null,
      // The bytes of a data: URL go into the vault.
      origin: kept(origin),
    };
    try {
      if (problem) throw problem;
      if (!isKeepable(origin.url)) throw new CompressionError('address-too-long', { characters: origin.url.length });
      if (allowed) {
        const host = siteName(origin.url);
        await questions.answered(host, await allowed);
        if (!(await allowed)) throw new CompressionError('permission-refused', { host });
      }
      if (carried)
        await vault.put(
          { id: vaultId(job.id, 'source'), jobId: job.id, part: 'source', why: 'working' },
          readDataUrl(origin.url),
        );
    } catch (thrown) {
      await controller.enqueue(moved(job, 'failed', { error: CompressionError.from(thrown).toRecord(), source: null }));
      return job.id;
    }
    try {
      await controller.enqueue(job);
      return job.id;
    } catch (thrown) {
      // Bytes without a job would be nobody's.
      await vault.purge({ jobId: job.id }, 'failed');
      throw thrown;
    }
  }

  /** The image that the page really means by what the menu names, and how it was chosen. */
  async function pointedAt(
    target: { tabId: number; frameId: number },
    url: string,
  ): Promise<{ url: string; chosenAs: PageOrigin['chosenAs'] }> {
    // Where no script may run, the menu's word is all that there is.
    const images = await imagesShowing(target, url).catch((thrown: unknown) => {
      if (url === '') throw thrown;
      return [];
    });
    if (url === '') {
      const image = largest(images);
      if (!image) throw new CompressionError('blob-gone');
      return { url: await takeImage(target, image), chosenAs: images.length > 1 ? 'largest' : null };
    }
    if (images.length === 0 || !images.every(({ standIn }) => standIn)) return { url, chosenAs: null };
    const real = images.find((image) => image.url !== '');
    if (!real) throw new CompressionError('stand-in');
    return { url: real.url, chosenAs: null };
  }

  async function lookForImage({
    id: tabId,
    url: pageUrl = '',
    title: pageTitle = '',
  }: Browser.tabs.Tab): Promise<void> {
    if (tabId === undefined) return;
    try {
      const choice = await findImageInView(tabId, pageUrl);
      // One that is open by now, under another address than it was asked for, has no image either.
      if (choice.kind === 'closed' && !(await mayReadHost(choice.url)))
        return await frameClosed(tabId, choice.url, 'frame-closed');
      if (choice.kind !== 'image') throw new CompressionError('no-image-in-view');
      const { image, frameId, frameUrl, chosenAs } = choice;
      const url = await takeImage({ tabId, frameId }, image);
      await begin({ kind: 'page', url, pageUrl, pageTitle, tabId, frameId, frameUrl, chosenAs }, DEFAULT_RECIPE, null);
    } catch (thrown) {
      await failed(tabId, pageUrl, thrown);
    }
  }

  /** Before there was a job. Of a page that no script may enter, a file has a reason of its own. */
  async function failed(tabId: number, pageUrl: string, thrown: unknown): Promise<void> {
    const error = CompressionError.from(thrown);
    const isFileClosed = error.code === 'page-blocked' && (await isClosedFile(pageUrl));
    await failedWithoutJob(tabId, isFileClosed ? new CompressionError('file-access') : error);
  }

  /** With a button that allows the frame's host. */
  async function frameClosed(tabId: number, url: string, code: 'frame-closed' | 'permission-refused'): Promise<void> {
    await questions.offer(tabId, hostPattern(url));
    const error = new CompressionError(code, { host: hostOf(url) });
    await failedWithoutJob(tabId, error, messageData('allowAndLook', { tabId, url }));
  }

  async function beginListed(
    { url: pageUrl = '', title: pageTitle = '' }: Browser.tabs.Tab,
    tabId: number,
    image: ListedReference,
    recipe: Recipe,
  ): Promise<JobId | null> {
    let [url, problem] = ['', null as CompressionError | null];
    try {
      url = await takeListed(tabId, image);
    } catch (thrown) {
      problem = CompressionError.from(thrown);
    }
    const { frameId, frameUrl } = image;
    const origin: PageOrigin = { kind: 'page', url, pageUrl, pageTitle, tabId, frameId, frameUrl, chosenAs: null };
    try {
      return await begin(origin, recipe, null, { delivery: 'hold', problem });
    } catch (thrown) {
      if (thrown instanceof CompressionError && thrown.code === 'list-full') return null;
      throw thrown;
    }
  }

  /** An item that is not on an image. */
  async function chosen(info: Browser.contextMenus.OnClickData, tab: Browser.tabs.Tab): Promise<void> {
    switch (info.menuItemId as PageItem) {
      case 'linked':
        return compressLinked(info, tab);
      case 'page-images':
        return openPageImages(tab);
      case 'pick':
        return pick(tab);
      case 'insert':
        // It opens only within the click: nothing is awaited before. There an image is chosen, and put into the page.
        return chrome.sidePanel.open({ tabId: tab.id ?? -1 });
      case 'chosen-file': {
        const tabId = tab.id ?? -1;
        return uploads
          .compressChosen({ tabId, frameId: info.frameId ?? 0 }, siteOf(info, tab))
          .catch((thrown: unknown) => failed(tabId, info.pageUrl ?? '', thrown));
      }
      case 'uploads-here':
        // The browser asks within the click alone: nothing is awaited before.
        return watchUploads(tab.id ?? -1, siteOf(info, tab) ?? '');
    }
  }

  async function watchUploads(tabId: number, url: string): Promise<void> {
    await uploadSites
      .turnOn(tabId, url)
      .catch((thrown: unknown) => failedWithoutJob(tabId, CompressionError.from(thrown)));
  }

  async function pick(tab: Browser.tabs.Tab): Promise<void> {
    await picking.begin(tab).catch((thrown: unknown) => failed(tab.id ?? -1, tab.url ?? '', thrown));
  }

  async function compressLinked(
    { linkUrl: url = '', frameId = 0, frameUrl, pageUrl }: Browser.contextMenus.OnClickData,
    { id: tabId = -1, url: tabUrl = '', title: pageTitle = '' }: Browser.tabs.Tab,
  ): Promise<void> {
    const allowed = questions.isDue(hostOf(url)) ? askForHost(url) : null;
    const frame = frameUrl === undefined ? {} : { frameUrl };
    await begin(
      { kind: 'page', url, pageUrl: pageUrl ?? tabUrl, pageTitle, tabId, frameId, ...frame, chosenAs: null },
      DEFAULT_RECIPE,
      allowed,
    ).catch((thrown: unknown) => failedWithoutJob(tabId, CompressionError.from(thrown)));
  }

  return {
    watchUploads,
    async menuClicked(info, tab) {
      if (tab?.id === undefined) return;
      const recipe = recipeOf(info.menuItemId);
      if (!recipe) return chosen(info, tab);
      const named = info.srcUrl ?? '';
      // Chrome takes a request for permission only here, before the first await.
      const allowed = questions.isDue(siteName(named)) ? askForHost(named) : null;
      const [tabId, frameId] = [tab.id, info.frameId ?? 0];
      try {
        const { url, chosenAs } = await pointedAt({ tabId, frameId }, named);
        await begin(
          {
            kind: 'page',
            url,
            pageUrl: info.pageUrl ?? tab.url ?? '',
            pageTitle: tab.title ?? '',
            tabId,
            frameId,
            ...(info.frameUrl !== undefined && { frameUrl: info.frameUrl }),
            chosenAs,
          },
          recipe(await kilobyte()),
          allowed,
        );
      } catch (thrown) {
        await failedWithoutJob(tabId, CompressionError.from(thrown));
      }
    },
    async shortcutPressed(command, tab) {
      if (command === 'compress-image-in-view' && tab) await lookForImage(tab);
      if (command === 'compress-page' && tab) await openPageImages(tab);
      if (command === 'pick-image' && tab) await pick(tab);
    },
    async imagePicked(answer) {
      const { tabId } = answer;
      try {
        const image = await picking.picked(answer);
        if (!image) return;
        const { url: pageUrl = '', title: pageTitle = '' } = await browser.tabs.get(tabId);
        await begin({ kind: 'page', ...image, pageUrl, pageTitle, tabId, chosenAs: null }, DEFAULT_RECIPE, null);
      } catch (thrown) {
        await failedWithoutJob(tabId, CompressionError.from(thrown));
      }
    },
    async listPage(tabId) {
      const tab = await browser.tabs.get(tabId).catch(() => null);
      if (!tab) throw new CompressionError('item-gone');
      return listImages(tabId, { url: tab.url ?? '', title: tab.title ?? '' });
    },
    async compressListed(tabId, images, recipe) {
      const tab = await browser.tabs.get(tabId).catch(() => null);
      if (!tab) throw new CompressionError('item-gone');
      return Promise.all(images.map((image) => beginListed(tab, tabId, image, recipe)));
    },
    async saveAsShown(id) {
      await ready;
      try {
        const asShown = await takeShown(id);
        await controller.retry(id, null, undefined, asShown);
      } catch (thrown) {
        await controller.fail(id, CompressionError.from(thrown).toRecord());
      }
    },
    async allowAndRetry(id, url) {
      // Chrome asks within the click alone, which is over once the record has been read.
      const wasAllowed = mayReadHost(url);
      const asked = askForHost(url);
      await ready;
      const origin = (await jobs.get(id))?.origin;
      const allowed = await asked;
      const host = siteName(url);
      if (origin?.kind !== 'page' || hostPattern(permissionUrl(origin)) !== hostPattern(url)) {
        if (allowed && !(await wasAllowed)) await forbidHost(url);
        return;
      }
      await questions.answered(host, allowed);
      if (allowed) await controller.retry(id, null);
      else await controller.fail(id, new CompressionError('permission-refused', { host }).toRecord());
    },
    async allowAllAndRetry(id) {
      const allowed = await askForAllHosts();
      await ready;
      if (allowed) await controller.retry(id, null);
    },
    async allowAndLook(tabId, url) {
      const wasAllowed = mayReadHost(url);
      const allowed = await askForHost(url);
      await ready;
      if (!(await questions.wasOffered(tabId, hostPattern(url)))) {
        if (allowed && !(await wasAllowed)) await forbidHost(url);
        return;
      }
      await questions.answered(hostOf(url), allowed);
      if (allowed) await lookForImage(await browser.tabs.get(tabId));
      else await frameClosed(tabId, url, 'permission-refused');
    },
  };
}

/** The frame's address, or that of the page where the frame has none of its own. */
function siteOf({ frameUrl, pageUrl }: Browser.contextMenus.OnClickData, tab: Browser.tabs.Tab): string | undefined {
  return [frameUrl, pageUrl, tab.url].find((url) => hostOf(url ?? '') !== '');
}

function largest(images: readonly PageImage[]): PageImage | undefined {
  return [...images].sort((a, b) => b.width * b.height - a.width * a.height)[0];
}
