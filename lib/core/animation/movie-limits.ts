/** What an animation may ask for. All frames together are never in memory; a few canvases are. */
import { CompressionError } from '../errors.ts';
import type { InputFormat } from '../image/inspection.ts';
import type { Rect } from './movie.ts';

/**
 * 25 megapixels: the decoder's canvas, what it restores, the canvas that is shown, and a cut for the encoder are
 * 4 x 100 MB as RGBA8, next to the encoder's 270 MB, 700 with alpha (lib/core/codecs/heap.ts).
 */
const MAX_CANVAS_PIXELS = 25_000_000;

/** A minute and a half at 100 frames a second. */
export const MAX_FRAMES = 10_000;

/** Pixels that are gone through for all frames together: 1920 x 1080 for 32 s at 60 frames a second. */
const MAX_MOVIE_PIXELS = 4_000_000_000;

/** @throws CompressionError `corrupt` for an empty canvas, `too-many-pixels` (limit in megapixels) */
export function checkCanvas(width: number, height: number): void {
  if (width < 1 || height < 1) throw new CompressionError('corrupt');
  if (width * height > MAX_CANVAS_PIXELS) {
    throw new CompressionError('too-many-pixels', { width, height, limit: MAX_CANVAS_PIXELS / 1e6 });
  }
}

/**
 * Checks a whole animation before its first frame is decoded.
 *
 * @param frames where each is drawn; a part past the canvas counts as well, since it is decoded
 * @throws CompressionError `corrupt`, `too-many-pixels`, `unsupported-variant` for too many frames
 */
export function checkMovie(
  format: InputFormat,
  canvas: { width: number; height: number },
  frames: readonly Pick<Rect, 'width' | 'height'>[],
): void {
  const { width, height } = canvas;
  checkCanvas(width, height);
  if (frames.length === 0) throw new CompressionError('corrupt');
  let pixels = 0;
  for (const frame of frames) {
    if (frame.width * frame.height > 0) checkCanvas(frame.width, frame.height);
    pixels += Math.max(width * height, frame.width * frame.height);
  }
  checkLength(format, { width, height }, frames.length, pixels);
}

/** The same for frames as they come, from a source that can't tell their number before. */
export function checkLength(
  format: InputFormat,
  { width, height }: { width: number; height: number },
  frames: number,
  pixels = frames * width * height,
): void {
  if (frames <= MAX_FRAMES && pixels <= MAX_MOVIE_PIXELS) return;
  throw new CompressionError('unsupported-variant', { format, feature: `${frames} x ${width} x ${height} px` });
}
