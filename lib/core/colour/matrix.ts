/** The linear algebra of colour: 3 x 3 matrices, chromatic adaptation, primaries. */
import type { Chromaticities } from '../image/inspection.ts';

/** Row-major. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];
export type Vector3 = readonly [number, number, number];

/** The profile connection space's white, CIE XYZ: ICC.1:2022, 7.2.16. */
export const D50: Vector3 = [0.9642, 1, 0.8249];

/** ITU-R BT.709 primaries and D65, which are sRGB's: IEC 61966-2-1, table 1. */
export const BT709: Chromaticities = {
  white: [0.3127, 0.329],
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
};

/** `a` times `b`: applying the product is applying `b` first. */
export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const cell = (row: number, column: number): number =>
    a[row * 3]! * b[column]! + a[row * 3 + 1]! * b[column + 3]! + a[row * 3 + 2]! * b[column + 6]!;
  return [cell(0, 0), cell(0, 1), cell(0, 2), cell(1, 0), cell(1, 1), cell(1, 2), cell(2, 0), cell(2, 1), cell(2, 2)];
}

export function apply(m: Matrix3, [x, y, z]: Vector3): Vector3 {
  return [m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z];
}

/** @returns null when the matrix has no inverse. */
export function inverse(m: Matrix3): Matrix3 | null {
  const [a, b, c, d, e, f, g, h, i] = m;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-12) return null;
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ].map((cofactor) => cofactor / determinant) as unknown as Matrix3;
}

/**
 * Linear RGB of these primaries to CIE XYZ, adapted to D50 by Bradford's transform (ICC.1:2022, annex E).
 * @returns null when the primaries span no plane, or the white is no colour.
 */
export function rgbToXyz({ white, red, green, blue }: Chromaticities): Matrix3 | null {
  if ([white, red, green, blue].some(([, y]) => !(y > 1e-6))) return null;
  const [w, r, g, b] = [xyz(white), xyz(red), xyz(green), xyz(blue)];
  const primaries: Matrix3 = [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]];
  const scales = inverse(primaries);
  if (!scales) return null;
  const [red1, green1, blue1] = apply(scales, w);
  const native: Matrix3 = [
    r[0] * red1,
    g[0] * green1,
    b[0] * blue1,
    r[1] * red1,
    g[1] * green1,
    b[1] * blue1,
    r[2] * red1,
    g[2] * green1,
    b[2] * blue1,
  ];
  return multiply(adaptation(w), native);
}

/** From colours seen under `white` (XYZ, Y = 1) to D50. */
function adaptation(white: Vector3): Matrix3 {
  const from = apply(BRADFORD, white);
  const to = apply(BRADFORD, D50);
  const scale: Matrix3 = [to[0] / from[0], 0, 0, 0, to[1] / from[1], 0, 0, 0, to[2] / from[2]];
  return multiply(BRADFORD_INVERSE, multiply(scale, BRADFORD));
}

const BRADFORD: Matrix3 = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
const BRADFORD_INVERSE = known(inverse(BRADFORD));

/** Linear sRGB to XYZ (D50), and back. */
export const SRGB_TO_XYZ: Matrix3 = known(rgbToXyz(BT709));
export const XYZ_TO_SRGB: Matrix3 = known(inverse(SRGB_TO_XYZ));

function xyz([x, y]: readonly [number, number]): Vector3 {
  return [x / y, 1, (1 - x - y) / y];
}

function known(matrix: Matrix3 | null): Matrix3 {
  if (!matrix) throw new Error('a constant matrix has no inverse');
  return matrix;
}
