/** An animation on its way: frame by frame out of GIF, APNG or WebP, into an animated WebP. */
import { CompressionError } from '../errors.ts';
import { encodeAnimation } from './animation/encode-animation.ts';
import type { Frame, Movie } from './animation/movie.ts';
import { isMovieFormat, openMovie } from './animation/open-movie.ts';
import { applyColourPlan, type Coloured } from './colour/convert.ts';
import type { Animate, Plan } from './plan.ts';
import type { Made, Means } from './run.ts';

/**
 * @param icc the Source's ICC profile, decompressed; null when it has none.
 * @throws CompressionError what the movie and the encoder throw.
 */
export async function animate(plan: Plan & Animate, source: Uint8Array<ArrayBuffer>, icc: Uint8Array<ArrayBuffer> | null, means: Means): Promise<Made> {
  means.onStep?.('decode');
  const movie = await open(plan, source, means);
  let first: Coloured | null = null;

  async function* colouredFrames(opened: Movie): AsyncGenerator<Frame, void, undefined> {
    for await (const frame of opened.frames()) {
      // A frame is its decoder's own canvas: what changes it works on a copy.
      const own = plan.colourPlan.action === 'convert' ? { ...frame, data: frame.data.slice() } : frame;
      const coloured = applyColourPlan(plan.colourPlan, own, plan.colour, icc);
      first ??= coloured;
      yield { ...coloured.pixels, durationMs: frame.durationMs };
    }
  }

  const encoded = await encodeAnimation({
    width: movie.width, height: movie.height, frames: colouredFrames(movie), loops: movie.loops,
    options: plan.options, load: means.load, onFrame: () => means.onStep?.('encode'),
    ...(plan.keepsOriginal && { giveUpAbove: source.length }),
  });
  const { profile, notes } = first as Coloured | null ?? { profile: null, notes: [] };
  // Given up: no smaller than the original, which is what the caller then keeps.
  return { bytes: encoded?.bytes ?? source, width: movie.width, height: movie.height, profile, notes };
}

function open({ input }: Plan, source: Uint8Array<ArrayBuffer>, { load, openInBrowser }: Means): Movie | Promise<Movie> {
  if (isMovieFormat(input)) return openMovie(source, input, load);
  if (openInBrowser) return openInBrowser(source, input);
  throw new CompressionError('unsupported-variant', { format: input, feature: 'animation' });
}
