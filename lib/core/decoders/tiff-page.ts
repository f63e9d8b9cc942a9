/** What a TIFF's first page says of its pixels: TIFF 6.0, sections 8, 13, 15, 18, 19, and its supplements. */
import { CompressionError } from '../errors.ts';
import { TIFF_COLOURS, tiffAlpha } from '../image/formats/tiff.ts';
import { MAX_PIXELS } from '../image/limits.ts';
import { findEntry, TiffBlock, type Ifd } from '../image/metadata/ifd.ts';

export const PHOTOMETRIC = {
  whiteIsZero: 0,
  blackIsZero: 1,
  rgb: 2,
  palette: 3,
  mask: 4,
  cmyk: 5,
  yCbCr: 6,
  cieLab: 8,
  iccLab: 9,
} as const;

/** Section 8 and the supplements; 32946 is deflate under its first number. */
export const COMPRESSION = {
  none: 1,
  lzw: 5,
  oldJpeg: 6,
  jpeg: 7,
  deflate: 8,
  oldDeflate: 32946,
  packBits: 32773,
} as const;

export interface TiffPage {
  readonly littleEndian: boolean;
  readonly width: number;
  readonly height: number;
  /** Bits a sample: 1, 2, 4, 8 or 16; 16 or 32 of floating point. */
  readonly bits: number;
  readonly float: boolean;
  /** Samples a pixel, extra ones too. */
  readonly samples: number;
  readonly compression: number;
  readonly photometric: number;
  /** Each sample in a plane of its own. */
  readonly planar: boolean;
  /** FillOrder 2: the first bit of each byte of coded data is its lowest (section 8). */
  readonly bitsReversed: boolean;
  /** Which sample is alpha, and whether the colours were multiplied with it. */
  readonly alpha: { readonly sample: number; readonly associated: boolean } | null;
  /** 16-bit red, then green, then blue. */
  readonly colourMap: readonly number[];
  /** Of strips or tiles: where they are, in bytes; of length 0 where one is not in the file. */
  readonly parts: readonly { readonly at: number; readonly length: number }[];
  readonly icc: Uint8Array | null;
  /** Numbers of a tag as they are, for the decoder of the strips; undefined when it is absent. */
  numbers(tag: number): number[] | undefined;
  /** [] when it is absent, or no list of rationals. */
  rationals(tag: number): number[];
}

/** More strips or tiles than an image of any use has. */
const MAX_PARTS = 1_000_000;

export interface FirstPage {
  readonly page: TiffPage;
  /** Those that can be read, the first counted. */
  readonly pages: number;
  /** A further directory is not there, or is none. */
  readonly chainBroken: boolean;
}

/** @throws CompressionError `truncated`, `corrupt`, `unsupported-variant`, `too-many-pixels` */
export function readFirstPage(bytes: Uint8Array): FirstPage {
  const file = new TiffBlock(bytes, 'tiff');
  const { ifds, broken } = file.chain();
  const [first] = ifds;
  if (!first) throw new CompressionError('corrupt');
  return { page: readPage(file, first), pages: ifds.length, chainBroken: broken };
}

function readPage(file: TiffBlock, ifd: Ifd): TiffPage {
  const numbers = (tag: number): number[] | undefined => {
    const entry = findEntry(ifd, tag);
    return entry && file.numbers(entry, MAX_PARTS);
  };
  const number = (tag: number, otherwise: number): number => numbers(tag)?.[0] ?? otherwise;
  const [width, height] = [number(256, 0), number(257, 0)];
  if (width <= 0 || height <= 0) throw new CompressionError('corrupt');
  if (width * height > MAX_PIXELS)
    throw new CompressionError('too-many-pixels', { width, height, limit: MAX_PIXELS / 1e6 });
  const depths = numbers(258) ?? [1];
  const bits = depths[0] ?? 1;
  const samples = number(277, 1);
  const format = number(339, 1);
  const float = format === 3;
  // 4 is "undefined", which counts as what everybody means (section 19).
  if (
    !(float || format === 1 || format === 4) ||
    !(float ? [16, 32] : [1, 2, 4, 8, 16]).includes(bits) ||
    depths.some((depth) => depth !== bits)
  ) {
    throw unsupported(
      `${float ? 'floating point' : format === 2 ? 'signed numbers' : 'samples'} of ${depths.slice(0, 4).join(' + ')} bits`,
    );
  }
  if (samples < 1 || samples > 8) throw unsupported(`${samples} samples a pixel`);
  const photometric = number(262, samples >= 3 ? PHOTOMETRIC.rgb : PHOTOMETRIC.whiteIsZero);
  const colours = TIFF_COLOURS[photometric];
  if (!colours || colours > samples) throw unsupported(`photometric interpretation ${photometric}`);
  if (float && !FLOATS.includes(photometric))
    throw unsupported(`floating point of photometric interpretation ${photometric}`);
  const alpha = tiffAlpha(numbers(338), samples, photometric);
  const icc = findEntry(ifd, 34675);
  return {
    littleEndian: file.endianness === 'little',
    width,
    height,
    bits,
    float,
    samples,
    photometric,
    compression: number(259, COMPRESSION.none),
    planar: samples > 1 && number(284, 1) === 2,
    alpha,
    bitsReversed: number(FILL_ORDER, 1) === 2,
    colourMap: numbers(320) ?? [],
    parts: readParts(file, numbers),
    icc: icc ? file.bytes.subarray(icc.valueAt, icc.valueAt + icc.length) : null,
    numbers,
    rationals(tag) {
      const entry = findEntry(ifd, tag);
      return entry ? file.rationals(entry) : [];
    },
  };
}

const FILL_ORDER = 266;

const FLOATS: readonly number[] = [PHOTOMETRIC.whiteIsZero, PHOTOMETRIC.blackIsZero, PHOTOMETRIC.rgb];

/**
 * Lengths that are missing or 0 are what lies between a start and the next, as libtiff has it for a single strip (tif_dirread.c,
 * EstimateStripByteCounts); a start of 0 too is a part that was never written.
 */
function readParts(file: TiffBlock, numbers: TiffPage['numbers']): TiffPage['parts'] {
  const tiled = numbers(322) !== undefined;
  const starts = (tiled ? numbers(324) : undefined) ?? numbers(273) ?? [];
  const lengths = (tiled ? numbers(325) : undefined) ?? numbers(279) ?? [];
  if (starts.length === 0) throw new CompressionError('corrupt');
  const sorted = [...new Set([...starts, file.bytes.length])].sort((a, b) => a - b);
  const places = new Map(sorted.map((at, i) => [at, i]));
  return starts.map((at, i) => {
    if (at === 0 && !lengths[i]) return { at, length: 0 };
    const length = lengths[i] || (sorted[(places.get(at) ?? 0) + 1] ?? 0) - at;
    if (!(at + length <= file.bytes.length && length >= 0)) throw new CompressionError('truncated');
    return { at, length };
  });
}

function unsupported(feature: string): CompressionError {
  return new CompressionError('unsupported-variant', { format: 'TIFF', feature });
}
