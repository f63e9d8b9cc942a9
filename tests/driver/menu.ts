/** The page's real context menu. It is drawn by the browser: no script can read it, so it is walked by keyboard. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import type { Browser } from './browser.ts';
import { press } from './keyboard.ts';
import { click } from './pointer.ts';
import type { Screen } from './screen.ts';
import { imageMenu } from './texts.ts';
import { until } from './waiting.ts';

export interface MenuOptions {
  /** The extension's items for what is clicked, in their order. Default: those on an image. */
  readonly items?: readonly string[];
  /** Called while the menu is open and the item is chosen but not yet taken: for a picture of it. */
  readonly beforeTaking?: () => Promise<void>;
}

/**
 * Right-clicks an element and takes one of the extension's items by its title. Chromium puts the extension's items
 * just above its last one ("Inspect"), in a submenu when there is more than one.
 */
export async function chooseMenuItem(browser: Browser, target: Locator, title: string, options: MenuOptions = {}): Promise<void> {
  const items = options.items ?? imageMenu(browser.extension);
  const index = items.indexOf(title);
  if (index < 0) throw new Error(`the menu has no item "${title}", only ${items.map((item) => `"${item}"`).join(', ')}`);
  const windows = await openContextMenu(browser, target);
  try {
    await press(browser, 'ArrowUp', 'ArrowUp');
    if (items.length > 1) {
      await press(browser, 'ArrowRight');
      await until('the submenu', async () => (await visibleWindows(browser.screen)).size > windows + 1, { timeout: 3_000, interval: 20 });
      await delay(SETTLE);
      await press(browser, ...Array.from({ length: index }, () => 'ArrowDown'));
    }
    await options.beforeTaking?.();
    await press(browser, 'Enter');
    await until('the menu to close', async () => (await visibleWindows(browser.screen)).size <= windows, { timeout: 3_000, interval: 20 });
  } catch (error) {
    await press(browser, 'Escape', 'Escape', 'Escape');
    throw error;
  }
}

/** Right-clicks an element and waits until the menu is there. Returns how many windows there were before it. */
export async function openContextMenu(browser: Browser, target: Locator): Promise<number> {
  const windows = (await visibleWindows(browser.screen)).size;
  await click(browser, target, 'right');
  await until('the context menu', async () => (await visibleWindows(browser.screen)).size > windows, { timeout: 5_000, interval: 20 });
  await delay(SETTLE);
  return windows;
}

/** A menu takes keys a moment after its window is on the screen, ms. */
const SETTLE = 60;

/** Ids of all windows on the screen; an open menu or dialog is one of its own. */
export async function visibleWindows(screen: Screen): Promise<ReadonlySet<string>> {
  return new Set((await screen.xdotool('search', '--onlyvisible', '--class', '.*')).trim().split('\n'));
}
