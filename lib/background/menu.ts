/** The context menu on images: one item that keeps the format, one for each that can be written, one that only cleans metadata. */
import { browser } from 'wxt/browser';
import { DEFAULT_RECIPE, type Recipe } from '../core/model/recipe.ts';
import { OUTPUT_FORMATS } from '../core/image/inspection.ts';
import type { Texts, Translate } from '../core/texts/texts.ts';

export interface MenuItem {
  readonly id: Recipe['format'] | 'clean';
  readonly recipe: Recipe;
}

/** The items in the order of the menu. */
export const MENU_ITEMS: readonly MenuItem[] = [
  ...(['same', ...OUTPUT_FORMATS] as const).map((format) => ({ id: format, recipe: { ...DEFAULT_RECIPE, format } })),
  { id: 'clean', recipe: { ...DEFAULT_RECIPE, aim: { kind: 'untouched' } } },
];

export function menuTitle(id: MenuItem['id'], translate: Translate, texts: Pick<Texts, 'formatLabel'>): string {
  switch (id) {
    case 'same':
      return translate('menu.compress');
    case 'clean':
      return translate('menu.clean');
    default:
      return translate('menu.save_as', [texts.formatLabel(id)]);
  }
}

/** Once an installation or update: the browser keeps the items over restarts. */
export async function createMenu(title: (id: MenuItem['id']) => string): Promise<void> {
  await browser.contextMenus.removeAll();
  for (const { id } of MENU_ITEMS) {
    browser.contextMenus.create({ id, title: title(id), contexts: ['image'] });
  }
}

/**
 * For a private window, at each start of its background: Chromium keeps its items apart, tells of no installation
 * there, and `removeAll` there would remove those of the other windows too (all measured in Chromium 156).
 */
export function createPrivateMenu(title: (id: MenuItem['id']) => string): void {
  for (const { id } of MENU_ITEMS) {
    // An item that is there from an earlier start of the same session is an error, and as it should be.
    browser.contextMenus.create({ id, title: title(id), contexts: ['image'] }, () => void browser.runtime.lastError);
  }
}

/** The recipe behind a menu item, or null for an item that is not ours. */
export function recipeOf(menuItemId: string | number): Recipe | null {
  return MENU_ITEMS.find(({ id }) => id === menuItemId)?.recipe ?? null;
}
