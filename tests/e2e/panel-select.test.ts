import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadedFiles, giveFiles, press, readJobs, until, waitForDownloads } from '../driver/index.ts';
import { openPanelStage, rowOf, rows, small, type PanelStage } from './panel-stage.ts';

let stage: PanelStage;
let page: Page;
const NAMES = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'];

// One session for all: what one test saves is gone for the next.
beforeAll(async () => {
  stage = await openPanelStage();
  const files = await Promise.all(NAMES.map(async (name, at) => stage.file(name, await small(at))));
  page = await stage.workspace();
  await giveFiles(page.locator('[data-picks=files]'), files);
  await stage.settled(NAMES.length);
  await rows(page).nth(3).waitFor();
});
afterAll(() => stage.close());

const saved = async (): Promise<string[]> =>
  (await downloadedFiles(stage.browser)).map(({ path }) => path.split('/').at(-1) ?? '').sort();

describe('rows of the list', () => {
  it('are renamed in the row by real keys, and the file is called so', async () => {
    await rowOf(page, 'a.jpg').locator('.facts').click();
    await press(stage.browser, 'F2');
    const field = page.getByRole('textbox', { name: 'New name for a.jpg' });
    await until('the keyboard in the field', () => field.evaluate((element) => element === document.activeElement));
    await field.fill('by the sea: day 1');
    await press(stage.browser, 'Enter');
    await rowOf(page, 'by the sea- day 1.jpg').waitFor();
    await page.getByRole('button', { name: 'Save by the sea- day 1.jpg' }).click();
    await waitForDownloads(stage.browser, 1);
    expect(await saved()).toEqual(['by the sea- day 1.jpg']);
  });

  it('are selected with Shift and real keys, and saved together', async () => {
    await until('the saved row to leave', async () => (await rows(page).count()) === 3, { timeout: 10_000 });
    await rowOf(page, 'b.jpg').locator('.facts').click();
    await press(stage.browser, 'Shift+ArrowDown');
    await page.getByText('2 selected').first().waitFor();
    await page.getByRole('button', { name: 'Save 2 images' }).first().click();
    await waitForDownloads(stage.browser, 3);
    expect(await saved()).toEqual(['b.jpg', 'by the sea- day 1.jpg', 'c.jpg']);
    expect((await readJobs(stage.browser)).find(({ name }) => name === 'd.jpg')?.state).toBe('ready');
  });

  it('carry their result out, as a file and as a download, and not back into the list', async () => {
    await until('the saved rows to leave', async () => (await rows(page).count()) === 1, { timeout: 10_000 });
    const row = rowOf(page, 'd.jpg');
    const box = await row.locator('.facts').boundingBox();
    if (!box) throw new Error('the row is not seen');
    const session = await page.context().newCDPSession(page);
    // What leaves the page, as the browser hands it to the system.
    const dragged = new Promise<{ items: { mimeType: string; data: string; title?: string }[] }>((resolve) =>
      session.on('Input.dragIntercepted', ({ data }) => resolve(data)),
    );
    await session.send('Input.setInterceptDrags', { enabled: true });
    // By the page itself, in the drag's own event.
    await page.evaluate(() =>
      addEventListener('dragstart', ({ dataTransfer }) => {
        const file = dataTransfer?.files[0];
        Object.assign(window, {
          carried: file?.arrayBuffer().then((bytes) => ({ name: file.name, type: file.type, size: bytes.byteLength })),
          download: dataTransfer?.getData('DownloadURL'),
        });
      }),
    );
    const [x, y] = [box.x + 10, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    // As slow as a hand: the bytes are read meanwhile.
    await page.waitForTimeout(300);
    await page.mouse.move(x + 30, y + 20, { steps: 4 });
    const data = await dragged;
    await page.mouse.up();
    await session.send('Input.setInterceptDrags', { enabled: false });
    const job = (await readJobs(stage.browser)).find(({ name }) => name === 'd.jpg');
    const bytes = job && 'receipt' in job ? job.receipt.output.bytes : 0;
    const { carried, download } = await page.evaluate(async () => {
      const kept = window as unknown as { carried: Promise<object>; download: string };
      return { carried: await kept.carried, download: kept.download };
    });
    expect(carried).toEqual({ name: 'd.jpg', type: 'image/jpeg', size: bytes });
    expect(download).toMatch(/^image\/jpeg:d\.jpg:blob:chrome-extension:/);
    console.log('what a drag hands to the system:', JSON.stringify(data));
    // The address gives the file as long as the drag may need it.
    expect(
      await page.evaluate(
        async (url) => (await (await fetch(url)).blob()).size,
        download.slice('image/jpeg:d.jpg:'.length),
      ),
    ).toBe(bytes);
    expect(await rows(page).count()).toBe(1);
  });
});
