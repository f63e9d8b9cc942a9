/** An animation, or its first frame, as a GIF. */
import type { Movie } from '../animation/movie.ts';
import { encodeGifToAim, type GifAim, type GifResult } from './encode-gif-to-aim.ts';
import { EXACT, NEARLY_EXACT } from './gif-losses.ts';
import type { Animate, Plan } from './plan.ts';
import type { Note } from '../model/receipt.ts';
import type { EncodedImage, PipelineContext } from './pipeline-context.ts';
import { isShortOf, lookNote } from './transcode.ts';

/**
 * A GIF does not tell how much it lost before, and each generation loses more: what saves less than this is not worth one. What is
 * packed better without a loss is worth any byte.
 */
const WORTH_A_GENERATION = 0.15;

interface GifSource {
  readonly bytes: number;
  /** Browsers give it no effect; what else shows GIFs may. */
  readonly icc: Uint8Array<ArrayBuffer> | null;
}

/** @returns null where only a smaller file is wanted and there is none */
export async function animateGif(
  plan: Plan & Animate,
  { setting, most, firstOnly }: NonNullable<Animate['gif']>,
  movie: Movie,
  { bytes: sourceBytes, icc }: GifSource,
  context: PipelineContext,
): Promise<EncodedImage | null> {
  const frames = firstOnly ? onlyFirst(movie) : movie;
  const attempt = (aim: GifAim['aim'], giveUpAbove: number | null): Promise<GifResult | null> =>
    encodeGifToAim(frames, { aim, most, giveUpAbove }, context);
  const look = plan.goal?.kind === 'look' ? plan.goal.look : null;
  let result = await attempt(look === null ? { setting } : { look }, plan.keepsOriginal ? sourceBytes : null);
  const isWorthIt = result !== null && result.bytes.length <= sourceBytes * (1 - WORTH_A_GENERATION);
  if (plan.keepsOriginal && !isWorthIt && result?.setting !== EXACT) {
    result = await attempt({ setting: EXACT }, sourceBytes);
  }
  // What shows through from earlier frames can be more colours than an image has, and the picture is to be another.
  if (!plan.keepsOriginal) result ??= await attempt({ setting: NEARLY_EXACT }, null);
  return (
    result && {
      bytes: result.bytes,
      width: frames.width,
      height: frames.height,
      profile: icc,
      notes: notesOf(plan, result, look),
      ...(result.look !== undefined && { look: result.look }),
    }
  );
}

function notesOf({ resize }: Animate, result: GifResult, aim: number | null): Note[] {
  if (result.setting === EXACT && !resize) return [{ kind: 'kept', code: 'lossless' }];
  if (result.look === undefined || aim === null) return [];
  return [lookNote(result.look, isShortOf(result.look, aim) ? aim : null)];
}

function onlyFirst(movie: Movie): Movie {
  return {
    ...movie,
    frameCount: 1,
    async *frames() {
      for await (const frame of movie.frames()) {
        yield frame;
        return;
      }
    },
  };
}
