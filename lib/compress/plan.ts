/**
 * Recipe + Inspection, resolved: exactly which steps with which codec options. Pure data, so that the panel can
 * show it before the work and a test can print it.
 */
import { CompressionError } from '../errors.ts';
import type { OptionValues } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { OUTPUT_FORMATS, uprightSize, type InputFormat, type Inspection, type Orientation, type OutputFormat } from '../image/inspection.ts';
import { encoderOptions } from './encoder-options.ts';
import type { Recipe } from './recipe.ts';
import type { Note } from './receipt.ts';
import { resizedTo, type Size } from './resize.ts';

export type Plan = {
  readonly input: InputFormat;
  readonly output: OutputFormat;
  readonly options: OptionValues;
  /** Upright size of the input. */
  readonly size: Size;
  /** Same format and no resize: when the result is no smaller, the bytes that came in are the result. */
  readonly keepsOriginal: boolean;
  /** What is known to be lost, kept or changed before the work. */
  readonly notes: readonly Note[];
} & (
  /** The coded samples stay what they are: a PNG is packed better. */
  | { readonly route: 'optimise' }
  | {
    readonly route: 'transcode';
    /** wasm: our decoder. browser: the browser's own, in the worker. document: the browser's, in a page (SVG). */
    readonly decoder: 'wasm' | 'browser' | 'document';
    /** Still to be applied after decoding; 1 when the decoder does it. */
    readonly turn: Orientation;
    readonly resize: { readonly to: Size; readonly method: Recipe['resizeMethod'] } | null;
    /** #rrggbb, or null when the output keeps alpha. */
    readonly flattenOnto: string | null;
  }
);

/** @throws CompressionError `unsupported-variant` when the recipe would damage the image without having been asked to. */
export function makePlan(recipe: Recipe, inspection: Inspection): Plan {
  const output = recipe.format === 'same' ? sameFormat(inspection.format) : recipe.format;
  const format = formats[output];
  const notes: Note[] = [];
  if (inspection.animation) notes.push(animationNote(recipe, inspection, output));

  const size = inspection.format === 'svg' ? scaled(inspection, recipe.svgScale) : uprightSize(inspection);
  const to = resizedTo(size, recipe.resize);
  const lossless = recipe.aim.kind !== 'quality' || !format.facts.lossy;
  const common = {
    input: inspection.format,
    output,
    options: encoderOptions(output, recipe.aim, recipe.options),
    size,
    keepsOriginal: inspection.format === output && to === null,
  };
  if (to) notes.push({ kind: 'info', code: 'resized', parameters: { width: to.width, height: to.height } });

  if (inspection.format === 'png' && output === 'png' && !to && inspection.orientation === 1) {
    return { ...common, route: 'optimise', notes: [...notes, { kind: 'kept', code: 'lossless' }] };
  }

  const decoder = decoderFor(inspection);
  const turn = decoder !== 'wasm' || formats[inspection.format as OutputFormat].appliesOrientation ? 1 : inspection.orientation;
  if (inspection.orientation !== 1) notes.push({ kind: 'info', code: 'orientation-applied' });
  if (inspection.format === 'svg') notes.push({ kind: 'info', code: 'rasterised', parameters: { width: size.width, height: size.height } });
  if (inspection.bitDepth > 8) notes.push({ kind: 'lost', code: 'depth-reduced', parameters: { from: inspection.bitDepth, to: 8 } });
  if (lossless && format.facts.lossless) notes.push({ kind: 'kept', code: 'lossless' });
  return {
    ...common,
    route: 'transcode',
    decoder,
    turn,
    resize: to && { to, method: recipe.resizeMethod },
    flattenOnto: format.facts.alpha ? null : recipe.background,
    notes,
  };
}

/** What "Compress image" writes: the same format, or for one that is only read, the lossless one that shows the same. */
export function sameFormat(format: InputFormat): OutputFormat {
  if (isOutputFormat(format)) return format;
  return format === 'heic' || format === 'tiff' ? 'jpeg' : 'png';
}

export function isOutputFormat(format: InputFormat): format is OutputFormat {
  return (OUTPUT_FORMATS as readonly string[]).includes(format);
}

function decoderFor(inspection: Inspection): 'wasm' | 'browser' | 'document' {
  if (inspection.format === 'svg') return 'document';
  // mozjpeg's decoder throws on CMYK; the browser reads it and converts it to sRGB.
  if (inspection.coding.exotic !== null && inspection.format === 'jpeg') return 'browser';
  return isOutputFormat(inspection.format) ? 'wasm' : 'browser';
}

function animationNote(recipe: Recipe, inspection: Inspection, output: OutputFormat): Note {
  if (inspection.format === 'png' && output === 'png') return { kind: 'kept', code: 'animation-kept' };
  const still = output === 'jpeg' || (output === 'png' && recipe.format !== 'same') || recipe.animation === 'first-frame';
  if (!still) throw new CompressionError('unsupported-variant', { format: inspection.format, feature: 'animation' });
  return { kind: 'lost', code: 'first-frame-only', parameters: { frames: inspection.animation?.frames ?? 0 } };
}

function scaled(size: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(size.width * factor)), height: Math.max(1, Math.round(size.height * factor)) };
}
