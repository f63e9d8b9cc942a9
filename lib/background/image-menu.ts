/**
 * The menu on images: one item that keeps the format, one for the smallest, one with limits of the file's size under it, one
 * for each format that can be written, one that only cleans metadata.
 */
import { DEFAULT_RECIPE, limitOf, OFFERED_SIZES, type Kilobyte, type Recipe } from '../core/model/recipe.ts';
import { OUTPUT_FORMATS } from '../core/image/inspection.ts';
import type { Texts, Translate } from '../core/texts/texts.ts';
import type { MenuEntry } from './menu.ts';

type MenuTexts = Pick<Texts, 'formatLabel' | 'bytesText'>;

/** A recipe by how many bytes a kB of a limit has. */
type RecipeByKilobyte = (kilobyte: Kilobyte) => Recipe;

interface ImageMenuItem {
  readonly id: string;
  readonly parentId?: string;
  title(translate: Translate, texts: MenuTexts): string;
  /** Null for one that only opens those under it. */
  readonly recipe: RecipeByKilobyte | null;
}

const FIT = 'fit';

/** In the order of the menu. */
const ITEMS: readonly ImageMenuItem[] = [
  { id: 'same', title: (translate) => translate('menu.compress'), recipe: () => DEFAULT_RECIPE },
  {
    id: 'auto',
    title: (translate) => translate('menu.smallest'),
    recipe: () => ({ ...DEFAULT_RECIPE, format: 'auto' }),
  },
  { id: FIT, title: (translate) => translate('menu.fit'), recipe: null },
  ...OFFERED_SIZES.map((size) => ({
    id: `${FIT}-${size}`,
    parentId: FIT,
    title: (_: Translate, texts: MenuTexts) => texts.bytesText(size),
    recipe: (kilobyte: Kilobyte): Recipe => ({
      ...DEFAULT_RECIPE,
      aim: { kind: 'size', bytes: limitOf(size, kilobyte) },
    }),
  })),
  ...OUTPUT_FORMATS.map((format) => ({
    id: format,
    title: (translate: Translate, texts: MenuTexts) => translate('menu.save_as', [texts.formatLabel(format)]),
    recipe: (): Recipe => ({ ...DEFAULT_RECIPE, format }),
  })),
  {
    id: 'clean',
    title: (translate) => translate('menu.clean'),
    recipe: () => ({ ...DEFAULT_RECIPE, aim: { kind: 'untouched' } }),
  },
];

export function imageMenu(translate: Translate, texts: MenuTexts): MenuEntry[] {
  return ITEMS.map(({ id, parentId, title }) => ({
    id,
    title: title(translate, texts),
    contexts: ['image'],
    ...(parentId !== undefined && { parentId }),
  }));
}

/** The recipe behind a menu item, or null for an item that is none of these. */
export function recipeOf(menuItemId: string | number): RecipeByKilobyte | null {
  return ITEMS.find(({ id }) => id === menuItemId)?.recipe ?? null;
}
