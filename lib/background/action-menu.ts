/** The toolbar button's own menu: pages of the extension, beside what the browser puts there itself. */
import { browser } from 'wxt/browser';
import type { Translate } from '../core/texts/translate.ts';
import type { MenuEntry } from './menu.ts';

const PAGES = {
  'open-workspace': { text: 'menu.open_workspace', path: 'workspace.html' },
  'open-privacy': { text: 'menu.open_privacy', path: 'options.html#privacy' },
  'open-help': { text: 'menu.open_help', path: 'welcome.html' },
} as const;

export function actionMenu(translate: Translate): MenuEntry[] {
  return Object.entries(PAGES).map(([id, { text }]) => ({ id, title: translate(text), contexts: ['action'] }));
}

/** @returns whether the item is one of these */
export function openFromActionMenu(menuItemId: string | number): boolean {
  const page = Object.entries(PAGES).find(([id]) => id === menuItemId)?.[1];
  if (!page) return false;
  void browser.tabs.create({ url: browser.runtime.getURL('/') + page.path });
  return true;
}
