/** Pictures of the workspace and the popup, light and dark, with images that the project draws. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { giveFiles, isEnded, openBrowser, openExtensionPage, PROJECT_FOLDER, readJobs, until, type Browser } from '../../tests/driver/index.ts';
import { drawnPhoto } from '../sample-photo.ts';

const FOLDER = join(PROJECT_FOLDER, 'docs/screenshots');
const photo = await readFile(await drawnPhoto());
const inputs = await mkdtemp(join(tmpdir(), 'compressimage-shots-'));
const files = await Promise.all([['evening', 0, 1.0], ['meadow', 25, 1.15], ['ridge', -20, 0.9], ['lake', 180, 1.05], ['valley', 60, 0.85]].map(async ([name, hue, brightness]) => {
  const file = join(inputs, `${name}.jpg`);
  await writeFile(file, await sharp(photo).modulate({ hue: Number(hue), brightness: Number(brightness) }).jpeg({ quality: 93 }).toBuffer());
  return file;
}));

async function picture(browser: Browser, name: string): Promise<void> {
  const file = join(FOLDER, `${name}.png`);
  await browser.screen.screenshot(file);
  await writeFile(file, await sharp(await readFile(file)).png({ palette: true, quality: 90 }).toBuffer());
}

for (const colorScheme of ['light', 'dark'] as const) {
  const browser = await openBrowser({ screen: { width: 1280, height: 800 }, colorScheme });
  try {
    const page = await openExtensionPage(browser, 'workspace.html');
    await page.waitForLoadState('networkidle');
    await picture(browser, `workspace-empty-${colorScheme}`);
    await giveFiles(page.locator('input[type=file]').first(), files);
    await until('the images to be done', async () => {
      const jobs = await readJobs(browser);
      return jobs.length === files.length && jobs.every(isEnded);
    }, { timeout: 60_000 });
    await page.waitForTimeout(800);
    await picture(browser, `workspace-${colorScheme}`);
  } finally {
    await browser.close();
  }
}
await rm(inputs, { recursive: true, force: true });
