import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { focusPage, inServiceWorker, openPopup, press, shortcutOf, until, waitForToast } from '../driver/index.ts';
import { image, openStage, photographAs, toolbarButton, type Stage } from './stage.ts';
import type { Job } from '../../lib/core/model/job.ts';
import type { Page } from 'playwright-core';

let stage: Stage;
let keys: string;

beforeAll(async () => {
  stage = await openStage();
  keys = await shortcutOf(stage.browser, 'compress-image-in-view');
  for (const name of ['one', 'two', 'three']) {
    stage.site.answer(`${name}.jpg`, image(await photographAs('jpeg', { quality: 90 }, 300, 200), 'image/jpeg'));
  }
});
afterAll(() => stage.close());

async function pressOn(html: string): Promise<{ job: Job; page: Page }> {
  const shown = await stage.show('data:,');
  const page = shown.page();
  await page.goto(stage.site.page('layout', html));
  await focusPage(page);
  const job = await stage.endedJobOf(() => press(stage.browser, keys));
  return { job, page };
}

/** By Escape, which is lost on a popup that has no focus yet. */
async function closed(popup: Page): Promise<void> {
  await until(
    'the popup to close',
    async () => {
      if (!popup.isClosed()) await press(stage.browser, 'Escape');
      return popup.isClosed();
    },
    { interval: 500 },
  );
}

describe('the keys', () => {
  it('are the ones that Chromium really assigned', async () => {
    const commands = await inServiceWorker(stage.browser, () => chrome.commands.getAll());
    expect(Object.fromEntries(commands.map(({ name, shortcut }) => [name, shortcut]))).toEqual({
      _execute_action: 'Alt+Shift+K',
      'compress-image-in-view': 'Alt+Shift+J',
      'compress-page': 'Alt+Shift+M',
      'pick-image': 'Alt+Shift+H',
    });
  });

  it('open the popup, which shows both', async () => {
    const popup = await openPopup(stage.browser);
    await until('the keys in the popup', async () => {
      const text = (await popup.locator('body').innerText()).replaceAll(/\s/g, '');
      return text.includes('AltShiftK') && text.includes('AltShiftJ');
    });
    await closed(popup);
  });
});

describe('the image in view', () => {
  it('is the focused one', async () => {
    const { job, page } = await pressOn(
      '<img src="one.jpg" width=500><a href="#" autofocus><img src="two.jpg" width=100></a>',
    );
    expect(job).toMatchObject({ state: 'saved', name: 'two.jpg', origin: { chosenAs: 'focused' } });
    expect(await waitForToast(page, /two.*\.jpg/, { of: job })).toMatchObject({
      detail: expect.stringContaining('keyboard focus'),
    });
  });

  it('is the only one', async () => {
    const { job, page } = await pressOn('<img src="one.jpg" width=300>');
    expect(job).toMatchObject({ state: 'saved', origin: { chosenAs: 'only' } });
    expect(await waitForToast(page, /one/, { of: job })).toMatchObject({
      detail: expect.stringContaining('only image'),
    });
  });

  it('is the largest one that can be seen, not one below the fold', async () => {
    const { job } = await pressOn(
      '<img src="one.jpg" width=150><img src="two.jpg" width=350><div style="height:3000px"></div><img src="three.jpg" width=900>',
    );
    expect(job).toMatchObject({ state: 'saved', name: 'two.jpg', origin: { chosenAs: 'largest' } });
  });

  it('is found in a frame', async () => {
    stage.site.page('inner', '<img src="three.jpg" width=400>');
    const { job } = await pressOn(
      '<img src="one.jpg" width=120><br><iframe src="inner" width=600 height=400></iframe>',
    );
    expect(job).toMatchObject({ state: 'saved', name: 'three.jpg', origin: { frameId: expect.any(Number) } });
  });

  it('is missing: the page says so', async () => {
    const shown = await stage.show('data:,');
    await shown.page().goto(stage.site.page('words', '<p>Only words here.'));
    await focusPage(shown.page());
    await press(stage.browser, keys);
    expect(await waitForToast(shown.page(), /No image/)).toMatchObject({ tone: 'error' });
  });

  it('cannot be looked for in a page of the browser: the popup opens and says so, else the button of that tab', async () => {
    // A first try may have left it off.
    await inServiceWorker(stage.browser, () => chrome.storage.local.remove('settings'));
    const other = await stage.browser.open(stage.site.page('other', '<p>Another tab.'));
    const page = await stage.browser.open('chrome://version');
    const failed = async (): Promise<Page> => {
      await focusPage(page);
      await press(stage.browser, keys);
      return until('the popup', () => stage.browser.context.pages().find((one) => one.url().endsWith('/popup.html')));
    };
    const popup = await failed();
    await popup.getByText(/no extension work on this page/).waitFor();
    await popup.getByRole('button', { name: 'Notify me next time' }).waitFor();
    // It is read.
    await until('the mark to go', async () => (await toolbarButton(stage.browser)).badge === '');
    await closed(popup);
    // Who wants no messages in pages has the button alone.
    await inServiceWorker(stage.browser, async () => {
      const { settings = { version: 4 } } = await chrome.storage.local.get('settings');
      await chrome.storage.local.set({ settings: { ...(settings as object), toast: false } });
    });
    await focusPage(page);
    await press(stage.browser, keys);
    await until('the badge', async () => (await toolbarButton(stage.browser)).badge === '!');
    expect((await toolbarButton(stage.browser)).title).toMatch(/no extension work on this page/);
    await other.bringToFront();
    await until('the other tab', async () => (await toolbarButton(stage.browser)).badge === '');
    await other.close();
    await page.close();
  });
});
