/** Pictures of the main job for the README: the menu on a photograph, and the toast after it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import {
  chooseMenuItem,
  openBrowser,
  PROJECT_FOLDER,
  serve,
  waitForToast,
  type Browser,
} from '../../tests/driver/index.ts';
import { drawnPhoto } from '../sample-photo.ts';

const FOLDER = join(PROJECT_FOLDER, 'docs/screenshots');

/** The whole screen, the browser's own menus included, in a palette. */
async function screenshot(browser: Browser, name: string): Promise<void> {
  const file = join(FOLDER, `${name}.png`);
  await browser.screen.screenshot(file);
  await writeFile(
    file,
    await sharp(await readFile(file))
      .png({ palette: true, quality: 90 })
      .toBuffer(),
  );
}

const site = await serve(null);
const browser = await openBrowser({ screen: { width: 1120, height: 800 } });
try {
  site.answer('landscape.jpg', { body: await readFile(await drawnPhoto()), contentType: 'image/jpeg' });
  const page = await browser.open(
    site.page(
      '',
      `<!doctype html><title>Landscape</title>
    <style>body { margin: 0; display: grid; place-content: center; min-height: 100vh; font: 16px/1.5 system-ui, sans-serif; background: #f6f5f2; }
    img { display: block; width: 760px; border-radius: 6px; } p { color: #555; margin: 12px 0 0; }</style>
    <figure style="margin:0"><img src="landscape.jpg" alt="Hills in the evening"><p>Evening, looking north</p></figure>`,
    ),
  );
  await page.locator('img').evaluate((image: HTMLImageElement) => image.decode());
  await chooseMenuItem(browser, page.locator('img'), 'Compress image', {
    beforeTaking: () => screenshot(browser, 'right-click'),
  });
  await waitForToast(page);
  // What is told may not be drawn yet.
  await page.waitForTimeout(500);
  await screenshot(browser, 'toast');
} finally {
  await browser.close();
  await site.close();
}
