/**
 * The panel in each of its states, in a tab, in the popup's size and beside a page, and the options, light and dark, with
 * images that the project draws. All go to `output/screenshots`, to be looked at; the README's own also to `docs/screenshots`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import {
  dropFiles,
  extensionUrl,
  giveFiles,
  openBrowser,
  openExtensionPage,
  PROJECT_FOLDER,
  readJobs,
  until,
  type Browser,
} from '../../tests/driver/index.ts';
import { drawImages } from '../screenshot-images.ts';

const README = new Set([
  'workspace-empty-dark',
  'workspace-dropping-light',
  'workspace-running-light',
  'workspace-done-light',
  'workspace-done-dark',
  'workspace-error-dark',
  'workspace-compare-light',
  'workspace-compare-dark',
  'popup-empty-light',
  'popup-running-dark',
  'popup-done-light',
  'popup-done-dark',
  'popup-error-light',
  'popup-settings-light',
]);
const ALL = join(PROJECT_FOLDER, 'output/screenshots');
const DOCS = join(PROJECT_FOLDER, 'docs/screenshots');
const SIZES = {
  workspace: { width: 1280, height: 800 },
  popup: { width: 400, height: 560 },
  sidepanel: { width: 380, height: 800 },
} as const;
type Size = keyof typeof SIZES;

await mkdir(ALL, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'compressimage-shots-'));
const { few, many, broken } = await drawImages(folder);

async function shoot(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.mouse.move(0, 0);
    await page.waitForTimeout(250);
    const file = `${name}-${colorScheme}`;
    const bytes = await sharp(await page.screenshot())
      .png({ palette: true, quality: 90, effort: 10 })
      .toBuffer();
    await writeFile(join(ALL, `${file}.png`), bytes);
    if (README.has(file)) await writeFile(join(DOCS, `${file}.png`), bytes);
  }
}

async function settled(browser: Browser, count: number): Promise<void> {
  await until(
    'the images to be done',
    async () => {
      const jobs = await readJobs(browser);
      return jobs.length === count && jobs.every(({ state }) => ['ready', 'failed', 'cancelled'].includes(state));
    },
    { timeout: 120_000 },
  );
}

async function openAt(browser: Browser, size: Size): Promise<Page> {
  const page = await openExtensionPage(browser, `${size}.html`);
  await page.setViewportSize(SIZES[size]);
  return page;
}

async function give(page: Page, files: readonly string[]): Promise<void> {
  await giveFiles(page.locator('[data-picks=files]'), [...files]);
}

/** Empty, dropping, and in the middle of many. */
async function beginning(browser: Browser, page: Page, size: Size): Promise<void> {
  const title = page.getByRole('heading', { name: 'Drop images here' });
  await title.waitFor();
  await shoot(page, `${size}-empty`);
  await dropFiles(title, [few[0] ?? ''], { letGo: false });
  await shoot(page, `${size}-dropping`);
  await page.reload();
  // More, a popup would hand to a tab.
  await give(page, size === 'popup' ? many.slice(0, 12) : many);
  await until(
    'some to be done',
    async () => (await readJobs(browser)).filter(({ state }) => state === 'ready').length >= 2,
    { timeout: 60_000 },
  );
  await page.getByText(/left$/).waitFor();
  await shoot(page, `${size}-running`);
  // By its key: with all cores at work, the mouse would wait for frames.
  await page.getByRole('button', { name: 'Cancel all' }).press('Enter');
  await page.getByRole('button', { name: 'Remove all' }).press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove all' }).press('Enter');
  await until('the list to be empty', async () => (await readJobs(browser)).length === 0);
  await page.reload();
}

/** Done, with what can be opened from there. */
async function middle(browser: Browser, page: Page, size: Size): Promise<void> {
  await give(page, few);
  await settled(browser, few.length);
  await page.locator('.row canvas').nth(4).waitFor();
  await shoot(page, `${size}-done`);
  const more = page.getByRole('button', { name: 'More for Evening ridge.jpg' });
  await more.click();
  await shoot(page, `${size}-menu`);
  await page.getByRole('menuitem', { name: 'Details' }).click();
  await page.getByText('CompressImage JPEG').waitFor();
  await page.getByRole('heading').first().click();
  await shoot(page, `${size}-details`);
  await page.getByRole('button', { expanded: true }).click();
  await more.click();
  await page.getByRole('menuitem', { name: 'Settings for this image' }).click();
  await shoot(page, `${size}-settings-for-one`);
  await page.getByRole('button', { name: 'Cancel' }).click();
  if (size === 'workspace') return;
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await shoot(page, `${size}-settings`);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
}

async function compare(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Compare Evening ridge.jpg' }).click();
  await page.getByRole('button', { name: 'Back to the images' }).waitFor();
  const card = page.getByRole('region', { name: 'Result in figures' });
  const settledAt = (text: string): Promise<unknown> =>
    until(
      text,
      async () => (await card.getAttribute('aria-busy')) === 'false' && (await card.textContent())?.includes(text),
      { timeout: 60_000 },
    );
  await settledAt('CompressImage JPEG');
  await page.waitForTimeout(500);
  await shoot(page, 'workspace-compare');
  await page.getByRole('radio', { name: 'Difference' }).check({ force: true });
  await shoot(page, 'workspace-compare-difference');
  await page.getByRole('radio', { name: 'Both' }).check({ force: true });
  await page.getByRole('button', { name: 'Copy this side to the other' }).click();
  await page.getByRole('radio', { name: 'AVIF' }).check({ force: true });
  await settledAt('AVIF').catch(() => undefined);
  await page.getByRole('application').press('1');
  await page.waitForTimeout(500);
  await shoot(page, 'workspace-compare-trying');
  await page.getByRole('button', { name: 'Back to the images' }).click();
}

/** What could not be done, and what is saved. */
async function end(browser: Browser, page: Page, size: Size): Promise<void> {
  await give(page, broken);
  await settled(browser, few.length + broken.length);
  await shoot(page, `${size}-error`);
  await page.getByRole('button', { name: /^Save \d+ images$/ }).click();
  await page.getByText('Saved. No copy is kept.').first().waitFor();
  await page.waitForTimeout(600);
  await shoot(page, `${size}-saved`);
}

async function options(browser: Browser): Promise<void> {
  const page = await openExtensionPage(browser, 'options.html');
  await page.setViewportSize({ width: 1280, height: 900 });
  for (const name of ['settings', 'privacy', 'policy']) {
    await page.goto(extensionUrl(browser, `options.html#${name}`));
    await page.reload();
    await page.waitForTimeout(500);
    await shoot(page, `options-${name}`);
  }
}

try {
  for (const size of ['workspace', 'popup', 'sidepanel'] as const) {
    const browser = await openBrowser({ screen: { width: 1320, height: 960 } });
    try {
      const page = await openAt(browser, size);
      if (size !== 'sidepanel') await beginning(browser, page, size);
      await middle(browser, page, size);
      if (size === 'workspace') await compare(page);
      if (size === 'workspace') await options(browser);
      await page.bringToFront();
      if (size !== 'sidepanel') await end(browser, page, size);
    } finally {
      await browser.close();
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
