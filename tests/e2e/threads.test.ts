import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import { SETTINGS_VERSION } from '../../lib/storage/settings/migrations.ts';
import { jobsIn } from '../../lib/storage/job-store.ts';
import {
  allowInPrivate,
  chooseMenuItem,
  downloadedFiles,
  inServiceWorker,
  openPrivateWindow,
  press,
  readSession,
  until,
} from '../driver/index.ts';
import { image, openStage, photographAs, readPicture, type Stage } from './stage.ts';

/** Just large enough for threads. */
const SIZE = { width: 1250, height: 820 };

let stage: Stage;
let photo: string;
beforeAll(async () => {
  stage = await openStage();
  await stage.browser.open('about:blank');
  await allowInPrivate(stage.browser);
  // One encoding, no search for a look.
  await inServiceWorker(stage.browser, (settings) => chrome.storage.local.set({ settings }), {
    version: SETTINGS_VERSION,
    recipe: { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 50 } },
  });
  photo = stage.site.answer(
    'large.jpg',
    image(await photographAs('jpeg', { quality: 92 }, SIZE.width, SIZE.height), 'image/jpeg'),
  );
});
afterAll(() => stage.close());

/** What runs in the browser now. */
async function targets(): Promise<readonly { readonly type: string; readonly url: string }[]> {
  return (await stage.browser.withProtocol((session) => session.send('Target.getTargets'))).targetInfos;
}

/** Files of the extension that ran in workers and frames at any time while something was done. */
async function runningDuring(work: () => Promise<unknown>): Promise<string[]> {
  const seen = new Set<string>();
  let over = false;
  const done = work().finally(() => (over = true));
  while (!over) {
    for (const { type, url } of await targets())
      if (type === 'worker' || type === 'iframe') seen.add(url.slice(url.lastIndexOf('/') + 1).replace(/[-.].*/, ''));
    await delay(50);
  }
  await done;
  return [...seen].sort();
}

it('a large AVIF that is alone has all cores, in a frame that goes', async () => {
  const shown = await stage.show(photo);
  const running = await runningDuring(async () => {
    const job = await stage.compress(shown, 'Save as AVIF');
    expect(job).toMatchObject({ state: 'saved', receipt: { output: { format: 'avif' } } });
  });
  expect(running.includes('avif')).toBe(cpus().length > 1);
  expect(running.includes('threads')).toBe(cpus().length > 1);
  const file = (await downloadedFiles(stage.browser)).at(-1);
  expect(await readPicture(stage, file?.path ?? '')).toEqual({ format: 'avif', ...SIZE });
  await until(
    'the frame to go',
    async () => {
      return !(await targets()).some(({ url }) => url.endsWith('/threads.html'));
    },
    { timeout: 40_000 },
  );
});

it('a private window has none: with its end the whole browser would end', async () => {
  for (const title of ['First', 'Second']) {
    const page = await openPrivateWindow(
      stage.browser,
      stage.site.page(title, `<!doctype html><title>${title}</title><img id="it" src="${photo}" width="400">`),
    );
    const running = await runningDuring(async () => {
      await chooseMenuItem(stage.browser, page.locator('#it'), 'Save as AVIF');
      const states = async (): Promise<string[]> => jobsIn(await readSession(page)).map(({ state }) => state);
      await until('the result', async () => (await states()).includes('saving'), { timeout: 90_000 });
      // In a private window Chromium asks where each file goes.
      await until('the download to be cancelled', async () => {
        await press(stage.browser, 'Escape');
        await delay(300);
        return (await states()).includes('unsaved');
      });
    });
    expect(running).toContain('codec');
    expect(running).not.toContain('avif');
    await page.close();
    await until('the private background to end', async () => (await backgrounds()) === 1);
  }
});

async function backgrounds(): Promise<number> {
  return (await targets()).filter(({ type }) => type === 'service_worker').length;
}
