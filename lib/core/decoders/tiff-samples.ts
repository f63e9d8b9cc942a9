/** The samples of a TIFF page to RGBA8, exactly. */
import { eightBits } from '../colour/deep-pixels.ts';
import { cmykToSrgb } from '../colour/cmyk.ts';
import { sourceOfProfile } from '../colour/icc-profile.ts';
import { CompressionError } from '../errors.ts';
import { ifReadable } from '../bytes/reader.ts';
import type { Pixels } from '../codecs/codec.ts';
import type { Picture } from './picture.ts';
import { floatsToRgba } from './tiff-float.ts';
import { labToRgba } from './tiff-lab.ts';
import { PHOTOMETRIC, type TiffPage } from './tiff-page.ts';
import { yCbCrToRgba } from './tiff-ycbcr.ts';

/** A sample at full bits: pixel `x` of row `y`, sample `s`. 16 bits are little-endian, whatever the file is. */
type Sample = (x: number, y: number, s: number) => number;

/** @param planes one block of rows with all samples of a pixel together, or one for each sample; each row begins at a whole byte */
export function samplesToRgba(
  page: TiffPage,
  planes: readonly Uint8Array[],
): Omit<Picture, keyof Pixels> & { readonly pixels: Pixels } {
  if (page.float) {
    const { pixels, clipped } = floatsToRgba(page, planes);
    return { pixels, notes: clipped ? [{ kind: 'lost', code: 'range-clipped' }] : [] };
  }
  const { width, height, bits } = page;
  const sample =
    planes.length > 1
      ? (x: number, y: number, s: number): number => at(planes[s] ?? EMPTY, bits, width, 1, x, y, 0)
      : (x: number, y: number, s: number): number => at(planes[0] ?? EMPTY, bits, width, page.samples, x, y, s);
  const pixels = { width, height, data: new Uint8ClampedArray(width * height * 4) };
  switch (page.photometric) {
    case PHOTOMETRIC.palette:
      fromPalette(page, sample, pixels);
      break;
    case PHOTOMETRIC.cmyk:
      fromInks(page, sample, pixels);
      break;
    case PHOTOMETRIC.cieLab:
    case PHOTOMETRIC.iccLab:
      labToRgba(page, sample, pixels);
      break;
    case PHOTOMETRIC.yCbCr:
      yCbCrToRgba(page, planes[0] ?? EMPTY, pixels);
      break;
    case PHOTOMETRIC.rgb:
      fromLight(page, sample, pixels, [0, 1, 2], false);
      break;
    default:
      fromLight(page, sample, pixels, [0, 0, 0], page.photometric === PHOTOMETRIC.whiteIsZero);
  }
  return { pixels, notes: [] };
}

const EMPTY = new Uint8Array();

function at(data: Uint8Array, bits: number, width: number, samples: number, x: number, y: number, s: number): number {
  const rowBytes = Math.ceil((width * samples * bits) / 8);
  const index = x * samples + s;
  if (bits === 8) return data[y * rowBytes + index] ?? 0;
  if (bits === 16) return (data[y * rowBytes + index * 2] ?? 0) | ((data[y * rowBytes + index * 2 + 1] ?? 0) << 8);
  const bit = index * bits;
  return ((data[y * rowBytes + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
}

function fromLight(
  page: TiffPage,
  sample: Sample,
  { width, height, data }: Pixels,
  channels: readonly number[],
  inverted: boolean,
): void {
  const full = 2 ** page.bits - 1;
  const eight = page.bits === 16 ? eightBits : (value: number): number => Math.round((value * 255) / full);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      const alpha = page.alpha ? sample(x, y, page.alpha.sample) : full;
      for (let c = 0; c < 3; c++) {
        const stored = sample(x, y, channels[c]!);
        const value = inverted ? full - stored : stored;
        // Associated alpha: the colours were multiplied with it (section 18).
        data[to + c] = eight(
          page.alpha?.associated && alpha > 0 ? Math.min(full, Math.round((value * full) / alpha)) : value,
        );
      }
      data[to + 3] = eight(alpha);
    }
  }
}

/**
 * Section 5: 16-bit entries; writers that put 8-bit ones there are known, and libtiff takes them as such.
 *
 * @throws CompressionError `corrupt` without all of them, as libtiff has it
 */
function fromPalette(page: TiffPage, sample: Sample, { width, height, data }: Pixels): void {
  const count = 2 ** page.bits;
  if (page.colourMap.length < count * 3) throw new CompressionError('corrupt');
  const narrow = page.colourMap.every((value) => value < 256);
  const eight = (value = 0): number => (narrow ? value : eightBits(value));
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      const index = sample(x, y, 0);
      for (let c = 0; c < 3; c++) data[to + c] = eight(page.colourMap[c * count + index]);
      data[to + 3] = page.alpha ? (sample(x, y, page.alpha.sample) * 255) / (count - 1) : 255;
    }
  }
}

/** Section 16: 0 is no ink. A profile that cannot be read is none. */
function fromInks(page: TiffPage, sample: Sample, { width, height, data }: Pixels): void {
  if (page.bits < 8)
    throw new CompressionError('unsupported-variant', { format: 'TIFF', feature: `CMYK of ${page.bits} bits` });
  const eight = page.bits === 16 ? eightBits : (value: number): number => value;
  const inks = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      for (let c = 0; c < 4; c++) inks[to + c] = eight(sample(x, y, c));
      data[to + 3] = page.alpha ? eight(sample(x, y, page.alpha.sample)) : 255;
    }
  }
  const { icc } = page;
  cmykToSrgb(inks, icc && ifReadable(() => sourceOfProfile(icc), null), data);
}
