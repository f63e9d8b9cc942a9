/** The context menus: what stands where, and setting it up in the browser. What an item does is in the file of its kind. */
import { browser, type Browser } from 'wxt/browser';

export interface MenuEntry {
  readonly id: string;
  readonly title: string;
  readonly contexts: NonNullable<Browser.contextMenus.CreateProperties['contexts']>;
  /** Of the entry that opens it as a submenu. */
  readonly parentId?: string;
  /** Of the links that it is for; any when absent. */
  readonly targetUrlPatterns?: readonly string[];
  /** Left out when false; absent for what is always there. */
  readonly visible?: boolean;
}

/** Once an installation or update: the browser keeps the items over restarts. @param entries a parent before its children */
export async function createMenu(entries: readonly MenuEntry[]): Promise<void> {
  await browser.contextMenus.removeAll();
  for (const entry of entries) browser.contextMenus.create(properties(entry));
}

/**
 * For a private window, at each start of its background: Chromium keeps its items apart, tells of no installation
 * there, and `removeAll` there would remove those of the other windows too (all measured in Chromium 156).
 */
export function createPrivateMenu(entries: readonly MenuEntry[]): void {
  for (const entry of entries) {
    // An item that is there from an earlier start of the same session is an error, and as it should be.
    browser.contextMenus.create(properties(entry), () => void browser.runtime.lastError);
  }
}

/** Shows and leaves out items of a menu that is there: to make it anew would take it from the windows of the other kind. */
export async function updateMenu(entries: readonly MenuEntry[]): Promise<void> {
  for (const { id, visible } of entries)
    // While the browser is being told of the menu there is nothing to change yet; it comes as it is to be.
    if (visible !== undefined) await browser.contextMenus.update(id, { visible }).catch(() => undefined);
}

function properties({ contexts, targetUrlPatterns, ...entry }: MenuEntry): Browser.contextMenus.CreateProperties {
  return {
    ...entry,
    contexts: [...contexts] as [(typeof contexts)[0], ...typeof contexts],
    ...(targetUrlPatterns && { targetUrlPatterns: [...targetUrlPatterns] }),
  };
}
