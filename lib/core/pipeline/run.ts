/** A plan, carried out: bytes in, bytes and a receipt out. Runs in a worker and in Node alike. */
import { CompressionError } from '../errors.ts';
import type { Pixels } from '../codecs/codec.ts';
import { encoderName } from '../codecs/registry.ts';
import { isOutputFormat } from '../image/format-facts.ts';
import type { WorthBelow } from '../look/search-look.ts';
import { statedLook } from '../model/looks.ts';
import type { Note, Receipt } from '../model/receipt.ts';
import { preparationsOf, soundOf } from './kept-pixels.ts';
import type { Candidate, PipelineContext } from './pipeline-context.ts';
import type { Plan } from './plan.ts';
import { elsewhereOr, partsOf } from './parts.ts';
import type { PrepareInput } from './prepare.ts';
import { runRoute, withFewerColours } from './run-route.ts';
import { smallest, smallestFormat, type RunOne } from './smallest.ts';
import { soundSource } from './sound-source.ts';

export interface Compressed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly receipt: Receipt;
}

/**
 * @param source the whole file.
 * @param drawn pixels that a document drew in place of a decoder (SVG).
 * @throws CompressionError `corrupt` when it cannot be decoded, `codec-failed` when it cannot be encoded, and what
 *   the plan's route throws.
 */
export async function runPlan(
  plan: Plan,
  source: Uint8Array<ArrayBuffer>,
  given: PipelineContext,
  drawn?: Pixels,
): Promise<Compressed> {
  const context = withStore(given, plan);
  const now = context.now ?? (() => performance.now());
  const began = now();
  const kept = context.store?.pixels ? soundOf(context.store.pixels, plan, source) : null;
  const sound = kept ?? (await soundSource(source, plan, context.load));
  const run = runnerOf({ file: source, source: sound, drawn }, context);
  const { result, rivals } = await smallestFormat(plan, (one, worthBelow) =>
    one === plan ? run(one) : elsewhereOr(() => run(one, worthBelow), one, context, worthBelow),
  );
  context.onStep?.('finish');
  if (plan.limit !== null && result.bytes.length > plan.limit)
    throw new CompressionError('size-not-reached', {
      kilobytes: plan.limit / 1000,
      reached: Math.ceil(result.bytes.length / 1000),
    });
  const { bytes, width, height, format, options, look } = result;
  const outcome = bytes.length < source.length ? 'smaller' : bytes === source ? 'original' : 'grown';
  return {
    bytes,
    receipt: {
      input: {
        format: plan.input,
        bytes: source.length,
        ...plan.size,
        ...(plan.traits.length > 0 && { traits: plan.traits }),
      },
      output: { format, bytes: bytes.length, width, height },
      outcome,
      milliseconds: Math.round(now() - began),
      codec: options && isOutputFormat(format) ? { format, encoder: encoderName(format, options), options } : null,
      ...(look !== undefined && { look: statedLook(look) }),
      ...(rivals.length > 0 && { rivals }),
      notes: [
        ...sound.notes,
        ...result.notes,
        ...(plan.together ? [shareNote(plan.together)] : []),
        ...(options && bytes.length > source.length ? [{ kind: 'info', code: 'grown' } as const] : []),
      ],
    },
  };
}

/**
 * One part of a plan, for another worker that carries out the whole.
 *
 * @param at of `partsOf(plan)`
 * @param worthBelow bytes, which the whole finds out meanwhile
 * @throws CompressionError, upon which the whole is to do it by itself
 */
export async function runPart(
  plan: Plan,
  at: number,
  source: Uint8Array<ArrayBuffer>,
  context: PipelineContext,
  worthBelow: WorthBelow,
): Promise<Candidate | null> {
  const part = partsOf(plan)[at];
  if (!part) throw new RangeError('the plan has no such part');
  const input = { file: source, source: await soundSource(source, plan, context.load), drawn: undefined };
  if (plan.route === 'optimise' && part === plan.fewerColours) return withFewerColours(part, input, context);
  return runnerOf(input, context)(part, worthBelow);
}

function runnerOf(input: PrepareInput, context: PipelineContext): RunOne {
  return async (plan, worthBelow) => {
    const candidate = await runRoute(plan, input, context, worthBelow);
    return candidate && smallest(plan, input.file, input.source.bytes, candidate, context);
  };
}

/** What is tried in several formats is decoded, turned and resized for the first of them. */
function withStore(context: PipelineContext, plan: Plan): PipelineContext {
  if (context.store || preparationsOf(plan).length < 2) return context;
  return { ...context, store: { pixels: null, onPixels: () => undefined } };
}

function shareNote(bytes: number): Note {
  return { kind: 'info', code: 'share-of-total', parameters: { bytes } };
}
