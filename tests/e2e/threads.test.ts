import { cpus } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import { SETTINGS_VERSION } from '../../lib/storage/settings/migrations.ts';
import { downloadedFiles, inServiceWorker } from '../driver/index.ts';
import { image, openStage, photographAs, readPicture, type Stage } from './stage.ts';

/** Just large enough for threads. */
const SIZE = { width: 1250, height: 820 };

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  // One encoding, no search for a look.
  await inServiceWorker(stage.browser, (settings) => chrome.storage.local.set({ settings }), {
    version: SETTINGS_VERSION,
    recipe: { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 50 } },
  });
});
afterAll(() => stage.close());

/** Files of the workers that were there at any time while something was done. */
async function workersDuring(work: () => Promise<unknown>): Promise<Set<string>> {
  const seen = new Set<string>();
  let over = false;
  const done = work().finally(() => (over = true));
  while (!over) {
    const { targetInfos } = await stage.browser.withProtocol((session) => session.send('Target.getTargets'));
    for (const { type, url } of targetInfos)
      // One that is just being made has no address yet.
      if (type === 'worker') seen.add(url.slice(url.lastIndexOf('/') + 1));
    await new Promise((later) => setTimeout(later, 50));
  }
  await done;
  return seen;
}

it.each([
  ['Save as AVIF', 'avif'],
  ['Save as JPEG XL', 'jxl'],
] as const)('"%s" of one large image uses all cores, and others can read it', async (item, format) => {
  const photo = await photographAs('jpeg', { quality: 92 }, SIZE.width, SIZE.height);
  const shown = await stage.show(stage.site.answer(`${format}.jpg`, image(photo, 'image/jpeg')));
  const workers = await workersDuring(async () =>
    expect(await stage.compress(shown, item)).toMatchObject({ state: 'saved', receipt: { output: { format } } }),
  );
  expect([...workers].some((name) => name.includes(`${format}-thread`))).toBe(cpus().length > 1);
  const file = (await downloadedFiles(stage.browser)).at(-1);
  expect(await readPicture(stage, file?.path ?? '')).toEqual({ format, ...SIZE });
});
