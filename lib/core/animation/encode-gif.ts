/** Frames in, a GIF out. */
import type { LoadWasm } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import { GifCoder, type GifPalette } from './gif-coder.ts';
import { packedForGif } from './gif-palette.ts';
import { GifSequence, type ShownFrames } from './gif-sequence.ts';
import { writeGif } from './gif-writer.ts';
import { checkCanvas, checkLength } from './movie-limits.ts';
import type { Movie } from './movie.ts';

export interface GifInput {
  /** At least one frame; alpha becomes on or off, at a half. */
  readonly movie: Movie;
  /** For all images, as `sharedPalette` gives it; null for one of its own for each. */
  readonly palette: GifPalette | null;
  /** How far a pixel may be from what it was, as a distance in OKLab; 0 keeps each one. */
  readonly loss: number;
  readonly load: LoadWasm;
  /** Called after each frame that came in. */
  readonly onFrame?: (frames: number) => void;
  readonly onShown?: ShownFrames;
  /** Bytes: no file larger than this is wanted. */
  readonly giveUpAbove?: number;
}

export interface EncodedGif {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly frames: {
    readonly came: number;
    /** In the file: fewer where some were equal to the one before, and its time is longer now; more where one lasts over ten minutes. */
    readonly written: number;
  };
}

/**
 * Only what changes is drawn; what is near enough to what is shown already stays. Time is in hundredths of a second, rounded so
 * that the error never adds up.
 *
 * @returns null when `giveUpAbove` was passed, or a frame has more colours than a GIF without loss can have
 * @throws CompressionError `too-many-pixels`, `unsupported-variant`, `too-much-memory`, `corrupt` when no frame comes, what the movie throws
 */
export async function encodeGif(input: GifInput): Promise<EncodedGif | null> {
  const { movie, palette, load, loss, onShown, giveUpAbove = Infinity } = input;
  const { width, height } = movie;
  checkCanvas(width, height);
  const coder = await GifCoder.create(width * height, load);
  const sequence = new GifSequence(width, height, { palette, loss, coder, load, onShown });
  let came = 0;
  for await (const frame of movie.frames()) {
    checkLength('gif', movie, ++came);
    await sequence.add(packedForGif(frame), frame);
    if (sequence.lacksColours || sequence.bytes > giveUpAbove) return null;
    input.onFrame?.(came);
  }
  if (came === 0) throw new CompressionError('corrupt');
  await sequence.finish();
  if (sequence.lacksColours) return null;
  const { images } = sequence;
  const bytes = writeGif({ width, height, loops: movie.loops, palette, images });
  return bytes.length > giveUpAbove ? null : { bytes, frames: { came, written: images.length } };
}
