/** What happens when `storage.session` has no room for one more job. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
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
} from '../driver/index.ts';
import { openPanelStage, rowOf, type PanelStage } from './panel-stage.ts';
import { image, photographAs } from './stage.ts';

let stage: PanelStage;
let site: Site;
let page: Page;
let photo: Buffer;
beforeAll(async () => {
  [stage, site, photo] = await Promise.all([
    openPanelStage(),
    serve(null),
    photographAs('jpeg', { quality: 90 }, 300, 200),
  ]);
});
afterAll(async () => {
  await stage.close();
  await site.close();
});

/** Jobs that wait for a view to bring their images, which it never does. Gives their ids, as many as the list takes. */
function fillList(view: Page): Promise<string[]> {
  return view.evaluate(async (recipe) => {
    void navigator.locks.request('a view', () => new Promise(() => undefined));
    const all: string[] = [];
    for (;;) {
      const ids = Array.from({ length: 200 }, () => crypto.randomUUID() as string);
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
      const { res } = await chrome.runtime.sendMessage<unknown, { res: { value: string[] } }>({
        id: 0,
        type: 'startJobs',
        data: { jobs },
        timestamp: Date.now(),
      });
      const refused = new Set(res.value);
      all.push(...ids.filter((id) => !refused.has(id)));
      if (refused.size > 0) return all;
    }
  }, DEFAULT_RECIPE);
}

const tell = (view: Page, type: string, data: unknown): Promise<unknown> =>
  view.evaluate(
    ([name, what]) => chrome.runtime.sendMessage({ id: 0, type: name, data: what, timestamp: Date.now() }),
    [type, data] as const,
  );

it('says so, in the page and in the panel, and goes on when there is room again', async () => {
  const workspace = await stage.workspace();
  // A page of the extension that shows no list: drawing thousands of rows is not what is tested.
  const view = await stage.browser.context.newPage();
  await view.goto(extensionUrl(stage.browser, 'options.html'));
  const ids = await fillList(view);
  console.log(`${ids.length} jobs fill the list`);
  expect(ids.length).toBeGreaterThan(2000);
  expect(await inServiceWorker(stage.browser, () => chrome.storage.session.getBytesInUse())).toBeLessThan(10_000_000);

  page = await stage.browser.context.newPage();
  await page.goto(site.page('full', `<img src="${site.answer('photo.jpg', image(photo, 'image/jpeg'))}" width="300">`));
  await page.bringToFront();
  await chooseMenuItem(stage.browser, page.locator('img'), 'Save as WebP');
  await waitForToast(page, /list of images is full/);

  await workspace.bringToFront();
  await giveFiles(workspace.locator('[data-picks=files]'), [await stage.file('one.jpg', photo)]);
  await rowOf(workspace, 'one.jpg').getByText('Waits, since the list is full').waitFor();
  await tell(view, 'dismissJobs', { ids: ids.slice(0, 50) });
  await until('the file to be taken in', async () =>
    (await readJobs(stage.browser)).some(({ name, state }) => name === 'one.jpg' && state === 'ready'),
  );
  await page.bringToFront();
  await chooseMenuItem(stage.browser, page.locator('img'), 'Save as WebP');
  await waitForToast(page, /photo\.webp/);

  const before = Date.now();
  await tell(view, 'deleteEverything', undefined);
  console.log(`${ids.length - 50} jobs were deleted in ${Date.now() - before} ms`);
  expect(await readJobs(stage.browser)).toEqual([]);
  expect(await view.evaluate(closedRows)).toBe(0);
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
