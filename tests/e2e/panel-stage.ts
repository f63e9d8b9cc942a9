/** What the panel's e2e tests begin with: a workspace, and files on the disk to bring in. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { Job } from '../../lib/core/model/job.ts';
import {
  focusPage,
  inServiceWorker,
  openBrowser,
  openExtensionPage,
  readJobs,
  until,
  type Browser,
  type BrowserOptions,
} from '../driver/index.ts';
import { photograph } from './stage.ts';

export interface PanelStage {
  readonly browser: Browser;
  /** Writes a file below the stage's folder and returns its path. */
  file(name: string, content: Uint8Array | string): Promise<string>;
  path(name: string): string;
  /** A fresh workspace in a tab, with no job left of before. */
  workspace(): Promise<Page>;
  /** Waits until so many jobs are there and none of them runs; oldest last, as the list shows them. @param silence ms without a change after which it gives up */
  settled(count: number, silence?: number): Promise<Job[]>;
  close(): Promise<void>;
}

const RUNNING = ['queued', 'acquiring', 'compressing', 'saving'];

export async function openPanelStage(options: BrowserOptions = {}): Promise<PanelStage> {
  const [browser, folder] = await Promise.all([openBrowser(options), mkdtemp(join(tmpdir(), 'compressimage-panel-'))]);
  let page: Page | null = null;
  const path = (name: string): string => join(folder, name);
  return {
    browser,
    path,
    async file(name, content) {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), content);
      return path(name);
    },
    async workspace() {
      if (!page || page.isClosed()) page = await openExtensionPage(browser, 'workspace.html');
      // A test that failed may have left it anywhere.
      await page.goto(`chrome-extension://${browser.extensionId}/workspace.html`);
      await forgetAll(browser, page);
      await page.goto('about:blank#workspace');
      await page.goto(`chrome-extension://${browser.extensionId}/workspace.html`);
      await focusPage(page);
      await page.getByRole('heading', { name: 'Drop images here' }).waitFor();
      return page;
    },
    async settled(count, silence = 60_000) {
      // However slow the machine is: as long as anything changes, the rest is waited for.
      let [before, since] = ['', performance.now()];
      for (;;) {
        const jobs = await readJobs(browser);
        if (jobs.length >= count && jobs.every(({ state }) => !RUNNING.includes(state))) return jobs.reverse();
        const now = jobs.map(({ id, state }) => `${id} ${state}`).join();
        if (now !== before) [before, since] = [now, performance.now()];
        else if (performance.now() - since > silence)
          throw new Error(
            `of ${count} jobs nothing has changed for ${silence} ms: ${jobs.map(({ state }) => state).join()}`,
          );
        await delay(400);
      }
    },
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As the person would by "Remove", for all: records and bytes. */
async function forgetAll(browser: Browser, page: Page): Promise<void> {
  const jobs = await readJobs(browser);
  await page.evaluate(
    (ids) => chrome.runtime.sendMessage({ id: 0, type: 'dismissJobs', data: { ids }, timestamp: Date.now() }),
    jobs.map(({ id }) => id),
  );
  await until('the list to be empty', async () => (await readJobs(browser)).length === 0);
  await inServiceWorker(browser, () => chrome.storage.local.remove('settings'));
}

export const rows = (page: Page): Locator => page.getByRole('list', { name: 'Images' }).getByRole('listitem');
export const rowOf = (page: Page, name: string): Locator => rows(page).filter({ hasText: name });

/** A soft photograph of 120 by 80 px at a quality far beyond any look, another for each number. */
export async function small(number: number): Promise<Buffer> {
  const base = await (small.base ??= photograph(160, 120).then((picture) =>
    picture.raw().toBuffer({ resolveWithObject: true }),
  ));
  const { default: sharp } = await import('sharp');
  const { width, height, channels } = base.info;
  return sharp(base.data, { raw: { width, height, channels } })
    .extract({ left: number % 40, top: (number * 7) % 40, width: 120, height: 80 })
    .blur(1)
    .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
small.base = null as Promise<{ data: Buffer; info: { width: number; height: number; channels: 1 | 2 | 3 | 4 } }> | null;
