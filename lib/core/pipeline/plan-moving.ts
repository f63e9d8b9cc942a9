/** Plans of animations that stay in motion. */
import { isMovieFormat } from '../animation/open-movie.ts';
import { planColour, planColourInBrowser, type ColourPlan } from '../colour/plan-colour.ts';
import { CompressionError } from '../errors.ts';
import { uprightSize, type Inspection } from '../image/inspection.ts';
import { encoderOptions } from '../model/encoder-options.ts';
import type { Note } from '../model/receipt.ts';
import type { Recipe } from '../model/recipe.ts';
import { isReframed, keptSize, type Shape } from '../pixels/shape.ts';
import { turnedBy } from '../pixels/turn-and-flatten.ts';
import { isAlreadySmall } from './already-small.ts';
import { changesOf, losslessPngOptions } from './encoded-again.ts';
import { goalOf } from './goal.ts';
import { planGif } from './plan-gif.ts';
import type { Plan, Route } from './plan.ts';

/** An animation that stays one; null where a still picture was asked for by the format. */
export function planMoving(
  recipe: Recipe & { readonly format: Exclude<Recipe['format'], 'auto'> },
  inspection: Inspection,
  shape: Shape,
): (Pick<Plan, 'output' | 'options' | 'notes'> & Route) | null {
  const { format } = recipe;
  const { to } = shape;
  const isChanged = to !== null || isReframed(shape);
  const { format: input, animation, colour } = inspection;
  if (format === 'jpeg' || (format === 'png' && (input !== 'png' || isChanged))) return null;
  const kept: Note = { kind: 'kept', code: 'animation-kept', parameters: { frames: animation?.frames ?? 0 } };
  const isSameFormat = format === 'same' || format === input;
  const isOverLimit = recipe.aim.kind === 'size' && inspection.bytes > recipe.aim.bytes;
  if (recipe.aim.kind === 'size' && !isOverLimit && !isChanged && isSameFormat) {
    return {
      output: input,
      options: losslessPngOptions(recipe),
      route: 'optimise',
      notes: [kept, { kind: 'kept', code: 'fits-already' }, { kind: 'kept', code: 'lossless' }],
    };
  }
  if (!isChanged && (format === 'png' || (format === 'same' && !isOverLimit && staysApng(recipe, inspection)))) {
    return {
      output: 'png',
      options: losslessPngOptions(recipe),
      route: 'optimise',
      notes: [kept, { kind: 'kept', code: 'lossless' }],
    };
  }
  if (format === 'same' && input === 'gif' && recipe.gif === 'keep') {
    const plan = planGif(recipe, inspection, shape);
    return { ...plan, notes: [kept, ...plan.notes] };
  }
  if (
    format === 'webp' ||
    (format === 'same' && (isChanged || isOverLimit || isMovieFormat(input) || browserShowsAll(recipe, inspection)))
  ) {
    const colourPlan = colourOfFrames(recipe, inspection);
    if (isAlreadySmall(inspection, recipe, 'webp', colourPlan)) {
      return {
        output: 'webp',
        options: {},
        route: 'optimise',
        notes: [kept, { kind: 'kept', code: 'already-small' }, { kind: 'kept', code: 'lossless' }],
      };
    }
    const { action, by, notes } = colourPlan;
    const stored = isMovieFormat(input) ? inspection.orientation : 1;
    return {
      output: 'webp',
      options: encoderOptions('webp', recipe.aim, recipe.options),
      goal: goalOf(recipe, 'webp', inspection, colourPlan),
      route: 'animate',
      frame: keptSize(uprightSize(inspection), shape),
      colour,
      colourPlan: { action, by },
      turn: turnedBy(stored, shape.turn),
      crop: shape.crop,
      resize: to && { to, method: recipe.resizeMethod },
      notes: [kept, ...changesOf(inspection, shape), ...notes],
    };
  }
  if (!isChanged && (format === 'same' || format === input))
    return { output: input, options: {}, route: 'clean', wished: false, notes: [kept] };
  throw new CompressionError('unsupported-variant', {
    format: format === 'same' ? input : format,
    feature: 'animation',
  });
}

/** A WebP frame has 8 bits a channel, and a profile of it no effect in browsers: such an APNG is packed better instead, unless a limit asks for more. */
function staysApng({ aim }: Recipe, inspection: Inspection): boolean {
  return (
    inspection.format === 'png' &&
    (aim.kind === 'lossless' ||
      inspection.bitDepth > 8 ||
      planColour(inspection, { metadata: 'strip' }, 'webp').action === 'convert')
  );
}

/**
 * Moving AVIF and JPEG XL are read by the browser, as 8 bits of sRGB. Where that is less than the file says, or exactness is
 * wished for, they are left as they are, unless WebP, another size or fewer bytes are asked for. What it makes of alpha, `animate` sees.
 */
function browserShowsAll({ aim }: Recipe, inspection: Inspection): boolean {
  return aim.kind !== 'lossless' && inspection.bitDepth === 8 && planColourInBrowser(inspection).notes.length === 0;
}

/**
 * Chromium (156) applies the profile of an APNG and of a still WebP, and not that of an animated WebP or a GIF: frames of
 * an APNG are converted, and those of the others look as they did with their numbers and their profile kept.
 */
function colourOfFrames(recipe: Recipe, inspection: Inspection): ColourPlan {
  if (!isMovieFormat(inspection.format)) return planColourInBrowser(inspection);
  return planColour(inspection, inspection.format === 'png' ? { metadata: 'strip' } : recipe, 'webp');
}
