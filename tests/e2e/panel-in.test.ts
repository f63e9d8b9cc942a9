import { rm, symlink } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerPermission,
  chooseFiles,
  dropFiles,
  forgetPermission,
  giveFiles,
  openExtensionPage,
  serve,
  until,
  type Site,
} from '../driver/index.ts';
import { ALL_ROWS } from '../rows.ts';
import { holdReading } from './hold-reading.ts';
import { openPanelStage, rowOf, rows, small, type PanelStage } from './panel-stage.ts';
import { image, photographAs } from './stage.ts';

let stage: PanelStage;
let site: Site;
let photo: Buffer;

beforeAll(async () => {
  [stage, site] = await Promise.all([openPanelStage(), serve(null, { host: 'pictures.test' })]);
  photo = await photographAs('jpeg', { quality: 92 }, 600, 400);
  await stage.file('one.jpg', photo);
  await stage.file('two.png', await photographAs('png', {}, 200, 150));
  await stage.file('trip/day 1/beach.jpg', await small(1));
  await stage.file('trip/day 2/hill.webp', await photographAs('webp', {}, 120, 80));
  await stage.file('trip/notes.txt', 'not an image');
  await stage.file('trip/.DS_Store', new Uint8Array(100));
});
afterAll(async () => {
  await stage.close();
  await site.close();
});

const names = async (): Promise<string[]> => (await stage.settled(0)).map(({ name }) => name);

describe('images come in', () => {
  it('by choosing files', async () => {
    const page = await stage.workspace();
    await chooseFiles(page, () => page.getByRole('button', { name: 'Choose images' }).click(), [
      stage.path('one.jpg'),
      stage.path('two.png'),
    ]);
    expect(await stage.settled(2)).toMatchObject([
      {
        name: 'one.jpg',
        state: 'ready',
        delivery: 'hold',
        origin: { kind: 'file', folder: '' },
        receipt: { input: { bytes: photo.length } },
      },
      { name: 'two.png', state: 'ready' },
    ]);
    await rowOf(page, 'one.jpg')
      .getByText(/^−\d+ %$/)
      .waitFor();
    await page
      .getByText(/^2 images, .* smaller$/)
      .first()
      .waitFor();
  });

  it('by choosing a folder, with what else is in it left out and told', async () => {
    const page = await stage.workspace();
    await chooseFiles(page, () => page.getByRole('button', { name: 'Choose a folder' }).click(), [stage.path('trip')]);
    const jobs = await stage.settled(2);
    expect(jobs.map(({ name, origin }) => [name, 'folder' in origin && origin.folder]).sort()).toEqual([
      ['beach.jpg', 'trip/day 1'],
      ['hill.webp', 'trip/day 2'],
    ]);
    await page.getByText('2 other files in the folder are not images and were left out.').waitFor();
  });

  it('by dropping files and folders together', async () => {
    const page = await stage.workspace();
    await dropFiles(page.getByRole('heading', { name: 'Drop images here' }), [stage.path('one.jpg')], { letGo: false });
    await page.getByText('Drop to add').waitFor();
    await dropFiles(page.getByRole('heading', { name: 'Drop images here' }), [
      stage.path('one.jpg'),
      stage.path('trip'),
    ]);
    await stage.settled(3);
    expect((await names()).sort()).toEqual(['beach.jpg', 'hill.webp', 'one.jpg']);
    await until('the veil to go', async () => (await page.getByText('Drop to add').count()) === 0);
  });

  it('by pasting a picture', async () => {
    const page = await stage.workspace();
    await copyPicture(page);
    await page.keyboard.press('Control+v');
    expect(await stage.settled(1)).toMatchObject([
      { name: 'image.png', state: 'ready', origin: { kind: 'clipboard' } },
    ]);
  });

  it('by pasting several files', async () => {
    const page = await stage.workspace();
    await page.evaluate(async (bytes) => {
      const transfer = new DataTransfer();
      for (const name of ['a.jpg', 'b.jpg'])
        transfer.items.add(
          new File([Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0))], name, { type: 'image/jpeg' }),
        );
      document.body.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }),
      );
    }, photo.toString('base64'));
    await stage.settled(2);
    expect(await names()).toEqual(['a.jpg', 'b.jpg']);
  });

  it('by pasting an address', async () => {
    site.answer('open.jpg', image(photo, 'image/jpeg', { cors: true }));
    const page = await stage.workspace();
    await page.evaluate((text) => navigator.clipboard.writeText(text), site.url('open.jpg'));
    await page.keyboard.press('Control+v');
    expect(await stage.settled(1)).toMatchObject([
      { name: 'open.jpg', state: 'ready', receipt: { input: { bytes: photo.length } } },
    ]);
  });

  it('by pasting what is no image, which says so', async () => {
    const page = await stage.workspace();
    await page.evaluate(() => navigator.clipboard.writeText('hello'));
    await page.keyboard.press('Control+v');
    await page.getByText('There is no image in what you pasted').waitFor();
  });

  it('by dragging an image of a page into the side panel, once its host is allowed', async () => {
    await forgetPermission(stage.browser, 'http://pictures.test/*');
    site.answer('closed.jpg', image(photo, 'image/jpeg'));
    await stage.workspace();
    const panel = await openExtensionPage(stage.browser, 'sidepanel.html');
    await panel.getByRole('heading', { name: 'Drop images here' }).waitFor();
    await dropImage(panel, site.url('closed.jpg'));
    const allow = panel.getByRole('button', { name: /^Allow pictures\.test/ });
    await allow.waitFor();
    await answerPermission(stage.browser, 'allow', () => allow.click());
    await until('the image', async () => (await stage.settled(1))[0]?.state === 'ready');
    expect(await stage.settled(1)).toMatchObject([{ name: 'closed.jpg', receipt: { input: { bytes: photo.length } } }]);
    await panel.close();
  });
});

describe('bad input', () => {
  it('has a row that says why', async () => {
    const page = await stage.workspace();
    const files = [
      await stage.file('empty.jpg', ''),
      await stage.file('text.png', 'this is text'),
      await stage.file('page.jpg', '<!doctype html><html></html>'),
      await stage.file('drawing.psd', '8BPS\0\x01'),
      await stage.file('cut.jpg', photo.subarray(0, 200)),
    ];
    await giveFiles(page.locator('[data-picks=files]'), [...files, stage.path('one.jpg')]);
    await stage.settled(6);
    await expect.poll(() => rowOf(page, 'empty.jpg').innerText()).toContain('The file is empty.');
    await expect
      .poll(() => rowOf(page, 'text.png').innerText())
      .toContain('This is not an image in a format that can be read.');
    await expect.poll(() => rowOf(page, 'page.jpg').innerText()).toContain('This is a web page, not an image.');
    await expect.poll(() => rowOf(page, 'drawing.psd').innerText()).toContain("PSD images can't be read yet");
    await expect.poll(() => rowOf(page, 'cut.jpg').innerText()).toMatch(/ends too early/);
    await expect.poll(() => rowOf(page, 'one.jpg').innerText()).toContain('−');
    // Taken back, all are there again; else they are gone for good after a while.
    await page.getByRole('button', { name: 'Remove failed' }).click();
    await until('the failed to go', async () => (await rows(page).count()) === 1);
    await page.getByText('5 images were removed.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await until('the failed to be there', async () => (await rows(page).count()) === 6);
    expect((await stage.settled(6)).filter(({ state }) => state === 'failed')).toHaveLength(5);
    await page.getByRole('button', { name: 'Remove failed' }).click();
    await until(
      'the failed to go for good',
      async () => (await stage.settled(0)).every(({ state }) => state === 'ready'),
      { timeout: 30_000 },
    );
  });

  it('is no harm when the same file comes twice: each has its row', async () => {
    const page = await stage.workspace();
    await giveFiles(page.locator('[data-picks=files]'), [stage.path('one.jpg')]);
    await giveFiles(page.locator('[data-picks=files]'), [stage.path('one.jpg')]);
    expect(await stage.settled(2)).toMatchObject([
      { name: 'one.jpg', state: 'ready' },
      { name: 'one.jpg', state: 'ready' },
    ]);
    await expect.poll(() => rows(page).count()).toBe(2);
  });

  it('is told when a file is gone between choosing and reading', async () => {
    const page = await stage.workspace();
    // A file that takes no reading by itself: what it points to goes before it is read.
    const target = await stage.file('target.jpg', photo);
    // A first try may have left it.
    await rm(stage.path('gone.jpg'), { force: true });
    await symlink(target, stage.path('gone.jpg'));
    const reading = await holdReading(page);
    await giveFiles(page.locator('[data-picks=files]'), [stage.path('gone.jpg'), stage.path('one.jpg')]);
    await rm(target);
    await rm(stage.path('gone.jpg'));
    await reading.goOn();
    const [gone, one] = (await stage.settled(2)).toSorted((first, second) => first.name.localeCompare(second.name));
    expect(gone).toMatchObject({ name: 'gone.jpg', state: 'failed', error: { code: 'file-gone' } });
    expect(one).toMatchObject({ name: 'one.jpg', state: 'ready' });
    await expect
      .poll(() => rowOf(page, 'gone.jpg').innerText())
      .toContain('gone.jpg is no longer where it was. Choose it again.');
  });

  it('is forty images among thousands of files: forty rows, and one sentence', async () => {
    const others = ALL_ROWS ? 4960 : 1010;
    const page = await stage.workspace();
    await Promise.all(
      Array.from({ length: others }, (_, at) => stage.file(`many/${at % 20}/file ${at}.txt`, `text ${at}`)),
    );
    await Promise.all(
      Array.from({ length: 40 }, async (_, at) => stage.file(`many/${at % 20}/photo ${at}.jpg`, await small(at))),
    );
    const before = Date.now();
    await dropFiles(page.getByRole('heading', { name: 'Drop images here' }), [stage.path('many')]);
    await page
      .getByText(`${others.toLocaleString('en')} other files in the folder are not images and were left out.`)
      .waitFor({ timeout: 90_000 });
    console.log(`${others + 40} files were looked at in ${Date.now() - before} ms`);
    expect((await stage.settled(40)).filter(({ state }) => state === 'ready')).toHaveLength(40);
  });

  it('is a recipe with look 9999: the form says the limit and keeps the last one that can be used', async () => {
    const page = await stage.workspace();
    const look = page.getByRole('spinbutton', { name: 'Look', exact: true });
    await look.fill('9999');
    await page.getByText('at most 95').waitFor();
    expect(await look.getAttribute('aria-invalid')).toBe('true');
    await giveFiles(page.locator('[data-picks=files]'), [stage.path('one.jpg')]);
    expect(await stage.settled(1)).toMatchObject([{ state: 'ready', recipe: { aim: { look: 70 } } }]);
  });

  it('is an imported preset that is wrong: which field, and why', async () => {
    const page = await stage.workspace();
    const preset = {
      kind: 'compressimage-presets',
      version: 1,
      presets: [{ name: 'Bad', recipe: { ...(await defaultRecipe()), aim: { kind: 'quality', quality: 9999 } } }],
    };
    await page.getByRole('button', { name: 'Edit presets' }).click();
    await chooseFiles(page, () => page.getByRole('button', { name: 'Import' }).click(), [
      await stage.file('bad.json', JSON.stringify(preset)),
    ]);
    await page.getByText('preset 1, Quality: at most 100').waitFor();
  });
});

async function defaultRecipe(): Promise<object> {
  return (await import('../../lib/core/model/recipe.ts')).DEFAULT_RECIPE;
}

async function copyPicture(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(120, 80);
    const context = canvas.getContext('2d');
    for (let x = 0; context && x < 120; x++) {
      context.fillStyle = `hsl(${x * 3} 70% 50%)`;
      context.fillRect(x, 0, 1, 80);
    }
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': canvas.convertToBlob() })]);
  });
}

/** What Chromium hands to a page when an image is dragged out of another. */
async function dropImage(page: Page, url: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const items = [
    { mimeType: 'text/uri-list', data: url },
    { mimeType: 'text/html', data: `<img src="${url}">` },
  ];
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 200, y: 300, data: { items, dragOperationsMask: 1 } });
  await session.detach();
}
