import { AxeBuilder } from '@axe-core/playwright';
import type { FileChooser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropFiles, extensionUrl, giveFiles, readJobs, until, waitForDownloads, waitForJob } from '../driver/index.ts';
import { openPanelStage, rowOf, rows, type PanelStage } from './panel-stage.ts';
import { photographAs } from './stage.ts';

let stage: PanelStage;

beforeAll(async () => {
  stage = await openPanelStage();
  for (const name of ['one', 'two', 'three'])
    await stage.file(`${name}.jpg`, await photographAs('jpeg', { quality: 92 }, 500, 300));
  await stage.file('broken.jpg', 'no image');
  await stage.file('large.png', await photographAs('png', {}, 1600, 1100));
});
afterAll(() => stage.close());

const ALL = ['one.jpg', 'two.jpg', 'three.jpg', 'broken.jpg'];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Colours change at once; what fades, opens or slides does not. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // A frame, for what begins with it.
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
  });
}

async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await still(page);
    // For what it finds right, axe would work out a selector an element.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
    // A theme has other colours, and nothing else.
    const { violations: list } = await (
      colorScheme === 'light' ? axe.withTags(TAGS) : axe.withRules(['color-contrast'])
    ).analyze();
    found.push(
      ...list.map(
        ({ id, nodes }) =>
          `${colorScheme} ${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary ?? ''})`).join(' | ')}`,
      ),
    );
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  return found;
}

async function withImages(names: readonly string[]): Promise<Page> {
  const page = await stage.workspace();
  await giveFiles(page.locator('[data-picks=files]'), names.map(stage.path));
  await stage.settled(names.length);
  await rows(page).first().waitFor();
  return page;
}

describe('axe finds nothing, light or dark', () => {
  it('when empty, and when something is dragged over', async () => {
    const page = await stage.workspace();
    expect(await violations(page)).toEqual([]);
    await dropFiles(page.getByRole('heading', { name: 'Drop images here' }), [stage.path('one.jpg')], { letGo: false });
    await page.getByText('Drop to add').waitFor();
    expect(await violations(page)).toEqual([]);
    // While something is dragged, the browser opens no file chooser, in whatever page.
    await dropFiles(page.getByText('Drop to add'), [stage.path('one.jpg')]);
    await stage.settled(1);
  });

  it('while images are worked on', async () => {
    const page = await stage.workspace();
    await page.getByRole('radio', { name: 'AVIF' }).check({ force: true });
    await giveFiles(
      page.locator('[data-picks=files]'),
      Array.from({ length: 5 }, () => stage.path('large.png')),
    );
    await page.getByRole('progressbar', { name: 'Progress', exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel all' }).click();
    await stage.settled(5);
  });

  it('when all is done, in the menu, in each sheet, and after saving', async () => {
    const page = await withImages(ALL);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'More for one.jpg' }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('menuitem', { name: 'Settings for this image' }).click();
    await page.getByRole('dialog').getByText('More settings', { exact: true }).click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Edit presets' }).click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('spinbutton', { name: 'Look', exact: true }).fill('9999');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save one.jpg' }).click();
    await rowOf(page, 'one.jpg').getByText('Saved. No copy is kept.').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('in the popup, with its settings', async () => {
    await withImages(ALL);
    const popup = await stage.browser.open(extensionUrl(stage.browser, 'popup.html'));
    await popup.setViewportSize({ width: 400, height: 560 });
    await rows(popup).first().waitFor();
    expect(await violations(popup)).toEqual([]);
    await popup.getByRole('button', { name: 'Settings' }).click();
    await popup.getByRole('dialog').waitFor();
    expect(await violations(popup)).toEqual([]);
    await popup.goto('about:blank');
  });

  it('when the details of an image are shown', async () => {
    const page = await withImages(['one.jpg']);
    await page.getByRole('button', { name: 'More for one.jpg' }).click();
    await page.getByRole('menuitem', { name: 'Details' }).click();
    await page.getByText('CompressImage JPEG').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { expanded: true }).click();
    await page.getByText('CompressImage JPEG').waitFor({ state: 'detached' });
  });

  it('in the comparison', async () => {
    const page = await withImages(['one.jpg', 'two.jpg']);
    await page.getByRole('button', { name: 'More for one.jpg' }).click();
    await page.getByRole('menuitem', { name: 'Compare' }).click();
    await page.getByRole('button', { name: 'Back to the images' }).waitFor();
    await page.locator('[aria-busy=false]').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Copy this side to the other' }).click();
    await page.getByRole('button', { name: 'Next image' }).press('Tab');
    expect(await violations(page)).toEqual([]);
  });
});

describe('the keyboard alone', () => {
  /** Presses Tab until what is wanted has the focus. */
  async function tabTo(page: Page, what: RegExp): Promise<void> {
    await until(
      `the focus on ${what}`,
      async () => {
        await page.keyboard.press('Tab');
        // Without a focus in the page, the body has it, and all texts.
        return what.test(
          await page.evaluate(() =>
            document.activeElement === document.body
              ? ''
              : `${document.activeElement?.getAttribute('aria-label') ?? ''} ${(document.activeElement as HTMLElement | null)?.innerText ?? ''}`,
          ),
        );
      },
      { timeout: 15_000, interval: 5 },
    );
  }

  it('does the whole job: choose, look through, set, compare, copy, remove, save', async () => {
    const page = await stage.workspace();
    // Listened for before the key: until then the browser opens a dialog of its own.
    let chooser: FileChooser | null = null;
    page.once('filechooser', (opened) => {
      chooser = opened;
    });
    await tabTo(page, /Choose images/);
    // A busy browser may drop the first key with the drag of the test before.
    const given = (await until(
      'the file chooser',
      async () => {
        if (!chooser) await page.keyboard.press('Enter');
        return chooser;
      },
      { timeout: 40_000, interval: 3000 },
    )) as FileChooser;
    await given.setFiles(ALL.map(stage.path));
    await stage.settled(4);
    await rowOf(page, 'three.jpg').getByText('−').waitFor();

    await tabTo(page, /^ one\.jpg/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await until('the focus on the last row', async () =>
      (await page.evaluate(() => document.activeElement?.textContent ?? '')).includes('broken.jpg'),
    );
    await page.keyboard.press('Delete');
    await until('the broken one to go', async () => (await rows(page).count()) === 3);
    await until('the focus on its neighbour', async () =>
      (await page.evaluate(() => document.activeElement?.textContent ?? '')).includes('three.jpg'),
    );

    await page.keyboard.press('Home');
    await tabTo(page, /More for one\.jpg/);
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Settings: one.jpg' }).waitFor();
    await tabTo(page, /Compress again/);
    await page.keyboard.press('Enter');
    await until('the focus on its row', async () =>
      (
        await page.evaluate(
          () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
        )
      ).includes('one.jpg'),
    );
    await waitForJob(
      stage.browser,
      'that was compressed again',
      ({ name, attempt, state }) => name === 'one.jpg' && attempt === 2 && state === 'ready',
    );

    await page.keyboard.press('ArrowDown');
    await tabTo(page, /^ one\.jpg|^ two\.jpg|^ three\.jpg/);
    await page.keyboard.press('Home');
    // Opens once the image has been compressed again: until then there is nothing to compare.
    await until(
      'the comparison',
      async () => {
        if (!(await page.getByRole('button', { name: 'Back to the images' }).isVisible()))
          await page.keyboard.press('Enter');
        return page.getByRole('button', { name: 'Back to the images' }).isVisible();
      },
      { timeout: 30_000, interval: 500 },
    );
    await tabTo(page, /Back to the images/);
    await page.keyboard.press('Enter');
    await until('the focus where it was', async () =>
      (await page.evaluate(() => document.activeElement?.textContent ?? '')).includes('one.jpg'),
    );

    await tabTo(page, /Save as one ZIP/);
    await page.keyboard.press('Enter');
    await waitForDownloads(stage.browser, 1);
    await until('all to be saved', async () => (await readJobs(stage.browser)).every(({ state }) => state === 'saved'));
  });
});

describe('every size and direction', () => {
  let page: Page;
  beforeAll(async () => {
    page = await withImages(ALL);
  });

  it.each([
    [320, 568],
    [400, 560],
    [760, 600],
    [1280, 800],
    [3840, 2160],
  ])('fits %i by %i, in both directions', async (width, height) => {
    await page.setViewportSize({ width, height });
    for (const direction of ['ltr', 'rtl']) {
      await page.evaluate((dir) => {
        document.documentElement.dir = dir;
      }, direction);
      await still(page);
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll('body *')]
          .filter((element) => {
            const { left, right, width: own } = element.getBoundingClientRect();
            return own > 1 && (left < -1 || right > innerWidth + 1);
          })
          .map((element) => element.outerHTML.slice(0, 120)),
      );
      expect(wide, direction).toEqual([]);
      expect(
        await page.evaluate(
          () =>
            document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight,
        ),
      ).toBe(true);
    }
  });
});
