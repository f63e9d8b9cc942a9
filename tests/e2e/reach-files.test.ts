/** Pages that are files on the person's machine: closed, open, and with the leave to read what they show. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  allowFiles,
  clickToastAction,
  downloadedFiles,
  forgetPermission,
  until,
  waitForJob,
  waitForToast,
} from '../driver/index.ts';
import { openStage, photographAs, readPicture, toolbarButton, type Stage } from './stage.ts';

let stage: Stage;
let folder: string;
let page: Page;

beforeAll(async () => {
  stage = await openStage();
  folder = await mkdtemp(join(tmpdir(), 'page-'));
  await writeFile(join(folder, 'cat.jpg'), await photographAs('jpeg', { quality: 95 }, 520, 330));
  await writeFile(join(folder, 'page.html'), '<!doctype html><title>Files</title><img id=it src="cat.jpg">');
  page = await stage.browser.open(pathToFileURL(join(folder, 'page.html')).href);
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});

it('says how they are opened to the extension', async () => {
  await allowFiles(stage.browser, false);
  await page.bringToFront();
  expect(await stage.compress(page.locator('#it'))).toMatchObject({ state: 'failed', error: { code: 'file-access' } });
  // In the page nothing can be shown.
  await until('the button to say so', async () =>
    (await toolbarButton(stage.browser)).title.includes('Allow access to file URLs'),
  );
});

it('asks for the leave to read files, and saves the file that is shown', async () => {
  await forgetPermission(stage.browser, 'file:///*');
  await allowFiles(stage.browser, true);
  await page.bringToFront();
  await page.reload();
  const failed = await stage.compress(page.locator('#it'));
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'needs-permission' }, pixels: true });
  const { action } = await waitForToast(page, /only with your permission/, { of: failed });
  // The switch was the question: the browser has none of its own for files.
  await clickToastAction(stage.browser, page, action ?? '', { of: failed });
  await waitForJob(stage.browser, 'the file', ({ id, state }) => id === failed.id && state === 'saved');
  const [file] = await downloadedFiles(stage.browser);
  expect(file?.path).toMatch(/cat-small\.jpg$/);
  expect(await readPicture(stage, file?.path ?? '')).toEqual({ format: 'jpeg', width: 520, height: 330 });
  // From now on by itself.
  expect(await stage.compress(page.locator('#it'))).toMatchObject({ state: 'saved' });
});
