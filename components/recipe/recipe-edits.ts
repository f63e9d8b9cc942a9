/** Changes of a recipe, each giving a new one that holds together. */
import { FORMAT_FACTS } from '../../lib/core/image/format-facts.ts';
import { usualOptions } from '../../lib/core/model/encoder-options.ts';
import { sameFormat } from '../../lib/core/pipeline/plan.ts';
import type { Aim, Recipe, Resize } from '../../lib/core/model/recipe.ts';
import type { Size } from '../../lib/core/pixels/resize.ts';
import type { InputFormat, OutputFormat } from '../../lib/core/image/inspection.ts';

export type AimKind = Aim['kind'];

/** The format that the recipe writes for such an image. */
export function outputOf(recipe: Recipe, input: InputFormat): OutputFormat {
  return recipe.format === 'same' ? sameFormat(input) : recipe.format;
}

/** The aims that make a difference for a format, and the one that is set. A look and a size limit take their place here. */
export function aimKindsOf(format: OutputFormat, set: AimKind): readonly AimKind[] {
  const { lossy, lossless } = FORMAT_FACTS[format];
  const kinds: AimKind[] = [...(lossy ? ['quality' as const] : []), ...(lossless ? ['lossless' as const] : [])];
  return set === 'untouched' ? [...kinds, set] : kinds;
}

/** The aim as the format takes it: PNG is lossless whatever the quality says. */
export function effectiveAim(recipe: Recipe, format: OutputFormat): AimKind {
  const kinds = aimKindsOf(format, recipe.aim.kind);
  return kinds.includes(recipe.aim.kind) ? recipe.aim.kind : (kinds[0] ?? 'quality');
}

/** @param quality for a format that cannot do without loss, where the recipe asked for none. */
export function withFormat(recipe: Recipe, format: Recipe['format'], input: InputFormat, quality: number): Recipe {
  const changed: Recipe = { ...recipe, format };
  const { lossless } = FORMAT_FACTS[outputOf(changed, input)];
  return recipe.aim.kind === 'lossless' && !lossless ? { ...changed, aim: { kind: 'quality', quality } } : changed;
}

export function withAim(recipe: Recipe, kind: AimKind, quality: number): Recipe {
  return { ...recipe, aim: kind === 'quality' ? { kind, quality } : { kind } };
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

export type ResizeKind = Resize['by'] | 'none';

/** A bound that does something to begin with: half of what the image has. */
export function resizeBy(kind: ResizeKind, size: Size): Resize | null {
  const half = (length: number): number => Math.max(1, Math.round(length / 2));
  switch (kind) {
    case 'none':
      return null;
    case 'percent':
      return { by: kind, percent: 50 };
    case 'width':
      return { by: kind, pixels: half(size.width) };
    case 'height':
      return { by: kind, pixels: half(size.height) };
    case 'longest-side':
      return { by: kind, pixels: half(Math.max(size.width, size.height)) };
  }
}

/** The same bound with another number; null for a number that no bound has. */
export function resizeTo(resize: Resize, amount: number, size: Size): Resize | null {
  if (!Number.isFinite(amount) || amount < 1) return null;
  if (resize.by === 'percent') return { by: resize.by, percent: Math.min(100, amount) };
  const most =
    resize.by === 'width' ? size.width : resize.by === 'height' ? size.height : Math.max(size.width, size.height);
  return { by: resize.by, pixels: Math.min(most, Math.round(amount)) };
}

export function sameRecipe(one: Recipe, other: Recipe): boolean {
  return written(one) === written(other);
}

function written(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
