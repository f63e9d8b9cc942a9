/** A plan, carried out: bytes in, bytes and a receipt out. Runs in a worker and in Node alike. */
import { CompressionError } from '../errors.ts';
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { optimisePng } from '../codecs/png.ts';
import { codecs, formats } from '../codecs/registry.ts';
import type { OutputFormat } from '../image/inspection.ts';
import { flattenOnto, turnUpright, usesAlpha } from './pixels.ts';
import type { Plan } from './plan.ts';
import type { Note, Receipt } from './receipt.ts';
import { resizePixels } from './resize.ts';

export interface Means {
  readonly load: LoadWasm;
  /** The browser's decoder: upright, straight alpha. Absent in Node. */
  readonly decodeInBrowser?: (bytes: Uint8Array<ArrayBuffer>, plan: Plan) => Promise<Pixels>;
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

/**
 * @param input the file, or for an SVG the pixels that a page drew.
 * @throws CompressionError `corrupt` when it cannot be decoded, `codec-failed` when it cannot be encoded.
 */
export async function runPlan(plan: Plan, source: Uint8Array<ArrayBuffer>, means: Means, drawn?: Pixels): Promise<Compressed> {
  const now = means.now ?? (() => performance.now());
  const began = now();
  const notes: Note[] = [...plan.notes];
  const made = plan.route === 'optimise' ? await optimise(plan, source, means) : await transcode(plan, source, means, drawn, notes);
  means.onStep?.('finish');

  const grew = made.bytes.length >= source.length;
  const original = plan.keepsOriginal && grew;
  const kept = original ? { bytes: source, size: plan.size } : made;
  const outcome = original ? 'original' : grew ? 'grown' : 'smaller';
  if (outcome === 'grown') notes.push({ kind: 'info', code: 'grown' });
  return {
    bytes: kept.bytes,
    receipt: {
      input: { format: plan.input, bytes: source.length, ...plan.size },
      output: { format: plan.output, bytes: kept.bytes.length, width: kept.size.width, height: kept.size.height },
      outcome,
      milliseconds: Math.round(now() - began),
      codec: original ? null : { format: plan.output, encoder: formats[plan.output].facts.encoder, options: plan.options },
      // The bytes that came in have lost nothing: what would have been lost is not said.
      notes: original ? [{ kind: 'kept', code: 'never-larger' }] : notes,
    },
  };
}

interface Made {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly size: { readonly width: number; readonly height: number };
}

async function optimise(plan: Plan & { route: 'optimise' }, source: Uint8Array<ArrayBuffer>, means: Means): Promise<Made> {
  means.onStep?.('encode');
  try {
    return { bytes: await optimisePng(source, plan.options, means.load), size: plan.size };
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
}

async function transcode(plan: Plan & { route: 'transcode' }, source: Uint8Array<ArrayBuffer>, means: Means, drawn: Pixels | undefined, notes: Note[]): Promise<Made> {
  means.onStep?.('decode');
  let pixels = turnUpright(drawn ?? await decode(plan, source, means), plan.turn);
  if (plan.flattenOnto && usesAlpha(pixels)) {
    pixels = flattenOnto(pixels, plan.flattenOnto);
    notes.push({ kind: 'lost', code: 'alpha-flattened', parameters: { colour: plan.flattenOnto } });
  }
  if (plan.resize) {
    means.onStep?.('resize');
    pixels = await resizePixels(pixels, plan.resize.to, plan.resize.method, means.load);
  }
  means.onStep?.('encode');
  return { bytes: await encode(plan.output, pixels, plan, means), size: { width: pixels.width, height: pixels.height } };
}

async function decode(plan: Plan & { route: 'transcode' }, source: Uint8Array<ArrayBuffer>, means: Means): Promise<Pixels> {
  try {
    if (plan.decoder === 'wasm') return await codecs[plan.input as OutputFormat].decode(source, means.load);
    if (!means.decodeInBrowser) throw new CompressionError('unsupported-format', { format: plan.input });
    return await means.decodeInBrowser(source, plan);
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
}

async function encode(format: OutputFormat, pixels: Pixels, plan: Plan, means: Means): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await codecs[format].encode(pixels, plan.options, means.load);
  } catch (thrown) {
    throw CompressionError.from(thrown, 'codec-failed', { format });
  }
}
