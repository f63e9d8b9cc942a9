/** The person's rights in a real browser: to see, to take along, to delete, to count or not to count. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bucket } from '../../lib/storage/statistics/figures.ts';
import {
  chooseMenuItem,
  extensionUrl,
  inServiceWorker,
  press,
  readJobs,
  until,
  waitForDownloads,
} from '../driver/index.ts';
import { askWhereToSave, takeSave, vaultOnDisk } from './privacy-stage.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

let stage: Stage;
let options: Page;
let other: Page;

beforeAll(async () => {
  stage = await openStage();
  await askWhereToSave(stage.browser);
  await stage.browser.open('about:blank');
  options = await view('options.html#privacy');
  other = await view('options.html#privacy');
});
afterAll(() => stage.close());

async function view(path: string): Promise<Page> {
  const page = await stage.browser.context.newPage();
  await page.goto(extensionUrl(stage.browser, path));
  return page;
}

async function job(name: string, end: 'save' | 'cancel'): Promise<void> {
  const shown = await stage.show(
    stage.site.answer(name, image(await photographAs('jpeg', { quality: 92 }), 'image/jpeg')),
  );
  await chooseMenuItem(stage.browser, shown, 'Save as WebP');
  await until('the download to end', async () => {
    if (end === 'save') await takeSave(stage.browser);
    else await press(stage.browser, 'Escape');
    await delay(300);
    return (await readJobs(stage.browser)).some(
      (each) => each.name === name && each.state === (end === 'save' ? 'saved' : 'unsaved'),
    );
  });
}

const counted = async (): Promise<readonly Bucket[]> =>
  inServiceWorker(
    stage.browser,
    async () =>
      ((await chrome.storage.local.get('statistics'))['statistics'] as { buckets: Bucket[] } | undefined)?.buckets ??
      [],
  );

describe('statistics', () => {
  it('are off: nothing is counted', async () => {
    await job('uncounted.jpg', 'save');
    expect(await counted()).toEqual([]);
  });

  it('switched on, are sums of technical figures, and nothing else', async () => {
    await options.bringToFront();
    await options.getByRole('switch', { name: /Count what/ }).check();
    await options.getByText('On. Nothing was counted yet.').waitFor();
    await job('counted.jpg', 'save');
    const [bucket] = await until('the count', async () => (await counted()).length > 0 && (await counted()));
    expect(bucket).toMatchObject({
      count: 1,
      formats: { input: 'jpeg', output: 'webp' },
      browser: { name: 'Chrome' },
      system: 'linux',
      month: expect.stringMatching(/^\d{4}-\d\d$/),
    });
    expect(Object.keys(bucket ?? {}).sort()).toEqual([
      'browser',
      'cores',
      'count',
      'formats',
      'milliseconds',
      'month',
      'ratio',
      'sizes',
      'system',
    ]);
    await options
      .getByRole('figure', { name: 'By format' })
      .getByText(/saved with 1 image/)
      .waitFor();
  });

  it('lose a figure in the past, too, when it is switched off', async () => {
    await options.bringToFront();
    await options.getByRole('switch', { name: 'Operating system' }).uncheck();
    await until('the figure to go', async () => !(await counted()).some(({ system }) => system));
    await options.getByRole('switch', { name: 'Browser and version' }).uncheck();
    await until('the figure to go', async () => !(await counted()).some(({ browser }) => browser));
    expect((await counted())[0]).toMatchObject({ count: 1, cores: expect.any(Number) });
  });
});

describe('everything that is held', () => {
  it('is shown at once in each open view, and taken along as one file', async () => {
    await job('quay.jpg', 'cancel');
    for (const page of [options, other]) await page.getByText('quay.webp, Result').waitFor();
    await options.bringToFront();
    await options.getByRole('button', { name: 'Export all of it' }).click();
    const file = await until('the file', async () => {
      await takeSave(stage.browser);
      await delay(300);
      return (await waitForDownloads(stage.browser, 3, { timeout: 1000 })).find(({ name }) => name.endsWith('.json'));
    });
    const content = JSON.parse(await readFile(file.path, 'utf8')) as Record<string, unknown[]>;
    expect(content).toMatchObject({
      kind: 'compressimage-export',
      version: 1,
      settings: { idleMinutes: 60, statistics: { enabled: true } },
    });
    expect(content['items']).toHaveLength(2);
    expect((content['jobs'] as { name: string }[]).map(({ name }) => name)).toEqual([
      'quay.jpg',
      'counted.jpg',
      'uncounted.jpg',
    ]);
    expect(content['ledger']).toHaveLength(4);
    expect(content['statistics']).toHaveLength(1);
    expect(JSON.stringify(content)).not.toContain('vaultKey');
  });

  it('is deleted at once, also in the other open view; the settings stay', async () => {
    const panel = await view('popup.html');
    await panel.getByText('1 image is kept for').waitFor();
    await options.bringToFront();
    await options.getByRole('button', { name: 'Delete everything now' }).click();
    await options.getByRole('button', { name: 'Yes, delete' }).click();
    await options.getByText('Deleted.', { exact: true }).waitFor();
    for (const page of [options, other]) {
      for (const empty of [
        'No image is kept.',
        'The list is empty.',
        'Nothing was removed yet.',
        'On. Nothing was counted yet.',
      ])
        await page.getByText(empty).waitFor();
    }
    expect(await panel.getByText(/is kept for/).count()).toBe(0);
    expect(await vaultOnDisk(stage.browser)).toMatchObject({ items: 0, chunks: 0, sealed: 0, rules: [] });
    expect(await readJobs(stage.browser)).toEqual([]);
    expect(await counted()).toEqual([]);
    expect(
      await inServiceWorker(stage.browser, async () =>
        JSON.stringify([await chrome.storage.session.get(), await chrome.storage.local.get()]),
      ),
    ).not.toMatch(/quay|counted\.jpg|127\.0\.0\.1/);
    await panel.close();
  });

  it('goes from the panel by "Remove all", and the ledger says so', async () => {
    await job('bridge.jpg', 'cancel');
    const panel = await view('popup.html');
    await panel.bringToFront();
    await panel.getByRole('button', { name: 'Remove all' }).click();
    await panel.getByText('1 image is not saved. Remove everything?').waitFor();
    await panel.getByRole('button', { name: 'Remove all' }).click();
    await other.getByText('No image is kept.').waitFor();
    await until('the job to go', async () => (await readJobs(stage.browser)).length === 0);
    expect((await vaultOnDisk(stage.browser)).rules).toEqual(['on-demand', 'on-demand']);
    await panel.close();
  });

  it('loses the settings by a button of their own', async () => {
    await options.bringToFront();
    await options.getByRole('button', { name: 'Delete settings' }).click();
    await options.getByRole('button', { name: 'Yes, delete' }).click();
    await other.getByText('Off. Nothing is counted.').waitFor();
    expect(await inServiceWorker(stage.browser, async () => Object.keys(await chrome.storage.local.get()))).toEqual([]);
  });
});
