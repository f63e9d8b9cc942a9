/** The driver itself: what it offers is what a person does, and nothing of it is left behind. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allowInPrivate,
  answerSaveDialog,
  chooseFiles,
  chooseMenuItem,
  click,
  dropFiles,
  imageMenu,
  inServiceWorker,
  isServiceWorkerRunning,
  openBrowser,
  openPopup,
  openPrivateWindow,
  press,
  PROJECT_FOLDER,
  readJobs,
  serve,
  setClock,
  stopServiceWorker,
  typeText,
  until,
  waitForDownloads,
  waitForJobs,
  waitForToast,
  type Browser,
  type Site,
} from '../../driver/index.ts';
import { familyOf, isAlive, run, start } from '../../driver/processes.ts';
import { temporaryFolder } from '../../driver/temporary-folder.ts';
import { grain } from '../../images/pictures.ts';

const EXAMPLE = join(PROJECT_FOLDER, 'tests/driver/example.ts');

let site: Site;
beforeAll(async () => {
  site = await serve(join(PROJECT_FOLDER, 'tests/driver'));
  const photo = await grain({ width: 400, height: 300 }, 30).jpeg({ quality: 95 }).toBuffer();
  site.answer('photo.jpg', { body: photo });
});
afterAll(() => site.close());

describe('an open browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser({ recordRequests: true });
  });
  afterAll(() => browser.close());

  it('is a real window with the focus, and the extension in it', async () => {
    const page = await browser.open(site.page('plain', '<title>Plain</title><body style="background:#c83c50">'));
    expect(await page.evaluate(() => [document.hasFocus(), innerWidth > 1000, document.visibilityState])).toEqual([
      true,
      true,
      'visible',
    ]);
    expect(await inServiceWorker(browser, () => chrome.runtime.id)).toBe(browser.extensionId);
    await until('its colour on the screen', async () => {
      const { data, info } = await sharp(await browser.screen.screenshot())
        .raw()
        .toBuffer({ resolveWithObject: true });
      // The pointer is in the middle.
      const pixel = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 4)) * 3;
      return data.subarray(pixel, pixel + 3).toString('hex') === 'c83c50';
    });
  });

  it('takes a menu item by its title, wherever the image is, and waits for its file', async () => {
    const page = await browser.open(
      site.page(
        'frames',
        `<div style="height:1500px"></div><img src="photo.jpg">
      <iframe width="300" height="200" srcdoc="<body style='margin:0'><img src='${site.url('photo.jpg')}'>"></iframe>`,
      ),
    );
    expect(imageMenu(browser.extension)).toEqual(
      expect.arrayContaining(['Compress image', 'Save as WebP', 'Save as JPEG XL']),
    );
    await chooseMenuItem(browser, page.locator('img'), 'Save as WebP');
    await waitForJobs(browser, 1);
    await chooseMenuItem(browser, page.frameLocator('iframe').locator('img'), 'Save as JPEG XL');
    const jobs = await waitForJobs(browser, 2);
    expect(jobs.map(({ recipe, state }) => [recipe.format, state])).toEqual([
      ['webp', 'saved'],
      ['jxl', 'saved'],
    ]);
    expect((await waitForDownloads(browser, 2)).map(({ name }) => name)).toEqual(['photo.webp', 'photo.jxl']);
    expect(await waitForToast(page, /jxl/)).toMatchObject({ tone: 'done' });
    await expect(chooseMenuItem(browser, page.locator('img'), 'Save as Nothing')).rejects.toThrow(
      'the menu has no item',
    );
  });

  it('opens the real popup, which closes as a popup does', async () => {
    const popup = await openPopup(browser);
    expect(popup.url()).toContain('/popup.html');
    await press(browser, 'Escape');
    await until('the popup to close', () => popup.isClosed());
  });

  it('types and clicks as a person does, so that the page takes it for one', async () => {
    const page = await browser.open(
      site.page('form', '<input id="text"><button onclick="this.textContent = event.isTrusted">Press</button>'),
    );
    await click(browser, page.locator('#text'));
    await typeText(browser, 'Size 1,5 & more');
    await click(browser, page.locator('button'));
    expect(await page.locator('#text').inputValue()).toBe('Size 1,5 & more');
    expect(await page.locator('button').textContent()).toBe('true');
  });

  it('gives real files and folders to a page, chosen or dropped', async () => {
    const page = await browser.open(
      site.page(
        'files',
        `<input type="file" multiple><p id="target">Here</p><script>
      addEventListener('dragover', (event) => event.preventDefault());
      addEventListener('drop', (event) => {
        event.preventDefault();
        document.title = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).map((entry) => entry.name + (entry.isDirectory ? '/' : '')).join();
      });
    </script>`,
      ),
    );
    const input = page.locator('input');
    await chooseFiles(page, () => click(browser, input), [EXAMPLE]);
    expect(await input.evaluate(async (element: HTMLInputElement) => await element.files?.[0]?.text())).toBe(
      await readFile(EXAMPLE, 'utf8'),
    );
    await dropFiles(page.locator('#target'), [EXAMPLE, join(PROJECT_FOLDER, 'tests/pages')]);
    await until('the drop', () => page.title());
    expect(await page.title()).toBe('example.ts,pages/');
  });

  it('ends the service worker, and wakes it to ask it something', async () => {
    await stopServiceWorker(browser);
    expect(await isServiceWorkerRunning(browser)).toBe(false);
    await setClock(browser, 60_000);
    expect(await inServiceWorker(browser, () => chrome.storage.session.get('test:clock-offset'))).toEqual({
      'test:clock-offset': 60_000,
    });
    expect(await isServiceWorkerRunning(browser)).toBe(true);
    await expect(
      inServiceWorker(browser, () => {
        throw new Error('no such thing');
      }),
    ).rejects.toThrow('no such thing');
  });

  it('records every request', () => {
    const paths = new Set(
      browser.requests.ofPages().map(({ method, url }) => `${method} ${url.replace(site.origin, '')}`),
    );
    expect(paths).toContain('GET /photo.jpg');
    expect([...paths].filter((path) => !path.startsWith('GET /'))).toEqual([]);
  });

  it('opens a private window, with the extension when the person allows it there', async () => {
    await allowInPrivate(browser);
    const page = await openPrivateWindow(browser, site.url('photo.jpg'));
    expect(await browser.isPrivate(page)).toBe(true);
    // A page stands for its window, the browser for its normal windows.
    expect(await inServiceWorker(page, () => chrome.extension.inIncognitoContext)).toBe(true);
    expect(await inServiceWorker(browser, () => chrome.extension.inIncognitoContext)).toBe(false);
    await chooseMenuItem(browser, page.locator('img'), 'Save as AVIF');
    await answerSaveDialog(browser, 'save');
    expect(await waitForJobs(page, 1)).toMatchObject([{ state: 'saved', recipe: { format: 'avif' } }]);
    await page.close();
  });

  it('keeps its profile over an end and over kill -9, but not what is in memory', async () => {
    const note = { on: 'disk' };
    const read = (): Promise<unknown> =>
      inServiceWorker(browser, async () => [
        await chrome.storage.local.get('test:on'),
        await chrome.storage.session.get('test:on'),
      ]);
    for (const end of [() => browser.endNormally(), () => browser.killHard()]) {
      await inServiceWorker(
        browser,
        async (value) => {
          await chrome.storage.local.set({ 'test:on': value });
          await chrome.storage.session.set({ 'test:on': value });
        },
        note,
      );
      const family = familyOf(browser.pid);
      expect(family.length).toBeGreaterThan(3);
      await end();
      expect(family.filter(isAlive)).toEqual([]);
      await browser.reopen();
      expect(await read()).toEqual([{ 'test:on': note }, {}]);
      expect(await readJobs(browser)).toEqual([]);
    }
  });
});

describe('what was started', () => {
  it('is gone when the browser is closed', async () => {
    const before = familyOf(process.pid);
    const browser = await openBrowser();
    const during = familyOf(process.pid).filter((pid) => !before.includes(pid));
    expect(during.length).toBeGreaterThan(5);
    await browser.close();
    expect(during.filter(isAlive)).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('is gone when the script is ended by %s', async (signal) => {
    const script = join(PROJECT_FOLDER, 'tests/driver/index.ts');
    const code = `const { openBrowser } = await import(${JSON.stringify(script)}); await openBrowser(); await new Promise(() => setInterval(() => {}, 1000));`;
    // Whoever is killed can't remove its folders.
    const folder = await temporaryFolder('killed');
    const child = await start(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
      env: { ...process.env, TMPDIR: folder.path },
    });
    // Xvfb, openbox and Chromium with its children.
    const family = await until(
      'the browser to be there',
      () => {
        const pids = familyOf(child.pid);
        return pids.length > 8 ? pids : null;
      },
      { timeout: 40_000 },
    );
    process.kill(child.pid, signal);
    await until('all to be gone', () => !family.some(isAlive), { timeout: 10_000 });
    expect((await readdir(folder.path)).filter((name) => name.startsWith('compressimage-')).length).toBe(
      signal === 'SIGTERM' ? 0 : 2,
    );
    await folder.remove();
  });
});

it('runs the example of docs/TESTING.md', async () => {
  expect(await run(process.execPath, ['--import', 'tsx', EXAMPLE], { timeout: 90_000 })).toMatch(
    /photo\.webp[\s\S]*% smaller/,
  );
});
