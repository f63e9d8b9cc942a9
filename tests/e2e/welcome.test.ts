import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chooseMenuItem,
  openBrowser,
  openExtensionPage,
  readJobs,
  until,
  waitForDownloads,
  type Browser,
} from '../driver/index.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser({ keepWelcome: true });
});
afterAll(() => browser.close());

const welcomePages = () => browser.context.pages().filter((page) => page.url().endsWith('/welcome.html'));

describe('the page for new users', () => {
  it('opens at the installation, and its picture can be compressed there and then', async () => {
    const [page] = welcomePages();
    if (!page) throw new Error('no page for new users');
    await page.bringToFront();
    const picture = page.getByRole('img', { name: 'Mountains in the evening, a picture to try it on' });
    const original = Buffer.from((await picture.getAttribute('src'))?.split(',')[1] ?? '', 'base64');
    await chooseMenuItem(browser, picture, 'Compress image');
    const [file] = await waitForDownloads(browser, 1);
    const bytes = await readFile(file?.path ?? '');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 1200, height: 750 });
    expect(bytes.length).toBeLessThan(original.length * 0.7);
    await until('the page to say so', async () =>
      /is in your Downloads: .* smaller/.test((await page.getByRole('status').textContent()) ?? ''),
    );
    // It says nothing of jobs of other pages, and holds nothing itself.
    expect((await readJobs(browser)).map(({ state }) => state)).toEqual(['saved']);
  });

  it('gives the keys that the browser has assigned, and leads on', async () => {
    const [page] = welcomePages();
    const text = (await page?.locator('main').textContent()) ?? '';
    expect(text.replace(/\s+/g, ' ')).toMatch(/Compress the image in view ?Alt ?Shift ?J/);
    const links = await page?.getByRole('link').evaluateAll((all) => all.map((each) => each.getAttribute('href')));
    expect(links).toEqual(['workspace.html', 'options.html#settings', 'options.html#privacy']);
  });

  it('does not come again when the browser is started again, but from the list’s menu', async () => {
    await browser.endNormally();
    await browser.reopen();
    const panel = await openExtensionPage(browser, 'workspace.html');
    await panel.getByRole('button', { name: 'More', exact: true }).click();
    expect(welcomePages()).toEqual([]);
    await panel.getByRole('menuitem', { name: 'Help' }).click();
    await until('the page', () => welcomePages().length === 1);
  });
});
