/** The menu on images: one item that keeps the format, one for each that can be written, one that only cleans metadata. */
import { DEFAULT_RECIPE, type Recipe } from '../core/model/recipe.ts';
import { OUTPUT_FORMATS } from '../core/image/inspection.ts';
import type { Texts, Translate } from '../core/texts/texts.ts';
import type { MenuEntry } from './menu.ts';

interface ImageMenuItem {
  readonly id: Recipe['format'] | 'clean';
  readonly recipe: Recipe;
}

/** In the order of the menu. */
const ITEMS: readonly ImageMenuItem[] = [
  ...(['same', ...OUTPUT_FORMATS] as const).map((format) => ({ id: format, recipe: { ...DEFAULT_RECIPE, format } })),
  { id: 'clean', recipe: { ...DEFAULT_RECIPE, aim: { kind: 'untouched' } } },
];

export function imageMenu(translate: Translate, texts: Pick<Texts, 'formatLabel'>): MenuEntry[] {
  return ITEMS.map(({ id }) => ({ id, title: titleOf(id, translate, texts), contexts: ['image'] }));
}

/** The recipe behind a menu item, or null for an item that is none of these. */
export function recipeOf(menuItemId: string | number): Recipe | null {
  return ITEMS.find(({ id }) => id === menuItemId)?.recipe ?? null;
}

function titleOf(id: ImageMenuItem['id'], translate: Translate, texts: Pick<Texts, 'formatLabel'>): string {
  switch (id) {
    case 'same':
      return translate('menu.compress');
    case 'clean':
      return translate('menu.clean');
    default:
      return translate('menu.save_as', [texts.formatLabel(id)]);
  }
}
