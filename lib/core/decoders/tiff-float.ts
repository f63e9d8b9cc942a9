/** Samples of floating point: TIFF 6.0, section 19 (SampleFormat), and Adobe Photoshop TIFF Technical Note 3 for 16 bits. */
import { sourceOfProfile } from '../colour/icc-profile.ts';
import type { SourceColour } from '../colour/source-colour.ts';
import { encodeSrgb } from '../colour/srgb-encoding.ts';
import { toSrgb } from '../colour/to-srgb.ts';
import type { Pixels } from '../codecs/codec.ts';
import { ifReadable } from '../bytes/reader.ts';
import { PHOTOMETRIC, type TiffPage } from './tiff-page.ts';

/**
 * 0 is black and 1 is white; what lies outside is cut off. Without a profile the numbers are linear light of sRGB's
 * primaries, as libvips has it; with one they are that profile's.
 *
 * @param planes little-endian
 */
export function floatsToRgba(page: TiffPage, planes: readonly Uint8Array[]): { pixels: Pixels; clipped: boolean } {
  const { width, height, alpha } = page;
  const read = samplesOf(page, planes);
  const channels = page.photometric === PHOTOMETRIC.rgb ? [0, 1, 2] : [0, 0, 0];
  const profile = profileOf(page);
  const deep = profile && { width, height, data: new Uint16Array(width * height * 4) };
  const plain = { width, height, data: new Uint8ClampedArray(deep ? 0 : width * height * 4) };
  const { data } = deep ?? plain;
  const encode = deep ? (value: number): number => Math.round(clip(value) * 65_535) : encodeSrgb;
  const full = deep ? 65_535 : 255;
  let clipped = false;
  for (let i = 0, to = 0; i < width * height; i++, to += 4) {
    const opacity = alpha ? clip(read(i, alpha.sample)) : 1;
    for (let c = 0; c < 3; c++) {
      const stored = read(i, channels[c]!);
      const value = page.photometric === PHOTOMETRIC.whiteIsZero ? 1 - stored : stored;
      // Associated alpha: the colours were multiplied with it (section 18).
      const straight = alpha?.associated && opacity > 0 ? value / opacity : value;
      clipped ||= !(straight >= -TOLERANCE && straight <= 1 + TOLERANCE);
      data[to + c] = encode(straight);
    }
    data[to + 3] = Math.round(opacity * full);
  }
  return { pixels: deep && profile ? toSrgb(deep, profile) : plain, clipped };
}

/** A thousandth of the range is rounding, and no light that anyone misses. */
const TOLERANCE = 0.001;

/** Not a number counts as black. */
function clip(value: number): number {
  return value > 0 ? Math.min(1, value) : 0;
}

/** A profile that cannot be read, or is of other channels, is none. */
function profileOf({ icc, photometric }: TiffPage): SourceColour | null {
  const source = icc && ifReadable(() => sourceOfProfile(icc), null);
  if (!source) return null;
  const channels = source.kind === 'grey' ? 1 : source.kind === 'table' ? source.table.inputs : 3;
  return channels === (photometric === PHOTOMETRIC.rgb ? 3 : 1) ? source : null;
}

/** Sample `s` of pixel `i`; 0 past the end. */
function samplesOf({ bits, samples }: TiffPage, planes: readonly Uint8Array[]): (i: number, s: number) => number {
  const bytes = bits / 8;
  const views = planes.map((plane) => new DataView(plane.buffer, plane.byteOffset, plane.byteLength));
  const value = bits === 16 ? halfAt : (view: DataView, at: number): number => view.getFloat32(at, true);
  return (i, s) => {
    const view = views.length > 1 ? views[s] : views[0];
    const at = (views.length > 1 ? i : i * samples + s) * bytes;
    return view && at + bytes <= view.byteLength ? value(view, at) : 0;
  };
}

/** IEEE 754 binary16. */
function halfAt(view: DataView, at: number): number {
  const half = view.getUint16(at, true);
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
  const magnitude =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction
          ? NaN
          : Infinity
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return half & 0x8000 ? -magnitude : magnitude;
}
