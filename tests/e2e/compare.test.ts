import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  downloadedFiles,
  extensionUrl,
  giveFiles,
  inServiceWorker,
  openBrowser,
  openExtensionPage,
  readJobs,
  until,
  waitForDownloads,
  type Browser,
} from '../driver/index.ts';
import { inFull } from '../rows.ts';
import { photograph } from './stage.ts';

let browser: Browser;
let folder: string;
let page: Page;

/** px; larger than the stage. */
const WIDTH = 1600;
const HEIGHT = 1000;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compressimage-compare-'));
  const photo = await photograph(WIDTH, HEIGHT);
  await writeFile(
    join(folder, 'photo.jpg'),
    await photo.clone().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
  );
  // What is encoded again and again is smaller.
  const small = await photograph(640, 400);
  await writeFile(join(folder, 'small.jpg'), await small.clone().jpeg({ quality: 95 }).toBuffer());
  await writeFile(join(folder, 'drawing.png'), await small.clone().png().toBuffer());
  await writeFile(
    join(folder, 'turned.jpg'),
    await small.clone().jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer(),
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

/** Brings a file into the workspace and opens its comparison in a new tab. */
async function compare(name: string, before: (page: Page) => Promise<unknown> = async () => undefined): Promise<void> {
  const former = page as Page | undefined;
  const known = new Set((await readJobs(browser)).map(({ id }) => id));
  const panel = await openExtensionPage(browser, 'workspace.html');
  await giveFiles(panel.locator('input[type=file]').first(), [join(folder, name)]);
  const job = await until(
    'the image to be compressed',
    async () => (await readJobs(browser)).find(({ id, state }) => !known.has(id) && state === 'ready'),
    { timeout: 60_000 },
  );
  page = await browser.context.newPage();
  await before(page);
  await page.goto(extensionUrl(browser, `workspace.html#compare=${job.id}`));
  await page.bringToFront();
  await panel.close();
  await former?.close();
  await settled();
}

const settings = (): Locator => page.getByRole('complementary', { name: 'Settings of the result' });
const card = (): Locator => settings().getByRole('region', { name: 'Result in figures' });
const divider = (): Locator => page.getByRole('slider', { name: 'Divider between the two pictures' });
const stage = (): Locator => page.getByRole('application');
const choose = (name: string): Promise<void> => page.getByRole('radio', { name, exact: true }).check({ force: true });

/** Waits until what is asked for is shown: the card says so to screen readers as well. */
async function settled(format?: string): Promise<void> {
  await until(
    'the result to be there',
    async () => {
      const busy = await card().getAttribute('aria-busy');
      const label = await page
        .locator('.label[data-side=after]')
        .textContent()
        .catch(() => '');
      return busy === 'false' && (format === undefined || label?.includes(format));
    },
    { timeout: 60_000 },
  );
}

async function changed(step: () => Promise<unknown>, format?: string): Promise<void> {
  await step();
  await until('it to be busy', async () => (await card().getAttribute('aria-busy')) === 'true', {
    interval: 10,
    timeout: 5_000,
  });
  await settled(format);
}

/** Bytes of the result, from its own label. */
async function shownBytes(): Promise<number> {
  const text = await page.locator('.label[data-side=after] .bytes').textContent();
  const [, amount = '', unit = ''] = /([\d.]+) (k|M)?B/.exec(text ?? '') ?? [];
  return Number(amount) * (unit === 'M' ? 1e6 : 1e3);
}

async function zoom(): Promise<number> {
  return Number((await page.getByLabel('Zoom', { exact: true }).inputValue()).replace(/[^\d]/g, ''));
}

/** Pixels of a canvas (0 the original's, 1 the result's or the difference), RGBA, from a place in device px. */
async function pixels(canvas: 0 | 1, x: number, y: number, width: number, height: number): Promise<number[]> {
  await page.evaluate(() => new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame))));
  return page
    .locator('.stage canvas')
    .nth(canvas)
    .evaluate(
      (element, box) => {
        const data = (element as HTMLCanvasElement)
          .getContext('2d')
          ?.getImageData(box.x, box.y, box.width, box.height).data;
        return [...(data ?? [])];
      },
      { x, y, width, height },
    );
}

async function canvasSize(): Promise<{ width: number; height: number }> {
  return page
    .locator('.stage canvas')
    .first()
    .evaluate((element) => ({
      width: (element as HTMLCanvasElement).width,
      height: (element as HTMLCanvasElement).height,
    }));
}

async function middle(): Promise<{ x: number; y: number }> {
  const box = await stage().boundingBox();
  if (!box) throw new Error('no stage');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const colours = (rgba: readonly number[]): number[] => rgba.filter((_, at) => at % 4 !== 3);

describe('looking', () => {
  beforeAll(() => compare('photo.jpg'));

  it('shows both sides of the divider, which the mouse drags and keys move', async () => {
    const { x, y } = await middle();
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 150, y, { steps: 5 });
    await page.mouse.up();
    const box = await stage().boundingBox();
    expect(Number(await divider().getAttribute('aria-valuenow'))).toBe(
      Math.round(50 - (150 / (box?.width ?? 1)) * 100),
    );
    await divider().press('Home');
    expect(await divider().getAttribute('aria-valuenow')).toBe('0');
    await divider().press('Shift+ArrowRight');
    expect(await divider().getAttribute('aria-valuetext')).toBe('10 % of the first');
    await divider().dblclick({ force: true });
    expect(await divider().getAttribute('aria-valuenow')).toBe('50');
  });

  it('zooms at the pointer: what is under it stays', async () => {
    const size = await canvasSize();
    const { x, y } = await middle();
    const at = { x: Math.round(size.width / 2 + 120), y: Math.round(size.height / 2 + 60) };
    await stage().press('0');
    await stage().press('1');
    const was = await pixels(0, at.x, at.y, 1, 1);
    await page.mouse.move(x + 120, y + 60);
    for (let notch = 0; notch < 4; notch++) await page.mouse.wheel(0, -100);
    expect(await zoom()).toBeGreaterThan(300);
    // The pointer was at the corner of a pixel, which now is some px large.
    expect(await pixels(0, at.x + 2, at.y + 2, 1, 1)).toEqual(was);
  });

  it('is pinched by two fingers', async () => {
    await stage().press('1');
    const { x, y } = await middle();
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number): Promise<unknown> =>
      session.send('Input.dispatchTouchEvent', {
        // Beside the divider, which takes one finger for itself.
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: x + 160 - apart, y, id: 1 },
                { x: x + 160 + apart, y, id: 2 },
              ],
      });
    await touch('touchStart', 30);
    for (const apart of [40, 50, 60]) await touch('touchMove', apart);
    await touch('touchEnd', 0);
    await session.detach();
    expect(await zoom()).toBe(200);
  });

  it('takes keys: + - 0 1 and arrows', async () => {
    await stage().press('0');
    const whole = await zoom();
    expect(await page.getByRole('button', { name: 'Fit' }).getAttribute('aria-pressed')).toBe('true');
    await stage().press('+');
    expect(await zoom()).toBeGreaterThan(whole);
    await stage().press('-');
    expect(await zoom()).toBe(whole);
    await stage().press('1');
    expect(await zoom()).toBe(100);
    const before = await pixels(0, 400, 300, 8, 8);
    await stage().press('ArrowRight');
    expect(await pixels(0, 400, 300, 8, 8)).not.toEqual(before);
    await stage().dblclick({ position: { x: 40, y: 200 } });
    expect(await zoom()).toBe(whole);
  });

  it('changes between the two in one place by the space bar', async () => {
    const checked = (): Promise<string | null> =>
      page.getByRole('radio', { checked: true }).first().getAttribute('value');
    const seen: (string | null)[] = [];
    for (let press = 0; press < 3; press++) {
      await stage().press('Space');
      seen.push(await checked());
    }
    expect(seen).toEqual(['after', 'before', 'after']);
    await choose('Both');
  });

  it('shows at 100 % each pixel of the image as one of the screen, unchanged', async () => {
    await stage().press('0');
    await stage().press('1');
    const size = await canvasSize();
    const [left, top] = [Math.round((size.width - WIDTH) / 2), Math.round((size.height - HEIGHT) / 2)];
    const seen = colours(await pixels(0, 100, 100, 40, 30));
    const file = await sharp(join(folder, 'photo.jpg'))
      .extract({ left: 100 - left, top: 100 - top, width: 40, height: 30 })
      .raw()
      .toBuffer();
    expect(Math.max(...seen.map((value, at) => Math.abs(value - (file[at] ?? 0))))).toBeLessThanOrEqual(2);
  });

  it('fits the narrowest window, with the sides over each other', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await until('the divider to lie', async () => (await divider().getAttribute('aria-orientation')) === 'vertical');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});

describe('trying', () => {
  beforeAll(() => compare('small.jpg'));

  it('re-encodes as the look changes, and only the last of many changes counts', async () => {
    const first = await shownBytes();
    const look = settings().getByRole('slider', { name: 'Look' });
    await changed(async () => {
      for (const value of ['60', '50', '40', '30']) await look.fill(value);
    });
    expect(await shownBytes()).toBeLessThan(first * 0.6);
    await expect.poll(() => card().textContent()).toMatch(/Looks poor: (?:29|3[0-2])/);
  });

  it('shows the difference, brighter where more was lost', async () => {
    await choose('Difference');
    const { width, height } = await canvasSize();
    const lost = mean(colours(await pixels(1, width / 2 - 100, height / 2 - 100, 200, 200)));
    await changed(() => settings().getByRole('slider', { name: 'Look' }).fill('95'));
    const fine = mean(colours(await pixels(1, width / 2 - 100, height / 2 - 100, 200, 200)));
    expect(lost).toBeGreaterThan(fine * 1.5);
    await choose('Both');
  });

  it('switches to AVIF, which shows at the same place', async () => {
    await changed(() => choose('AVIF'), 'AVIF');
    const { width, height } = await canvasSize();
    const [before, after] = [
      await pixels(0, width / 2, height / 2, 60, 60),
      await pixels(1, width / 2, height / 2, 60, 60),
    ];
    expect(Math.abs(mean(before) - mean(after))).toBeLessThan(4);
  });

  it('keeps a result beside what is tried next', async () => {
    const left = page.locator('.label[data-side=before]');
    await settings().getByRole('button', { name: 'Copy this side to the other' }).click();
    expect(await left.textContent()).toContain('AVIF');
    await changed(() => choose('WebP'), 'WebP');
    expect(await left.textContent()).toContain('AVIF');
    await choose('Difference');
    const { width, height } = await canvasSize();
    expect(mean(colours(await pixels(1, width / 2 - 100, height / 2 - 100, 200, 200)))).toBeGreaterThan(0);
    await choose('Both');
    await page.getByRole('radio', { name: 'First side' }).check({ force: true });
    await page.getByRole('checkbox', { name: 'The original on this side' }).check();
    await page.getByRole('radio', { name: 'Second side' }).check({ force: true });
    expect(await left.textContent()).toContain('Original');
    await changed(() => choose('AVIF'), 'AVIF');
  });

  it('compares a smaller result at the same place', async () => {
    await changed(() => settings().getByRole('combobox', { name: 'Size' }).selectOption('percent'));
    expect(await page.locator('.label[data-side=after]').textContent()).toContain('320 × 200 px');
    const { width, height } = await canvasSize();
    expect(
      Math.abs(mean(await pixels(0, 200, height / 2, 60, 60)) - mean(await pixels(1, 200, height / 2, 60, 60))),
    ).toBeLessThan(6);
    expect(
      Math.abs(
        mean(await pixels(0, width - 200, height / 2, 60, 60)) - mean(await pixels(1, width - 200, height / 2, 60, 60)),
      ),
    ).toBeLessThan(6);
  });

  it('makes what is shown the job’s result, and leaves no try behind when it closes', async () => {
    const bytes = await shownBytes();
    await settings().getByRole('button', { name: 'Use this' }).click();
    const job = await until('the job to have it', async () =>
      (await readJobs(browser)).find((one) => one.state === 'ready' && one.receipt.output.format === 'avif'),
    );
    expect(job).toMatchObject({
      recipe: { format: 'avif', resize: { by: 'percent', percent: 50 } },
      fileName: 'small.avif',
    });
    expect(job.state === 'ready' && Math.abs(job.receipt.output.bytes - bytes)).toBeLessThan(bytes * 0.06);
    await page.getByRole('button', { name: 'Back to the images' }).click();
    await until('the tries to be gone', async () => (await heldParts()).every((part) => part !== 'preview'));
    expect(await heldParts()).toContain('result');
  });
});

describe('one after the other', () => {
  const heading = (): Promise<string | null> => page.getByRole('heading', { level: 1 }).getAttribute('title');

  it('steps through the list, with the keyboard staying at the button, and goes back by Escape', async () => {
    await compare('turned.jpg');
    expect(await heading()).toBe('turned.jpg');
    const count = Number(/of (\d+)/.exec((await page.locator('.steps').textContent()) ?? '')?.[1]);
    expect(count).toBeGreaterThan(1);
    await page.getByRole('button', { name: 'Next image' }).press('Enter');
    await until('the next', async () => (await heading()) === 'small.jpg');
    await settled();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(
      /image$|^Compare: small/,
    );
    await page.getByRole('button', { name: 'Previous image' }).click();
    await until('the former', async () => (await heading()) === 'turned.jpg');
    await settled();
    await page.keyboard.press('Escape');
    await page.getByRole('list', { name: 'Images' }).waitFor();
  });

  it('turns and crops, saves what is shown, and goes back to the list', async () => {
    await compare('turned.jpg');
    await changed(() => page.getByRole('button', { name: 'Turn right' }).click());
    expect(await page.locator('.label[data-side=after]').textContent()).toContain('640 × 400 px');
    await page.getByRole('button', { name: 'Crop' }).click();
    const bar = page.getByRole('group', { name: 'Crop' });
    for (const [name, value] of [
      ['Width', 304],
      ['Height', 200],
      ['Left', 160],
      ['Top', 48],
    ] as const)
      await bar.getByLabel(name).fill(String(value));
    await changed(() => bar.getByRole('button', { name: 'Crop' }).click());
    expect(await page.locator('.label[data-side=after]').textContent()).toContain('304 × 200 px');
    await settings().getByRole('button', { name: 'Use this' }).click();
    const before = (await downloadedFiles(browser)).length;
    await settings().getByRole('button', { name: 'Save', exact: true }).click();
    const files = await waitForDownloads(browser, before + 1);
    const { path } = files.find(({ path: each }) => each.endsWith('turned.jpg')) ?? {};
    const metadata = await sharp(path).metadata();
    expect(metadata).toMatchObject({ format: 'jpeg', width: 304, height: 200 });
    expect(metadata.orientation ?? 1).toBe(1);
    const upright = await sharp(join(folder, 'turned.jpg')).rotate().toBuffer();
    const expected = sharp(await sharp(upright).rotate(90).toBuffer()).extract({
      left: 160,
      top: 48,
      width: 304,
      height: 200,
    });
    const [wanted, saved] = await Promise.all([expected.raw().toBuffer(), sharp(path).raw().toBuffer()]);
    // Some grain is lost; one pixel beside, all of it would differ, by 20.
    expect(mean([...saved].map((value, at) => Math.abs(value - (wanted[at] ?? 0))))).toBeLessThan(14);
    await page.getByRole('list', { name: 'Images' }).getByText('Saved. No copy is kept.').waitFor();
  });
});

describe('any image', () => {
  it('that is lossless differs nowhere', async () => {
    await compare('drawing.png');
    await changed(() => choose('Lossless'));
    await choose('Difference');
    const { width, height } = await canvasSize();
    expect(colours(await pixels(1, width / 4, height / 4, width / 2, height / 2)).every((value) => value === 0)).toBe(
      true,
    );
  });

  it('is upright on both sides', async () => {
    await compare('turned.jpg');
    expect(await page.locator('.label[data-side=before]').textContent()).toContain('400 × 640 px');
    const { width, height } = await canvasSize();
    expect(
      Math.abs(
        mean(await pixels(0, width / 2 - 30, height / 4, 60, 60)) -
          mean(await pixels(1, width / 2 - 30, height / 4, 60, 60)),
      ),
    ).toBeLessThan(4);
  });

  inFull(() => {
    it('that the browser cannot show is shown by the engine', async () => {
      await compare('small.jpg', (opened) =>
        opened.addInitScript(() => {
          const native = createImageBitmap.bind(globalThis) as (...given: unknown[]) => Promise<ImageBitmap>;
          Object.assign(globalThis, {
            createImageBitmap: (source: unknown, ...rest: unknown[]) =>
              source instanceof Blob && source.type === 'image/jxl'
                ? Promise.reject(new Error('not shown here'))
                : native(source, ...rest),
          });
        }),
      );
      await changed(() => choose('JPEG XL'), 'JPEG XL');
      expect(await page.getByRole('alert').count()).toBe(0);
      const { width, height } = await canvasSize();
      expect(mean(await pixels(1, width / 2, height / 2, 40, 40))).toBeGreaterThan(20);
    });
  });
});

/** The kinds of what the vault holds. */
async function heldParts(): Promise<string[]> {
  return inServiceWorker(browser, async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('vault');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const name = [...database.objectStoreNames].find((one) => /item/i.test(one)) ?? '';
    const items = await new Promise<{ part: string }[]>((resolve, reject) => {
      const request = database.transaction(name).objectStore(name).getAll() as IDBRequest<{ part: string }[]>;
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    database.close();
    return items.map(({ part }) => part);
  });
}
