/** A plan, carried out: bytes in, bytes and a receipt out. Runs in a worker and in Node alike. */
import { CompressionError } from '../errors.ts';
import type { Pixels } from '../codecs/codec.ts';
import { optimisePng } from '../codecs/png.ts';
import { formats } from '../codecs/registry.ts';
import { animate } from './animate.ts';
import type { DecodeMeans } from './decode.ts';
import { isOutputFormat, type Plan } from './plan.ts';
import type { Note, Receipt } from './receipt.ts';
import { transcode } from './transcode.ts';

export interface Means extends DecodeMeans {
  /** Called as each step begins, so that a watchdog sees progress. */
  readonly onStep?: (step: Step) => void;
  /** ms, monotonic. */
  readonly now?: () => number;
}

export type Step = 'decode' | 'resize' | 'encode' | 'finish';

export interface Compressed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly receipt: Receipt;
}

/** What a route gives, before metadata are put in. */
export interface Made {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  /** The ICC profile that the pixels need; null when they are sRGB. */
  readonly profile: Uint8Array<ArrayBuffer> | null;
  readonly notes: readonly Note[];
}

/**
 * @param source the whole file.
 * @param drawn pixels that a document drew in place of a decoder (SVG).
 * @throws CompressionError `corrupt` when it cannot be decoded, `codec-failed` when it cannot be encoded, and what
 *   the plan's route throws.
 */
export async function runPlan(plan: Plan, source: Uint8Array<ArrayBuffer>, means: Means, drawn?: Pixels): Promise<Compressed> {
  const now = means.now ?? (() => performance.now());
  const began = now();
  const made = await along(plan, source, means, drawn);
  means.onStep?.('finish');

  const grew = made.bytes.length >= source.length;
  const original = plan.keepsOriginal && grew;
  const kept = original ? { bytes: source, ...plan.size } : made;
  const outcome = original ? 'original' : grew ? 'grown' : 'smaller';
  return {
    bytes: kept.bytes,
    receipt: {
      input: { format: plan.input, bytes: source.length, ...plan.size },
      output: { format: original ? plan.input : plan.output, bytes: kept.bytes.length, width: kept.width, height: kept.height },
      outcome,
      milliseconds: Math.round(now() - began),
      codec: original || !isOutputFormat(plan.output) ? null : { format: plan.output, encoder: formats[plan.output].facts.encoder, options: plan.options },
      // The bytes that came in have lost nothing: what would have been lost is not said.
      notes: original ? [{ kind: 'kept', code: 'never-larger' }] : [...plan.notes, ...made.notes, ...(grew ? [{ kind: 'info', code: 'grown' } as const] : [])],
    },
  };
}

async function along(plan: Plan, source: Uint8Array<ArrayBuffer>, means: Means, drawn: Pixels | undefined): Promise<Made> {
  switch (plan.route) {
    case 'optimise': return optimise(plan, source, means);
    case 'animate': return animate(plan, source, means);
    case 'transcode': return transcode(plan, source, null, means, drawn);
    case 'clean': case 'minify': return { bytes: source, ...plan.size, profile: null, notes: [] };
  }
}

async function optimise(plan: Plan, source: Uint8Array<ArrayBuffer>, means: Means): Promise<Made> {
  means.onStep?.('encode');
  try {
    return { bytes: await optimisePng(source, plan.options, means.load), ...plan.size, profile: null, notes: [] };
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
}
