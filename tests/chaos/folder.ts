/** A folder in place whose browser is killed in the middle of the writing, and what is then on the disk. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import {
  answerPermission,
  dropFiles,
  extensionUrl,
  openExtensionPage,
  readJobs,
  until,
  type Browser,
} from '../driver/index.ts';

/** Original files by name. */
export type Pictures = ReadonlyMap<string, Buffer>;

export interface FolderRound {
  /** Files that were the new one when the browser ended, and those that were the old one. */
  readonly written: number;
  readonly untouched: number;
  /** Halves under names that no image has, which the next writing takes away. */
  readonly halves: number;
  readonly faults: readonly string[];
}

const ORIGINALS = '.originals';

export async function fill(folder: string, pictures: Pictures): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all([...pictures].map(([name, bytes]) => writeFile(join(folder, name), bytes)));
}

/**
 * From here on the page's picker of folders gives this one: dropped, a folder of the disk is the same handle, with the same
 * questions for permission. The picker itself is a window of the system's.
 */
async function letPickerGive(page: Page, folder: string): Promise<void> {
  await page.evaluate(() => {
    addEventListener('dragenter', (event) => event.stopImmediatePropagation(), { capture: true, once: true });
    addEventListener(
      'drop',
      (event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        const item = event.dataTransfer?.items[0] as unknown as { getAsFileSystemHandle(): Promise<unknown> };
        const handle = item.getAsFileSystemHandle();
        // Without a name of its own: the transpiler would wrap it in something that the page does not have.
        Object.assign(window, Object.fromEntries([['showDirectoryPicker', () => handle]]));
      },
      { capture: true, once: true },
    );
  });
  await dropFiles(page.locator('main'), [folder]);
}

/** A workspace in which the folder was chosen and its images are compressed. */
export async function chooseInPlace(browser: Browser, folder: string, count: number): Promise<Page> {
  const page = await openExtensionPage(browser, 'workspace.html');
  await page.getByRole('button', { name: 'Folder in place' }).waitFor();
  await letPickerGive(page, folder);
  await page.getByRole('button', { name: 'Folder in place' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Choose a folder' }).click();
  await page.getByText(`${basename(folder)} is open to be written to.`).waitFor();
  await until(
    'the images to be compressed',
    async () => {
      const jobs = await readJobs(browser);
      return jobs.length >= count && jobs.every(({ state }) => ['ready', 'failed'].includes(state));
    },
    { timeout: 90_000, interval: 200 },
  );
  await page.getByRole('button', { name: 'See and write' }).click();
  return page;
}

/** Presses "Write", and says yes to the browser's question. */
export async function beginWriting(browser: Browser, page: Page): Promise<void> {
  await answerPermission(browser, 'allow', () => page.getByRole('button', { name: /^Write \d+ files?$/ }).click());
}

export async function playFolderRound(options: {
  readonly browser: Browser;
  readonly folder: string;
  readonly pictures: Pictures;
  /** From 0 to 1. */
  readonly random: () => number;
}): Promise<FolderRound> {
  const { browser, folder, pictures, random } = options;
  await fill(folder, pictures);
  const page = await chooseInPlace(browser, folder, pictures.size);
  const after = Math.floor(random() * pictures.size);
  // Not waited for: at the earliest moment nothing may be asked of the browser any more.
  void beginWriting(browser, page).catch(() => undefined);
  await until('the writing', async () => (await changed(folder, pictures)).length >= after && (await isBegun(folder)), {
    interval: 1,
    timeout: 60_000,
  });
  await new Promise((later) => setTimeout(later, random() * 25));
  await browser.killHard();
  const round = await lookAtDisk(folder, pictures);
  await browser.reopen();
  // The extension is there again.
  await until(
    'the extension',
    async () => {
      const other = await browser.open(extensionUrl(browser, 'popup.html'));
      return other.url().endsWith('popup.html');
    },
    { timeout: 20_000 },
  );
  return round;
}

/** Whether anything was written yet. */
async function isBegun(folder: string): Promise<boolean> {
  return (await readdir(folder)).includes(ORIGINALS);
}

async function changed(folder: string, pictures: Pictures): Promise<string[]> {
  const names: string[] = [];
  for (const [name, original] of pictures) {
    const now = await readFile(join(folder, name)).catch(() => null);
    if (!now?.equals(original)) names.push(name);
  }
  return names;
}

/** What is there of each picture: the old file or the new one, whole, and of each that was replaced the original. */
async function lookAtDisk(folder: string, pictures: Pictures): Promise<FolderRound> {
  const faults: string[] = [];
  const replaced = await changed(folder, pictures);
  for (const name of replaced) {
    const original = pictures.get(name) ?? Buffer.alloc(0);
    const now = await readFile(join(folder, name)).catch(() => null);
    if (!now) faults.push(`${name} is gone`);
    else if (now.length >= original.length) faults.push(`${name} is larger than it was`);
    else
      await sharp(now, { failOn: 'warning' })
        .raw()
        .toBuffer()
        .catch(() => faults.push(`${name} is half`));
    const kept = await readFile(join(folder, ORIGINALS, name)).catch(() => null);
    if (!kept?.equals(original)) faults.push(`the original of ${name} is not kept`);
  }
  const all = await readdir(folder, { recursive: true });
  const odd = all.filter((path) => path !== ORIGINALS && !pictures.has(basename(path)));
  const halves = odd.filter((path) => /\.compressimage-part(\.crswap)?$/.test(path));
  for (const path of odd) if (!halves.includes(path)) faults.push(`${path} is left`);
  return { written: replaced.length, untouched: pictures.size - replaced.length, halves: halves.length, faults };
}
