import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../lib/core/model/job.ts';
import {
  downloadedFiles,
  focusPage,
  giveFiles,
  openPopup,
  press,
  readJobs,
  until,
  waitForDownloads,
} from '../driver/index.ts';
import { openPanelStage, rowOf, rows, type PanelStage } from './panel-stage.ts';
import { photographAs } from './stage.ts';

let stage: PanelStage;
let page: Page;
const NAMES = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'];

// One session for all: what one test saves is gone for the next.
beforeAll(async () => {
  stage = await openPanelStage();
  // Large enough for all sizes that a look is measured by.
  const files = await Promise.all(
    NAMES.map(async (name, at) => stage.file(name, await photographAs('jpeg', { quality: 98 }, 240 + at * 20, 180))),
  );
  page = await stage.workspace();
  await giveFiles(page.locator('[data-picks=files]'), files);
  await stage.settled(NAMES.length);
  await rows(page).nth(3).waitFor();
});
afterAll(() => stage.close());

const saved = async (): Promise<string[]> =>
  (await downloadedFiles(stage.browser)).map(({ path }) => path.split('/').at(-1) ?? '').sort();

describe('all together', () => {
  it('get a size that they keep, and looks that are alike, from a popup that closes meanwhile', async () => {
    const resultBytes = (jobs: readonly Job[]): number =>
      jobs.reduce((sum, job) => sum + ('receipt' in job ? job.receipt.output.bytes : 0), 0);
    const limit = Math.floor((resultBytes(await readJobs(stage.browser)) * 0.7) / 100) * 100;
    const popup = await openPopup(stage.browser);
    await popup.getByRole('button', { name: 'Total size…' }).click();
    const field = popup.getByLabel('At most');
    await until('the keyboard in the field', () => field.evaluate((element) => element === document.activeElement));
    await field.fill('');
    // By real keys: a point on its way to a number is no number yet.
    await field.pressSequentially(String(limit / 1e6));
    await popup.getByRole('button', { name: 'Compress', exact: true }).click();
    const workspace = await until('the workspace that keeps it', () =>
      stage.browser.context.pages().find((one) => one !== page && one.url().includes('/workspace.html')),
    );
    await workspace.getByText(/^4 images have .* now, within .* kB$/).waitFor({ timeout: 120_000 });
    expect(workspace.url()).not.toContain('#');
    await workspace.close();
    await page.bringToFront();
    const jobs = await stage.settled(NAMES.length);
    expect(resultBytes(jobs)).toBeLessThanOrEqual(limit);
    expect(resultBytes(jobs)).toBeGreaterThan(limit * 0.85);
    const receipts = jobs.flatMap((job) => ('receipt' in job ? [job.receipt] : []));
    const looks = receipts.map(({ look = 0 }) => look);
    expect(Math.max(...looks) - Math.min(...looks)).toBeLessThanOrEqual(3);
    for (const { notes } of receipts) expect(notes.map(({ code }) => code)).toContain('share-of-total');
  }, 180_000);
});

describe('rows of the list', () => {
  it('are renamed in the row by real keys, and the file is called so', async () => {
    await rowOf(page, 'a.jpg').locator('.facts').click();
    await focusPage(page);
    await press(stage.browser, 'F2');
    const field = page.getByRole('textbox', { name: 'New name for a.jpg' });
    await until('the keyboard in the field', () => field.evaluate((element) => element === document.activeElement));
    await field.fill('by the sea: day 1');
    await press(stage.browser, 'Enter');
    await rowOf(page, 'by the sea- day 1.jpg').waitFor();
    await page.getByRole('button', { name: 'Save by the sea- day 1.jpg' }).click();
    await waitForDownloads(stage.browser, 1);
    expect(await saved()).toEqual(['by the sea- day 1.jpg']);
  });

  it('are selected with Shift and real keys, and saved together', async () => {
    await until('the saved row to leave', async () => (await rows(page).count()) === 3, { timeout: 10_000 });
    await rowOf(page, 'b.jpg').locator('.facts').click();
    await focusPage(page);
    await press(stage.browser, 'Shift+ArrowDown');
    await page.getByText('2 selected').first().waitFor();
    await page.getByRole('button', { name: 'Save 2 images' }).first().click();
    await waitForDownloads(stage.browser, 3);
    expect(await saved()).toEqual(['b.jpg', 'by the sea- day 1.jpg', 'c.jpg']);
    expect((await readJobs(stage.browser)).find(({ name }) => name === 'd.jpg')?.state).toBe('ready');
  });
});
