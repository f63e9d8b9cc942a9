import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../lib/core/model/job.ts';
import {
  chooseFiles,
  dropFiles,
  extensionUrl,
  giveFiles,
  inServiceWorker,
  openExtensionPage,
  openPopup,
  press,
  readJobs,
  stopServiceWorker,
  until,
} from '../driver/index.ts';
import { holdReading } from './hold-reading.ts';
import { openPanelStage, rows, small, type PanelStage } from './panel-stage.ts';
import { photographAs } from './stage.ts';

let stage: PanelStage;
const COUNT = 100;
const BROKEN = COUNT / 10;

beforeAll(async () => {
  stage = await openPanelStage();
  await Promise.all(
    Array.from({ length: COUNT }, async (_, at) => {
      const bytes = await small(at);
      // Broken in one of two ways: cut off within its header, or no image at all.
      await stage.file(
        `batch/photo ${String(at).padStart(3, '0')}.jpg`,
        at % 10 !== 9 ? bytes : at % 20 === 9 ? bytes.subarray(0, 200) : Buffer.from('not an image'),
      );
    }),
  );
  const large = await photographAs('jpeg', { quality: 95 }, 1000, 700);
  await Promise.all(Array.from({ length: 14 }, (_, at) => stage.file(`large/${at}.jpg`, large)));
});
afterAll(() => stage.close());

const photos = (): string[] =>
  Array.from({ length: COUNT }, (_, at) => stage.path(`batch/photo ${String(at).padStart(3, '0')}.jpg`));
const shownAfter = (page: Page): Promise<number> =>
  until(
    'the panel',
    async () => (await page.evaluate(() => performance.getEntriesByName('panel-shown')[0]?.startTime)) ?? null,
  );

describe('a hundred images, one in ten broken', () => {
  it('are all dealt with, each broken one by a row that says so', async () => {
    const page = await stage.workspace();
    const before = Date.now();
    await giveFiles(page.locator('[data-picks=files]'), photos());
    await page.getByRole('progressbar', { name: 'Progress', exact: true }).waitFor();
    const jobs = await stage.settled(COUNT);
    console.log(`${COUNT} images of 120 by 80 px in ${Date.now() - before} ms`);
    expect(jobs.filter(({ state }) => state === 'ready')).toHaveLength(COUNT - BROKEN);
    const failed = jobs.flatMap((job) => (job.state === 'failed' ? [job.error.code] : []));
    expect(failed).toHaveLength(BROKEN);
    expect(new Set(failed)).toEqual(new Set(['truncated', 'not-an-image']));
    await page.getByText(`${BROKEN} images failed`).first().waitFor();
    await page.getByText(new RegExp(`^${COUNT - BROKEN} images, .* smaller$`)).waitFor();
    expect(await rows(page).first().innerText()).toContain('photo 000.jpg');
  }, 600_000);

  it('are a list of which only what is seen is drawn, and that scrolls to its end', async () => {
    const page = stage.browser.context.pages().find((each) => each.url().endsWith('workspace.html'))!;
    expect(await rows(page).count()).toBeLessThan(40);
    const frames = await page.evaluate(async () => {
      const box = document.querySelector('.box') as HTMLElement;
      const times: number[] = [];
      let last = performance.now();
      for (let step = 0; step < 120; step++) {
        box.scrollTop += 160;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        times.push(now - last);
        last = now;
      }
      return {
        median: times.sort((a, b) => a - b)[60] ?? 0,
        worst: times.at(-1) ?? 0,
        end: box.scrollTop + box.clientHeight >= box.scrollHeight - 1,
      };
    });
    console.log('scrolling by 160 px a frame:', frames);
    expect(frames.end).toBe(true);
    await rows(page)
      .last()
      .getByText(`photo ${String(COUNT - 1).padStart(3, '0')}.jpg`)
      .waitFor();
  });

  it('are sorted by what was saved', async () => {
    const page = stage.browser.context.pages().find((each) => each.url().endsWith('workspace.html'))!;
    await page.getByLabel('Order').selectOption('Most saved first');
    await page.evaluate(() => document.querySelector('.box')?.scrollTo({ top: 0 }));
    const shares = (
      await rows(page)
        .getByText(/^−\d+ %$/)
        .allInnerTexts()
    ).map((text) => Number.parseInt(text.slice(1), 10));
    expect(shares.length).toBeGreaterThan(3);
    expect([...shares].sort((a, b) => b - a)).toEqual(shares);
  });

  it('are in the popup, also when the service worker sleeps', async () => {
    const times: number[] = [];
    for (let time = 0; time < 3; time++) {
      const popup = await openPopup(stage.browser);
      times.push(await shownAfter(popup));
      await press(stage.browser, 'Escape');
      await until('the popup to close', () => popup.isClosed());
    }
    await stopServiceWorker(stage.browser);
    const popup = await openPopup(stage.browser);
    const asleep = await shownAfter(popup);
    await rows(popup).nth(5).waitFor();
    // An image is a request, and Chromium shows the popup once it is answered.
    expect(await popup.locator('img').count()).toBe(0);
    await press(stage.browser, 'Escape');
    console.log(
      `the popup with ${COUNT} rows, ms from navigation to the first frame with rows: ${times.map(Math.round).join(', ')}; with the service worker asleep ${Math.round(asleep)}`,
    );
  });
});

describe('a batch', () => {
  it('goes on when its tab is closed in the middle, and what was not taken in yet is told', async () => {
    const page = await stage.workspace();
    const other = await stage.browser.context.newPage();
    await giveFiles(page.locator('[data-picks=files]'), photos());
    await until('some to be taken in', async () => (await readJobs(stage.browser)).length >= 10);
    await page.evaluate(() => {
      location.replace('about:blank');
    });
    const taken = (await stage.settled(10)).length;
    expect(taken).toBeLessThan(COUNT);
    await other.goto(extensionUrl(stage.browser, 'workspace.html'));
    const sentence = await other.getByText(/were not read, because the tab was closed before/).innerText();
    expect(Number.parseInt(sentence, 10)).toBe(COUNT - taken);
    expect(await rows(other).first().innerText()).toContain('photo 000.jpg');
    await other.close();
  });

  it('ends all of it when all is cancelled, and goes on with what is tried again', async () => {
    const page = await stage.workspace();
    await giveFiles(
      page.locator('[data-picks=files]'),
      Array.from({ length: 6 }, (_, at) => stage.path(`large/${at}.jpg`)),
    );
    await until('the work', async () => (await readJobs(stage.browser)).some(({ state }) => state === 'compressing'));
    await page.getByRole('button', { name: 'Cancel all' }).click();
    const jobs = await stage.settled(6);
    const cancelled = jobs.filter(({ state }) => state === 'cancelled').length;
    expect(cancelled).toBeGreaterThan(2);
    // Cancelled is not failed.
    await page.getByText(`${cancelled} images were cancelled`).waitFor();
    expect(await page.getByText(/images? failed/).count()).toBe(0);
    await page.getByRole('button', { name: 'Compress them' }).click();
    await until('all to be done', async () => (await readJobs(stage.browser)).every(({ state }) => state === 'ready'), {
      timeout: 100_000,
    });
  });

  it('that is too much for a popup goes on in a workspace', async () => {
    const page = await stage.workspace();
    await page.goto('about:blank');
    const popup = await stage.browser.open(extensionUrl(stage.browser, 'popup.html'));
    await popup.getByRole('heading', { name: 'Drop images here' }).waitFor();
    await dropFiles(popup.getByRole('heading', { name: 'Drop images here' }), photos().slice(0, 40));
    const workspace = await until('the workspace', () =>
      stage.browser.context.pages().find((each) => each.url().endsWith('workspace.html')),
    );
    await stage.settled(40);
    await until('its rows', async () => (await rows(workspace).count()) > 5);
    // What is few stays where it is.
    await popup.bringToFront();
    await chooseFiles(
      popup,
      () => popup.getByRole('button', { name: 'Choose images' }).click(),
      photos().slice(40, 42),
    );
    await stage.settled(42);
  });

  it('ends with all that waits when everything is purged, and says so', async () => {
    const page = await stage.workspace();
    const options = await openExtensionPage(stage.browser, 'options.html#privacy');
    // However fast the machine: of the others the beginnings are read once all is purged.
    const reading = await holdReading(page, COUNT / 4);
    await giveFiles(page.locator('[data-picks=files]'), photos());
    await until('some to be taken in', async () => (await readJobs(stage.browser)).length >= 5);
    await options.getByRole('button', { name: 'Delete everything now' }).click();
    await options.getByRole('button', { name: 'Yes, delete' }).click();
    await options.getByText('Deleted.', { exact: true }).waitFor();
    await reading.goOn();
    const sentence = await page.getByText(/images that were still waiting were not read/).innerText();
    expect(Number(/(\d+) images/.exec(sentence)?.[1])).toBeGreaterThan(COUNT / 2);
    await page.getByRole('heading', { name: 'Drop images here' }).waitFor();
    // What was being read is not told of any more, either.
    await new Promise((later) => setTimeout(later, 2000));
    expect(await readJobs(stage.browser)).toEqual([]);
    expect(
      await inServiceWorker(stage.browser, async () =>
        Object.keys(await chrome.storage.local.get()).filter((key) => key.startsWith('intake')),
      ),
    ).toEqual([]);
    await page.getByRole('heading', { name: 'Drop images here' }).waitFor();
    await giveFiles(page.locator('[data-picks=files]'), photos().slice(0, 3));
    await stage.settled(3);
    await options.close();
  });

  /** Gives the workspace in which what was ended is told. */
  async function reloadExtension(page: Page): Promise<Page> {
    const other = await stage.browser.context.newPage();
    // In the page, which ends by it: a service worker that ended before it answered would be asked again.
    await page.evaluate(() => chrome.runtime.reload()).catch(() => undefined);
    // The browser closes the extension's tabs.
    await until('the workspace to close', () => page.isClosed());
    await until(
      'the extension to be there again',
      async () => {
        await other.goto(extensionUrl(stage.browser, 'workspace.html')).catch(() => undefined);
        return other.url().endsWith('workspace.html');
      },
      { timeout: 20_000, interval: 20 },
    );
    await other.bringToFront();
    return other;
  }

  /** Files that the vault has in full. */
  const heldSources = (page: Page): Promise<number> =>
    page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open('vault');
          opening.onerror = () => reject(opening.error as Error);
          opening.onsuccess = () => {
            const database = opening.result;
            const items = database.transaction('items').objectStore('items').getAll();
            items.onsuccess = () => {
              database.close();
              resolve((items.result as { part: string }[]).filter(({ part }) => part === 'source').length);
            };
          };
        }),
    );

  it('that the reload of the extension ended is told when it is opened again', async () => {
    const page = await stage.workspace();
    await giveFiles(
      page.locator('[data-picks=files]'),
      [0, 1, 2].map((at) => stage.path(`large/${at}.jpg`)),
    );
    await until('the work', async () => (await readJobs(stage.browser)).length === 3);
    // A job is there before its file is: of one whose file was still on its way, another sentence tells.
    await until('the files', async () => (await heldSources(page)) === 3);
    const other = await reloadExtension(page);
    await other
      .getByText(
        'The browser or the extension was restarted, so 3 images that were not saved are gone. Add them again.',
      )
      .waitFor();
    expect(await readJobs(stage.browser)).toEqual([]);
    // And it goes on: a file is taken in at once.
    await giveFiles(other.locator('[data-picks=files]'), [stage.path('large/0.jpg')]);
    await stage.settled(1);
    await other.reload();
    await rows(other).first().waitFor();
    await other.waitForTimeout(1000);
    expect(await other.getByText(/was restarted/).count()).toBe(0);
    // The browser ends with its last tab.
    await other.goto('about:blank');
  });

  it('that ended is told also when the view is there before all of it is swept', async () => {
    const page = await stage.workspace();
    await giveFiles(page.locator('[data-picks=files]'), [stage.path('large/0.jpg'), stage.path('large/1.jpg')]);
    await stage.settled(2);
    const slow = await openExtensionPage(stage.browser, 'options.html');
    await slow.evaluate(() => {
      void navigator.locks.request('vault-session', () => new Promise((release) => setTimeout(release, 4000)));
    });
    // As the browser's end leaves it: no memory, and nobody who runs.
    await inServiceWorker(stage.browser, () => chrome.storage.session.clear());
    await stopServiceWorker(stage.browser);
    await page.goto('about:blank');
    await page.goto(extensionUrl(stage.browser, 'workspace.html'));
    await page.getByText(/so 2 images that were not saved are gone/).waitFor({ timeout: 10_000 });
    await slow.close();
  });

  it('that the reload ended while images still waited is told of these too', async () => {
    const page = await stage.workspace();
    // So many that they are not all read before the reload.
    const given = [...photos(), ...photos(), ...photos()];
    await giveFiles(page.locator('[data-picks=files]'), given);
    // A job is listed before its Source is held; one that is worked on has been read.
    const isHeld = ({ state }: Job): boolean => state !== 'queued';
    await until('some to be held', async () => (await readJobs(stage.browser)).some(isHeld), { interval: 10 });
    const other = await reloadExtension(page);
    const [restarted, lost] = await Promise.all([
      other.getByText(/was restarted/).innerText(),
      other.getByText(/were not read, because/).innerText(),
    ]);
    const [held, waiting] = [/so (\d+)/.exec(restarted)?.[1], /^\d+/.exec(lost)?.[0]].map(Number);
    expect(held).toBeGreaterThan(0);
    expect(waiting).toBeGreaterThan(0);
    // Each is in one of the two, those of the last second in both.
    expect(held! + waiting!).toBeGreaterThan(given.length - 40);
    console.log(`of ${given.length} at a reload: ${held} were held, ${waiting} waited`);
  });
});
