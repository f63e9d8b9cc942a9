/** What happens when `storage.session` has no room for one more job. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import {
  chooseMenuItem,
  extensionUrl,
  giveFiles,
  inServiceWorker,
  readJobs,
  serve,
  until,
  waitForToast,
  type Site,
} from '../../driver/index.ts';
import { openPanelStage, rowOf, type PanelStage } from '../panel-stage.ts';
import { image, photographAs } from '../stage.ts';

let stage: PanelStage;
let site: Site;
/** A page of the extension that shows no list: drawing thousands of rows is not what is tested. */
let view: Page;
let photo: Buffer;
beforeAll(async () => {
  [stage, site, photo] = await Promise.all([
    openPanelStage(),
    serve(null),
    photographAs('jpeg', { quality: 90 }, 300, 200),
  ]);
  view = await stage.browser.context.newPage();
  await view.goto(extensionUrl(stage.browser, 'options.html'));
});
afterAll(async () => {
  await stage.close();
  await site.close();
});

/**
 * So many jobs that wait for a view to bring their images, which it never does. Each message of them is answered before the
 * next is sent, so that the time is bounded by what the machine does.
 */
function fillList(most: number): Promise<string[]> {
  return view.evaluate(
    async ({ recipe, limit }) => {
      void navigator.locks.request('a view', () => new Promise(() => undefined));
      const all: string[] = [];
      while (all.length < limit) {
        const ids = Array.from({ length: Math.min(500, limit - all.length) }, () => crypto.randomUUID() as string);
        const jobs = ids.map((id) => ({
          id,
          origin: { kind: 'file', name: `${id}.jpg`, folder: '' },
          recipe,
          delivery: 'hold',
          name: `${id}.jpg`,
          createdAt: 1,
          view: 'a view',
          error: null,
        }));
        const { res } = await chrome.runtime.sendMessage<unknown, { res: { value?: string[] } }>({
          id: 0,
          type: 'startJobs',
          data: { jobs },
          timestamp: Date.now(),
        });
        if (!res.value) throw new Error(JSON.stringify(res));
        const refused = new Set(res.value);
        all.push(...ids.filter((id) => !refused.has(id)));
        if (refused.size > 0) break;
      }
      return all;
    },
    { recipe: DEFAULT_RECIPE, limit: most },
  );
}

const tell = (type: string, data: unknown): Promise<unknown> =>
  view.evaluate(
    ([name, what]) => chrome.runtime.sendMessage({ id: 0, type: name, data: what, timestamp: Date.now() }),
    [type, data] as const,
  );
const bytesInUse = (): Promise<number> => inServiceWorker(stage.browser, () => chrome.storage.session.getBytesInUse());

it('keeps 5,000 jobs within the bound, and deletes them together', async () => {
  const ids = await fillList(5000);
  expect(ids).toHaveLength(5000);
  expect(await bytesInUse()).toBeLessThan(10_000_000);
  await tell('deleteEverything', undefined);
  expect(await readJobs(stage.browser)).toEqual([]);
  expect(await view.evaluate(closedRows)).toBe(0);
});

it('says that it is full, in the page and in the row of a file, which is taken in once there is room', async () => {
  const workspace = await stage.workspace();
  const source = site.answer('photo.jpg', image(photo, 'image/jpeg'));
  const page = await stage.browser.open(site.page('full', `<img src="${source}" width="300">`));
  // In place of thousands of rows, which take long to lay out, one item that leaves no room for a record.
  await inServiceWorker(stage.browser, async () => {
    const free = chrome.storage.session.QUOTA_BYTES - (await chrome.storage.session.getBytesInUse());
    await chrome.storage.session.set({ filler: 'x'.repeat(free - 300) });
  });
  await page.bringToFront();
  await chooseMenuItem(stage.browser, page.locator('img'), 'Save as WebP');
  await waitForToast(page, /list of images is full/);
  expect(await readJobs(stage.browser)).toEqual([]);

  await workspace.bringToFront();
  await giveFiles(workspace.locator('[data-picks=files]'), [await stage.file('one.jpg', photo)]);
  await rowOf(workspace, 'one.jpg')
    .getByText(/the list is full/)
    .waitFor();
  await inServiceWorker(stage.browser, () => chrome.storage.session.remove('filler'));
  await until(
    'the file to be taken in',
    async () => (await readJobs(stage.browser)).some(({ name, state }) => name === 'one.jpg' && state === 'ready'),
    { timeout: 60_000 },
  );
  await page.bringToFront();
  await chooseMenuItem(stage.browser, page.locator('img'), 'Save as WebP');
  await waitForToast(page, /photo\.webp/);
});

/** What of the vault's database could still tell of a job. */
function closedRows(): Promise<number> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('vault');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const counting = database.transaction('closed').objectStore('closed').count();
      counting.onerror = () => reject(counting.error);
      counting.onsuccess = () => {
        database.close();
        resolve(counting.result);
      };
    };
  });
}
