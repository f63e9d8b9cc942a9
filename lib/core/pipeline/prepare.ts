/** A still picture up to its encoder: decoded, its colours settled, turned, cropped, flattened, resized. */
import type { Pixels } from '../codecs/codec.ts';
import { applyColourPlan } from '../colour/convert.ts';
import type { Note } from '../model/receipt.ts';
import { resizePixels } from '../pixels/resize.ts';
import { cropPixels, flattenOnto, turnUpright, usesAlpha } from '../pixels/turn-and-flatten.ts';
import { decode } from './decode.ts';
import { isPreparedBy, keptPixels, type Prepared } from './kept-pixels.ts';
import type { Preparation } from './plan.ts';
import type { PipelineContext } from './pipeline-context.ts';
import type { SoundSource } from './sound-source.ts';

export interface PrepareInput {
  /** As it came. */
  readonly file: Uint8Array<ArrayBuffer>;
  readonly source: SoundSource;
  /** Pixels that a document drew in place of a decoder (SVG). */
  readonly drawn: Pixels | undefined;
}

/**
 * @param icc the Source's ICC profile, decompressed; null when it has none.
 * @throws CompressionError `corrupt` when it cannot be decoded.
 */
export async function prepare(
  plan: Preparation,
  { file, source, drawn }: PrepareInput,
  icc: Uint8Array<ArrayBuffer> | null,
  context: PipelineContext,
): Promise<Prepared> {
  const { store } = context;
  if (store?.pixels && isPreparedBy(store.pixels, plan)) return store.pixels.prepared;
  context.onStep?.('decode');
  const decoded = drawn ? { pixels: drawn, notes: [] } : await decode(plan, source, context);
  const notes: Note[] = [...decoded.notes];
  const coloured = applyColourPlan(plan.colourPlan, decoded.pixels, plan.colour, icc);
  notes.push(...coloured.notes);
  let pixels = cropPixels(turnUpright(coloured.pixels, plan.turn), plan.crop);
  const isTransparent = (plan.flattenOnto !== null || store !== undefined) && usesAlpha(pixels);
  if (plan.flattenOnto && isTransparent) {
    pixels = flattenOnto(pixels, plan.flattenOnto);
    notes.push({ kind: 'lost', code: 'alpha-flattened', parameters: { colour: plan.flattenOnto } });
  }
  if (plan.resize) {
    context.onStep?.('resize');
    pixels = await resizePixels(pixels, plan.resize.to, plan.resize.method, context.load);
  }
  const prepared = { pixels, profile: coloured.profile, notes };
  if (store) {
    store.pixels = keptPixels(plan, prepared, isTransparent, source, file);
    store.onPixels(store.pixels);
  }
  return prepared;
}
