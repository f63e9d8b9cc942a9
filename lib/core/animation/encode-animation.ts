/** Frames in, an animated WebP out. */
import type { LoadWasm, OptionValues } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import { checkOutput } from '../image/limits.ts';
import { packedFrame } from './canvas.ts';
import type { Movie } from './movie.ts';
import { checkCanvas, checkLength } from './movie-limits.ts';
import { Sequence } from './sequence.ts';
import { createStepCoder } from './step-coder.ts';
import { stillWebp, type WebpMetadata } from './webp-bitstream.ts';
import { muxAnimation } from './webp-muxer.ts';

export interface AnimationInput {
  /** Each frame is read before the next is asked for; their number need not be known before. */
  readonly movie: Omit<Movie, 'frameCount'>;
  /** libwebp's, as `webpFormat.optionsFor` gives them. */
  readonly options: OptionValues;
  readonly metadata?: WebpMetadata;
  readonly load: LoadWasm;
  /** Called after each frame that came in, with the number of frames so far: progress for a watchdog. */
  readonly onFrame?: (frames: number) => void;
  /** Bytes: no file larger than this is wanted, so the work may end as soon as it would be. */
  readonly giveUpAbove?: number;
}

export interface EncodedAnimation {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly frames: {
    readonly came: number;
    /** In the file; 1 is a still picture. */
    readonly written: number;
    /** That were equal to the one before, whose time they added to. */
    readonly merged: number;
    /** Of those written, coded without loss. */
    readonly lossless: number;
    /** For each that came, the index in the file of the one that begins to show it. */
    readonly shownBy: readonly number[];
  };
  readonly milliseconds: number;
}

/**
 * Codes the frames as they come; a few canvases are in memory, never all frames. Equal frames are merged, and when
 * all are, the file is a still picture. The pixels of lossless frames are exact, but for the colour under fully
 * transparent ones; alpha is exact in lossy ones as well.
 *
 * @returns null when `giveUpAbove` was passed
 * @throws CompressionError `too-many-pixels`, `unsupported-variant` for too many frames or a side that WebP can't state,
 *   `codec-failed`, `corrupt` when no frame comes, and what the frames' source throws
 */
export async function encodeAnimation(input: AnimationInput): Promise<EncodedAnimation | null> {
  const { movie, metadata = {}, giveUpAbove = Infinity } = input;
  const { width, height, loops } = movie;
  checkCanvas(width, height);
  checkOutput('webp', movie);
  const sequence = new Sequence(width, height, createStepCoder(input.options, input.load));
  let came = 0;
  for await (const frame of movie.frames()) {
    checkLength('webp', movie, ++came);
    if (frame.width !== width || frame.height !== height)
      throw new CompressionError('internal', {}, { cause: new Error(`frame ${came} of another size`) });
    await sequence.add(packedFrame(frame), frame.durationMs);
    if (sequence.bytes > giveUpAbove) return null;
    input.onFrame?.(came);
  }
  if (came === 0) throw new CompressionError('corrupt');
  sequence.finish();
  const { frames, merged, shownBy, milliseconds } = sequence;
  const bytes =
    frames.length === 1
      ? stillWebp(await sequence.still(), metadata)
      : muxAnimation({ width, height, loops, frames, metadata });
  if (bytes.length > giveUpAbove) return null;
  const lossless = frames.filter(({ bitstream }) => bitstream.kind === 'VP8L').length;
  return { bytes, frames: { came, written: frames.length, merged, lossless, shownBy }, milliseconds };
}
