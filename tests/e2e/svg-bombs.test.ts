/** Drawings that would take minutes: they are refused or ended, and the next image comes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import { SETTINGS_VERSION } from '../../lib/storage/settings/migrations.ts';
import { dropFiles, inServiceWorker, readJobs, until } from '../driver/index.ts';
import { heavyFilter, nestedUses } from '../images/svg-bombs.ts';
import { openPanelStage, type PanelStage } from './panel-stage.ts';

const PLAIN =
  '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><foreignObject width="30" height="20"><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject><rect width="9" height="9" fill="red"/></svg>';

let stage: PanelStage;
beforeAll(async () => {
  stage = await openPanelStage();
});
afterAll(() => stage.close());

it('ends what is drawn for too long, refuses what is endless, and draws the next', async () => {
  const page = await stage.workspace();
  await inServiceWorker(stage.browser, (settings) => chrome.storage.local.set({ settings }), {
    version: SETTINGS_VERSION,
    recipe: { ...DEFAULT_RECIPE, format: 'png' },
  });
  const files = await Promise.all([
    stage.file('heavy.svg', heavyFilter(3000, 60)),
    stage.file('uses.svg', nestedUses(10)),
    stage.file('plain.svg', PLAIN),
  ]);
  await dropFiles(page.locator('body'), files);
  const ended = await until(
    'all three to end',
    async () => {
      const jobs = await readJobs(stage.browser);
      return jobs.length === 3 && jobs.every(({ state }) => state === 'failed' || state === 'ready') ? jobs : null;
    },
    { timeout: 100_000, interval: 500 },
  );
  const of = (name: string) => ended.find((job) => job.name === name);
  expect(of('uses.svg')).toMatchObject({ state: 'failed', error: { code: 'too-complex' } });
  expect(of('heavy.svg')).toMatchObject({ state: 'failed', error: { code: 'too-complex' } });
  // It has HTML inside, as diagram programs write it, and is drawn all the same.
  expect(of('plain.svg')).toMatchObject({
    state: 'ready',
    receipt: { output: { format: 'png', width: 30, height: 20 } },
  });
});
