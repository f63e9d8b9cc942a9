/**
 * The menu on images: one item that does what the settings say, one for the smallest, one with limits of the file's size
 * under it, one for each format that can be written, one that only cleans metadata, and the way to the workspace. All but
 * the first can be left out.
 */
import { FORMAT_FACTS } from '../core/image/format-facts.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../core/image/inspection.ts';
import { DEFAULT_RECIPE, type Recipe } from '../core/model/recipe.ts';
import { limitOf, OFFERED_SIZES, type Kilobyte } from '../core/model/aim.ts';
import type { Texts } from '../core/texts/texts.ts';
import type { Translate } from '../core/texts/translate.ts';
import type { MenuItem } from '../storage/settings/schema.ts';
import type { MenuEntry } from './menu.ts';

type MenuTexts = Pick<Texts, 'formatLabel' | 'bytesText'>;

/** What an item does with an image. */
export interface ImageClick {
  /** @param base what the settings say of a click in a page @param kilobyte how many bytes a kB of a limit has */
  recipe(base: Recipe, kilobyte: Kilobyte): Recipe;
  /** The workspace that opens in place of a download: a comparison, or the question for a size. */
  readonly opens?: 'compare' | 'fit';
}

interface ImageMenuItem {
  readonly id: string;
  readonly parentId?: string;
  /** By what it is left out with; null for what is always there. */
  readonly item: MenuItem | null;
  title(translate: Translate, texts: MenuTexts): string;
  /** Null for one that only opens those under it. */
  readonly click: ImageClick | null;
}

const FIT = 'fit';

const sized = (base: Recipe, bytes: number): Recipe => ({ ...base, aim: { kind: 'size', bytes } });

/** In the order of the menu. */
const ITEMS: readonly ImageMenuItem[] = [
  { id: 'same', item: null, title: (translate) => translate('menu.compress'), click: { recipe: (base) => base } },
  {
    id: 'auto',
    item: 'auto',
    title: (translate) => translate('menu.smallest'),
    click: {
      recipe: (base) => ({ ...base, format: 'auto', aim: base.aim.kind === 'look' ? base.aim : DEFAULT_RECIPE.aim }),
    },
  },
  { id: FIT, item: 'fit', title: (translate) => translate('menu.fit'), click: null },
  ...OFFERED_SIZES.map((size): ImageMenuItem => ({
    id: `${FIT}-${size}`,
    parentId: FIT,
    item: 'fit',
    title: (_, texts) => texts.bytesText(size),
    click: { recipe: (base, kilobyte) => sized(base, limitOf(size, kilobyte)) },
  })),
  {
    id: `${FIT}-other`,
    parentId: FIT,
    item: 'fit',
    title: (translate) => translate('menu.fit_other'),
    click: { recipe: (base, kilobyte) => sized(base, limitOf(OFFERED_SIZES[1], kilobyte)), opens: 'fit' },
  },
  ...OUTPUT_FORMATS.map((format): ImageMenuItem => ({
    id: format,
    item: format,
    title: (translate, texts) => translate('menu.save_as', [texts.formatLabel(format)]),
    click: { recipe: (base) => recipeAs(base, format) },
  })),
  {
    id: 'clean',
    item: 'clean',
    title: (translate) => translate('menu.clean'),
    click: {
      recipe: (base) => ({
        ...base,
        format: 'same',
        aim: { kind: 'untouched' },
        resize: null,
        // To keep all of it is not to clean it.
        metadata: base.metadata === 'keep' ? DEFAULT_RECIPE.metadata : base.metadata,
      }),
    },
  },
  {
    id: 'more',
    item: 'more',
    title: (translate) => translate('menu.more'),
    click: { recipe: (base) => base, opens: 'compare' },
  },
];

/** @param hidden what a person has left out */
export function imageMenu(translate: Translate, texts: MenuTexts, hidden: readonly MenuItem[] = []): MenuEntry[] {
  return ITEMS.map(({ id, parentId, item, title }) => ({
    id,
    title: title(translate, texts),
    contexts: ['image'],
    visible: item === null || !hidden.includes(item),
    ...(parentId !== undefined && { parentId }),
  }));
}

/** What a menu item does, or null for one that is none of these. */
export function imageClick(menuItemId: string | number): ImageClick | null {
  return ITEMS.find(({ id }) => id === menuItemId)?.click ?? null;
}

/** The same in this format, as far as it can. */
export function recipeAs(base: Recipe, format: OutputFormat): Recipe {
  const { aim } = base;
  const isOpen = aim.kind === 'untouched' || (aim.kind === 'lossless' && !FORMAT_FACTS[format].lossless);
  return { ...base, format, ...(isOpen && { aim: DEFAULT_RECIPE.aim }) };
}
