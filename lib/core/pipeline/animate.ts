/** An animation on its way: frame by frame out of its file, into an animated WebP or a GIF. */
import { CompressionError } from '../errors.ts';
import type { Pixels } from '../codecs/codec.ts';
import { encodeAnimation } from '../animation/encode-animation.ts';
import { changedMovie, type Movie } from '../animation/movie.ts';
import { isMovieFormat, openMovie } from '../animation/open-movie.ts';
import { applyColourPlan, type Coloured } from '../colour/convert.ts';
import { cropPixels, hasPartialAlpha, turnUpright } from '../pixels/turn-and-flatten.ts';
import { formats } from '../codecs/registry.ts';
import { animateGif } from './animate-gif.ts';
import { animateToLook } from './animate-to-look.ts';
import { isShortOf, lookNote } from './transcode.ts';
import type { Animate, Plan } from './plan.ts';
import { resizePixels } from '../pixels/resize.ts';
import type { EncodedImage, PipelineContext } from './pipeline-context.ts';

/**
 * Where no more than a smaller file is wanted, and there is none, or the browser can't take the animation apart without a
 * loss, or an APNG (which can be packed better) is more than a WebP can be, the Source is the result.
 *
 * @param icc the Source's ICC profile, decompressed; null when it has none.
 * @throws CompressionError what the movie and the encoder throw.
 */
export async function animate(
  plan: Plan & Animate,
  source: Uint8Array<ArrayBuffer>,
  icc: Uint8Array<ArrayBuffer> | null,
  context: PipelineContext,
): Promise<EncodedImage> {
  try {
    const encoded = await encodeFrames(plan, source, icc, context);
    if (encoded) return encoded;
    if (!plan.keepsOriginal) throw new CompressionError('codec-failed', { format: plan.output });
  } catch (thrown) {
    const isTooMuch =
      thrown instanceof CompressionError &&
      (thrown.code === 'too-many-pixels' || thrown.code === 'unsupported-variant');
    if (!plan.keepsOriginal || plan.input !== 'png' || !isTooMuch) throw thrown;
  }
  return { bytes: source, ...plan.size, profile: null, notes: [] };
}

async function encodeFrames(
  plan: Plan & Animate,
  source: Uint8Array<ArrayBuffer>,
  icc: Uint8Array<ArrayBuffer> | null,
  context: PipelineContext,
): Promise<EncodedImage | null> {
  context.onStep?.('decode');
  const opened = await open(plan, source, context);
  if (!opened) return null;
  let first: Coloured | null = null;
  let rounded = false;

  async function changed(frame: Pixels): Promise<Pixels> {
    rounded ||= !isMovieFormat(plan.input) && hasPartialAlpha(frame);
    if (rounded && plan.keepsOriginal) throw new PremultipliedFrame();
    // A frame is its decoder's own canvas: what changes it works on a copy.
    const own = plan.colourPlan.action === 'convert' ? { ...frame, data: frame.data.slice() } : frame;
    const coloured = applyColourPlan(plan.colourPlan, own, plan.colour, icc);
    first ??= coloured;
    const upright = cropPixels(turnUpright(coloured.pixels, plan.turn), plan.crop);
    return plan.resize ? resizePixels(upright, plan.resize.to, plan.resize.method, context.load) : upright;
  }

  const { width, height } = opened;
  const movie = changedMovie(
    opened,
    plan.resize?.to ?? plan.crop ?? (plan.turn >= 5 ? { width: height, height: width } : { width, height }),
    changed,
  );
  if (plan.gif) return animateGif(plan, plan.gif, movie, { bytes: source.length, icc }, context);
  const encoded = await ifExact(encodeWebp(plan, movie, source.length, context));
  if (!encoded) return null;
  const { profile, notes } = (first as Coloured | null) ?? { profile: null, notes: [] };
  return {
    ...encoded,
    width: movie.width,
    height: movie.height,
    profile,
    notes: [...notes, ...(rounded ? [{ kind: 'lost', code: 'alpha-rounded' } as const] : []), ...encoded.notes],
  };
}

/**
 * px of the shorter side: the look of smaller pictures is measured by fewer sizes, and reads up to 45 points lower. Of stickers that
 * would leave none lossy, so theirs is the quality that is typical of the look.
 */
const LEAST_MEASURED = 128;

/** @returns null where only a smaller file is wanted and there is none */
async function encodeWebp(
  { goal, options, keepsOriginal }: Plan & Animate,
  movie: Movie,
  sourceBytes: number,
  context: PipelineContext,
): Promise<Pick<EncodedImage, 'bytes' | 'options' | 'look' | 'notes'> | null> {
  const giveUpAbove = keepsOriginal ? sourceBytes : null;
  const { search } = formats.webp;
  if (goal?.kind === 'look' && search && Math.min(movie.width, movie.height) >= LEAST_MEASURED) {
    const result = await animateToLook(movie, { look: goal.look, options, search, giveUpAbove }, context);
    return (
      result && { ...result, notes: [lookNote(result.look, isShortOf(result.look, goal.look) ? goal.look : null)] }
    );
  }
  const encoded = await encodeAnimation({
    movie,
    options,
    load: context.load,
    onFrame: () => context.onStep?.('encode'),
    ...(giveUpAbove !== null && { giveUpAbove }),
  });
  return encoded && { bytes: encoded.bytes, notes: [] };
}

/** Of the browser's making: colours under partial alpha are off by up to 127 levels (lib/engine/frame-decoder.ts). */
class PremultipliedFrame extends Error {}

async function ifExact<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof PremultipliedFrame) return null;
    throw thrown;
  }
}

async function open(
  { input, keepsOriginal }: Plan,
  source: Uint8Array<ArrayBuffer>,
  { load, openInBrowser }: PipelineContext,
): Promise<Movie | null> {
  if (isMovieFormat(input)) return openMovie(source, input, load);
  const movie = (await openInBrowser?.(source, input)) ?? null;
  if (!movie && !keepsOriginal) throw new CompressionError('unsupported-variant', { format: input, feature: 'frames' });
  return movie;
}
