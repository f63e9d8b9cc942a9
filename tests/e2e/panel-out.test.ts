import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadedFiles, giveFiles, readJobs, stopServiceWorker, until, waitForDownloads } from '../driver/index.ts';
import { unzipped } from '../unzip.ts';
import { openPanelStage, rowOf, rows, small, type PanelStage } from './panel-stage.ts';
import { photographAs, vaultRecords } from './stage.ts';

let stage: PanelStage;
let photo: Buffer;

beforeAll(async () => {
  stage = await openPanelStage();
  photo = await photographAs('jpeg', { quality: 92 }, 600, 400);
  await stage.file('photo.jpg', photo);
  await stage.file('trip/day 1/beach.jpg', await small(1));
  await stage.file('trip/day 2/beach.jpg', await small(1));
  const waiting = await photographAs('png', { compressionLevel: 1 }, 480, 320);
  await Promise.all(Array.from({ length: 9 }, (_, at) => stage.file(`waiting/${at}.png`, waiting)));
});
afterAll(() => stage.close());

async function withPhotos(...names: readonly string[]): Promise<Page> {
  const page = await stage.workspace();
  await giveFiles(page.locator('[data-picks=files]'), names.map(stage.path));
  await stage.settled(names.length);
  return page;
}

/** The files that arrive by what is done, as paths below Downloads. */
async function arriving(count: number, step: () => Promise<unknown>): Promise<{ path: string; name: string }[]> {
  const before = new Set((await downloadedFiles(stage.browser)).map(({ path }) => path));
  await step();
  const all = await waitForDownloads(stage.browser, before.size + count);
  return all
    .filter(({ path }) => !before.has(path))
    .map(({ path }) => ({ path, name: path.slice(stage.browser.downloadFolder.length + 1) }));
}

describe('a result', () => {
  it('is saved alone, then says that nothing of it is held, and leaves', async () => {
    const page = await withPhotos('photo.jpg');
    // The row leaves a moment after.
    const said = rowOf(page, 'photo.jpg').getByText('Saved. No copy is kept.').waitFor({ timeout: 60_000 });
    const [[file]] = await Promise.all([
      arriving(1, () => page.getByRole('button', { name: 'Save photo.jpg' }).click()),
      said,
    ]);
    expect(file?.name).toBe('photo.jpg');
    expect(await sharp(file?.path).metadata()).toMatchObject({ format: 'jpeg', width: 600, height: 400 });
    await rowOf(page, 'photo.jpg').getByText('Saved. No copy is kept.').waitFor();
    expect(await vaultRecords(stage.browser)).toBe(0);
    await until('the row to leave', async () => (await rows(page).count()) === 0, { timeout: 10_000 });
    await page.getByText('1 image was saved. No copy is kept.').waitFor();
  });

  it('is copied as PNG, as the menu says', async () => {
    const page = await withPhotos('photo.jpg');
    await choose(page, 'photo.jpg', 'Copy as PNG');
    await page.getByText('Copied').waitFor();
    const { files } = await clipboard(page);
    expect(files).toHaveLength(1);
    expect(await sharp(Buffer.from(files[0] ?? '', 'base64')).metadata()).toMatchObject({
      format: 'png',
      width: 600,
      height: 400,
    });
  });

  it('is copied as text when it is small, and only then', async () => {
    const page = await withPhotos('trip/day 1/beach.jpg', 'photo.jpg');
    await choose(page, 'beach.jpg', 'Copy as Markdown');
    await page.getByText('Copied').waitFor();
    const { text } = await clipboard(page);
    const [, uri = ''] = /^!\[beach\.jpg\]\(data:image\/jpeg;base64,(.*)\)$/.exec(text) ?? [];
    expect(await sharp(Buffer.from(uri, 'base64')).metadata()).toMatchObject({
      format: 'jpeg',
      width: 120,
      height: 80,
    });
    await choose(page, 'beach.jpg', 'Copy as HTML');
    await until('the HTML', async () =>
      /^<img src="data:image\/jpeg;base64,.*" width="120" height="80" alt="beach\.jpg">$/.test(
        (await clipboard(page)).text,
      ),
    );
    await choose(page, 'beach.jpg', 'Copy as data URL');
    await until('the data URL', async () => /^data:image\/jpeg;base64,/.test((await clipboard(page)).text));
  });

  it('is made again by settings of its own', async () => {
    const page = await withPhotos('photo.jpg', 'trip/day 1/beach.jpg');
    await choose(page, 'photo.jpg', 'Settings for this image');
    const sheet = page.getByRole('dialog', { name: 'Settings: photo.jpg' });
    await sheet.getByRole('radio', { name: 'WebP' }).check({ force: true });
    await sheet.getByLabel('Size', { exact: true }).selectOption('Longest side');
    await sheet.getByLabel('Pixels').fill('300');
    await sheet.getByRole('button', { name: 'Compress again' }).click();
    await until('the new result', async () =>
      (await stage.settled(2)).some((job) => job.state === 'ready' && job.receipt.output.format === 'webp'),
    );
    expect(await stage.settled(2)).toMatchObject([
      {
        name: 'photo.jpg',
        state: 'ready',
        recipe: { format: 'webp' },
        receipt: { output: { format: 'webp', width: 300, height: 200 } },
      },
      { name: 'beach.jpg', state: 'ready', recipe: { format: 'same' } },
    ]);
  });
});

describe('all results', () => {
  it('are saved into a folder of the day, by the template, numbered where they meet', async () => {
    const page = await withPhotos('photo.jpg', 'trip/day 1/beach.jpg', 'trip/day 2/beach.jpg');
    const template = page.getByLabel('File name');
    await template.fill('{name}-{width}x{height}-q{quality}');
    await page.getByText(/^Example: \w+-\d+x\d+-q\d+\.jpg$/).waitFor();
    const files = await arriving(3, () => page.getByRole('button', { name: 'Save 3 images' }).click());
    expect(files.map(({ name }) => name).sort()).toEqual(
      ['beach-120x80-q75 (2).jpg', 'beach-120x80-q75.jpg', 'photo-600x400-q75.jpg'].map((name) =>
        expect.stringMatching(
          // The quality is what the search for the look has found.
          new RegExp(`^CompressImage \\d{4}-\\d\\d-\\d\\d/${name.replace(/[().]/g, '\\$&').replace('75', '\\d+')}$`),
        ),
      ),
    );
    for (const { path } of files) expect((await sharp(path).metadata()).format).toBe('jpeg');
    await until('the vault to be empty', async () => (await vaultRecords(stage.browser)) === 0);
  });

  it('are saved in one ZIP, in their folders, and each can be decoded', async () => {
    const page = await stage.workspace();
    await giveFiles(page.locator('[data-picks=folder]'), [stage.path('trip')]);
    await stage.settled(2);
    await giveFiles(page.locator('[data-picks=files]'), [stage.path('photo.jpg')]);
    const jobs = await stage.settled(3);
    const [zip] = await arriving(1, () => page.getByRole('button', { name: 'Save as one ZIP' }).click());
    expect(zip?.name).toMatch(/^CompressImage \d{4}-\d\d-\d\d\.zip$/);
    const entries = await unzipped(zip?.path ?? '');
    expect([...entries.keys()].sort()).toEqual(['photo.jpg', 'trip/day 1/beach.jpg', 'trip/day 2/beach.jpg']);
    for (const [name, bytes] of entries) expect(await sharp(bytes).metadata(), name).toMatchObject({ format: 'jpeg' });
    const lengths = jobs.map((job) => ('receipt' in job ? job.receipt.output.bytes : 0)).sort();
    expect([...entries.values()].map(({ length }) => length).sort()).toEqual(lengths);
    await until('the vault to be empty', async () => (await vaultRecords(stage.browser)) === 0);
    await until('all rows to leave', async () => (await rows(page).count()) === 0, { timeout: 10_000 });
  });

  it('are saved in one ZIP also when the service worker sleeps', async () => {
    const page = await withPhotos('photo.jpg', 'trip/day 1/beach.jpg');
    await stopServiceWorker(stage.browser);
    const [zip] = await arriving(1, () => page.getByRole('button', { name: 'Save as one ZIP' }).click());
    expect((await unzipped(zip?.path ?? '')).size).toBe(2);
  });

  it('follow settings that change meanwhile: what waits at once, the rest when asked for, and no ZIP mixes them', async () => {
    const page = await stage.workspace();
    await page.getByRole('radio', { name: 'AVIF' }).check({ force: true });
    const names = Array.from({ length: 9 }, (_, at) => `waiting/${at}.png`);
    await giveFiles(page.locator('[data-picks=files]'), names.map(stage.path));
    const waiting = page.locator('.row[data-state=queued]');
    await page.locator('.row[data-state=compressing]').first().waitFor();
    await waiting.first().getByText('AVIF').waitFor();
    await page.getByRole('radio', { name: 'WebP' }).check({ force: true });
    const then = await until('what waits to follow', async () => {
      const jobs = await readJobs(stage.browser);
      const queued = jobs.filter(({ state }) => state === 'queued');
      return queued.length > 0 && queued.every(({ recipe }) => recipe.format === 'webp') && jobs;
    });
    await until('the rows to say so', async () =>
      (await waiting.allInnerTexts()).every((text) => /PNG\s*→\s*WebP/.test(text)),
    );

    // What was at work by then ends as it began, and is offered once.
    const jobs = await stage.settled(9);
    expect(new Set(jobs.map(({ state }) => state))).toEqual(new Set(['ready']));
    const earlier = jobs.filter((job) => job.state === 'ready' && job.receipt.output.format === 'avif').length;
    const atWork = then.filter(({ recipe }) => recipe.format === 'avif').length;
    expect(earlier).toBe(atWork);
    expect(earlier).toBeGreaterThan(0);
    const again = page.getByRole('button', { name: /^Compress \d+ images? again with these$/ });
    expect(await again.innerText()).toContain(` ${earlier} `);
    await page.getByRole('button', { name: 'Save as one ZIP' }).click();
    await page.getByText(new RegExp(`^${earlier} images? w(as|ere) made with earlier settings\\.$`)).waitFor();
    await page.getByRole('button', { name: 'Compress again', exact: true }).click();
    await again.waitFor({ state: 'detached' });
    await stage.settled(9);
    expect(await again.count()).toBe(0);
    const [zip] = await arriving(1, () => page.getByRole('button', { name: 'Save as one ZIP' }).click());
    const formats = [...(await unzipped(zip?.path ?? '')).values()].map(async (bytes) => sharp(bytes).metadata());
    expect((await Promise.all(formats)).map(({ format }) => format)).toEqual(names.map(() => 'webp'));
  });
});

describe('presets', () => {
  it('are saved, chosen, renamed, exported, deleted and imported again', async () => {
    const page = await stage.workspace();
    await page.getByRole('radio', { name: 'AVIF' }).check({ force: true });
    await page.getByRole('button', { name: 'Save these settings as a preset' }).click();
    await page.getByLabel('Name of the preset').fill('Small');
    await page.getByLabel('Name of the preset').press('Enter');
    await until(
      'the preset',
      async () => (await page.getByLabel('Preset', { exact: true }).inputValue()) === 'own:Small',
    );
    await page.getByRole('button', { name: 'Edit presets' }).click();
    await page.getByRole('button', { name: 'Rename Small' }).click();
    await page.getByRole('textbox', { name: 'Rename Small' }).fill('Tiny');
    await page.getByRole('textbox', { name: 'Rename Small' }).press('Enter');
    await page.getByRole('button', { name: 'Delete Tiny' }).waitFor();
    const [file] = await arriving(1, () => page.getByRole('button', { name: 'Export' }).click());
    expect(JSON.parse(await readFile(file?.path ?? '', 'utf8'))).toMatchObject({
      kind: 'compressimage-presets',
      presets: [{ name: 'Tiny', recipe: { format: 'avif' } }],
    });
    await page.getByRole('button', { name: 'Delete Tiny' }).click();
    await page.getByText('You have no presets of your own yet.').waitFor();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Import' }).click(),
    ]);
    await chooser.setFiles(file?.path ?? '');
    await page.getByRole('button', { name: 'Delete Tiny' }).waitFor();
    await page.keyboard.press('Escape');
    const preset = page.getByLabel('Preset', { exact: true });
    await preset.selectOption('E-mail');
    await until('the preset', () => page.getByRole('radio', { name: 'JPEG', exact: true }).isChecked());
    await preset.selectOption('Tiny');
    await until('the preset', () => page.getByRole('radio', { name: 'AVIF' }).isChecked());
  });

  it('leave the last recipe set when the panel is opened again', async () => {
    const page = await stage.workspace();
    await page.getByRole('radio', { name: 'WebP' }).check({ force: true });
    await until('it to be stored', async () =>
      JSON.stringify(await page.evaluate(() => chrome.storage.local.get('settings'))).includes('"webp"'),
    );
    await page.reload();
    await until('the recipe', () => page.getByRole('radio', { name: 'WebP' }).isChecked());
    await giveFiles(page.locator('[data-picks=files]'), [stage.path('photo.jpg')]);
    expect(await stage.settled(1)).toMatchObject([{ state: 'ready', fileName: 'photo.webp' }]);
  });
});

async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

interface Clipboard {
  readonly text: string;
  /** base64 */
  readonly files: readonly string[];
}

/** What another program would get by "paste". */
async function clipboard(page: Page): Promise<Clipboard> {
  await page.evaluate(() =>
    addEventListener(
      'paste',
      (event) => {
        event.stopImmediatePropagation();
        event.preventDefault();
        const text = event.clipboardData?.getData('text/plain') ?? '';
        const files = [...(event.clipboardData?.files ?? [])].map(async (file) => {
          let binary = '';
          for (const byte of new Uint8Array(await file.arrayBuffer())) binary += String.fromCharCode(byte);
          return btoa(binary);
        });
        Object.assign(window, { pasted: Promise.all(files).then((read) => ({ text, files: read })) });
      },
      { capture: true, once: true },
    ),
  );
  await page.keyboard.press('Control+v');
  return page.evaluate(() => (window as unknown as { pasted: Promise<{ text: string; files: string[] }> }).pasted);
}
