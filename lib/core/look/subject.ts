/** A picture to be encoded at a look, in one format or several: it and a sample of it, each with its reference when wanted. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import type { LookReference } from './metric.ts';
import { takeReference } from './metric.ts';
import { takeSample } from './sample.ts';
import { takeWhole } from './trial.ts';

/** Pixels, and how much a copy of them looks like them. */
export interface Measured {
  readonly pixels: Pixels;
  readonly compare: LookReference['compare'];
}

export interface LookSubject {
  readonly pixels: Pixels;
  /** Absent for a picture that is its own sample. */
  readonly sample: Pixels | null;
  /** A worker keeps one reference: each of these takes its own in place of the other's. */
  onSample(): Promise<Measured>;
  onWhole(): Promise<Measured>;
}

/** Of the pixels, the share that a search goes through; within bounds, below which a sample says little of the whole. */
const SHARE = 0.1;
const LEAST = 150_000;
const MOST = 600_000;

/** @throws RangeError when there is no memory for it */
export function lookSubject(pixels: Pixels, load: LoadWasm): LookSubject {
  const wanted = Math.min(MOST, Math.max(LEAST, pixels.width * pixels.height * SHARE));
  const taken = takeSample(pixels, 0, wanted).pixels;
  const sample = taken === pixels ? null : taken;
  const whole = once(pixels, (of) => takeWhole(of, load));
  const onSample = once(taken, (of) => takeReference(of, load));
  return { pixels, sample, onSample: () => onSample(), onWhole: () => whole() };
}

function once(pixels: Pixels, take: (pixels: Pixels) => Promise<LookReference>): () => Promise<Measured> {
  let reference: LookReference | null = null;
  return async () => {
    if (!reference?.isKept()) reference = await take(pixels);
    const { compare } = reference;
    return { pixels, compare };
  };
}
