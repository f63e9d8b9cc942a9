/** The context menu on images: one item that keeps the format, one for each format that can be written. */
import { browser } from 'wxt/browser';
import { DEFAULT_RECIPE, type Recipe } from '../compress/recipe.ts';
import { OUTPUT_FORMATS } from '../image/inspection.ts';

const FORMATS = ['same', ...OUTPUT_FORMATS] as const;

/** The items in the order of the menu. */
export const MENU_ITEMS = FORMATS.map((format) => ({ id: format, recipe: { ...DEFAULT_RECIPE, format } }));

/** Once an installation or update: the browser keeps the items over restarts. */
export async function createMenu(title: (format: Recipe['format']) => string): Promise<void> {
  await browser.contextMenus.removeAll();
  for (const { id } of MENU_ITEMS) {
    browser.contextMenus.create({ id, title: title(id), contexts: ['image'] });
  }
}

/**
 * For a private window, at each start of its background: Chromium keeps its items apart, tells of no installation
 * there, and `removeAll` there would remove those of the other windows too (all measured in Chromium 156).
 */
export function createPrivateMenu(title: (format: Recipe['format']) => string): void {
  for (const { id } of MENU_ITEMS) {
    // An item that is there from an earlier start of the same session is an error, and as it should be.
    browser.contextMenus.create({ id, title: title(id), contexts: ['image'] }, () => void browser.runtime.lastError);
  }
}

/** The recipe behind a menu item, or null for an item that is not ours. */
export function recipeOf(menuItemId: string | number): Recipe | null {
  return MENU_ITEMS.find(({ id }) => id === menuItemId)?.recipe ?? null;
}
