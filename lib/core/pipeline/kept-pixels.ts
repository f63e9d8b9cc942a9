/**
 * What a run leaves for the next one on the same Source: its bytes in order, and its pixels up to the encoder. Another
 * quality changes neither; whatever does is in the key.
 */
import type { Pixels } from '../codecs/codec.ts';
import type { Note } from '../model/receipt.ts';
import type { Plan, Preparation } from './plan.ts';
import type { SoundSource } from './sound-source.ts';

/** A still picture up to its encoder. */
export interface Prepared {
  readonly pixels: Pixels;
  /** The ICC profile that they need; null when they are sRGB. */
  readonly profile: Uint8Array<ArrayBuffer> | null;
  readonly notes: readonly Note[];
}

export interface KeptPixels {
  /** Of all that they were made by, but for the background. */
  readonly key: string;
  /** What they were flattened onto, or null for nothing. Any: they have no transparency, so that it is all one. */
  readonly background: string | null | 'any';
  readonly prepared: Prepared;
  readonly source: KeptSource;
}

/** A `SoundSource`; bytes are null where the Source was in order as it came. */
interface KeptSource {
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly notes: readonly Note[];
  readonly rows: number | null;
}

/** Where a run finds and leaves them. */
export interface PixelStore {
  pixels: KeptPixels | null;
  /** Hears of others than there were. Nobody writes into their buffers. */
  readonly onPixels: (pixels: KeptPixels) => void;
}

/** @param source as it came */
export function keptPixels(
  plan: Preparation,
  prepared: Prepared,
  isTransparent: boolean,
  sound: SoundSource,
  source: Uint8Array,
): KeptPixels {
  const bytes = sound.bytes === source ? null : sound.bytes;
  return {
    key: keyOf(plan),
    background: isTransparent ? plan.flattenOnto : 'any',
    prepared,
    source: { bytes, notes: sound.notes, rows: sound.rows ?? null },
  };
}

export function isPreparedBy({ key, background }: KeptPixels, plan: Preparation): boolean {
  return key === keyOf(plan) && (background === 'any' || background === plan.flattenOnto);
}

/** Which of the plan, its rivals and its alternatives prepare pixels. */
export function preparationsOf(plan: Plan): readonly Preparation[] {
  const own =
    plan.route === 'transcode'
      ? [plan]
      : plan.route === 'optimise' && plan.fewerColours !== undefined
        ? [plan.fewerColours]
        : (plan.route === 'rearrange' || plan.route === 'minify') && plan.otherwise !== undefined
          ? [plan.otherwise]
          : [];
  return [...own, ...(plan.rivals ?? []).flatMap(preparationsOf)];
}

/** The Source in order again; null where another route may find other faults in it. */
export function soundOf(
  { source: { bytes, notes, rows } }: KeptPixels,
  { input, route }: Plan,
  source: Uint8Array<ArrayBuffer>,
): SoundSource | null {
  // Of a GIF the pictures that are used are looked through.
  return input === 'gif' && route !== 'transcode' ? null : { bytes: bytes ?? source, notes, rows };
}

function keyOf({ input, size, decoder, colour, colourPlan, turn, crop, resize }: Preparation): string {
  return JSON.stringify([input, size, decoder, colour, colourPlan, turn, crop, resize]);
}
