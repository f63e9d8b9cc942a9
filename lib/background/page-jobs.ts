/** The ways in from a page: the context menu, the keys, and the overlay in which an image is picked. */
import { browser, type Browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';
import { hostOf, siteName } from '../core/model/host.ts';
import type { JobId } from '../core/model/job.ts';
import type { Recipe } from '../core/model/recipe.ts';
import type { Kilobyte } from '../core/model/aim.ts';
import { messageData } from '../core/protocol/messages.ts';
import type { PageImage } from '../core/protocol/page-images.ts';
import { askForHost, hostPattern, isClosedFile, mayReadHost } from '../platform/host-permission.ts';
import { findImageInView, imagesShowing, takeImage } from './ask-page.ts';
import type { BeginJob, PageOrigin } from './begin-job.ts';
import type { Click, ClicksUnderWay } from './clicks-under-way.ts';
import type { HostQuestions } from './host-questions.ts';
import { imageClick, type ImageClick } from './image-menu.ts';
import { openPageImages } from './page-images-view.ts';
import type { PageItem } from './page-menu.ts';
import type { ImageFrame } from './page-reading.ts';
import type { Picked, Picking } from './picking.ts';
import type { UploadSites } from './upload-sites.ts';
import type { Uploads } from './uploads.ts';

/** What the settings say of a click in a page. */
export interface ClickSettings {
  readonly recipe: Recipe;
  /** How many bytes a kB of a limit has. */
  readonly kilobyte: Kilobyte;
}

export interface PageJobsOptions {
  readonly begin: BeginJob;
  readonly settings: () => Promise<ClickSettings>;
  /** From the click on: if this background ends before there is a job, it is gone on with, or told of. */
  readonly clicks: Pick<ClicksUnderWay, 'run'>;
  /** Begins to read the image of a click, while the page is asked which one it really is. */
  readonly readAhead: (id: JobId, origin: PageOrigin) => void;
  readonly dropReading: (id: JobId, origin: PageOrigin) => void;
  /** Makes the engine, if it is not there: a click will need it in a moment. */
  readonly warm: () => void;
  /** @param retry what a button that allows the host sends */
  readonly failedWithoutJob: (tabId: number, error: CompressionError, retry?: unknown) => Promise<void>;
  readonly questions: Pick<HostQuestions, 'isDue' | 'offer'>;
  readonly picking: Picking;
  readonly uploads: Pick<Uploads, 'compressChosen'>;
  readonly uploadSites: Pick<UploadSites, 'turnOn'>;
  /** Opens the workspace on a job: its comparison, or the question for its size. */
  readonly openWorkspace: (id: JobId, view: NonNullable<ImageClick['opens']>) => Promise<void>;
}

export interface PageJobs {
  menuClicked(info: Browser.contextMenus.OnClickData, tab: Browser.tabs.Tab | undefined): Promise<void>;
  shortcutPressed(command: string, tab: Browser.tabs.Tab | undefined): Promise<void>;
  lookForImage(tab: Browser.tabs.Tab): Promise<void>;
  /** Whether the page is still the one that it was meant in, where that has a say in which image it is. */
  mayGoOn(click: Click): Promise<boolean>;
  /** What a background was stopped with before it was a job is begun anew. Questions are left to the toast: it is no click any more. */
  goOn(id: JobId, click: Click): Promise<void>;
  /** Says it with a button that allows the frame's host. */
  frameClosed(tabId: number, url: string, code: 'frame-closed' | 'permission-refused'): Promise<void>;
  /** Must be called in a user gesture: from now on uploads on this site are made smaller. */
  watchUploads(tabId: number, url: string): Promise<void>;
  /** From the overlay. */
  imagePicked(picked: Picked): Promise<void>;
}

/** A tab that a script could be put into. */
type OpenTab = Browser.tabs.Tab & { readonly id: number };

export function createPageJobs({
  begin,
  settings,
  clicks,
  readAhead,
  dropReading,
  warm,
  failedWithoutJob,
  questions,
  picking,
  uploads,
  uploadSites,
  openWorkspace,
}: PageJobsOptions): PageJobs {
  /** What goes wrong before there is a job is said in the tab. Of a page that no script may enter, a file has a reason of its own. */
  async function inTab(tabId: number, pageUrl: string, step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (thrown) {
      const error = CompressionError.from(thrown);
      const isFileClosed = error.code === 'page-blocked' && (await isClosedFile(pageUrl));
      await failedWithoutJob(tabId, isFileClosed ? new CompressionError('file-access') : error);
    }
  }

  async function frameClosed(tabId: number, url: string, code: 'frame-closed' | 'permission-refused'): Promise<void> {
    await questions.offer(tabId, hostPattern(url));
    const error = new CompressionError(code, { host: hostOf(url) });
    await failedWithoutJob(tabId, error, messageData('allowAndLook', { tabId, url }));
  }

  const beginAsSet = async (id: JobId, origin: PageOrigin): Promise<JobId> =>
    begin(origin, (await settings()).recipe, { id });

  /** The image that the page really means by what the menu names, and how it was chosen. */
  async function pointedAt(
    target: ImageFrame,
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

  async function lookForImage(tab: Browser.tabs.Tab, begunAs?: JobId): Promise<void> {
    const { id: tabId, url: pageUrl = '', title: pageTitle = '' } = tab;
    if (tabId === undefined) return;
    const found = async (id: JobId): Promise<JobId | null> => {
      const choice = await findImageInView(tabId, pageUrl);
      // One that is open by now, under another address than it was asked for, has no image either.
      if (choice.kind === 'closed' && !(await mayReadHost(choice.url))) {
        await frameClosed(tabId, choice.url, 'frame-closed');
        return null;
      }
      if (choice.kind !== 'image') throw new CompressionError('no-image-in-view');
      const { image, frameId, frameUrl, chosenAs } = choice;
      const url = await takeImage({ tabId, frameId }, image);
      return beginAsSet(id, { kind: 'page', url, pageUrl, pageTitle, tabId, frameId, frameUrl, chosenAs });
    };
    await inTab(tabId, pageUrl, () => clicks.run({ kind: 'look', tab }, found, begunAs));
  }

  /** An item that is not on an image. Nothing is awaited before what the browser takes within a click alone. */
  async function chosen(info: Browser.contextMenus.OnClickData, tab: OpenTab): Promise<void> {
    switch (info.menuItemId as PageItem) {
      case 'linked':
        return compressLinked(info, tab);
      case 'page-images':
        return openPageImages(tab);
      case 'pick':
        return pick(tab);
      case 'insert':
        // There an image is chosen, and put into the page.
        return chrome.sidePanel.open({ tabId: tab.id });
      case 'chosen-file':
        return inTab(tab.id, info.pageUrl ?? '', () =>
          uploads.compressChosen({ tabId: tab.id, frameId: info.frameId ?? 0 }, siteOf(info, tab)),
        );
      case 'uploads-here':
        return watchUploads(tab.id, siteOf(info, tab) ?? '');
    }
  }

  async function imagePicked(picked: Picked, begunAs?: JobId): Promise<void> {
    const { tabId } = picked;
    const taken = async (id: JobId): Promise<JobId | null> => {
      const image = await picking.picked(picked);
      if (!image) return null;
      const { url: pageUrl = '', title: pageTitle = '' } = await browser.tabs.get(tabId);
      return beginAsSet(id, { kind: 'page', ...image, pageUrl, pageTitle, tabId, chosenAs: null });
    };
    await inTab(tabId, '', async () => {
      if (begunAs === undefined && !(await picking.isAsked(picked))) return;
      await clicks.run({ kind: 'pick', picked }, taken, begunAs);
    });
  }

  const pick = (tab: OpenTab): Promise<void> => inTab(tab.id, tab.url ?? '', () => picking.begin(tab));
  const watchUploads = (tabId: number, url: string): Promise<void> =>
    inTab(tabId, url, () => uploadSites.turnOn(tabId, url));

  async function compressLinked(info: Browser.contextMenus.OnClickData, tab: OpenTab, begunAs?: JobId): Promise<void> {
    const { linkUrl: url = '' } = info;
    const allowed = begunAs === undefined ? askIfDue(url) : null;
    await inTab(tab.id, info.pageUrl ?? '', () =>
      clicks.run(
        { kind: 'menu', info, tab },
        async (id) =>
          begin({ ...clickedIn(info, tab), url, chosenAs: null }, (await settings()).recipe, { id, allowed }),
        begunAs,
      ),
    );
  }

  /** Chrome takes a request for permission only before the first await of a click. */
  function askIfDue(url: string): Promise<boolean> | null {
    return questions.isDue(siteName(url)) ? askForHost(url) : null;
  }

  async function compressClicked(
    { recipe, opens }: ImageClick,
    info: Browser.contextMenus.OnClickData,
    tab: OpenTab,
    begunAs?: JobId,
  ): Promise<void> {
    const named = info.srcUrl ?? '';
    const allowed = begunAs === undefined ? askIfDue(named) : null;
    warm();
    const where = clickedIn(info, tab);
    await inTab(tab.id, where.pageUrl, async () => {
      const begun = await clicks.run(
        { kind: 'menu', info, tab },
        async (id) => {
          const origin = { ...where, url: named, chosenAs: null };
          // An answer to a question for its host is waited for, and what only opens is not in a hurry.
          if (!allowed && !opens) readAhead(id, origin);
          try {
            const found = await pointedAt(where, named);
            const { recipe: base, kilobyte } = await settings();
            return await begin({ ...where, ...found }, recipe(base, kilobyte), {
              id,
              allowed,
              ...(opens && { delivery: 'hold', ownRecipe: true }),
            });
          } catch (thrown) {
            dropReading(id, origin);
            throw thrown;
          }
        },
        begunAs,
      );
      if (opens) await openWorkspace(begun, opens);
    });
  }

  return {
    async menuClicked(info, tab) {
      if (!isOpen(tab)) return;
      const click = imageClick(info.menuItemId);
      return click ? compressClicked(click, info, tab) : chosen(info, tab);
    },
    async shortcutPressed(command, tab) {
      if (!isOpen(tab)) return;
      if (command === 'compress-image-in-view') await lookForImage(tab);
      if (command === 'compress-page') await openPageImages(tab);
      if (command === 'pick-image') await pick(tab);
    },
    lookForImage: (tab) => lookForImage(tab),
    async mayGoOn(click) {
      if (click.kind === 'pick' || (click.kind === 'menu' && (click.info.srcUrl ?? click.info.linkUrl))) return true;
      const { id, url } = click.tab;
      return id !== undefined && (await browser.tabs.get(id).catch(() => null))?.url === url;
    },
    async goOn(id, click) {
      if (click.kind === 'pick') return imagePicked(click.picked, id);
      if (!isOpen(click.tab)) return;
      if (click.kind === 'look') return lookForImage(click.tab, id);
      const { info, tab } = click;
      const onImage = imageClick(info.menuItemId);
      return onImage ? compressClicked(onImage, info, tab, id) : compressLinked(info, tab, id);
    },
    frameClosed,
    watchUploads,
    imagePicked: (picked) => imagePicked(picked),
  };
}

function isOpen(tab: Browser.tabs.Tab | undefined): tab is OpenTab {
  return tab?.id !== undefined;
}

/** The page, and the frame in it, that was clicked in. */
function clickedIn(
  { pageUrl, frameId = 0, frameUrl }: Browser.contextMenus.OnClickData,
  { id: tabId, url = '', title: pageTitle = '' }: OpenTab,
): Omit<PageOrigin, 'url' | 'chosenAs'> {
  return {
    kind: 'page',
    pageUrl: pageUrl ?? url,
    pageTitle,
    tabId,
    frameId,
    ...(frameUrl !== undefined && { frameUrl }),
  };
}

/** The frame's address, or that of the page where the frame has none of its own. */
function siteOf({ frameUrl, pageUrl }: Browser.contextMenus.OnClickData, tab: OpenTab): string | undefined {
  return [frameUrl, pageUrl, tab.url].find((url) => hostOf(url ?? '') !== '');
}

function largest(images: readonly PageImage[]): PageImage | undefined {
  return [...images].sort((a, b) => b.width * b.height - a.width * a.height)[0];
}
