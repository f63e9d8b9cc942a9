/**
 * Frames by the browser's `ImageDecoder`, in a worker: for animated AVIF and JPEG XL only, of which our own decoders
 * read the first frame. GIF, APNG and WebP are opened by lib/core/animation/open-movie.ts, exactly: `ImageDecoder`
 * premultiplies whatever it is told (measured in Chromium 156), which moves a colour under partial alpha by up to 127
 * levels. No more than one level of that is ever seen, but each round of compression would add its own.
 */
import { checkLength, checkMovie } from '../core/animation/movie-limits.ts';
import type { Frame, Movie } from '../core/animation/movie.ts';
import { shownMilliseconds } from '../core/animation/timing.ts';
import { CompressionError } from '../core/errors.ts';
import { mediaTypeOf } from '../core/image/format-facts.ts';
import type { InputFormat } from '../core/image/inspection.ts';

const READ_HERE: readonly InputFormat[] = ['avif', 'jxl'];

/** Whether this browser reads animations of the format; Firefox and Chromium differ, and change, in JPEG XL. */
export async function canDecodeFrames(format: InputFormat): Promise<boolean> {
  if (!READ_HERE.includes(format) || typeof ImageDecoder !== 'function') return false;
  return ImageDecoder.isTypeSupported(mediaTypeOf(format));
}

/**
 * Pixels are upright and in sRGB, as the browser shows them.
 *
 * @returns null where the browser reads no animations of the format
 * @throws CompressionError `corrupt`, `too-many-pixels`, `unsupported-variant`
 */
export async function openInBrowser(bytes: Uint8Array<ArrayBuffer>, format: InputFormat): Promise<Movie | null> {
  if (!(await canDecodeFrames(format))) return null;
  return readable(() =>
    withDecoder(bytes, format, async (decoder) => {
      const { image } = await decoder.decode({ frameIndex: 0 });
      const { displayWidth: width, displayHeight: height } = image;
      image.close();
      const { frameCount, repetitionCount } = trackOf(decoder);
      checkMovie(format, { width, height }, [{ width, height }]);
      checkLength(format, { width, height }, frameCount);
      return {
        width,
        height,
        frameCount,
        // How often it plays *again* (WebCodecs, `ImageTrack.repetitionCount`).
        loops: repetitionCount === Infinity ? 0 : repetitionCount + 1,
        frames: () => frames(bytes, format, { width, height }),
      };
    }),
  );
}

async function* frames(
  bytes: Uint8Array<ArrayBuffer>,
  format: InputFormat,
  { width, height }: { width: number; height: number },
): AsyncGenerator<Frame, void, undefined> {
  const decoder = await readable(() => startDecoder(bytes, format));
  try {
    // `copyTo` would leave rotation out, and scales chroma more coarsely than a canvas does.
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new CompressionError('too-much-memory', { format, limit: 0 });
    for (let frameIndex = 0; frameIndex < trackOf(decoder).frameCount; frameIndex++) {
      const { image } = await readable(() => decoder.decode({ frameIndex }));
      const durationMs = shownMilliseconds((image.duration ?? 0) / 1000);
      context.clearRect(0, 0, width, height);
      context.drawImage(image, 0, 0, width, height);
      image.close();
      yield { width, height, data: context.getImageData(0, 0, width, height).data, durationMs };
    }
  } finally {
    decoder.close();
  }
}

async function withDecoder<T>(
  bytes: Uint8Array<ArrayBuffer>,
  format: InputFormat,
  work: (decoder: ImageDecoder) => Promise<T>,
): Promise<T> {
  const decoder = await startDecoder(bytes, format);
  try {
    return await work(decoder);
  } finally {
    decoder.close();
  }
}

async function startDecoder(bytes: Uint8Array<ArrayBuffer>, format: InputFormat): Promise<ImageDecoder> {
  const decoder = new ImageDecoder({ data: bytes, type: mediaTypeOf(format) });
  try {
    // Without its tracks being ready, the decoder has none.
    await Promise.all([decoder.tracks.ready, decoder.completed]);
    return decoder;
  } catch (thrown) {
    decoder.close();
    throw thrown;
  }
}

/** An AVIF has a still and an animated track; the browser selects the latter by itself. */
function trackOf(decoder: ImageDecoder): ImageTrack {
  const track = decoder.tracks.selectedTrack;
  if (!track) throw new CompressionError('corrupt');
  return track;
}

/** The browser throws `EncodingError`, `RangeError` and others for what it can't read. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
}
