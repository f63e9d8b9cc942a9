import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveFiles } from '../driver/index.ts';
import { faults } from './layout-faults.ts';
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
    } finally {
      await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    }
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
