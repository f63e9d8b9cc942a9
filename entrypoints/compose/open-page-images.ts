/** The view of all images of a tab, in a real extension page. */
import { mount } from 'svelte';
import { browser } from 'wxt/browser';
import type { LiveJobs } from '../../components/live-jobs.svelte.ts';
import PageImages from '../../components/page-images/PageImages.svelte';
import type { PageImagesService } from '../../components/page-images/page-images-service.ts';
import type { Settings } from '../../lib/storage/settings/schema.ts';
import { permissionUrl } from '../../lib/core/model/job.ts';
import { askForHosts } from '../../lib/platform/host-permission.ts';
import { send } from '../../lib/platform/messaging.ts';
import { texts, translate } from '../../lib/platform/translate.ts';

export interface PageImagesOptions {
  readonly tabId: number;
  readonly target: HTMLElement;
  readonly live: LiveJobs;
  readonly settings: () => Promise<Settings>;
}

export function mountPageImages({ tabId, target, live, settings }: PageImagesOptions): void {
  const service: PageImagesService = {
    list: () => send('listPage', { tabId }),
    thumbnail: (image) => send('thumbnail', { tabId, image }),
    async compress(images) {
      const { recipe } = await settings();
      return send('compressListed', { tabId, images, recipe });
    },
    async allow(jobs) {
      const urls = jobs.flatMap(({ origin }) => (origin.kind === 'page' ? [permissionUrl(origin)] : []));
      // Asked for here, where the click is.
      if (!(await askForHosts(urls))) return;
      await Promise.all(jobs.map(({ id, attempt }) => send('retryJob', { id, attempt })));
    },
    openList: () => void browser.tabs.create({ url: `${browser.runtime.getURL('/')}workspace.html` }),
    copy: (text) => navigator.clipboard.writeText(text),
  };
  mount(PageImages, { target, props: { viewTexts: { t: translate, texts }, live, service } });
}
