/** A still picture on its way: decoded, its colours settled, upright, flattened, resized, encoded. */
import { CompressionError } from '../errors.ts';
import type { Pixels } from '../codecs/codec.ts';
import { codecs } from '../codecs/registry.ts';
import { applyColourPlan } from '../colour/convert.ts';
import { decode } from './decode.ts';
import { flattenOnto, turnUpright, usesAlpha } from '../pixels/turn-and-flatten.ts';
import type { Plan, Transcode } from './plan.ts';
import type { Note } from '../model/receipt.ts';
import { resizePixels } from '../pixels/resize.ts';
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
  try {
    const bytes = await codecs[plan.output].encode(pixels, plan.options, context.load);
    return { bytes, width: pixels.width, height: pixels.height, profile: coloured.profile, notes };
  } catch (thrown) {
    throw CompressionError.from(thrown, 'codec-failed', { format: plan.output });
  }
}
