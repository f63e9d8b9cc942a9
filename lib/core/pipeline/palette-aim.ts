/** When a PNG may have fewer colours, and how much it is to look like the picture then. */
import { valueAt } from '../codecs/curve.ts';
import type { InputFormat } from '../image/inspection.ts';
import { NAMED_LOOKS } from '../model/looks.ts';
import type { Recipe } from '../model/recipe.ts';

/** A look (SSIMULACRA 2) to be reached with as few colours as will do, or the most colours that there may be. */
export type PaletteAim = { readonly look: number } | { readonly colours: number };

/** Who asks for a PNG of another format asks for exactness: it is no way to a smaller file. */
export function keepsColours({ format, options }: Recipe, input: InputFormat): boolean {
  return format === 'png' && input !== 'png' && options?.png?.['colours'] === undefined;
}

/** Above this quality a PNG keeps every colour. */
const MOST_QUALITY = 90;

/** The look of a quality, median over photographs as WebP (FROM, TO), straight lines between. */
const LOOKS = [
  [1, 45],
  [5, 53],
  [25, 69],
  [45, 77],
  [60, 80],
  [75, 82],
  [90, 86],
] as const;

/** Of a PNG that is written. Null when every colour stays. */
export function paletteAim(recipe: Recipe, input: InputFormat): PaletteAim | null {
  const { aim, options } = recipe;
  if (aim.kind !== 'quality' && aim.kind !== 'look') return null;
  // Set by a person: what is usual is never among what is set.
  const colours = options?.png?.['colours'];
  if (typeof colours === 'number') return { colours };
  if (keepsColours(recipe, input)) return null;
  if (aim.kind === 'look') return aim.look >= NAMED_LOOKS.identical ? null : { look: aim.look };
  return aim.quality > MOST_QUALITY ? null : { look: lookOf(aim.quality) };
}

/** The look that a quality stands for, where none is measured. */
export function lookOf(quality: number): number {
  return valueAt(LOOKS, quality);
}
