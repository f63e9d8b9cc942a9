/** A still picture on its way: decoded, its colours settled, upright, flattened, resized, encoded. */
import { CompressionError } from '../errors.ts';
import type { Pixels } from '../codecs/codec.ts';
import { codecs } from '../codecs/registry.ts';
import { applyColourPlan } from '../colour/convert.ts';
import { decode } from './decode.ts';
import { flattenOnto, turnUpright, usesAlpha } from '../pixels/turn-and-flatten.ts';
import type { Plan, Transcode } from './plan.ts';
import type { Note } from '../model/receipt.ts';
import { takeReference } from '../look/metric.ts';
import { encodePalettePng } from '../pixels/quantise/palette-png.ts';
import type { LookAim } from '../pixels/quantise/fewer-colours.ts';
import { resizePixels } from '../pixels/resize.ts';
import type { PaletteAim } from './palette-aim.ts';
import type { EncodedImage, PipelineContext } from './run.ts';
import type { SoundSource } from './sound-source.ts';

/**
 * @param icc the Source's ICC profile, decompressed; null when it has none.
 * @param drawn pixels that a document drew in place of a decoder (SVG).
 * @throws CompressionError `corrupt` when it cannot be decoded, `codec-failed` when it cannot be encoded.
 */
export async function transcode(
  plan: Plan & Transcode,
  source: SoundSource,
  icc: Uint8Array<ArrayBuffer> | null,
  context: PipelineContext,
  drawn: Pixels | undefined,
): Promise<EncodedImage> {
  const ready = await prepare(plan, source, icc, context, drawn);
  const { pixels, profile } = ready;
  try {
    const bytes = await codecs[plan.output].encode(pixels, plan.options, context.load);
    const reduced = await withPalette(plan, ready, context);
    if (reduced && reduced.bytes.length < bytes.length) return reduced;
    const notes = [...ready.notes, ...(plan.palette?.otherwise ?? [])];
    return { bytes, width: pixels.width, height: pixels.height, profile, notes };
  } catch (thrown) {
    throw CompressionError.from(thrown, 'codec-failed', { format: plan.output });
  }
}

/** The PNG with fewer colours that the plan allows; null when there is none that looks well enough. */
export async function transcodeToPalette(
  plan: Plan & Transcode,
  source: SoundSource,
  icc: Uint8Array<ArrayBuffer> | null,
  context: PipelineContext,
): Promise<EncodedImage | null> {
  const ready = await prepare(plan, source, icc, context, undefined);
  try {
    return await withPalette(plan, ready, context);
  } catch (thrown) {
    throw CompressionError.from(thrown, 'codec-failed', { format: plan.output });
  }
}

interface Ready {
  /** As they are to be encoded. */
  readonly pixels: Pixels;
  readonly profile: Uint8Array<ArrayBuffer> | null;
  readonly notes: readonly Note[];
}

/** Decoded, in the colours of the plan, upright, flattened, resized. */
async function prepare(
  plan: Plan & Transcode,
  source: SoundSource,
  icc: Uint8Array<ArrayBuffer> | null,
  context: PipelineContext,
  drawn: Pixels | undefined,
): Promise<Ready> {
  context.onStep?.('decode');
  const decoded = drawn ? { pixels: drawn, notes: [] } : await decode(plan, source, context);
  const notes: Note[] = [...decoded.notes];
  const coloured = applyColourPlan(plan.colourPlan, decoded.pixels, plan.colour, icc);
  notes.push(...coloured.notes);
  let pixels = turnUpright(coloured.pixels, plan.turn);
  if (plan.flattenOnto && usesAlpha(pixels)) {
    pixels = flattenOnto(pixels, plan.flattenOnto);
    notes.push({ kind: 'lost', code: 'alpha-flattened', parameters: { colour: plan.flattenOnto } });
  }
  if (plan.resize) {
    context.onStep?.('resize');
    pixels = await resizePixels(pixels, plan.resize.to, plan.resize.method, context.load);
  }
  context.onStep?.('encode');
  return { pixels, profile: coloured.profile, notes };
}

async function withPalette(
  { palette, options }: Transcode & Pick<Plan, 'options'>,
  { pixels, profile, notes }: Ready,
  context: PipelineContext,
): Promise<EncodedImage | null> {
  if (!palette) return null;
  const { load } = context;
  const png = await encodePalettePng(pixels, await aimOf(palette, pixels, context), options, load);
  if (!png) return null;
  const reduced: Note = png.isExact
    ? { kind: 'info', code: 'minified' }
    : { kind: 'lost', code: 'colours-reduced', parameters: { colours: png.colours } };
  return {
    bytes: png.bytes,
    width: pixels.width,
    height: pixels.height,
    profile,
    notes: [...notes, reduced],
    options: { ...options, ...png.options },
  };
}

async function aimOf(
  aim: PaletteAim,
  pixels: Pixels,
  { load, onStep }: PipelineContext,
): Promise<LookAim | { colours: number }> {
  if ('colours' in aim) return aim;
  const reference = await takeReference(pixels, load);
  return {
    look: aim.look,
    measure(tried) {
      onStep?.('encode');
      return reference.compare(tried);
    },
  };
}
