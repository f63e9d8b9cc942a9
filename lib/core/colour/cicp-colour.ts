/** What coding-independent code points say the numbers of a picture mean: ITU-T H.273 (07/2024), tables 2 and 3. */
import { CompressionError } from '../errors.ts';
import type { Chromaticities, Cicp } from '../image/inspection.ts';
import { BT709, rgbToXyz } from './matrix.ts';
import type { SourceColour } from './source-colour.ts';
import { LINEAR, powerCurve, SRGB_CURVE, type ToneCurve } from './tone-curve.ts';

const UNSPECIFIED = 2;
const PQ = 16;
const HLG = 18;

/** Whether pixels with these code points are what sRGB pixels look like, so that nothing has to be done. */
export function isSrgbCicp({ primaries, transfer }: Pick<Cicp, 'primaries' | 'transfer'>): boolean {
  return (primaries === 1 || primaries === UNSPECIFIED) && TRANSFERS[transfer] === SRGB_CURVE;
}

/** Whether these code points mean light beyond white, which needs tone mapping. */
export function isHdrCicp({ transfer }: Pick<Cicp, 'transfer'>): boolean {
  return transfer === PQ || transfer === HLG;
}

/**
 * The matrix coefficients and the range are the decoder's business: pixels are RGB in full range here.
 *
 * @throws CompressionError `unsupported-variant` for reserved and logarithmic code points
 */
export function sourceOfCicp({ primaries, transfer }: Pick<Cicp, 'primaries' | 'transfer'>): SourceColour {
  const chromaticities = PRIMARIES[primaries];
  const toXyz = chromaticities && rgbToXyz(chromaticities);
  if (!toXyz) throw unsupported(`primaries ${primaries}`);
  if (isHdrCicp({ transfer })) return { kind: 'hdr', transfer: transfer === PQ ? 'pq' : 'hlg', toXyz };
  const curve = TRANSFERS[transfer];
  if (!curve) throw unsupported(`transfer ${transfer}`);
  return { kind: 'rgb', curves: [curve, curve, curve], toXyz };
}

const D65 = BT709.white;
const ILLUMINANT_C = [0.31, 0.316] as const;
const SMPTE_170M: Chromaticities = { white: D65, red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07] };

/** Table 2. */
const PRIMARIES: Readonly<Record<number, Chromaticities>> = {
  1: BT709,
  [UNSPECIFIED]: BT709,
  4: { white: ILLUMINANT_C, red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08] },
  5: { white: D65, red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06] },
  6: SMPTE_170M,
  7: SMPTE_170M,
  8: { white: ILLUMINANT_C, red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049] },
  9: { white: D65, red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] },
  11: { white: [0.314, 0.351], red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
  12: { white: D65, red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
  22: { white: D65, red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077] },
};

/**
 * Table 3. The curves of television cameras (1, 6, 11, 12, 14, 15) are not what such pictures are watched through: their
 * displays (ITU-R BT.1886) are as good as sRGB's, and browsers show their numbers as sRGB.
 */
const TRANSFERS: Readonly<Record<number, ToneCurve>> = {
  1: SRGB_CURVE,
  [UNSPECIFIED]: SRGB_CURVE,
  6: SRGB_CURVE,
  7: SRGB_CURVE,
  11: SRGB_CURVE,
  12: SRGB_CURVE,
  13: SRGB_CURVE,
  14: SRGB_CURVE,
  15: SRGB_CURVE,
  4: powerCurve(2.2),
  5: powerCurve(2.8),
  8: LINEAR,
  // SMPTE ST 428-1: 48 cd/m2 of 52.37 are white.
  17: { kind: 'parametric', g: 2.6, a: (52.37 / 48) ** (1 / 2.6), b: 0, c: 0, d: 0, e: 0, f: 0 },
};

function unsupported(feature: string): CompressionError {
  return new CompressionError('unsupported-variant', { format: 'CICP', feature });
}
