/**
 * Recipe + Inspection, resolved: exactly which steps with which codec options. Pure data, so that the panel can
 * show it before the work and a test can print it.
 */
import { CompressionError } from '../errors.ts';
import type { OptionValues } from '../codecs/codec.ts';
import { withoutPalette } from '../codecs/png.ts';
import { FORMAT_FACTS, isOutputFormat } from '../image/format-facts.ts';
import {
  uprightSize,
  type Colour,
  type InputFormat,
  type Inspection,
  type MetadataKind,
  type Orientation,
  type OutputFormat,
} from '../image/inspection.ts';
import { traitsOf, type Trait } from '../image/traits.ts';
import { isMovieFormat } from '../animation/open-movie.ts';
import { doubtOf, isAlreadySmall, leastSaving } from './already-small.ts';
import { planColour, planColourInBrowser, type ColourPlan } from '../colour/plan-colour.ts';
import { encoderOptions } from '../model/encoder-options.ts';
import { paletteAim, type PaletteAim } from './palette-aim.ts';
import type { MetadataPolicy, Recipe } from '../model/recipe.ts';
import type { Note } from '../model/receipt.ts';
import { resizedTo, type Size } from '../pixels/resize.ts';

export type Plan = {
  readonly input: InputFormat;
  readonly output: InputFormat;
  /** The encoder's; empty where none is used. With a goal they are where its search begins. */
  readonly options: OptionValues;
  /** Upright size of the input. */
  readonly size: Size;
  /** Nothing but a smaller file of the same picture is wanted: where the result is no smaller, the bytes that came in are the result. */
  readonly keepsOriginal: boolean;
  /** The same where it is no smaller by this share of the bytes; only encoding again is measured by it. */
  readonly leastSaving: number;
  /** Bytes that no result may exceed; null for any. */
  readonly limit: number | null;
  readonly policy: MetadataPolicy;
  /** What metadata the Source has. */
  readonly metadata: readonly MetadataKind[];
  readonly traits: readonly Trait[];
  /** What is known to be lost, kept or changed before the work. */
  readonly notes: readonly Note[];
  /** Plans of other formats, each whole in itself: the smallest result is the one. Absent where the format is settled. */
  readonly rivals?: readonly Plan[];
} & Route;

/** What is searched for while the plan is carried out; null where the options say all. */
export type Goal =
  | {
      readonly kind: 'look';
      readonly look: number;
      /** The person's own options of the encoder, which no search changes. */
      readonly set: OptionValues;
      /** The quality that the Source was encoded with, where it may be at the look already: it is measured then. */
      readonly doubt: number | null;
    }
  | { readonly kind: 'size'; readonly bytes: number; readonly set: OptionValues };

export type Route =
  /** Not one coded sample changes: a PNG or a JPEG is packed better, a WebP is only cleaned. */
  | Optimise
  /** The picture is left alone; only metadata is worked on. */
  | {
      readonly route: 'clean';
      /** Nothing else was wished for: then a file in which there is nothing to remove is no failure to make it smaller. */
      readonly wished: boolean;
    }
  /** An SVG is written more compactly. */
  | { readonly route: 'minify' }
  /** Frames into an animated WebP. */
  | Animate
  | Transcode;

export interface Optimise {
  readonly route: 'optimise';
  /** The same picture as a PNG with fewer colours, which is taken where it is smaller. */
  readonly fewerColours?: Plan & Transcode;
}

export interface Animate {
  readonly route: 'animate';
  readonly output: 'webp';
  readonly goal: Goal | null;
  readonly colour: Colour;
  readonly colourPlan: Pick<ColourPlan, 'action' | 'by'>;
  /** Still to be applied to each frame; 1 when the decoder does it. */
  readonly turn: Orientation;
  readonly resize: Transcode['resize'];
}

export interface Transcode {
  readonly route: 'transcode';
  readonly output: OutputFormat;
  readonly goal: Goal | null;
  readonly decoder: Decoder;
  readonly colour: Colour;
  readonly colourPlan: Pick<ColourPlan, 'action' | 'by'>;
  /** Still to be applied after decoding; 1 when the decoder does it. */
  readonly turn: Orientation;
  readonly resize: { readonly to: Size; readonly method: Recipe['resizeMethod'] } | null;
  /** #rrggbb, or null when the output keeps alpha. */
  readonly flattenOnto: string | null;
  /** Of a PNG that may have fewer colours. */
  readonly palette?: PaletteAim & {
    /** What else is to be said when it has them all. */
    readonly otherwise: readonly Note[];
  };
}

/**
 * wasm: the codec of its format. deep: the same with all its bits, more than 8 a channel. reader: lib/inputs.
 * first-frame: our own decoder of animations and GIF (the codecs of AVIF and JPEG XL give the first frame by themselves). browser: the browser's, in the worker. document: the browser's, in a page.
 */
export type Decoder = 'wasm' | 'deep' | 'reader' | 'first-frame' | 'browser' | 'document';

/** @throws CompressionError `unsupported-variant` when the recipe would damage the image without having been asked to. */
export function makePlan(recipe: Recipe, inspection: Inspection): Plan {
  if (recipe.format !== 'auto') return planFor(recipe, recipe.format, inspection);
  const [first, ...others] = candidatesOf(recipe, inspection);
  const plan = planFor(recipe, first, inspection);
  return others.length === 0 ? plan : { ...plan, rivals: others.map((format) => planFor(recipe, format, inspection)) };
}

function planFor(recipe: Recipe, format: Exclude<Recipe['format'], 'auto'>, inspection: Inspection): Plan {
  const { format: input, animation } = inspection;
  const same = format === 'same';
  const size = input === 'svg' ? scaled(inspection, recipe.svgScale) : uprightSize(inspection);
  const to = resizedTo(size, recipe.resize);
  const common = {
    input,
    size,
    limit: recipe.aim.kind === 'size' ? recipe.aim.bytes : null,
    policy: recipe.metadata,
    metadata: inspection.metadata.kinds,
    traits: traitsOf(inspection),
    keepsOriginal: same && to === null,
    leastSaving: leastSaving(inspection, recipe),
  };
  const alone = { ...common, output: input, options: {} };

  if (recipe.aim.kind === 'untouched')
    return { ...alone, route: 'clean', wished: true, notes: [{ kind: 'kept', code: 'lossless' }] };
  const isOverLimit = recipe.aim.kind === 'size' && inspection.bytes > recipe.aim.bytes;
  if (input === 'svg' && same && !to && recipe.svgScale === 1 && !isOverLimit)
    return { ...alone, route: 'minify', notes: [{ kind: 'info', code: 'minified' }] };
  if (animation && recipe.animation === 'keep') {
    const moving = planMoving({ ...recipe, format }, inspection, to);
    if (moving) return { ...common, ...moving };
  }

  const output = same ? sameFormat(input) : format;
  const colourPlan = planColour(inspection, recipe, output);
  const encoded = { ...common, ...planTranscode(recipe, inspection, output, colourPlan, size, to) };
  // cICP stays where the samples do: what is packed better has its high dynamic range yet.
  const staysInPng = colourPlan.action !== 'convert' || colourPlan.notes.some(({ code }) => code === 'tone-mapped');
  const goal = goalOf(recipe, output, inspection, colourPlan);
  if (
    input === 'png' &&
    output === 'png' &&
    !animation &&
    !to &&
    inspection.orientation === 1 &&
    staysInPng &&
    !isOver(goal, inspection)
  ) {
    // Whoever has 16 bits a channel has them for a reason, and high dynamic range is more than a palette can say.
    const mayReduce = encoded.palette !== undefined && inspection.bitDepth <= 8 && colourPlan.action !== 'convert';
    return {
      ...common,
      output,
      options: losslessPngOptions(recipe),
      route: 'optimise',
      notes: [{ kind: 'kept', code: 'lossless' }],
      ...(mayReduce && { fewerColours: encoded }),
    };
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
  if (!animation && isFitting(goal, inspection, output, to, colourPlan)) {
    return {
      ...common,
      output,
      options: {},
      route: 'optimise',
      notes: [
        { kind: 'kept', code: 'fits-already' },
        { kind: 'kept', code: 'lossless' },
      ],
    };
  }
  if (!animation && isAlreadySmall(inspection, recipe, output, colourPlan)) {
    return {
      ...common,
      output,
      options: {},
      route: 'optimise',
      notes: [
        { kind: 'kept', code: 'already-small' },
        { kind: 'kept', code: 'lossless' },
      ],
    };
  }
  return encoded;
}

/** A still picture, decoded and encoded. */
function planTranscode(
  recipe: Recipe,
  inspection: Inspection,
  output: OutputFormat,
  colourPlan: ColourPlan,
  size: Size,
  to: Size | null,
): Pick<Plan, 'output' | 'options' | 'notes'> & Transcode {
  const { format: input, animation } = inspection;
  const notes: Note[] = [];
  if (animation) notes.push({ kind: 'lost', code: 'first-frame-only', parameters: { frames: animation.frames } });
  if (input === 'svg')
    notes.push({ kind: 'info', code: 'rasterised', parameters: { width: size.width, height: size.height } });
  notes.push(...changesOf(inspection, to), ...colourPlan.notes);
  const keepsPixels = colourPlan.action !== 'convert' && !to && inspection.bitDepth <= 8 && recipe.aim.kind !== 'size';
  const exact: Note[] = FORMAT_FACTS[output].lossless && keepsPixels ? [{ kind: 'kept', code: 'lossless' }] : [];
  const palette = output === 'png' ? paletteAim(recipe, input) : null;
  if (!palette && (recipe.aim.kind === 'lossless' || output === 'png')) notes.push(...exact);
  const decoder = decoderFor(inspection);
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
    turn: turnsByItself(decoder, input) ? 1 : inspection.orientation,
    resize: to && { to, method: recipe.resizeMethod },
    flattenOnto: FORMAT_FACTS[output].alpha ? null : recipe.background,
    ...(palette && { palette: { ...palette, otherwise: exact } }),
  };
}

/** What "Compress image" writes: the same format, or for one that is only read, the one that shows the same. */
export function sameFormat(format: InputFormat): OutputFormat {
  if (isOutputFormat(format)) return format;
  return format === 'heic' || format === 'tiff' ? 'jpeg' : 'png';
}

/** What shows where: JPEG, PNG and WebP in every browser in use. */
const SHOWN: Readonly<Record<Recipe['audience'], readonly OutputFormat[]>> = {
  everywhere: ['webp', 'jpeg', 'png'],
  modern: ['avif', 'webp', 'jpeg', 'png'],
  newest: ['jxl', 'avif', 'webp', 'jpeg', 'png'],
};

/**
 * The formats that come into question, the Source's own first where it is one of them: then it is a plan that changes no more
 * than it must. What moves stays moving, and what has alpha keeps it. Whether a PNG is worth a try the pixels say (`run`).
 */
function candidatesOf(recipe: Recipe, inspection: Inspection): ['same' | OutputFormat, ...OutputFormat[]] {
  const { format: input, animation, alpha } = inspection;
  const shown = SHOWN[recipe.audience];
  const isShown = (shown as readonly InputFormat[]).includes(input);
  if (recipe.aim.kind === 'untouched') return ['same'];
  if (animation && recipe.animation === 'keep') return [input === 'webp' || input === 'png' ? 'same' : 'webp'];
  const fitting = shown.filter(
    (format) =>
      (recipe.aim.kind !== 'lossless' || FORMAT_FACTS[format].lossless) && (!alpha || FORMAT_FACTS[format].alpha),
  );
  const others = fitting.filter((format) => format !== input);
  const [first, ...rest] = others;
  if (isShown || !first) return ['same', ...others];
  return [first, ...rest];
}

function goalOf(
  recipe: Recipe,
  output: OutputFormat,
  inspection: Inspection,
  colourPlan: Pick<ColourPlan, 'action'>,
): Goal | null {
  const set = recipe.options?.[output] ?? {};
  switch (recipe.aim.kind) {
    case 'look':
      return { kind: 'look', look: recipe.aim.look, set, doubt: doubtOf(inspection, recipe, output, colourPlan) };
    case 'size':
      return { kind: 'size', bytes: recipe.aim.bytes, set };
    default:
      return null;
  }
}

function isOver(goal: Goal | null, { bytes }: Inspection): boolean {
  return goal?.kind === 'size' && bytes > goal.bytes;
}

function losslessPngOptions({ aim, options }: Recipe): OptionValues {
  return withoutPalette(encoderOptions('png', aim, options));
}

/** Nothing has better quality than what came, and it fits. */
function isFitting(
  goal: Goal | null,
  inspection: Inspection,
  output: OutputFormat,
  to: Size | null,
  { action }: Pick<ColourPlan, 'action'>,
): boolean {
  return (
    goal?.kind === 'size' && !isOver(goal, inspection) && inspection.format === output && !to && action !== 'convert'
  );
}

/** An animation that stays one; null where a still picture was asked for by the format. */
function planMoving(
  recipe: Recipe & { readonly format: Exclude<Recipe['format'], 'auto'> },
  inspection: Inspection,
  to: Size | null,
): (Pick<Plan, 'output' | 'options' | 'notes'> & Route) | null {
  const { format } = recipe;
  const { format: input, animation, colour } = inspection;
  if (format === 'jpeg' || (format === 'png' && (input !== 'png' || to))) return null;
  const kept: Note = { kind: 'kept', code: 'animation-kept', parameters: { frames: animation?.frames ?? 0 } };
  const isSameFormat = format === 'same' || format === input;
  const isOverLimit = recipe.aim.kind === 'size' && inspection.bytes > recipe.aim.bytes;
  if (recipe.aim.kind === 'size' && !isOverLimit && !to && isSameFormat) {
    return {
      output: input,
      options: losslessPngOptions(recipe),
      route: 'optimise',
      notes: [kept, { kind: 'kept', code: 'fits-already' }, { kind: 'kept', code: 'lossless' }],
    };
  }
  if (!to && (format === 'png' || (format === 'same' && staysApng(recipe, inspection)))) {
    return {
      output: 'png',
      options: losslessPngOptions(recipe),
      route: 'optimise',
      notes: [kept, { kind: 'kept', code: 'lossless' }],
    };
  }
  if (format === 'webp' || (format === 'same' && (to || isMovieFormat(input) || browserShowsAll(recipe, inspection)))) {
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
    const turn = isMovieFormat(input) ? inspection.orientation : 1;
    return {
      output: 'webp',
      options: encoderOptions('webp', recipe.aim, recipe.options),
      goal: goalOf(recipe, 'webp', inspection, colourPlan),
      route: 'animate',
      colour,
      colourPlan: { action, by },
      turn,
      resize: to && { to, method: recipe.resizeMethod },
      notes: [kept, ...changesOf(inspection, to), ...notes],
    };
  }
  if (!to && (format === 'same' || format === input))
    return { output: input, options: {}, route: 'clean', wished: false, notes: [kept] };
  throw new CompressionError('unsupported-variant', {
    format: format === 'same' ? input : format,
    feature: 'animation',
  });
}

/** A WebP frame has 8 bits a channel, and a profile of it no effect in browsers: such an APNG is packed better instead. */
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
 * wished for, they are left as they are, unless WebP or another size is asked for. What it makes of alpha, `animate` sees.
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

/** What becomes of the pixels wherever they are encoded again, but for their colours. */
function changesOf({ orientation, ignoredOrientation, bitDepth }: Inspection, to: Size | null): Note[] {
  const notes: Note[] = [];
  if (to) notes.push({ kind: 'info', code: 'resized', parameters: { width: to.width, height: to.height } });
  if (orientation !== 1) notes.push({ kind: 'info', code: 'orientation-applied' });
  if (ignoredOrientation !== undefined) notes.push({ kind: 'info', code: 'orientation-ignored' });
  if (bitDepth > 8) notes.push({ kind: 'lost', code: 'depth-reduced', parameters: { from: bitDepth, to: 8 } });
  return notes;
}

function decoderFor({ format, animation, bitDepth, coding }: Inspection): Decoder {
  switch (format) {
    case 'svg':
      return 'document';
    case 'gif':
      return 'first-frame';
    case 'bmp':
    case 'ico':
    case 'heic':
    case 'tiff':
      return 'reader';
    case 'jpeg':
      // mozjpeg's decoder throws on CMYK and its like; the browser reads them and converts to sRGB.
      return coding.unsupportedCoding === null ? 'wasm' : 'browser';
    case 'jxl':
      return 'wasm';
    case 'webp':
      return animation ? 'first-frame' : 'wasm';
    case 'png':
      return animation ? 'first-frame' : bitDepth > 8 ? 'deep' : 'wasm';
    case 'avif':
      return bitDepth > 8 ? 'deep' : 'wasm';
  }
}

/** HEIC's reader, JPEG XL's codec and the browser give upright pixels. */
function turnsByItself(decoder: Decoder, format: InputFormat): boolean {
  if (decoder === 'browser' || decoder === 'document') return true;
  return decoder !== 'first-frame' && FORMAT_FACTS[format].decodesUpright;
}

function scaled(size: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(size.width * factor)), height: Math.max(1, Math.round(size.height * factor)) };
}
