/** The real keyboard: keys go to the window that has the focus, through the X server. */
import type { Page } from 'playwright-core';
import type { Browser } from './browser.ts';
import { until } from './waiting.ts';

/** X names of keys whose name differs from the web's. */
const X_NAMES: Readonly<Record<string, string>> = {
  Enter: 'Return',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  PageUp: 'Prior',
  PageDown: 'Next',
  Space: 'space',
  Backspace: 'BackSpace',
  ContextMenu: 'Menu',
  Ctrl: 'ctrl',
  Control: 'ctrl',
  Alt: 'alt',
  Shift: 'shift',
  Meta: 'super',
};

/** Brings a page to the front and waits until the keys go to it: a popup or a menu that is just closing may still have them. */
export async function focusPage(page: Page): Promise<void> {
  await page.bringToFront();
  await until('the focus in the page', () => page.evaluate(() => document.hasFocus()), { interval: 20 });
}

/** Presses key combinations one after the other: `press(browser, 'Ctrl+Shift+Y')`, `press(browser, 'ArrowDown', 'Enter')`. */
export async function press(browser: Pick<Browser, 'screen'>, ...combinations: readonly string[]): Promise<void> {
  if (combinations.length)
    await browser.screen.xdotool('key', '--clearmodifiers', '--delay', 25, ...combinations.map(xCombination));
}

/** Types ASCII text as from a keyboard, key by key. Other letters have no key on a virtual screen's keyboard. */
export async function typeText(browser: Pick<Browser, 'screen'>, text: string): Promise<void> {
  await browser.screen.xdotool('type', '--clearmodifiers', '--delay', 8, '--', text);
}

function xCombination(combination: string): string {
  return combination
    .split('+')
    .map((key) => X_NAMES[key] ?? (/^[A-Z]$/.test(key) ? key.toLowerCase() : key))
    .join('+');
}
