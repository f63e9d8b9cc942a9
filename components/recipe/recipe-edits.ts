/** Changes of a recipe, each giving a new one that holds together, or the reason why it can't be used. */
import { CompressionError, type ErrorRecord } from '../../lib/core/errors.ts';
import { FORMAT_FACTS } from '../../lib/core/image/format-facts.ts';
import type { InputFormat, OutputFormat } from '../../lib/core/image/inspection.ts';
import { usualOptions } from '../../lib/core/model/encoder-options.ts';
import { NAMED_LOOKS } from '../../lib/core/model/looks.ts';
import { recipeSchema, type Recipe, type Resize } from '../../lib/core/model/recipe.ts';
import { OFFERED_SIZES, type Aim } from '../../lib/core/model/aim.ts';
import { keepsColours } from '../../lib/core/pipeline/palette-aim.ts';
import { sameFormat } from '../../lib/core/pipeline/candidates.ts';
import type { Size } from '../../lib/core/pixels/resize.ts';
import { checked } from '../../lib/storage/settings/bad-value.ts';

export type AimKind = Aim['kind'];
export type ResizeKind = Resize['by'] | 'none';

/** Why the recipe can't be used ('bad-recipe' with field, reason and limit), or null. */
export function problemOf(recipe: unknown): ErrorRecord | null {
  try {
    checked(recipeSchema, recipe, '');
    return null;
  } catch (thrown) {
    return CompressionError.from(thrown).toRecord();
  }
}

/** The format that the recipe writes for such an image, or with `auto` tries first; null when it depends on an image and there is none. */
export function outputOf(recipe: Recipe, input: InputFormat): OutputFormat;
export function outputOf(recipe: Recipe, input: InputFormat | null): OutputFormat | null;
export function outputOf(recipe: Recipe, input: InputFormat | null): OutputFormat | null {
  if (recipe.format !== 'same' && recipe.format !== 'auto') return recipe.format;
  return input && sameFormat(input);
}

/** Whether the recipe leaves a GIF what it is. */
export function keepsGif({ format, gif }: Recipe, input: InputFormat | null): boolean {
  return input === 'gif' && format === 'same' && gif === 'keep';
}

/** The aims that make a difference for an image (null: for any), and the one that is set. */
export function aimKindsOf(recipe: Recipe, input: InputFormat | null): readonly AimKind[] {
  const output = outputOf(recipe, input);
  const { lossy, lossless } =
    output && !keepsGif(recipe, input) ? FORMAT_FACTS[output] : { lossy: true, lossless: true };
  const mayLose = lossy && !(output === 'png' && input && keepsColours(recipe, input));
  const kinds: AimKind[] = [
    ...(mayLose ? ['look' as const] : []),
    // Where no quality can go, pixels go.
    'size',
    ...(mayLose ? ['quality' as const] : []),
    ...(lossless ? ['lossless' as const] : []),
  ];
  return recipe.aim.kind === 'untouched' ? [...kinds, 'untouched'] : kinds;
}

/** The aim as it is taken: a PNG made of another format is lossless whatever look or quality is set. */
export function effectiveAim(recipe: Recipe, input: InputFormat | null): AimKind {
  const kinds = aimKindsOf(recipe, input);
  if (kinds.includes(recipe.aim.kind)) return recipe.aim.kind;
  return kinds.includes('lossless') ? 'lossless' : 'look';
}

/** What each kind of aim was set to last: it goes back to that. */
export interface LastAims {
  readonly look: number;
  readonly bytes: number;
  readonly quality: number;
}

export const FIRST_AIMS: LastAims = { look: NAMED_LOOKS.balanced, bytes: OFFERED_SIZES[1], quality: 75 };

/** @param last for a format that cannot do without loss, where the recipe asked for none */
export function withFormat(
  recipe: Recipe,
  format: Recipe['format'],
  input: InputFormat | null,
  last: LastAims,
): Recipe {
  const changed: Recipe = { ...recipe, format };
  const output = outputOf(changed, input);
  const withoutLoss = !output || FORMAT_FACTS[output].lossless;
  return recipe.aim.kind === 'lossless' && !withoutLoss ? withAim(changed, 'look', last) : changed;
}

export function withAim(recipe: Recipe, kind: AimKind, last: LastAims): Recipe {
  return { ...recipe, aim: aimOf(kind, last) };
}

/** The same kinds of aim as they were last, with what the recipe sets now. */
export function lastAims(before: LastAims, { aim }: Recipe): LastAims {
  const { kind: _kind, ...set } = aim;
  return { ...before, ...set };
}

function aimOf(kind: AimKind, { look, bytes, quality }: LastAims): Aim {
  switch (kind) {
    case 'look':
      return { kind, look };
    case 'size':
      return { kind, bytes };
    case 'quality':
      return { kind, quality };
    case 'lossless':
    case 'untouched':
      return { kind };
  }
}

/** An option set to what it usually is counts as not set, so that it follows the aim again. */
export function withOption(recipe: Recipe, format: OutputFormat, name: string, value: number | boolean): Recipe {
  const { [name]: _former, ...others } = recipe.options?.[format] ?? {};
  const set = usualOptions(format, recipe.aim)[name] === value ? others : { ...others, [name]: value };
  const { [format]: _all, ...elsewhere } = recipe.options ?? {};
  const options = Object.keys(set).length === 0 ? elsewhere : { ...elsewhere, [format]: set };
  const { options: _options, ...rest } = recipe;
  return Object.keys(options).length === 0 ? rest : { ...rest, options };
}

/** Sizes that pages and mails use, px: what a bound is at first. */
const USUAL = { 'longest-side': 1920, width: 1920, height: 1080 } as const;
const USUAL_BOX = { width: 1200, height: 1200 } as const;

/** A bound of one number; the others are boxes. */
export type Bound = Exclude<Resize, { readonly by: 'fit' | 'fill' }>;
export type Box = Exclude<Resize, Bound>;

export function isBox(resize: Resize): resize is Box {
  return resize.by === 'fit' || resize.by === 'fill';
}

/** @param former a box keeps its sides. A bound to begin with: a usual one, or half of the image's where the usual one would change nothing. */
export function resizeOf(kind: ResizeKind, size: Size | null, former: Resize | null = null): Resize | null {
  if (kind === 'none') return null;
  if (kind === 'fit' || kind === 'fill') {
    const { width, height } = former && isBox(former) ? former : boxFor(size);
    return { by: kind, width, height };
  }
  if (kind === 'percent') return { by: kind, percent: 50 };
  const own = size && sideOf(kind, size);
  const pixels = own === null || USUAL[kind] < own ? USUAL[kind] : Math.max(1, Math.round(own / 2));
  return { by: kind, pixels };
}

function boxFor(size: Size | null): Size {
  if (!size || Math.max(size.width, size.height) > USUAL_BOX.width) return USUAL_BOX;
  const side = Math.max(1, Math.round(Math.min(size.width, size.height) / 2));
  return { width: side, height: side };
}

/** The side of an image that a bound is for. */
function sideOf(kind: Exclude<Bound['by'], 'percent'>, { width, height }: Size): number {
  return kind === 'width' ? width : kind === 'height' ? height : Math.max(width, height);
}

/** The same bound with another number. */
export function withAmount(resize: Bound, amount: number): Bound {
  return resize.by === 'percent' ? { by: resize.by, percent: amount } : { by: resize.by, pixels: amount };
}

export function amountOf(resize: Bound): number {
  return resize.by === 'percent' ? resize.percent : resize.pixels;
}
