/** What a click in a page does by the settings, and what goes on from its toast. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../lib/core/model/job.ts';
import {
  chooseMenuItem,
  clickToastAction,
  downloadedFiles,
  imageMenu,
  inServiceWorker,
  openExtensionPage,
  readJobs,
  readToasts,
  until,
  waitForToast,
} from '../driver/index.ts';
import { image, openStage, photographAs, vaultRecords, type Stage } from './stage.ts';

let stage: Stage;
let url: string;

beforeAll(async () => {
  stage = await openStage();
  url = stage.site.answer('photo.jpg', image(await photographAs('jpeg', { quality: 96 }), 'image/jpeg'));
});
afterAll(() => stage.close());

/** The tab of the workspace that a step opens on one image. */
async function openedBy(step: () => Promise<unknown>, view: 'compare' | 'fit'): Promise<Page> {
  const before = new Set(stage.browser.context.pages());
  await step();
  return until('the workspace', () =>
    stage.browser.context.pages().find((page) => !before.has(page) && page.url().includes(`#${view}=`)),
  );
}

async function comparisonOf(step: () => Promise<unknown>): Promise<Page> {
  const page = await openedBy(step, 'compare');
  await page.getByRole('button', { name: 'Back to the images' }).waitFor({ timeout: 60_000 });
  return page;
}

const jobOf = async ({ id }: Pick<Job, 'id'>): Promise<Job | undefined> =>
  (await readJobs(stage.browser)).find((job) => job.id === id);
/** That a tab of the workspace was opened on. */
const jobIn = (page: Page): Promise<Job | undefined> => jobOf({ id: page.url().split('=')[1] as Job['id'] });

describe('a toast', () => {
  it('tells how the work goes, and goes on from what was saved: another format, a comparison', async () => {
    // Large enough for its work to be seen.
    const large = await photographAs('jpeg', { quality: 96 }, 960, 640);
    const shown = await stage.show(stage.site.answer('seen.jpg', image(large, 'image/jpeg')));
    const steps = new Set<string>();
    const first = stage.compress(shown, 'Save as AVIF');
    await until(
      'the work to be told of',
      async () => {
        for (const { tone, step } of await readToasts(shown.page())) if (tone === 'busy' && step) steps.add(step);
        return steps.has('Compressing');
      },
      { interval: 20, timeout: 60_000 },
    );
    const of = await first;
    expect(of).toMatchObject({ state: 'saved', fileName: 'seen.avif' });
    await waitForToast(shown.page(), /smaller/, { of });
    const other = await stage.endedJobOf(() => clickToastAction(stage.browser, shown.page(), 'WebP', { of }));
    expect(other).toMatchObject({ state: 'saved', fileName: 'seen.webp', recipe: { format: 'webp' } });
    await until('nothing to be held', async () => (await vaultRecords(stage.browser)) === 0);
    await shown.page().bringToFront();
    await waitForToast(shown.page(), /seen\.webp/, { of: other });
    const page = await comparisonOf(() => clickToastAction(stage.browser, shown.page(), 'Compare', { of: other }));
    expect(await jobOf(other)).toMatchObject({ state: 'ready', delivery: 'hold' });
    await page.close();
  });

  it('compares at once what is kept for a while, though the page has it no longer', async () => {
    const options = await openExtensionPage(stage.browser, 'options.html');
    await options.getByRole('switch', { name: 'Keep a saved image for 5 minutes' }).check();
    const kept = stage.site.answer('kept.jpg', image(await photographAs('jpeg', { quality: 94 }), 'image/jpeg'));
    const shown = await stage.show(kept);
    const job = await stage.compress(shown);
    expect(job).toMatchObject({ state: 'saved', kept: true, fileName: 'kept-small.jpg' });
    stage.site.answer('kept.jpg', { status: 404 });
    const page = await comparisonOf(() => clickToastAction(stage.browser, shown.page(), 'Compare', { of: job }));
    expect(await jobOf(job)).toMatchObject({ state: 'ready', attempt: job.attempt });
    await page.close();
    await options.getByRole('switch', { name: 'Keep a saved image for 5 minutes' }).uncheck();
    await options.close();
  });
});

describe('the menu', () => {
  const withoutAvif = (): string[] => imageMenu(stage.browser.extension).filter((title) => title !== 'Save as AVIF');

  it('does what the options say, and has what they say', async () => {
    const options = await openExtensionPage(stage.browser, 'options.html');
    await options.getByRole('radio', { name: 'Its own settings' }).check({ force: true });
    await options.getByLabel('Preset', { exact: true }).selectOption('Web');
    await options.getByRole('checkbox', { name: 'Save as AVIF' }).uncheck();
    await options.getByLabel('File name').fill('{name}-{width}');
    await until('the settings', () =>
      inServiceWorker(stage.browser, async () =>
        JSON.stringify(await chrome.storage.local.get('settings')).includes('{name}-{width}'),
      ),
    );
    await options.close();
    const shown = await stage.show(url);
    expect(await stage.compress(shown, 'Compress image', { items: withoutAvif() })).toMatchObject({
      state: 'saved',
      fileName: 'photo-480.webp',
      recipe: { format: 'webp', resize: { pixels: 2048 } },
    });
  });

  it('opens the workspace on an image before anything is saved', async () => {
    const files = (await downloadedFiles(stage.browser)).length;
    const shown = await stage.show(url);
    const page = await comparisonOf(() => chooseMenuItem(stage.browser, shown, 'More…', { items: withoutAvif() }));
    expect(await jobIn(page)).toMatchObject({ state: 'ready', delivery: 'hold', recipe: { format: 'webp' } });
    await page.close();
    await shown.page().bringToFront();
    const asks = await openedBy(
      () => chooseMenuItem(stage.browser, shown, 'Other…', { items: withoutAvif(), under: 'Fit under' }),
      'fit',
    );
    const sheet = asks.getByRole('dialog', { name: 'File size: photo.jpg' });
    await sheet.getByLabel('At most').fill('20');
    await sheet.getByRole('button', { name: 'Compress' }).click();
    await asks.getByRole('button', { name: 'Back to the images' }).waitFor({ timeout: 60_000 });
    const job = await jobIn(asks);
    expect(job).toMatchObject({ state: 'ready', recipe: { format: 'webp', aim: { kind: 'size', bytes: 20_000 } } });
    expect(job?.state === 'ready' && job.receipt.output.bytes).toBeLessThanOrEqual(20_000);
    expect((await downloadedFiles(stage.browser)).length).toBe(files);
    await asks.close();
  });
});
