/**
 * What is fuzzed of the code that takes pictures apart: readers of pixels, movies, colour profiles, coded JPEG data and
 * drawings. Pictures of over a megapixel are opened and not decoded: what they may cost is bounded by lib/core/image/limits.ts.
 */
import { gzipSync } from 'node:zlib';
import type { Movie } from '../../lib/core/animation/movie.ts';
import { openMovie, type MovieFormat } from '../../lib/core/animation/open-movie.ts';
import { sourceOfProfile } from '../../lib/core/colour/icc-profile.ts';
import { toSrgb } from '../../lib/core/colour/to-srgb.ts';
import { optimiseJpeg } from '../../lib/core/jpeg/optimise-jpeg.ts';
import { startScanCoder } from '../../lib/core/jpeg/scan-coder.ts';
import { inspectJpeg } from '../../lib/core/image/formats/jpeg.ts';
import type { Inspection } from '../../lib/core/image/inspection.ts';
import { readers, type ReaderFormat } from '../../lib/core/decoders/readers.ts';
import { minifySvg } from '../../lib/core/decoders/svg.ts';
import { expandSvgz, isGzip } from '../../lib/core/decoders/svgz.ts';
import { bytesOf, ico, svg, withRightSums } from '../images/hand-built.ts';
import { animated, apng } from '../images/moving.ts';
import { encoded, gradient } from '../images/pictures.ts';
import { recorded } from '../images/recorded.ts';
import { loadWasm } from '../node-wasm.ts';
import { tableProfile } from '../unit/core/colour/profiles.ts';
import { bmpFile, icoFile, iconBitmap } from '../unit/core/decoders/bitmaps.ts';
import { tiffFile } from '../unit/core/decoders/tiff-files.ts';
import type { Target } from './target.ts';

const TINY = { width: 17, height: 11 };
const tiny = (channels: 3 | 4 = 3): ReturnType<typeof gradient> => gradient(TINY, channels);
const MAX_DECODED_PIXELS = 1_000_000;
const coder = await startScanCoder(loadWasm);

/** What reads the whole picture of a format, in full. */
export async function readPixels(
  format: ReaderFormat,
  bytes: Uint8Array,
  { width, height }: Inspection,
): Promise<void> {
  if (width * height > MAX_DECODED_PIXELS) return;
  const picture = await readers[format].read(new Uint8Array(bytes), loadWasm);
  if (picture.data.length !== picture.width * picture.height * 4) throw new Error('pixels of another size');
}

/** Seeds of the formats that are only read, besides those for their inspection. */
export const PICTURES: Readonly<Record<ReaderFormat, () => Promise<Uint8Array[]>>> = {
  bmp: () =>
    Promise.resolve([
      bmpFile(
        {
          width: 3,
          height: 2,
          bits: 8,
          compression: 1,
          palette: [
            [1, 2, 3],
            [4, 5, 6],
          ],
        },
        [3, 1, 0, 0, 0, 3, 0, 1, 1, 0, 0, 1],
      ),
      bmpFile(
        {
          width: 3,
          height: 2,
          bits: 4,
          compression: 2,
          palette: [
            [1, 2, 3],
            [4, 5, 6],
          ],
        },
        [3, 16, 0, 0, 0, 2, 1, 0, 2, 16, 0, 1],
      ),
      bmpFile(
        { width: 2, height: 1, bits: 16, compression: 3, headerSize: 56, masks: [0x7c00, 0x3e0, 0x1f, 0x8000] },
        [1, 2, 3, 4],
      ),
    ]),
  ico: async () => [
    ico([{ ...TINY, data: await encoded(tiny(4).png()) }]),
    icoFile([
      {
        width: 2,
        height: 1,
        bits: 32,
        data: iconBitmap({ width: 2, height: 1, bits: 32 }, [1, 2, 3, 0, 5, 6, 7, 0], [0x40, 0, 0, 0]),
      },
    ]),
  ],
  tiff: async () => [
    await encoded(tiny().tiff({ compression: 'lzw', predictor: 'horizontal' })),
    await encoded(tiny().tiff({ compression: 'jpeg' })),
    await encoded(tiny().tiff({ compression: 'packbits' })),
    await encoded(tiny().threshold().toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 })),
    await encoded(tiny().toColourspace('cmyk').tiff({ compression: 'none' })),
    tiffFile({ width: 2, height: 2, bits: 16, samples: 3, photometric: 2, planar: true }, [
      [1, 2, 3, 4, 5, 6, 7, 8],
      [1, 2, 3, 4, 5, 6, 7, 8],
      [8, 7, 6, 5, 4, 3, 2, 1],
    ]),
  ],
  heic: () => Promise.resolve([recorded('plain.heic')]),
};

function movie(format: MovieFormat, seeds: Target['seeds']): Target {
  // Behind a wrong checksum nothing is read.
  return {
    seeds,
    run: async (bytes) => play(openMovie(format === 'png' ? withRightSums(bytes) : bytes, format, loadWasm)),
  };
}

async function play(opened: Movie): Promise<void> {
  const each = opened.width * opened.height;
  let left = MAX_DECODED_PIXELS;
  if (each > left) return;
  for await (const { data, durationMs } of opened.frames()) {
    if (data.length !== each * 4 || !(durationMs > 0)) throw new Error('a frame of another size, or of no time');
    left -= each;
    if (left < each) return;
  }
}

export const PROFILES: readonly Uint8Array[] = [tableProfile('mft1'), tableProfile('mft2'), tableProfile('mAB ')];

/** Of two pixels: one for the curves and tables, one for their ends. */
export function convertWith(profile: Uint8Array): void {
  toSrgb(
    { width: 2, height: 1, data: new Uint8ClampedArray([1, 130, 200, 255, 0, 255, 0, 9]) },
    sourceOfProfile(profile),
  );
}

export const DECODER_TARGETS = {
  'gif-movie': movie('gif', async () => [await animated('gif', 3), await encoded(tiny().gif())]),
  'apng-movie': movie('png', async () => [await apng(3, 0, [1, 10])]),
  'webp-movie': movie('webp', async () => [await animated('webp', 2)]),
  'jpeg-optimise': {
    seeds: async () => [
      await encoded(tiny().jpeg()),
      await encoded(tiny().jpeg({ chromaSubsampling: '4:4:4', optimiseCoding: false })),
      await encoded(tiny().jpeg({ progressive: true })),
      await encoded(tiny().greyscale().jpeg()),
      await encoded(tiny().toColourspace('cmyk').jpeg()),
    ],
    run(bytes) {
      const { width, height } = inspectJpeg(bytes);
      if (width * height <= MAX_DECODED_PIXELS) optimiseJpeg(new Uint8Array(bytes), coder);
    },
  },
  'svg-minify': {
    seeds: () =>
      Promise.resolve([
        svg('width="30mm" height="20" viewBox="0 0 1 2"'),
        bytesOf(
          '<svg xmlns="http://www.w3.org/2000/svg"><style>.a{fill:red}</style><g transform="scale(2) matrix(1 0 0 1 3 4)"><path class="a" d="M0 0L1 1h2v3c1 1 2 2 3 3z"/></g><use href="#x"/></svg>',
        ),
        new Uint8Array(gzipSync(svg(''))),
      ]),
    run: async (bytes) => void (await minifySvg(isGzip(bytes) ? await expandSvgz(new Uint8Array(bytes)) : bytes)),
  },
} as const satisfies Record<string, Target>;
