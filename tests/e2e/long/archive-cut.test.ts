/** The browser's end in the middle of a ZIP file's writing, and right after it. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { SETTINGS_VERSION } from '../../../lib/storage/settings/migrations.ts';
import { giveFiles, inServiceWorker, openExtensionPage, readJobs, until } from '../../driver/index.ts';
import { bytesOf, u16le, u32le } from '../../images/hand-built.ts';
import { openPanelStage, type PanelStage } from '../panel-stage.ts';

const SIDE = 4000;
const IMAGES = 5;

let stage: PanelStage;
beforeAll(async () => {
  stage = await openPanelStage();
});
afterAll(() => stage.close());

/** 48 MB that only have to be copied: 24 bits a pixel, uncompressed (BITMAPINFOHEADER). */
function largeBitmap(): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE * 3).fill(90);
  const header = bytesOf(u32le(40), u32le(SIDE), u32le(SIDE), u16le(1), u16le(24), u32le(0), u32le(pixels.length));
  return bytesOf('BM', u32le(54 + pixels.length), u32le(0), u32le(54), header, new Uint8Array(16), pixels);
}

/** So many images that wait to be saved. */
async function held(images: number): Promise<Page> {
  const page = await openExtensionPage(stage.browser, 'workspace.html');
  await inServiceWorker(stage.browser, (settings) => chrome.storage.local.set({ settings }), {
    version: SETTINGS_VERSION,
    recipe: { ...DEFAULT_RECIPE, aim: { kind: 'untouched' } },
  });
  const bitmap = largeBitmap();
  const paths = await Promise.all(
    Array.from({ length: images }, (_, number) => stage.file(`large-${number}.bmp`, bitmap)),
  );
  await giveFiles(page.locator('[data-picks=files]'), paths);
  await stage.settled(images);
  return page;
}

/** Bytes of what the browser is writing. */
async function beingWritten(): Promise<number> {
  const { downloadFolder } = stage.browser;
  const parts = (await readdir(downloadFolder)).filter((name) => name.endsWith('.crdownload'));
  const sizes = await Promise.all(parts.map(async (name) => (await stat(join(downloadFolder, name))).size));
  return Math.max(0, ...sizes);
}

async function said(): Promise<string> {
  const page = await openExtensionPage(stage.browser, 'workspace.html');
  await page
    .getByText(/ended before|is gone|are gone|cut off|Drop images here/)
    .first()
    .waitFor();
  await delay(1000);
  return page.locator('body').innerText();
}

it('that cuts it off is told at the next start, with the file that is left', async () => {
  const page = await held(IMAGES);
  await page.getByRole('button', { name: 'Save as one ZIP' }).click();
  await until('a part of the ZIP file', async () => (await beingWritten()) > 1e6, { interval: 2, timeout: 60_000 });
  await stage.browser.killHard();
  const left = await beingWritten();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(IMAGES * SIDE * SIDE * 3);

  await stage.browser.reopen();
  const text = await said();
  expect(text).toContain(`a ZIP file with ${IMAGES} images was being written`);
  expect(text).toContain(`${IMAGES} images that were not saved are gone`);
  // Once.
  expect(await said()).not.toContain('was being written');
});

it('that comes right after it calls nothing gone', async () => {
  const page = await held(2);
  await page.getByRole('button', { name: 'Save as one ZIP' }).click();
  await until(
    'the whole ZIP file',
    async () => {
      const kept = await inServiceWorker(stage.browser, () => chrome.storage.local.get(null));
      const jobs = await readJobs(stage.browser);
      return jobs.every(({ state }) => state === 'saved') && !Object.keys(kept).some((key) => key.includes('archive'));
    },
    { timeout: 60_000 },
  );
  await stage.browser.killHard();
  await stage.browser.reopen();
  const text = await said();
  expect(text).not.toContain('gone');
  expect(text).not.toContain('cut off');
});
