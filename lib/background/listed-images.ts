/** Images of the list of a page: a job for each that is chosen there. */
import { browser, type Browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';
import type { JobId } from '../core/model/job.ts';
import type { Recipe } from '../core/model/recipe.ts';
import type { ListedReference, PageList } from '../core/protocol/page-list.ts';
import { listImages, takeListed } from './ask-page.ts';
import type { BeginJob } from './begin-job.ts';

export interface ListedImages {
  /** @throws CompressionError `page-blocked`, `item-gone` when the tab has gone */
  listPage(tabId: number): Promise<PageList>;
  /** Begins a job for each, whose result waits in the list; null for one that the list has no room for. */
  compressListed(tabId: number, images: readonly ListedReference[], recipe: Recipe): Promise<(JobId | null)[]>;
}

export function createListedImages(begin: BeginJob): ListedImages {
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
    const origin = { kind: 'page' as const, url, pageUrl, pageTitle, tabId, frameId, frameUrl, chosenAs: null };
    try {
      return await begin(origin, recipe, { delivery: 'hold', problem });
    } catch (thrown) {
      if (thrown instanceof CompressionError && thrown.code === 'list-full') return null;
      throw thrown;
    }
  }

  return {
    async listPage(tabId) {
      const { url = '', title = '' } = await openTab(tabId);
      return listImages(tabId, { url, title });
    },
    async compressListed(tabId, images, recipe) {
      const tab = await openTab(tabId);
      return Promise.all(images.map((image) => beginListed(tab, tabId, image, recipe)));
    },
  };
}

/** @throws CompressionError `item-gone` when it has gone */
async function openTab(tabId: number): Promise<Browser.tabs.Tab> {
  const tab = await browser.tabs.get(tabId).catch(() => null);
  if (!tab) throw new CompressionError('item-gone');
  return tab;
}
