import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extensionUrl, giveFiles, until } from '../driver/index.ts';
import { cutOff, faults } from './layout-faults.ts';
import { openPanelStage, rows, type PanelStage } from './panel-stage.ts';
import { photographAs } from './stage.ts';

let stage: PanelStage;
let page: Page;
const LONG = 'A very long name of a holiday photograph by the sea, taken in the evening of the last day.jpeg';

// One session for all: only the window changes.
beforeAll(async () => {
  stage = await openPanelStage();
  const files = [
    await stage.file('portrait.jpg', await photographAs('jpeg', { quality: 92 }, 200, 900)),
    await stage.file('strip.png', await photographAs('png', {}, 900, 40)),
    await stage.file(LONG, await photographAs('jpeg', { quality: 92 }, 600, 400)),
    await stage.file('broken.jpg', 'no image'),
  ];
  page = await stage.workspace();
  await giveFiles(page.locator('[data-picks=files]'), files);
  await stage.settled(files.length);
  await rows(page).nth(3).waitFor();
  await page.locator('.row canvas').nth(2).waitFor();
});
afterAll(() => stage.close());

/** Whether each row, and the buttons of the foot, can be brought into view, whole in height. */
async function reachable(): Promise<string[]> {
  const missed: string[] = [];
  for (const [what, locator] of [
    ['the first row', rows(page).first()],
    ['the last row', rows(page).last()],
    ['saving', page.getByRole('button', { name: 'Save as one ZIP' })],
  ] as const) {
    await locator.scrollIntoViewIfNeeded();
    const { top, bottom } = await locator.evaluate((element) => element.getBoundingClientRect());
    const height = await page.evaluate(() => innerHeight);
    if (top < -1 || bottom > height + 1) missed.push(`${what}: ${top} to ${bottom} of ${height}`);
  }
  return missed;
}

describe('the list has room for what it says', () => {
  it.each([
    [320, 568],
    [360, 640],
    [800, 600],
    [1280, 800],
    [2560, 1440],
  ])('in a window of %i by %i, in both themes, and with more contrast', async (width, height) => {
    await page.setViewportSize({ width, height });
    for (const media of [
      { colorScheme: 'light', contrast: 'no-preference' },
      { colorScheme: 'dark', contrast: 'more' },
    ] as const) {
      await page.emulateMedia(media);
      expect(await faults(page)).toEqual([]);
      expect(await reachable()).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: null, contrast: null });
  });

  it.each([
    ['400 % zoom of 1280 by 800', 320, 200],
    ['400 % zoom of 1280 by 1024', 320, 256],
  ])('at %s', async (_, width, height) => {
    await page.setViewportSize({ width, height });
    expect(await faults(page)).toEqual([]);
    expect(await reachable()).toEqual([]);
  });

  it.each([
    [640, 800],
    [1280, 800],
  ])('with text of twice the size in %i by %i', async (width, height) => {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    try {
      expect(
        await page
          .locator('.row .name')
          .first()
          .evaluate((element) => getComputedStyle(element).fontSize),
      ).toBe('26px');
      expect(await faults(page)).toEqual([]);
      expect(await reachable()).toEqual([]);
      // Twice the text leaves no room for settings beside the list.
      await page.getByRole('slider').first().waitFor({ state: 'detached' });
    } finally {
      await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    }
    if (width > 1000) await page.getByRole('slider').first().waitFor();
  });

  it('in forced colours, where the slider has its track', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ forcedColors: 'active' });
    expect(await faults(page)).toEqual([]);
    const slider = page.getByRole('slider').first();
    await slider.waitFor();
    expect(await slider.evaluate((element) => getComputedStyle(element).appearance)).toBe('auto');
    await page.emulateMedia({ forcedColors: null });
  });

  it.each([
    [1280, 800],
    [2560, 1440],
  ])('as a grid in %i by %i, where arrow keys go both ways', async (width, height) => {
    await page.setViewportSize({ width, height });
    await page.getByRole('button', { name: 'As a grid' }).click();
    try {
      await rows(page).first().focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['index'])).toBe('1');
      const tops = await page.locator('.row').evaluateAll((all) => all.map((row) => row.getBoundingClientRect().top));
      expect(new Set(tops.slice(0, 2)).size).toBe(1);
      // As many pixels as the screen has for it.
      const picture = page.locator('.row canvas').last();
      await until('the larger pictures', () =>
        picture.evaluate(
          (canvas: HTMLCanvasElement) => canvas.width >= Math.min(200, canvas.clientWidth * devicePixelRatio),
        ),
      );
      expect(await faults(page)).toEqual([]);
      expect(await reachable()).toEqual([]);
      // Where there is no room, it is a list again.
      await page.setViewportSize({ width: 1000, height });
      await page.getByRole('button', { name: 'As a grid' }).waitFor({ state: 'detached' });
      expect(await faults(page)).toEqual([]);
    } finally {
      await page.setViewportSize({ width, height });
      await page.getByRole('button', { name: 'As a list' }).click();
    }
  });

  it('with larger pictures where there is room', async () => {
    const side = (): Promise<number> =>
      page
        .locator('.row .thumbnail')
        .first()
        .evaluate((element) => element.getBoundingClientRect().width);
    await page.setViewportSize({ width: 360, height: 640 });
    const small = await side();
    await page.setViewportSize({ width: 2560, height: 1440 });
    expect(await side()).toBeGreaterThan(small * 1.5);
  });
});

describe('a menu', () => {
  it.each([
    [320, 568, '100%'],
    [320, 256, '100%'],
    [640, 400, '200%'],
  ])(
    'stands within a window of %i by %i, with text of %s, and its last item can be reached',
    async (width, height, size) => {
      await page.setViewportSize({ width, height });
      await page.evaluate((of) => {
        document.documentElement.style.fontSize = of;
      }, size);
      for (const button of [
        page.getByRole('button', { name: 'More', exact: true }),
        page.getByRole('button', { name: 'More for portrait.jpg' }),
      ]) {
        await button.click();
        const menu = page.getByRole('menu');
        const box = await menu.boundingBox();
        expect(box).not.toBeNull();
        const { x, y, width: wide, height: high } = box!;
        expect([x >= 0, y >= 0, x + wide <= width, y + high <= height]).toEqual([true, true, true, true]);
        expect(await cutOff(page, '[role=menu]')).toEqual([]);
        await page.keyboard.press('End');
        const last = await menu.getByRole('menuitem').last().boundingBox();
        expect(last!.y + last!.height).toBeLessThanOrEqual(height);
        await page.keyboard.press('Escape');
        await menu.waitFor({ state: 'detached' });
      }
      await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    },
  );
});

describe('a crop has room for its numbers, and the comparison for its tools', () => {
  const WINDOWS = [
    [320, 568],
    [800, 600],
    [1280, 800],
  ] as const;

  it('in each window, with text of twice the size, and in forced colours', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Compare portrait.jpg' }).click();
    await page.getByRole('button', { name: 'Crop' }).waitFor();
    // In a narrow window the settings stand below the picture: the wheel gets to their end.
    await page.setViewportSize({ width: 360, height: 640 });
    await page.mouse.move(180, 630);
    await until('the end of the settings', async () => {
      await page.mouse.wheel(0, 300);
      return page.locator('aside').evaluate((aside) => aside.getBoundingClientRect().bottom <= innerHeight + 1);
    });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Crop' }).click();
    const bar = page.getByRole('group', { name: 'Crop' });
    for (const [width, height] of WINDOWS) {
      await page.setViewportSize({ width, height });
      expect(await cutOff(page, '.bar, .tools, aside, .compare > header'), `${width}`).toEqual([]);
      await bar.getByRole('button', { name: 'Crop' }).scrollIntoViewIfNeeded();
    }
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    await page.setViewportSize({ width: 800, height: 600 });
    expect(await cutOff(page, '.bar, .tools, aside, .compare > header'), 'large text').toEqual([]);
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    await page.emulateMedia({ forcedColors: 'active' });
    const handle = page.getByRole('button', { name: 'Lower right corner' });
    const { backgroundColor } = await handle.evaluate((element) => ({
      backgroundColor: getComputedStyle(element, '::after').backgroundColor,
    }));
    expect(backgroundColor).not.toBe('rgba(0, 0, 0, 0)');
    await page.emulateMedia({ forcedColors: null });
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });
});

describe('the other pages have room for what they say', () => {
  it.each(['welcome.html', 'options.html', 'options.html#privacy'])('%s', async (name) => {
    await page.goto(extensionUrl(stage.browser, name));
    await page.getByRole('heading').first().waitFor();
    for (const [width, height] of [
      [320, 568],
      [800, 600],
      [2560, 1440],
    ] as const) {
      await page.setViewportSize({ width, height });
      expect(await cutOff(page, 'body'), `${width}`).toEqual([]);
    }
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    for (const width of name === 'welcome.html' ? [800] : [320, 800]) {
      await page.setViewportSize({ width, height: 600 });
      expect(await cutOff(page, 'body'), `large text, ${width}`).toEqual([]);
    }
    // The next one may be the same document at another part of it.
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
  });
});
