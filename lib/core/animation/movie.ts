/** What this folder speaks of: a Movie is an animation that was opened, a Frame is what it shows for a while. */
import type { Pixels } from '../codecs/codec.ts';

/** The whole canvas as it is seen: every frame that it builds on is already composed into it. */
export interface Frame extends Pixels {
  /** How long it is shown, in ms; may be a fraction (APNG's 1/30 s). Above 0. */
  readonly durationMs: number;
  /** What the file says, where that is shown for another time (see `shownMilliseconds`). */
  readonly statedMs?: number;
}

export interface Movie {
  /** Of the canvas, in px. */
  readonly width: number;
  readonly height: number;
  /** At least 1. */
  readonly frameCount: number;
  /** Times the whole plays; 0 is for ever. */
  readonly loops: number;
  /**
   * Decodes from the first frame on, each time it is called. A frame's `data` is the decoder's own canvas: it is
   * valid until the next frame is asked for, and may not be written to. Fully transparent pixels are 0, 0, 0, 0.
   *
   * @throws CompressionError `corrupt` when a frame can't be decoded
   */
  frames(): AsyncGenerator<Frame, void, undefined>;
}

/** On a canvas, in px; `x` and `y` of the upper left corner. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The same movie with each frame passed through `change`, e.g. turned upright or resized to `size`. */
export function changedMovie(
  movie: Movie,
  size: { readonly width: number; readonly height: number },
  change: (pixels: Pixels) => Pixels | Promise<Pixels>,
): Movie {
  return {
    ...movie,
    width: size.width,
    height: size.height,
    async *frames() {
      for await (const { width, height, data, ...time } of movie.frames())
        yield { ...(await change({ width, height, data })), ...time };
    },
  };
}
