/** CIE L*a*b* in TIFF: TIFF 6.0, section 23, and ICC L*a*b* of the Adobe Photoshop TIFF Technical Notes (2002). */
import { labToXyz } from '../colour/colour-table.ts';
import { apply, XYZ_TO_SRGB } from '../colour/matrix.ts';
import { encodeSrgb } from '../colour/srgb-encoding.ts';
import type { Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import { PHOTOMETRIC, type TiffPage } from './tiff-page.ts';

/**
 * To sRGB, relative to the white of D50: section 23 names no white, Photoshop's notes name this one. Colours that sRGB
 * has not are clipped channel by channel.
 *
 * @param sample at full bits: pixel `x` of row `y`, sample `s`
 * @throws CompressionError `unsupported-variant` for other than 8 or 16 bits
 */
export function labToRgba(
  page: TiffPage,
  sample: (x: number, y: number, s: number) => number,
  { width, height, data }: Pixels,
): void {
  if (page.bits < 8)
    throw new CompressionError('unsupported-variant', { format: 'TIFF', feature: `L*a*b* of ${page.bits} bits` });
  const [lightness, chroma] = scalesOf(page);
  const full = 2 ** page.bits - 1;
  let before = -1;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      const [l, a, b] = [sample(x, y, 0), sample(x, y, 1), sample(x, y, 2)];
      const key = (l * 65_536 + a) * 65_536 + b;
      // Pictures repeat their colours.
      if (key === before) data.copyWithin(to, to - 4, to - 1);
      else data.set(apply(XYZ_TO_SRGB, labToXyz(lightness(l), chroma(a), chroma(b))).map(encodeSrgb), to);
      before = key;
      data[to + 3] = page.alpha ? Math.round((sample(x, y, page.alpha.sample) * 255) / full) : 255;
    }
  }
}

type Scale = (stored: number) => number;

/** L* of 0 to 100 over all of the numbers, or up to 0xff00 of ICC's 16 bits; a* and b* in two's complement, or by an offset in ICC's. */
function scalesOf({ bits, photometric }: TiffPage): readonly [lightness: Scale, chroma: Scale] {
  const steps = bits === 16 ? 256 : 1;
  const half = 128 * steps;
  if (photometric === PHOTOMETRIC.iccLab)
    return [(value) => (value * 100) / (255 * steps), (value) => (value - half) / steps];
  return [(value) => (value * 100) / (2 ** bits - 1), (value) => (value < half ? value : value - 2 * half) / steps];
}
