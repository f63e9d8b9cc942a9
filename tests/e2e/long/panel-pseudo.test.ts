import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { giveFiles, PROJECT_FOLDER } from '../../driver/index.ts';
import { faults } from '../layout-faults.ts';
import { openPanelStage, rows, type PanelStage } from '../panel-stage.ts';
import { photographAs } from '../stage.ts';

let stage: PanelStage;
let page: Page;

// `npm run build -- --pseudo`: every text a third longer.
beforeAll(async () => {
  await promisify(execFile)('npm', ['run', 'build', '--', '--pseudo'], { cwd: PROJECT_FOLDER });
  stage = await openPanelStage({ extension: join(PROJECT_FOLDER, '.output-pseudo', 'chrome-mv3') });
  const files = [
    await stage.file('a long name of a photograph by the sea.jpg', await photographAs('jpeg', {}, 600, 400)),
    await stage.file('broken.jpg', 'no image'),
  ];
  page = await stage.workspace();
  await giveFiles(page.locator('[data-picks=files]'), files);
  await stage.settled(files.length);
  await rows(page).nth(1).waitFor();
}, 240_000);
afterAll(() => stage.close());

it.each([
  [320, 568],
  [360, 640],
  [800, 600],
  [1280, 800],
  [2560, 1440],
])('labels a third longer break nothing in a window of %i by %i', async (width, height) => {
  await page.setViewportSize({ width, height });
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  expect(await faults(page)).toEqual([]);
  // With the line for what is selected.
  await rows(page).first().locator('.facts, .note').first().click();
  await page.getByRole('toolbar').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');
});
