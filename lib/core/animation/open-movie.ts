/** Opens an animation that our own decoders read exactly: GIF, APNG and animated WebP. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import type { InputFormat } from '../image/inspection.ts';
import { openApng } from './apng-movie.ts';
import type { Movie } from './movie.ts';
import { openGif } from './gif-movie.ts';
import { openWebp } from './webp-movie.ts';

const MOVIE_FORMATS = ['gif', 'png', 'webp'] as const;
export type MovieFormat = (typeof MOVIE_FORMATS)[number];

export function isMovieFormat(format: InputFormat): format is MovieFormat {
  return (MOVIE_FORMATS as readonly string[]).includes(format);
}

/**
 * Reads the file's structure; pixels are decoded frame by frame when `Movie.frames` is iterated.
 *
 * @throws CompressionError `truncated`, `corrupt` (also when it is no animation), `too-many-pixels`, `unsupported-variant`
 */
export function openMovie(bytes: Uint8Array, format: MovieFormat, load: LoadWasm): Movie {
  switch (format) {
    case 'gif':
      return openGif(bytes);
    case 'png':
      return openApng(bytes, load);
    case 'webp':
      return openWebp(bytes, load);
  }
}

/** The first frame as it is seen, for "Save as JPEG": an APNG's fallback picture is not it. The pixels are the caller's. */
export async function firstFrame(bytes: Uint8Array, format: MovieFormat, load: LoadWasm): Promise<Pixels> {
  for await (const { width, height, data } of openMovie(bytes, format, load).frames()) return { width, height, data };
  throw new CompressionError('corrupt');
}
