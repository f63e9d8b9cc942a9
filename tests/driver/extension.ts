/** The extension itself: its pages, its shortcuts, its clock. */
import type { Page } from 'playwright-core';
import type { Browser, Where } from './browser.ts';
import { press } from './keyboard.ts';
import { inServiceWorker } from './service-worker.ts';
import { until } from './waiting.ts';

/** The address of one of the extension's files, such as `popup.html`. */
export function extensionUrl(browser: Browser, path: string): string {
  return `chrome-extension://${browser.extensionId}/${path}`;
}

/** Opens a page of the extension in a tab: `popup.html`, `workspace.html`, `options.html`. */
export function openExtensionPage(browser: Browser, path: string): Promise<Page> {
  return browser.open(extensionUrl(browser, path));
}

/** Opens the real popup at the toolbar button, by its shortcut, and waits until it has the focus. Escape or a click elsewhere closes it. */
export async function openPopup(browser: Browser): Promise<Page> {
  const before = new Set(browser.context.pages());
  const keys = await shortcutOf(browser, '_execute_action');
  const look = (): Page | undefined =>
    browser.context.pages().find((page) => !before.has(page) && page.url().startsWith(extensionUrl(browser, '')));
  let popup: Page | undefined;
  // A window that has just come to the front may not take keys yet.
  for (let tries = 3; tries > 0 && !popup; tries--) {
    // A second press would close it.
    if (!look()) await press(browser, keys);
    popup = await until('the popup', look, { timeout: 10_000 }).catch((error: unknown) => {
      if (tries === 1) throw error;
      return undefined;
    });
  }
  if (!popup) throw new Error('the popup does not open');
  const opened = popup;
  await until('the focus in the popup', () =>
    opened.evaluate(() => document.readyState === 'complete' && document.hasFocus()),
  );
  return opened;
}

/** The keys that Chromium really assigned to a command, such as `Alt+Shift+K`. Throws when it assigned none. */
export async function shortcutOf(browser: Browser, command: string): Promise<string> {
  const commands = await inServiceWorker(browser, () => chrome.commands.getAll());
  const found = commands.find((one) => one.name === command);
  if (!found?.shortcut) throw new Error(`Chromium assigned no keys to the command ${command}`);
  return found.shortcut;
}

/**
 * Moves the extension's clock by `offset` ms. A test build adds what it finds under this key to `Date.now()`; any other
 * build ignores it. The offset is gone when the browser ends, as everything in `storage.session`.
 */
export async function setClock(where: Where, offset: number): Promise<void> {
  await inServiceWorker(where, (value) => chrome.storage.session.set({ 'test:clock-offset': value }), offset);
}
