/** What PNG's gAMA and cHRM say the numbers of a picture mean: PNG (Third Edition), 11.3.2.1, 11.3.2.2 and 13.12. */
import type { Chromaticities, Colour } from '../image/inspection.ts';
import { BT709, rgbToXyz, SRGB_TO_XYZ } from './matrix.ts';
import type { SourceColour } from './source-colour.ts';
import { powerCurve, SRGB_CURVE } from './tone-curve.ts';

/** gAMA of a file made for a display like sRGB's (1 / 2.2), and how far off it means the same: libpng's threshold. */
const SRGB_GAMMA = 0.45455;
const SAME_GAMMA = 0.05;

/**
 * sRGB in the numbers that PNG recommends for it says sRGB, not a power of 2.2: the two differ in the darks, and no
 * browser makes the difference. A gamma that is no positive number is ignored, as are primaries that span no plane.
 */
export function sourceOfPngGamma({ gamma, chromaticities }: Pick<Colour, 'gamma' | 'chromaticities'>): SourceColour {
  const plain = gamma === null || !(gamma > 0 && gamma < 100) || Math.abs(gamma / SRGB_GAMMA - 1) <= SAME_GAMMA;
  const curve = plain ? SRGB_CURVE : powerCurve(1 / gamma);
  const toXyz = chromaticities && !isBt709(chromaticities) ? rgbToXyz(chromaticities) : null;
  return { kind: 'rgb', curves: [curve, curve, curve], toXyz: toXyz ?? SRGB_TO_XYZ };
}

/** Whether the chunks change nothing. */
export function isSrgbPngGamma(colour: Pick<Colour, 'gamma' | 'chromaticities'>): boolean {
  const source = sourceOfPngGamma(colour);
  return source.kind === 'rgb' && source.curves[0] === SRGB_CURVE && source.toXyz === SRGB_TO_XYZ;
}

function isBt709(chromaticities: Chromaticities): boolean {
  return (['white', 'red', 'green', 'blue'] as const).every((name) =>
    chromaticities[name].every((value, i) => Math.abs(value - (BT709[name][i] ?? 0)) < 0.002),
  );
}
