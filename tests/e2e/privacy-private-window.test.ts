/** Private windows: the same work, in memory alone, apart from the other windows, and gone with the last of them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../lib/core/model/job.ts';
import { jobsIn } from '../../lib/storage/job-store.ts';
import {
  allowInPrivate,
  chooseMenuItem,
  inServiceWorker,
  openPrivateWindow,
  press,
  readJobs,
  readSession,
  until,
  waitForDownloads,
  type Browser,
} from '../driver/index.ts';
import { filesWith, piecesOf, takeSave, vaultOnDisk } from './privacy-stage.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

let stage: Stage;
let photo: Buffer;
let page: Page;

beforeAll(async () => {
  stage = await openStage();
  photo = await photographAs('jpeg', { quality: 92 }, 1200, 800);
  stage.site.answer('secret-garden.jpg', image(photo, 'image/jpeg'));
  await stage.browser.open('about:blank');
  await allowInPrivate(stage.browser);
  // Statistics are on: private windows must not be counted even then.
  await switchStatisticsOn(stage.browser);
  page = await openPrivateWindow(
    stage.browser,
    stage.site.page(
      'private',
      '<title>Private</title><img id="it" src="secret-garden.jpg" style="width:400px;height:300px">',
    ),
  );
});
afterAll(() => stage.close());

async function switchStatisticsOn(browser: Browser): Promise<void> {
  const options = await browser.context.newPage();
  await options.goto(`chrome-extension://${browser.extensionId}/options.html#privacy`);
  await options.getByRole('switch', { name: /Count what/ }).check();
  await options.getByText('On. Nothing was counted yet.').waitFor();
  await options.close();
}

/** The private session's own records, which lie in the private profile's IndexedDB. */
const privateSession = (): Promise<Record<string, unknown>> => readSession(page);

async function privateJobs(): Promise<Job[]> {
  return jobsIn(await privateSession()).reverse();
}

async function startJob(): Promise<void> {
  const known = (await privateJobs()).length;
  await chooseMenuItem(stage.browser, page.locator('#it'), 'Save as WebP');
  // Chromium asks in every private window where to save.
  await until(
    'the question',
    async () =>
      (await privateJobs()).length > known &&
      (await privateJobs()).some(({ state }) => state === 'saving') &&
      /Save File/.test(
        await stage.browser.screen.xdotool('search', '--name', '--onlyvisible', 'Save File', 'getwindowname'),
      ),
  );
}

describe('in a private window', () => {
  it('has a background of its own', async () => {
    expect(await inServiceWorker(page, () => chrome.extension.inIncognitoContext)).toBe(true);
    expect(await inServiceWorker(stage.browser, () => chrome.extension.inIncognitoContext)).toBe(false);
  });

  it('a right-click works end to end', async () => {
    await startJob();
    await until('the file to be saved', async () => {
      await takeSave(stage.browser);
      await delay(300);
      return (await privateJobs()).some(({ state }) => state === 'saved');
    });
    expect(await waitForDownloads(stage.browser, 1)).toMatchObject([{ name: 'secret-garden.webp' }]);
    expect(await vaultOnDisk(page)).toMatchObject({ items: 0, chunks: 0 });
  });

  it("what is held lies neither in the other windows' storage nor on the disk", async () => {
    await startJob();
    await until('the download to be cancelled', async () => {
      await press(stage.browser, 'Escape');
      await delay(300);
      return (await privateJobs()).some(({ state }) => state === 'unsaved');
    });
    expect(await vaultOnDisk(page)).toMatchObject({ items: 2, chunks: 2 });
    expect(Object.keys(await privateSession())).toContain('vaultKey');

    const { browser } = stage;
    expect(await readJobs(browser)).toEqual([]);
    expect(await vaultOnDisk(browser)).toMatchObject({ items: 0, chunks: 0, rules: [] });
    expect(await inServiceWorker(browser, async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([
      'vault',
    ]);
    const name = Buffer.from('secret-garden');
    expect(await filesWith(browser, [...piecesOf(photo), name, Buffer.from('secret-garden', 'utf16le')])).toEqual([]);
  });

  it('nothing is counted', async () => {
    expect(
      await inServiceWorker(
        stage.browser,
        async () => (await chrome.storage.local.get('statistics'))['statistics'] ?? null,
      ),
    ).toBeNull();
  });

  it('all is gone when the last one closes', async () => {
    await page.close();
    await until(
      'the private background to end',
      async () =>
        (await stage.browser.withProtocol((session) => session.send('Target.getTargets'))).targetInfos.filter(
          ({ type, url }) => type === 'service_worker' && url.includes(stage.browser.extensionId),
        ).length === 1,
    );
    page = await openPrivateWindow(stage.browser, stage.site.page('later', '<title>Later</title>'));
    await until('a new session', async () => 'vaultKey' in (await privateSession()));
    expect(Object.keys(await privateSession())).toEqual(['vaultKey']);
    expect(await vaultOnDisk(page)).toMatchObject({ items: 0, chunks: 0, rules: [] });
    expect(await readJobs(stage.browser)).toEqual([]);
  });

  it('leaves the menu of the other windows as it was', async () => {
    await page.close();
    const job = await stage.compress(
      await stage.show(stage.site.answer('open.jpg', image(photo, 'image/jpeg'))),
      'Save as WebP',
    );
    expect(job.state).toBe('saved');
    await until(
      'the count',
      async () =>
        await inServiceWorker(
          stage.browser,
          async () => (await chrome.storage.local.get('statistics'))['statistics'] ?? null,
        ),
    );
  });
});
