/**
 * The page's real context menu. It is drawn by the browser and no script can read it, so it is walked by keyboard. On a
 * virtual screen each step is seen: a menu is a window of its own, and the row that the next Enter takes is shaded.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import type { Browser } from './browser.ts';
import { press } from './keyboard.ts';
import { click } from './pointer.ts';
import type { Screen } from './screen.ts';
import { inServiceWorker } from './service-worker.ts';
import { imageMenu } from './texts.ts';
import { until } from './waiting.ts';

export interface MenuOptions {
  /** The extension's items for what is clicked, in their order. Default: those on an image. */
  readonly items?: readonly string[];
  /** How many of the browser's own items stand below the extension's: 1 on an image or a link (default), 2 on the page. */
  readonly below?: number;
  /** The title of the item that it is under, where it is in a menu of its own. */
  readonly under?: string;
  /** Called while the menu is open and the item is chosen but not yet taken: for a picture of it. */
  readonly beforeTaking?: () => Promise<void>;
}

/**
 * Right-clicks an element and takes one of the extension's items by its title. Chromium puts the extension's items
 * just above its last one ("Inspect"), in a submenu when there is more than one.
 */
export async function chooseMenuItem(
  browser: Browser,
  target: Locator,
  title: string,
  options: MenuOptions = {},
): Promise<void> {
  const items = options.items ?? imageMenu(browser.extension);
  const above = options.under ?? title;
  const index = items.indexOf(above);
  const beneath = options.under === undefined ? [] : imageMenu(browser.extension, 'en', options.under);
  if (index < 0 || (options.under !== undefined && !beneath.includes(title)))
    throw new Error(`the menu has no item "${title}", only ${items.map((item) => `"${item}"`).join(', ')}`);
  if (!options.items) await waitForMenu(browser, target.page());
  // On a busy machine a menu may be on the screen before it takes keys: then it is closed and opened again.
  for (let tries = 4; ; tries--) {
    const menu = await openContextMenu(browser, target).catch((error: unknown) => ({ error }));
    // A right-click may be lost to what is just closing.
    if ('error' in menu) {
      if (tries === 1) throw menu.error;
      await press(browser, 'Escape');
      continue;
    }
    const chosen = await chooseRow(browser, menu, items.length, index, options.below ?? 1)
      .then((row) => (row && options.under ? rowBeside(browser, row, beneath.length, beneath.indexOf(title)) : row))
      .catch((error: unknown) => ({ error }));
    if (chosen && !('error' in chosen)) {
      await options.beforeTaking?.();
      await press(browser, 'Enter');
      await until('the menu to close', async () => !(await isShown(browser.screen, menu)), { interval: 20 });
      return;
    }
    await close(browser, menu);
    if (tries === 1) throw new Error(`the menu does not come to the item "${title}"`, { cause: chosen?.error });
  }
}

/** Of those that the extension makes, in their order. */
const LAST_ITEM = 'open-help';

/** Where the extension was seen to have its menu: by a browser's context, and by a page for private windows. */
const menuSeen = new WeakSet<object>();

/** A browser that has just been started may be faster than the extension in it. */
async function waitForMenu(browser: Browser, page: Page): Promise<void> {
  const where = (await browser.isPrivate(page)) ? page : browser;
  const key = where === page ? page : browser.context;
  if (menuSeen.has(key)) return;
  // There is no list of items to ask for, but what is not there can't be updated.
  await until('the extension to have its menu', () =>
    inServiceWorker(
      where,
      (id) =>
        chrome.contextMenus.update(id, {}).then(
          () => true,
          () => false,
        ),
      LAST_ITEM,
    ),
  );
  menuSeen.add(key);
}

/** Right-clicks an element and waits until the menu is there. Returns its window. */
export async function openContextMenu(browser: Browser, target: Locator): Promise<MenuWindow> {
  const before = await visibleWindows(browser.screen);
  const { x, y } = await click(browser, target, 'right');
  return opened(
    browser.screen,
    before,
    'the context menu',
    5_000,
    (menu) => isWithin(x, menu.x, menu.width) && isWithin(y, menu.y, menu.height),
  );
}

/** A window on the screen, in px. */
export interface MenuWindow {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A menu takes keys a moment after its window is on the screen, ms. */
const SETTLE = 80;

/** From the open menu to the row of an item: the menu that it is in. Null when a key was lost on the way. */
async function chooseRow(
  browser: Browser,
  menu: MenuWindow,
  count: number,
  index: number,
  below: number,
): Promise<MenuWindow | null> {
  await press(browser, ...Array.from({ length: below + 1 }, () => 'ArrowUp'));
  if (count > 1) return rowBeside(browser, menu, count, index);
  const row = await until(
    'the row to be shaded',
    async () => {
      const seen = await rowsBeneath(browser.screen, menu);
      return seen === below || seen === 'unseen' ? seen : null;
    },
    { timeout: 2_000, interval: 20 },
  ).catch(() => null);
  return row === null ? null : menu;
}

/** Opens the submenu of the chosen row and goes to one of its own. */
async function rowBeside(browser: Browser, menu: MenuWindow, count: number, index: number): Promise<MenuWindow | null> {
  const { screen } = browser;
  const before = await visibleWindows(screen);
  await press(browser, 'ArrowRight');
  const isBeside = ({ x, width }: MenuWindow): boolean =>
    isWithin(menu.x + menu.width, x, 0) || isWithin(menu.x, x + width, 0);
  const submenu = await opened(screen, before, 'the submenu', 1_500, isBeside).catch(() => null);
  if (submenu === null) return null;
  await press(browser, ...Array.from({ length: index }, () => 'ArrowDown'));
  // Keys that came too early are made up for.
  for (let tries = 5; tries > 0; tries--) {
    const row = await until(
      'the row to be shaded',
      async () => {
        const seen = await shadedRow(screen, submenu, count);
        return seen === index || seen === 'unseen' ? seen : null;
      },
      { timeout: 600, interval: 20 },
    ).catch(() => shadedRow(screen, submenu, count));
    if (row === index || row === 'unseen') return submenu;
    if (row !== null)
      await press(
        browser,
        ...Array.from({ length: Math.abs(index - row) }, () => (index > row ? 'ArrowDown' : 'ArrowUp')),
      );
  }
  return null;
}

/** Which of a menu's equal rows is shaded, from 0; null when none is. `unseen` where the screen can't be looked at. */
async function shadedRow(screen: Screen, menu: MenuWindow, count: number): Promise<number | null | 'unseen'> {
  const shaded = await shadedPart(screen, menu);
  if (shaded === null || shaded === 'unseen') return shaded;
  const { first, rowHeight } = shaded;
  const rows = Math.round((menu.height - 2 * PADDING) / rowHeight);
  if (rows !== count) throw new Error(`the menu has ${rows} items, not ${count}: is the build older than the sources?`);
  return Math.round((first - PADDING) / rowHeight);
}

/** How many rows of its height stand below the shaded one; lines between them count less. */
async function rowsBeneath(screen: Screen, menu: MenuWindow): Promise<number | null | 'unseen'> {
  const shaded = await shadedPart(screen, menu);
  if (shaded === null || shaded === 'unseen') return shaded;
  const { first, rowHeight } = shaded;
  return Math.floor((menu.height - PADDING - first - rowHeight) / rowHeight);
}

/** Of a menu, from its top, px. */
async function shadedPart(
  screen: Screen,
  { x, y, height }: MenuWindow,
): Promise<{ readonly first: number; readonly rowHeight: number } | null | 'unseen'> {
  // Left of all icons and titles there is only the row's own colour.
  const column = await screen.column(x + 5, y, height);
  if (!column) return 'unseen';
  // Lines between the rows are of another colour, too.
  let [first, rowHeight] = [0, 0];
  for (let from = 0, to = 0; to <= column.length; to++) {
    if (to < column.length && column[to] !== column[1]) continue;
    if (to - from > rowHeight) [first, rowHeight] = [from, to - from];
    from = to + 1;
  }
  return rowHeight > 10 ? { first, rowHeight } : null;
}

/** px above the first row and below the last one. */
const PADDING = 4;

/** Waits for a new window that is in the right place: the bubble that tells of a download is one, too. */
async function opened(
  screen: Screen,
  before: ReadonlySet<string>,
  what: string,
  timeout: number,
  isIt: (window: MenuWindow) => boolean,
): Promise<MenuWindow> {
  const window = await until(
    what,
    async () => {
      for (const id of await visibleWindows(screen)) {
        const found = before.has(id) ? null : await windowOf(screen, id);
        if (found && isIt(found)) return found;
      }
      return null;
    },
    { timeout, interval: 20 },
  );
  await delay(SETTLE);
  return window;
}

async function windowOf(screen: Screen, id: string): Promise<MenuWindow | null> {
  const text = await screen.xdotool('getwindowgeometry', '--shell', id).catch(() => '');
  const [x, y, width, height] = ['X', 'Y', 'WIDTH', 'HEIGHT'].map((name) =>
    Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(text)?.[1] ?? NaN),
  );
  return x === undefined || y === undefined || !width || !height ? null : { id, x, y, width, height };
}

async function close(browser: Browser, menu: MenuWindow): Promise<void> {
  await until(
    'the menu to close',
    async () => {
      if (!(await isShown(browser.screen, menu))) return true;
      await press(browser, 'Escape');
      return false;
    },
    { timeout: 5_000, interval: 150 },
  );
}

/** Ids of all windows on the screen. */
async function visibleWindows(screen: Screen): Promise<ReadonlySet<string>> {
  // A window that closes while xdotool walks the tree ends the walk with BadWindow: it is walked again.
  const walked = await until(
    'a walk through the windows',
    () => screen.xdotool('search', '--onlyvisible', '--class', '.*'),
    { timeout: 5_000, interval: 20 },
  );
  return new Set(walked.trim().split('\n'));
}

async function isShown(screen: Screen, { id }: MenuWindow): Promise<boolean> {
  return (await visibleWindows(screen)).has(id);
}

function isWithin(value: number, from: number, length: number): boolean {
  return value >= from - 4 && value <= from + length + 4;
}
