import { readFile } from 'node:fs/promises';
import { samplePhoto } from '../../scripts/sample-photo.ts';
import { chooseMenuItem, openBrowser, serve, waitForDownloads, waitForToast } from './index.ts';

const site = await serve(null);
const browser = await openBrowser();
site.answer('photo.jpg', { body: await readFile(await samplePhoto()) });
const page = await browser.open(site.page('/', '<img src="photo.jpg" width="800">'));
await chooseMenuItem(browser, page.locator('img'), 'Save as WebP');
console.log(await waitForDownloads(browser), await waitForToast(page));
await browser.screen.screenshot('.cache/example.png');
await browser.close();
await site.close();
