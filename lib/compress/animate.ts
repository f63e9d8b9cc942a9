/** An animation on its way: frame by frame out of GIF, APNG or WebP, into an animated WebP. */
import { CompressionError } from '../errors.ts';
import { encodeAnimation } from './animation/encode-animation.ts';
import { isMovieFormat, openMovie } from './animation/open-movie.ts';
import type { Plan } from './plan.ts';
import type { Made, Means } from './run.ts';

/** @throws CompressionError what the movie and the encoder throw. */
export async function animate(plan: Plan, source: Uint8Array<ArrayBuffer>, means: Means): Promise<Made> {
  if (!isMovieFormat(plan.input)) throw new CompressionError('unsupported-variant', { format: plan.input, feature: 'animation' });
  means.onStep?.('decode');
  const movie = openMovie(source, plan.input, means.load);
  const encoded = await encodeAnimation({
    width: movie.width, height: movie.height, frames: movie.frames(), loops: movie.loops,
    options: plan.options, load: means.load, onFrame: () => means.onStep?.('encode'),
    ...(plan.keepsOriginal && { giveUpAbove: source.length }),
  });
  // Given up: no smaller than the original, which is what the caller then keeps.
  return { bytes: encoded?.bytes ?? source, width: movie.width, height: movie.height, profile: null, notes: [] };
}
