/** A file that was chosen in a page's upload field is replaced by a smaller one, and the page's server gets that. */
import sharp from 'sharp';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  answerPermission,
  chooseMenuItem,
  clickToastAction,
  dropFiles,
  focusPage,
  giveFiles,
  inServiceWorker,
  openExtensionPage,
  openPopup,
  press,
  readJobs,
  serve,
  until,
  waitForToast,
} from '../driver/index.ts';
import { openStage, photographAs, type Stage } from './stage.ts';

const MENU = [
  'Pick an image to compress…',
  'Compress images on this page…',
  'Compress the chosen file',
  'Insert a compressed image…',
  'Compress what I upload on this site',
];
const ON_PAGE = { items: MENU, below: 2 };
let stage: Stage;
let page: Page;
let photo: Buffer;
let path: string;

beforeAll(async () => {
  stage = await openStage();
  photo = await photographAs('jpeg', { quality: 98 }, 1200, 800);
  path = join(stage.browser.profile, 'holiday.jpg');
  await writeFile(path, photo);
  page = (await stage.show('data:,')).page();
});
afterAll(() => stage.close());

/** The way of React: one listener at the root, and what is sent is what it has heard of. */
async function go(field: string): Promise<void> {
  await page.goto(
    stage.site.page(
      'upload',
      `<!doctype html><title>Upload</title><body style="margin:40px">${field}<output></output><script>
        let files = [];
        window.heard = [];
        window.listen = (root) => root.addEventListener('change', (event) => { files = [...event.target.files]; heard.push(...files.map(({ size }) => size)); document.querySelector('output').textContent = files.length });
        listen(document); window.send = () => { const form = new FormData(); for (const file of files) form.append('file', file); return fetch('posted', { method: 'POST', body: form }) };
      </script>`,
    ),
  );
  await page.bringToFront();
}

async function sent(): Promise<{ size: number; width: number; format: string; name: string }[]> {
  await page.evaluate(() => (window as unknown as { send(): Promise<unknown> }).send());
  const files = stage.site.posted.at(-1)?.form.getAll('file') ?? [];
  return Promise.all(
    files.map(async (file) => {
      if (typeof file === 'string') throw new Error('no file');
      const { width, format } = await sharp(Buffer.from(await file.arrayBuffer())).metadata();
      return { size: file.size, width, format: String(format), name: file.name };
    }),
  );
}

it('takes a smaller file, and the original again', async () => {
  await go('<label>Photo <input id=it type=file accept="image/*"></label>');
  const field = page.locator('#it');
  await field.setInputFiles({ name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: photo });
  expect(await sent()).toMatchObject([{ size: photo.length }]);
  await chooseMenuItem(stage.browser, field, MENU[2] ?? '', ON_PAGE);
  expect(await waitForToast(page, /The smaller file is in the field/)).toMatchObject({ title: 'holiday.jpg' });
  const [smaller] = await sent();
  expect(smaller).toMatchObject({ width: 1200, format: 'jpeg', name: 'holiday.jpg' });
  expect(smaller?.size).toBeLessThan(photo.length / 2);
  // Nothing of it is kept.
  await until('the job to go', async () => (await readJobs(stage.browser)).length === 0);
  await clickToastAction(stage.browser, page, 'Use the original again');
  await waitForToast(page, /original file is in the field again/);
  expect(await sent()).toMatchObject([{ size: photo.length }]);
});

it('makes what is too large for the page fit, leaves other files alone, and reaches into a shadow tree', async () => {
  await go(
    `<div id=box></div><script>addEventListener('load', () => {
      const root = document.querySelector('#box').attachShadow({ mode: 'closed' });
      root.innerHTML = '<p>Up to 60 kB each</p><input type=file multiple>';
      listen(root);
      window.field = root.querySelector('input');
    })</script>`,
  );
  const field = (await page.evaluateHandle(() => (window as unknown as { field: HTMLInputElement }).field)).asElement();
  await field?.setInputFiles([
    { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('words') },
    { name: 'b.jpg', mimeType: 'image/jpeg', buffer: photo },
  ]);
  await chooseMenuItem(stage.browser, page.locator('#box'), MENU[2] ?? '', ON_PAGE);
  await waitForToast(page, /The smaller file is in the field/);
  await page.evaluate(() => (window as unknown as { send(): Promise<unknown> }).send());
  const files = stage.site.posted.at(-1)?.form.getAll('file') as File[];
  expect(files.map(({ name }) => name)).toEqual(['a.txt', 'b.jpg']);
  expect(files[1]?.size).toBeLessThanOrEqual(60_000);
});

describe('a site whose uploads are to be made smaller', () => {
  const heard = (): Promise<number[]> => page.evaluate(() => (window as unknown as { heard: number[] }).heard);

  it('hears of an image that is chosen there when it is smaller, and gets the original again', async () => {
    const html = '<p id=words>Upload here</p><input id=it type=file accept="image/*">';
    await go(html);
    await page.locator('#it').setInputFiles(path);
    expect(await heard()).toEqual([photo.length]);
    await answerPermission(stage.browser, 'allow', () =>
      chooseMenuItem(stage.browser, page.locator('#words'), MENU[4] ?? '', ON_PAGE),
    );
    await waitForToast(page, /made smaller first from now on/);
    // In the page that is open, and in those that are opened from now on.
    for (const again of [false, true]) {
      if (again) await go(html);
      await page.evaluate(() => ((window as unknown as { heard: number[] }).heard.length = 0));
      await page.locator('#it').setInputFiles([]);
      await page.locator('#it').setInputFiles(path);
      await waitForToast(page, /The smaller file is in the field/);
      const [smaller] = await sent();
      expect(smaller).toMatchObject({ width: 1200, format: 'jpeg', name: 'holiday.jpg' });
      expect(smaller?.size).toBeLessThan(photo.length / 2);
      // The original was kept back.
      expect(await heard()).toEqual([smaller?.size]);
    }
    await clickToastAction(stage.browser, page, 'Use the original again');
    await waitForToast(page, /original file is in the field again/);
    expect(await sent()).toMatchObject([{ size: photo.length }]);
    await until('the job to go', async () => (await readJobs(stage.browser)).length === 0);
  });

  it('hears of a drop when it is smaller, and of a choice in a closed tree', async () => {
    await go(
      `<div id=zone style="width:300px;height:200px;background:#ddd">Drop</div><div id=box></div><script>
        zone.addEventListener('dragover', (event) => event.preventDefault());
        zone.addEventListener('drop', (event) => { event.preventDefault(); files = [...event.dataTransfer.files]; heard.push(...files.map(({ size }) => size)) });
        addEventListener('load', () => {
          const root = box.attachShadow({ mode: 'closed' });
          root.innerHTML = '<input type=file>';
          listen(root);
          window.field = root.querySelector('input');
        })</script>`,
    );
    await dropFiles(page.locator('#zone'), [path]);
    await waitForToast(page, /The page has got the smaller file/);
    const [dropped] = await sent();
    expect(dropped?.size).toBeLessThan(photo.length / 2);
    expect(await heard()).toEqual([dropped?.size]);
    const field = (
      await page.evaluateHandle(() => (window as unknown as { field: HTMLInputElement }).field)
    ).asElement();
    // A person comes to the field before choosing in it.
    await field?.evaluate((input) => input.addEventListener('click', (event) => event.preventDefault()));
    await field?.click();
    await field?.setInputFiles(path);
    await waitForToast(page, /The smaller file is in the field/);
    expect(await heard()).toEqual([dropped?.size, dropped?.size]);
  });

  it('is left alone once it is taken from the list in the options', async () => {
    const options = await openExtensionPage(stage.browser, 'options.html#settings');
    await options.getByRole('button', { name: /^Leave uploads on .* as they are$/ }).click();
    await options.getByText('Uploads are made smaller').waitFor({ state: 'hidden' });
    await options.close();
    await page.bringToFront();
    await page.evaluate(() => ((window as unknown as { heard: number[] }).heard.length = 0));
    // The script of the open page may be there still, and is answered no.
    const field = (
      await page.evaluateHandle(() => (window as unknown as { field: HTMLInputElement }).field)
    ).asElement();
    await field?.setInputFiles([]);
    await field?.setInputFiles(path);
    await until('the page to hear of the original', async () => (await heard()).at(-1) === photo.length);
    expect(await readJobs(stage.browser)).toEqual([]);
    expect(
      await inServiceWorker(stage.browser, async () => (await chrome.scripting.getRegisteredContentScripts()).length),
    ).toBe(0);
  });
});

it('takes a result from the side panel that the menu opens, on another site once the person clicks the button there', async () => {
  const elsewhere = await serve(null, { host: 'uploads.test' });
  const html = '<!doctype html><title>Upload</title><p id=words>Upload here</p><input id=it type=file>';
  const inField = (): Promise<number | undefined> =>
    page.locator('#it').evaluate((field) => (field as HTMLInputElement).files?.[0]?.size);
  try {
    await page.goto(stage.site.page('insert', html));
    await chooseMenuItem(stage.browser, page.locator('#words'), MENU[3] ?? '', ON_PAGE);
    const panel = await until('the side panel', () =>
      stage.browser.context.pages().find((one) => one.url().endsWith('/sidepanel.html')),
    );
    await giveFiles(panel.locator('[data-picks=files]'), [path]);
    const [job] = await until('the result', async () => {
      const jobs = (await readJobs(stage.browser)).filter(({ state }) => state === 'ready');
      return jobs.length > 0 && jobs;
    });
    const use = async (): Promise<void> => {
      await panel.getByRole('button', { name: 'More for holiday.jpg' }).click();
      await panel.getByRole('menuitem', { name: "Use in this page's upload field" }).click();
    };
    await use();
    await until('the file in the field', inField);
    expect(await inField()).toBe(job && 'receipt' in job ? job.receipt.output.bytes : 0);
    await page.goto(elsewhere.page('insert', html));
    await use();
    await panel.getByText(/does not let the extension work on this page yet/).waitFor();
    expect(await inField()).toBeUndefined();
    // As the sentence says.
    await focusPage(page);
    await openPopup(stage.browser);
    await press(stage.browser, 'Escape');
    await use();
    await until('the file in the field', inField);
  } finally {
    await elsewhere.close();
  }
});

it('says so when nothing is chosen', async () => {
  await go('<input id=it type=file>');
  await chooseMenuItem(stage.browser, page.locator('#it'), MENU[2] ?? '', ON_PAGE);
  expect(await waitForToast(page, /No image is chosen/)).toMatchObject({ tone: 'error' });
});
