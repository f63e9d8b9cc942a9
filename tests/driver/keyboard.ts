/** The real keyboard: keys go to the window that has the focus, through the X server. */
import type { Browser } from './browser.ts';

/** X names of keys whose name differs from the web's. */
const X_NAMES: Readonly<Record<string, string>> = {
  Enter: 'Return', ArrowUp: 'Up', ArrowDown: 'Down', ArrowLeft: 'Left', ArrowRight: 'Right', PageUp: 'Prior', PageDown: 'Next',
  Space: 'space', Backspace: 'BackSpace', ContextMenu: 'Menu', Ctrl: 'ctrl', Control: 'ctrl', Alt: 'alt', Shift: 'shift', Meta: 'super',
};

/** Presses key combinations one after the other: `press(browser, 'Ctrl+Shift+Y')`, `press(browser, 'ArrowDown', 'Enter')`. */
export async function press(browser: Pick<Browser, 'screen'>, ...combinations: readonly string[]): Promise<void> {
  if (combinations.length) await browser.screen.xdotool('key', '--clearmodifiers', '--delay', 25, ...combinations.map(xCombination));
}

/** Types ASCII text as from a keyboard, key by key. Other letters have no key on a virtual screen's keyboard. */
export async function typeText(browser: Pick<Browser, 'screen'>, text: string): Promise<void> {
  await browser.screen.xdotool('type', '--clearmodifiers', '--delay', 8, '--', text);
}

function xCombination(combination: string): string {
  return combination.split('+').map((key) => X_NAMES[key] ?? (/^[A-Z]$/.test(key) ? key.toLowerCase() : key)).join('+');
}
