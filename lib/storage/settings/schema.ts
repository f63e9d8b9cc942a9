/** What a person has set. Kept in `storage.local`; it never holds anything of an image, and of pages the sites alone that the person has put on a list. */
import * as v from 'valibot';
import { OUTPUT_FORMATS } from '../../core/image/inspection.ts';
import { DEFAULT_RECIPE, generalRecipeSchema, type Recipe } from '../../core/model/recipe.ts';
import { KILOBYTES } from '../../core/model/aim.ts';
import { DEFAULT_STATISTICS_CHOICE, statisticsChoiceSchema } from '../statistics/choice.ts';
import { presetNameSchema } from './preset-name.ts';

export const presetSchema = v.strictObject({ name: presetNameSchema, recipe: generalRecipeSchema });
/** A Recipe under a name. */
export type Preset = v.InferOutput<typeof presetSchema>;

export const MAX_PRESETS = 100;

export const presetsSchema = v.pipe(
  v.array(presetSchema),
  v.maxLength(MAX_PRESETS),
  v.checkItems((preset, index, all) => all.findIndex(({ name }) => sameName(name, preset.name)) === index, 'duplicate'),
);

/** The policy that the person has met: see `policy-notice.ts`. */
const policySeenSchema = v.strictObject({
  version: v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
  /** ms since the epoch: when this version was first there. */
  since: v.pipe(v.number(), v.minValue(0)),
  read: v.boolean(),
});

export const MAX_UPLOAD_SITES = 200;

/** What the menu on images has beside "Compress image", in its order. */
export const MENU_ITEMS = ['auto', 'fit', ...OUTPUT_FORMATS, 'clean', 'more'] as const;
export type MenuItem = (typeof MENU_ITEMS)[number];

export const menuSchema = v.strictObject({
  /** Behind "Compress image", and what the other items begin with; null for the panel's own, whatever that is at the time. */
  recipe: v.nullable(generalRecipeSchema),
  /** What a person has left out. */
  hidden: v.pipe(v.array(v.picklist(MENU_ITEMS)), v.maxLength(MENU_ITEMS.length)),
  /** A smaller file of the same format has its original's name, not one by which the two can be told apart. */
  plainNames: v.boolean(),
});
export type MenuSettings = v.InferOutput<typeof menuSchema>;

/** A vault item's time without activity, in minutes. */
export const SHORTEST_IDLE_MINUTES = 5;
export const LONGEST_IDLE_MINUTES = 60;

export const settingsSchema = v.strictObject({
  /** The last one used, for all: in the panel, and, unless `menu` has its own, wherever an image of a page is compressed. */
  recipe: generalRecipeSchema,
  /** The person's own; the built-in ones are in `presets.ts`. */
  presets: presetsSchema,
  idleMinutes: v.pipe(v.number(), v.integer(), v.minValue(SHORTEST_IDLE_MINUTES), v.maxValue(LONGEST_IDLE_MINUTES)),
  statistics: statisticsChoiceSchema,
  /** See `lib/core/naming/name-template.ts`. */
  nameTemplate: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
  /** How many bytes a kB has in the limits that are offered. */
  kilobyte: v.picklist(KILOBYTES),
  /** Whether a toast in the page tells the outcome. */
  toast: v.boolean(),
  /** Match patterns of the sites on which uploads are made smaller, such as `https://forum.example/*`. */
  uploadSites: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(300), v.regex(/^https?:\/\/[^/*]+\/\*$/))),
    v.maxLength(MAX_UPLOAD_SITES),
  ),
  /** What a click in a page does. */
  menu: menuSchema,
  /** Whether what such a click saved is held for `KEPT_SAVED` more, for a comparison or another format. */
  keepSaved: v.boolean(),
  /** Whether a wide window has the images as a grid. */
  grid: v.boolean(),
  policy: v.nullable(policySeenSchema),
});
export type Settings = v.InferOutput<typeof settingsSchema>;
export type SettingsField = keyof Settings;

export const DEFAULT_SETTINGS: Settings = {
  recipe: DEFAULT_RECIPE,
  presets: [],
  idleMinutes: LONGEST_IDLE_MINUTES,
  statistics: DEFAULT_STATISTICS_CHOICE,
  nameTemplate: '{name}',
  kilobyte: 1000,
  toast: true,
  uploadSites: [],
  menu: { recipe: null, hidden: [], plainNames: false },
  keepSaved: false,
  grid: false,
  policy: null,
};

/** The recipe that a click in a page begins with. */
export function clickRecipe({ menu, recipe }: Settings): Recipe {
  return menu.recipe ?? recipe;
}

/** Names that people can't tell apart in a list are the same. */
export function sameName(a: string, b: string): boolean {
  return a.normalize('NFKC').toLowerCase() === b.normalize('NFKC').toLowerCase();
}
