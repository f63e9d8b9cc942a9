/** Recipe and Inspection, resolved to a plan. */
import { checkDecoder, checkEncoder, sparingOptions } from '../codecs/heap.ts';
import { FORMAT_FACTS, isOutputFormat } from '../image/format-facts.ts';
import { uprightSize, type InputFormat, type Inspection, type OutputFormat } from '../image/inspection.ts';
import { checkOutput } from '../image/limits.ts';
import { traitsOf } from '../image/traits.ts';
import { isAlreadySmall, leastSaving } from './already-small.ts';
import { candidatesOf, sameFormat } from './candidates.ts';
import { decoderFor, turnsByItself } from './choose-decoder.ts';
import { changesOf, losslessPngOptions } from './encoded-again.ts';
import { goalOf, isFitting, isOver } from './goal.ts';
import { planGif } from './plan-gif.ts';
import { planMoving } from './plan-moving.ts';
import { planColour, type ColourPlan } from '../colour/plan-colour.ts';
import { encoderOptions } from '../model/encoder-options.ts';
import { NAMED_LOOKS } from '../model/looks.ts';
import { paletteAim } from './palette-aim.ts';
import type { Recipe } from '../model/recipe.ts';
import type { Note } from '../model/receipt.ts';
import type { Size } from '../pixels/resize.ts';
import { isReframed, keptSize, shapeOf, type Shape } from '../pixels/shape.ts';
import { turnedBy } from '../pixels/turn-and-flatten.ts';
import type { Plan, Rearrange, Transcode } from './plan.ts';

/**
 * @throws CompressionError `unsupported-variant` when the recipe would damage the image without having been asked to, or the
 * output can't state its size; `too-many-pixels`, `too-much-memory` when it is too large to be written, or to be read
 */
export function makePlan(recipe: Recipe, inspection: Inspection): Plan {
  if (recipe.format !== 'auto') return planFor(recipe, recipe.format, inspection);
  const plans: Plan[] = [];
  const problems: unknown[] = [];
  for (const format of candidatesOf(recipe, inspection)) {
    try {
      plans.push(planFor(recipe, format, inspection));
    } catch (thrown) {
      // A format in which so large a picture can't be written is no candidate.
      problems.push(thrown);
    }
  }
  const [plan, ...rivals] = plans;
  if (!plan) throw problems[0];
  return rivals.length === 0 ? plan : { ...plan, rivals };
}

function planFor(wished: Recipe, format: Exclude<Recipe['format'], 'auto'>, inspection: Inspection): Plan {
  const { format: input, animation } = inspection;
  const same = format === 'same';
  const size = input === 'svg' ? scaled(inspection, wished.svgScale) : uprightSize(inspection);
  const shape = shapeOf(size, wished, input === 'svg' ? wished.svgScale : 1);
  const { to } = shape;
  const isAsItIs = to === null && !isReframed(shape);
  let recipe = isAsItIs ? wished : withEncoding(wished, input);
  const common = {
    input,
    size,
    turned: turnedBy(inspection.orientation, shape.turn),
    limit: recipe.aim.kind === 'size' ? recipe.aim.bytes : null,
    ...(recipe.aim.kind === 'size' && recipe.aim.together && { together: recipe.aim.together }),
    policy: recipe.metadata,
    metadata: inspection.metadata.kinds,
    traits: traitsOf(inspection),
    // No animation is smaller than the still picture that was asked for.
    keepsOriginal: same && isAsItIs && !(animation !== null && recipe.animation === 'first-frame'),
    leastSaving: leastSaving(inspection, recipe),
  };
  const alone = { ...common, output: input, options: {} };

  if (recipe.aim.kind === 'untouched')
    return { ...alone, route: 'clean', wished: true, notes: [{ kind: 'kept', code: 'lossless' }] };
  const isOverLimit = recipe.aim.kind === 'size' && inspection.bytes > recipe.aim.bytes;
  if (animation && recipe.animation === 'keep') {
    const moving = planMoving({ ...recipe, format }, inspection, shape);
    if (moving) return { ...common, ...moving };
  }
  if (same && input === 'gif' && recipe.gif === 'keep') {
    const fits = recipe.aim.kind === 'size' && isAsItIs && !isOverLimit && !animation;
    return fits
      ? {
          ...alone,
          route: 'optimise',
          notes: [
            { kind: 'kept', code: 'fits-already' },
            { kind: 'kept', code: 'lossless' },
          ],
        }
      : { ...common, ...planGif(recipe, inspection, shape) };
  }

  const output = same ? sameFormat(input) : format;
  const kept = to ?? keptSize(size, shape);
  recipe = withinMemory(recipe, output, kept, inspection);
  const colourPlan = planColour(inspection, recipe, output);
  const encoded = { ...common, ...planTranscode(recipe, inspection, output, colourPlan, size, shape) };
  // cICP stays where the samples do: what is packed better has its high dynamic range yet.
  const staysInPng = colourPlan.action !== 'convert' || colourPlan.notes.some(({ code }) => code === 'tone-mapped');
  if (input === 'svg' && same && isAsItIs && recipe.svgScale === 1)
    return {
      ...alone,
      route: 'minify',
      notes: [{ kind: 'info', code: 'minified' }],
      ...(isOverLimit && { otherwise: encoded }),
    };
  const goal = goalOf(recipe, output, inspection, colourPlan);
  if (
    input === 'png' &&
    output === 'png' &&
    !animation &&
    isAsItIs &&
    inspection.orientation === 1 &&
    staysInPng &&
    !isOver(goal, inspection)
  ) {
    // Whoever has 16 bits a channel has them for a reason, and high dynamic range is more than a palette can say.
    const mayReduce =
      encoded.palette !== undefined &&
      ('colours' in encoded.palette || canHoldMoreThanPalette(inspection)) &&
      inspection.bitDepth <= 8 &&
      colourPlan.action !== 'convert';
    return {
      ...common,
      output,
      options: losslessPngOptions(recipe),
      route: 'optimise',
      notes: [{ kind: 'kept', code: 'lossless' }],
      ...(mayReduce && { fewerColours: encoded }),
    };
  }
  const isJpegTurned = input === 'jpeg' && output === 'jpeg' && !to && !isAsItIs && colourPlan.action !== 'convert';
  if (isJpegTurned) {
    const isAtAim =
      wished.aim.kind === 'lossless' ||
      wished.aim.kind === 'untouched' ||
      isFitting(goal, inspection, output, to, colourPlan) ||
      isAlreadySmall(inspection, recipe, output, colourPlan);
    const rearranged: Plan & Rearrange = {
      ...common,
      output,
      options: {},
      route: 'rearrange',
      turn: turnedBy(inspection.orientation, shape.turn),
      crop: shape.crop,
      notes: [...changesOf(inspection, shape), { kind: 'kept', code: 'blocks-kept' }],
      otherwise: withoutDoubt(encoded),
    };
    if (isAtAim) return rearranged;
    checkSize(encoded, inspection, kept);
    return { ...encoded, rearranged };
  }
  if (
    recipe.aim.kind === 'lossless' &&
    input === 'jpeg' &&
    output === 'jpeg' &&
    !to &&
    inspection.orientation === 1 &&
    colourPlan.action !== 'convert'
  ) {
    return { ...common, output, options: {}, route: 'optimise', notes: [{ kind: 'kept', code: 'lossless' }] };
  }
  const left = animation
    ? null
    : isAsItIs && isFitting(goal, inspection, output, to, colourPlan)
      ? 'fits-already'
      : isAsItIs && isAlreadySmall(inspection, recipe, output, colourPlan)
        ? 'already-small'
        : null;
  if (left) {
    const notes: Note[] = [
      { kind: 'kept', code: left },
      { kind: 'kept', code: 'lossless' },
    ];
    return { ...common, output, options: {}, route: 'optimise', notes };
  }
  checkSize(encoded, inspection, kept);
  return encoded;
}

/** With options that need less memory, where the encoder has none for its usual ones. */
function withinMemory(recipe: Recipe, output: OutputFormat, { width, height }: Size, { alpha }: Inspection): Recipe {
  const set = recipe.options?.[output] ?? {};
  const sparing = sparingOptions(output, width * height, alpha, set);
  return Object.keys(sparing).length === 0
    ? recipe
    : { ...recipe, options: { ...recipe.options, [output]: { ...set, ...sparing } } };
}

/** Before a pixel is decoded: a codec whose memory ends fails after all its work. */
function checkSize(
  { output, options, decoder }: Transcode & Pick<Plan, 'options'>,
  { format: input, width, height, alpha }: Inspection,
  to: Size,
): void {
  if ((decoder === 'wasm' || decoder === 'deep') && isOutputFormat(input)) checkDecoder(input, width * height, alpha);
  checkOutput(output, to);
  checkEncoder(output, to.width * to.height, options, alpha);
}

/** For a look a picture of up to 256 colours keeps them all: then there is nothing to search. */
function canHoldMoreThanPalette({ colour, alpha, bitDepth }: Inspection): boolean {
  return colour.model === 'grey' ? alpha && bitDepth === 8 : colour.model !== 'palette';
}

/** A picture that is turned or cropped cannot be left untouched: it is to look the same. */
function withEncoding(recipe: Recipe, input: InputFormat): Recipe {
  if (recipe.aim.kind !== 'untouched') return recipe;
  const isLossless = sameFormat(input) === 'png';
  return { ...recipe, aim: isLossless ? { kind: 'lossless' } : { kind: 'look', look: NAMED_LOOKS.identical } };
}

/** A Source that is at its aim already cannot be left as it is where it has to be encoded. */
function withoutDoubt(plan: Plan & Transcode): Plan & Transcode {
  return plan.goal?.kind === 'look' ? { ...plan, goal: { ...plan.goal, doubt: null } } : plan;
}

/** A still picture, decoded and encoded. */
function planTranscode(
  recipe: Recipe,
  inspection: Inspection,
  output: OutputFormat,
  colourPlan: ColourPlan,
  size: Size,
  shape: Shape,
): Pick<Plan, 'output' | 'options' | 'notes'> & Transcode {
  const { format: input, animation } = inspection;
  const { to } = shape;
  const notes: Note[] = [];
  if (animation) notes.push({ kind: 'lost', code: 'first-frame-only', parameters: { frames: animation.frames } });
  if (input === 'svg')
    notes.push({ kind: 'info', code: 'rasterised', parameters: { width: size.width, height: size.height } });
  notes.push(...changesOf(inspection, shape), ...colourPlan.notes);
  const keepsPixels = colourPlan.action !== 'convert' && !to && inspection.bitDepth <= 8 && recipe.aim.kind !== 'size';
  const exact: Note[] = FORMAT_FACTS[output].lossless && keepsPixels ? [{ kind: 'kept', code: 'lossless' }] : [];
  const palette = output === 'png' ? paletteAim(recipe, input) : null;
  if (!palette && (recipe.aim.kind === 'lossless' || output === 'png')) notes.push(...exact);
  const decoder = decoderFor(inspection);
  const stored = turnsByItself(decoder, input) ? 1 : inspection.orientation;
  return {
    output,
    options:
      output === 'png' && !palette ? losslessPngOptions(recipe) : encoderOptions(output, recipe.aim, recipe.options),
    goal: goalOf(recipe, output, inspection, colourPlan),
    route: 'transcode',
    notes,
    decoder,
    colour: inspection.colour,
    colourPlan: { action: colourPlan.action, by: colourPlan.by },
    turn: turnedBy(stored, shape.turn),
    crop: shape.crop,
    resize: to && { to, method: recipe.resizeMethod },
    flattenOnto: FORMAT_FACTS[output].alpha ? null : recipe.background,
    ...(palette && { palette: { ...palette, otherwise: exact } }),
  };
}

function scaled(size: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(size.width * factor)), height: Math.max(1, Math.round(size.height * factor)) };
}
