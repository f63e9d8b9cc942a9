/** What most e2e tests begin with: a browser with the extension, a site with pictures, and a page that shows one. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import type { Job } from '../../lib/core/model/job.ts';
import { grain } from '../images/pictures.ts';
import {
  chooseMenuItem,
  inServiceWorker,
  openBrowser,
  openExtensionPage,
  readJobs,
  serve,
  until,
  type Browser,
  type BrowserOptions,
  type MenuOptions,
  type Reply,
  type Site,
} from '../driver/index.ts';

export interface Stage {
  readonly browser: Browser;
  readonly site: Site;
  /** Shows a page with one image in the stage's tab, and returns the image. */
  show(src: string, options?: { readonly title?: string; readonly site?: Site }): Promise<Locator>;
  /** Right-clicks and takes an item; resolves with the job that it made once that has ended. */
  compress(image: Locator, item?: string, options?: MenuOptions): Promise<Job>;
  /** The same for whatever makes one new job. */
  endedJobOf(step: () => Promise<unknown>): Promise<Job>;
  close(): Promise<void>;
}

const ENDED: ReadonlySet<Job['state']> = new Set<Job['state']>(['saved', 'unsaved', 'failed']);

export async function openStage(options: BrowserOptions = {}): Promise<Stage> {
  const [browser, site] = await Promise.all([openBrowser(options), serve(null)]);
  let pages = 0;
  let tab: Page | null = null;

  async function endedJobOf(step: () => Promise<unknown>): Promise<Job> {
    const known = new Set((await readJobs(browser)).map(({ id }) => id));
    await step();
    return until(
      'a new job to end',
      async () => (await readJobs(browser)).find((job) => !known.has(job.id) && ENDED.has(job.state)),
      { timeout: 90_000 },
    ).catch(async (thrown: unknown) => {
      const states = (await readJobs(browser)).map(
        ({ id, name, state }) => `${known.has(id) ? 'old' : 'new'} ${name} ${state}`,
      );
      throw new Error(`the jobs then: ${states.join(', ')}`, { cause: thrown });
    });
  }

  return {
    browser,
    site,
    endedJobOf,
    async show(src, { title = 'A page', site: host = site } = {}) {
      const address = host.page(
        `page-${++pages}`,
        `<!doctype html><title>${title}</title><body style="margin:20px"><img id="it" src="${src}" style="width:400px;height:300px;background:#ccc">`,
      );
      // One tab for all: the browser ends with its last tab.
      if (!tab || tab.isClosed()) tab = await browser.open('about:blank');
      // An image that never comes must not hold the page up.
      await tab.goto(address, { waitUntil: 'domcontentloaded' });
      await tab.bringToFront();
      return tab.locator('#it');
    },
    compress: (image, item = 'Compress image', options) =>
      endedJobOf(() => chooseMenuItem(browser, image, item, options)),
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

/** px; small, since most tests encode it several times and look at something else. */
export const PHOTOGRAPH = { width: 480, height: 320 };

/** Soft shapes with grain, as a camera gives them: compresses like a photograph. */
export async function photograph(width: number = PHOTOGRAPH.width, height: number = PHOTOGRAPH.height): Promise<Sharp> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#4a7ab5"/><stop offset="1" stop-color="#e8c9a0"/></linearGradient>
    <filter id="soft"><feGaussianBlur stdDeviation="6"/></filter></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <g filter="url(#soft)">${Array.from({ length: 24 }, (_, at) => `<ellipse cx="${(at * 97) % width}" cy="${height * 0.6 + ((at * 53) % (height * 0.4))}" rx="${40 + at * 4}" ry="${16 + at * 2}" fill="hsl(${70 + at * 5} 45% ${20 + at}%)"/>`).join('')}</g>
  </svg>`;
  const noise = await grain({ width, height }, 30).png().toBuffer();
  const { data, info } = await sharp(Buffer.from(svg))
    .removeAlpha()
    .composite([{ input: noise, blend: 'overlay' }])
    .raw()
    .toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: info });
}

export async function photographAs(
  format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif',
  options: object = {},
  width?: number,
  height?: number,
): Promise<Buffer> {
  return (await photograph(width, height)).toFormat(format, options).toBuffer();
}

export const image = (body: Uint8Array, type: string, more: Reply = {}): Reply => ({
  body,
  contentType: type,
  ...more,
});

/** Read by a decoder that is not ours: libvips, or for JPEG XL, which it lacks, the browser's. */
export async function readPicture(
  stage: Stage,
  path: string,
): Promise<{ format: string; width: number; height: number }> {
  const bytes = await readFile(path);
  if (!(bytes[0] === 0xff && bytes[1] === 0x0a) && bytes.toString('latin1', 4, 8) !== 'JXL ') {
    const { format, width, height, compression } = await sharp(bytes).metadata();
    await sharp(bytes).raw().toBuffer();
    return {
      format: format === 'heif' && compression === 'av1' ? 'avif' : String(format),
      width: width ?? 0,
      height: height ?? 0,
    };
  }
  const page = await stage.browser.open(stage.site.page('reader', ''));
  stage.site.answer('picture.jxl', image(bytes, 'image/jxl'));
  const size = await page.evaluate(async () => {
    const bitmap = await createImageBitmap(await (await fetch('/picture.jxl')).blob());
    return { width: bitmap.width, height: bitmap.height };
  });
  await page.close();
  return { format: 'jxl', ...size };
}

/** How many records of any kind the vault's database has, read by a page of the extension. */
export async function vaultRecords(browser: Browser): Promise<number> {
  const page: Page = await openExtensionPage(browser, 'popup.html');
  try {
    return await page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('vault');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const stores = [...database.objectStoreNames].filter((name) => /item|chunk|write/i.test(name));
      if (stores.length < 2) throw new Error(`the vault has only ${[...database.objectStoreNames].join(', ')}`);
      const counts = await Promise.all(
        stores.map(
          (name) =>
            new Promise<number>((resolve, reject) => {
              const request = database.transaction(name).objectStore(name).count();
              request.onsuccess = () => resolve(request.result);
              request.onerror = () => reject(request.error);
            }),
        ),
      );
      database.close();
      return counts.reduce((sum, count) => sum + count, 0);
    });
  } finally {
    await page.close();
  }
}

/** The toolbar button of the tab in front, as a person sees it. */
export async function toolbarButton(browser: Browser): Promise<{ badge: string; title: string }> {
  return inServiceWorker(browser, async () => {
    const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
    const of = tab?.id === undefined ? {} : { tabId: tab.id };
    return { badge: await chrome.action.getBadgeText(of), title: await chrome.action.getTitle(of) };
  });
}
