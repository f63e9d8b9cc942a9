/** Small animations to put in, and what came out. */
import sharp from 'sharp';
import type { Movie, Frame } from '../../../../lib/core/animation/movie.ts';

/** A generator of numbers from 0 up to, but without, 1; the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export type Kind = 'opaque' | 'binary' | 'partial';

export interface Still {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Frames that change in rectangles, with holes, with pixels that come and go; some are equal to the one before. */
export function randomFrames(
  seed: number,
  count: number,
  { width, height }: { width: number; height: number },
  kind: Kind,
): Still[] {
  const next = random(seed);
  const upTo = (limit: number): number => Math.floor(next() * limit);
  const frames: Still[] = [];
  let data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set(pixel(upTo, kind), i * 4);
  for (let frame = 0; frame < count; frame++) {
    if (frame > 0) {
      data = data.slice();
      const [left, top] = [upTo(width), upTo(height)];
      const [right, bottom] = [left + upTo(width - left + 1), top + upTo(height - top + 1)];
      const share = next();
      const erase = kind !== 'opaque' && next() < 0.3;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          if (next() > share) continue;
          data.set(erase ? [0, 0, 0, 0] : pixel(upTo, kind), (y * width + x) * 4);
        }
      }
    }
    frames.push({ width, height, data });
  }
  return frames;
}

function pixel(upTo: (limit: number) => number, kind: Kind): number[] {
  const alpha = kind === 'opaque' ? 255 : kind === 'binary' ? upTo(2) * 255 : ([0, 255, 1 + upTo(254)][upTo(3)] ?? 0);
  return alpha === 0 ? [0, 0, 0, 0] : [upTo(4) * 60, upTo(256), upTo(3) * 100, alpha];
}

export async function* played(
  frames: readonly Still[],
  durations: readonly number[] = frames.map(() => 100),
): AsyncGenerator<Frame, void, undefined> {
  for (const [i, frame] of frames.entries()) yield { ...frame, durationMs: durations[i] ?? 100 };
}

export async function watched(movie: Movie): Promise<{ frames: Uint8ClampedArray[]; durations: number[] }> {
  const frames: Uint8ClampedArray[] = [],
    durations: number[] = [];
  for await (const { data, durationMs } of movie.frames()) {
    frames.push(data.slice());
    durations.push(durationMs);
  }
  return { frames, durations };
}

/** What libwebp's and giflib's own animation decoders make of a file, through sharp: colour under alpha 0 set to 0. */
export async function decodedBySharp(
  bytes: Uint8Array,
): Promise<{ frames: Uint8ClampedArray[]; delays: number[]; loops: number | undefined }> {
  const image = sharp(bytes, { animated: true });
  const { pages = 1, delay = [], loop } = await image.metadata();
  const { data } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 0) data.fill(0, i, i + 3);
  const size = data.length / pages;
  return {
    frames: Array.from({ length: pages }, (_, i) => new Uint8ClampedArray(data.subarray(i * size, (i + 1) * size))),
    delays: delay,
    loops: loop,
  };
}

/** Where a frame and its copy differ, in levels; `colour` only where the original is seen at all. */
export function distance(
  original: Uint8ClampedArray,
  copy: Uint8ClampedArray,
): { alpha: number; colour: number; mean: number } {
  let alpha = 0,
    colour = 0,
    sum = 0,
    count = 0;
  if (original.length !== copy.length) return { alpha: Infinity, colour: Infinity, mean: Infinity };
  for (let i = 0; i < original.length; i += 4) {
    alpha = Math.max(alpha, Math.abs((original[i + 3] ?? 0) - (copy[i + 3] ?? 0)));
    if (original[i + 3] === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const difference = Math.abs((original[i + channel] ?? 0) - (copy[i + channel] ?? 0));
      colour = Math.max(colour, difference);
      sum += difference;
      count++;
    }
  }
  return { alpha, colour, mean: count === 0 ? 0 : sum / count };
}
