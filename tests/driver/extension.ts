/** The extension itself: where its build is, its id, its pages, its shortcuts, its clock. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type { Browser } from './browser.ts';
import { press } from './keyboard.ts';
import { inServiceWorker } from './service-worker.ts';
import { until } from './waiting.ts';

export const PROJECT_FOLDER = resolve(import.meta.dirname, '../..');

/** The folder of the Chrome build, in the place where `wxt.config.ts` puts it. */
export function builtExtension(): string {
  return resolve(PROJECT_FOLDER, process.env['COMPRESSIMAGE_OUT_DIR'] ?? '.output', 'chrome-mv3');
}

/**
 * Chromium's id of an extension: the SHA-256 of its public key, or of its folder's path where it has none; the first
 * 16 bytes, a hexadecimal digit a letter from `a` to `p` (components/crx_file/id_util.cc).
 */
export function extensionId(folder: string): string {
  const manifestFile = join(folder, 'manifest.json');
  if (!existsSync(manifestFile)) throw new Error(`no built extension in ${folder}: run \`npm run build\``);
  const manifest: unknown = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const key = typeof manifest === 'object' && manifest !== null && 'key' in manifest ? Buffer.from(String(manifest.key), 'base64') : null;
  const hash = createHash('sha256').update(key ?? realpathSync(folder)).digest('hex');
  return [...hash.slice(0, 32)].map((digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('');
}

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
  const look = (): Page | undefined => browser.context.pages().find((page) => !before.has(page) && page.url().startsWith(extensionUrl(browser, '')));
  let popup: Page | undefined;
  // A window that has just come to the front may not take keys yet.
  for (let tries = 3; tries > 0 && !popup; tries--) {
    await press(browser, keys);
    popup = await until('the popup', look, { timeout: 4_000 }).catch((error: unknown) => {
      if (tries === 1) throw error;
      return undefined;
    });
  }
  if (!popup) throw new Error('the popup does not open');
  const opened = popup;
  await until('the focus in the popup', () => opened.evaluate(() => document.readyState === 'complete' && document.hasFocus()));
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
export async function setClock(browser: Browser, offset: number): Promise<void> {
  await inServiceWorker(browser, (value) => chrome.storage.session.set({ 'test:clock-offset': value }), offset);
}
