/** Drawings that would take minutes are refused, ended by hand or ended by their bound; what comes beside and after them is done. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job } from '../../../lib/core/model/job.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { SETTINGS_VERSION } from '../../../lib/storage/settings/migrations.ts';
import { dropFiles, inServiceWorker, isExtensionProcess, readJobs, rendererMemory, until } from '../../driver/index.ts';
import { heavyFilter, nestedUses, noisySquares } from '../../images/svg-bombs.ts';
import { openPanelStage, rowOf, small, type PanelStage } from '../panel-stage.ts';

/** With HTML in it, as diagram programs write it. */
const PLAIN =
  '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><foreignObject width="30" height="20"><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject><rect width="9" height="9" fill="red"/></svg>';
/** Bytes of a drawing of 9900 x 9900. */
const LARGE = 300e6;

let stage: PanelStage;
beforeAll(async () => {
  stage = await openPanelStage();
});
afterAll(() => stage.close());

/** A workspace in which drawings become PNG, so that they have to be drawn. */
async function workspace(): Promise<Page> {
  const page = await stage.workspace();
  await inServiceWorker(stage.browser, (settings) => chrome.storage.local.set({ settings }), {
    version: SETTINGS_VERSION,
    recipe: { ...DEFAULT_RECIPE, format: 'png' },
  });
  return page;
}

const job = async (name: string): Promise<Job | undefined> =>
  (await readJobs(stage.browser)).find((each) => each.name === name);

it('ends a drawing of minutes by a click, with its process and its memory, and works on meanwhile', async () => {
  const page = await workspace();
  await dropFiles(page.locator('body'), [await stage.file('huge.svg', heavyFilter(9900))]);
  const pid = await until(
    'a process of its own that draws',
    () => [...rendererMemory(stage.browser)].find(([one, bytes]) => bytes > LARGE && !isExtensionProcess(one))?.[0],
    { timeout: 60_000 },
  );
  await dropFiles(page.locator('body'), [await stage.file('photo.jpg', await small(1))]);
  await until('the photograph', async () => (await job('photo.jpg'))?.state === 'ready', { timeout: 60_000 });
  expect(await job('huge.svg')).toMatchObject({ state: 'queued' });

  await rowOf(page, 'huge.svg').getByRole('button', { name: 'Cancel huge.svg' }).click();
  await until('the drawing to be over', async () => (await job('huge.svg'))?.state === 'cancelled');
  await until('its process to end', () => !rendererMemory(stage.browser).has(pid), { timeout: 20_000 });
  for (const [one, bytes] of rendererMemory(stage.browser)) expect(`${one}: ${bytes > LARGE}`).toBe(`${one}: false`);
});

it('ends what is drawn for too long by itself, refuses what is endless, and draws the next', async () => {
  const page = await workspace();
  const files = await Promise.all([
    stage.file('noisy.svg', noisySquares(500)),
    stage.file('uses.svg', nestedUses(10)),
    stage.file('plain.svg', PLAIN),
  ]);
  await dropFiles(page.locator('body'), files);
  // The bound is 10 s of the machine's time.
  await stage.settled(3, 280_000);
  expect(await job('uses.svg')).toMatchObject({ state: 'failed', error: { code: 'too-complex' } });
  expect(await job('noisy.svg')).toMatchObject({ state: 'failed', error: { code: 'too-complex' } });
  expect(await job('plain.svg')).toMatchObject({
    state: 'ready',
    receipt: { output: { format: 'png', width: 30, height: 20 } },
  });
  await rowOf(page, 'noisy.svg').getByText('This drawing takes too long to draw.').waitFor();
});
