/** The look-up tables of ICC profiles (A2B0): device values to the connection space, by curves, a matrix and a grid. */
import { D50, type Matrix3, type Vector3 } from './matrix.ts';
import { lightOf, type ToneCurve } from './tone-curve.ts';

/** One step; takes and gives values of 0 to 1. */
export type TableStage =
  | { readonly kind: 'curves'; readonly curves: readonly ToneCurve[] }
  /** 3 x 3, then an offset a row. */
  | { readonly kind: 'matrix'; readonly matrix: Matrix3; readonly offset: Vector3 }
  /** Values at the corners of a grid, the last input varying fastest, `outputs` values a corner. */
  | {
      readonly kind: 'grid';
      readonly points: readonly number[];
      readonly outputs: number;
      readonly values: Float64Array;
    };

export interface ColourTable {
  readonly inputs: number;
  readonly stages: readonly TableStage[];
  /** What the three results stand for: CIE XYZ or L*a*b* relative to D50, in version 2's or version 4's numbers. */
  readonly connection: 'xyz' | 'lab-v2' | 'lab-v4' | 'lab-8';
  /** CIE XYZ of the darkest colour; it is mapped to black (black point compensation, ISO 18619). */
  readonly black: Vector3;
}

/** @param device `inputs` values of 0 to 1. @returns CIE XYZ relative to D50, before black point compensation */
export function tableToXyz(
  { stages, connection }: Pick<ColourTable, 'stages' | 'connection'>,
  device: readonly number[],
): Vector3 {
  let values = device;
  for (const stage of stages) values = through(stage, values);
  const [first = 0, second = 0, third = 0] = values;
  switch (connection) {
    // ICC.1:2022, 6.3.4.2: u1Fixed15 XYZ, and the encodings of L*a*b* in lut8, lut16 and lutAToB.
    case 'xyz':
      return [first * U1_FIXED_15, second * U1_FIXED_15, third * U1_FIXED_15];
    case 'lab-v4':
    case 'lab-8':
      return labToXyz(first * 100, second * 255 - 128, third * 255 - 128);
    case 'lab-v2':
      return labToXyz(first * 100 * LAB_V2, second * 255 * LAB_V2 - 128, third * 255 * LAB_V2 - 128);
  }
}

/** The darkest colour becomes black and white stays white: ISO 18619, in XYZ. */
export function compensateBlack(xyz: Vector3, black: Vector3): Vector3 {
  const scale = (i: 0 | 1 | 2): number => ((xyz[i] - black[i]) * D50[i]) / (D50[i] - black[i]);
  return [scale(0), scale(1), scale(2)];
}

/** CIE 1976, relative to D50. */
export function labToXyz(lightness: number, a: number, b: number): Vector3 {
  const y = (lightness + 16) / 116;
  const cube = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  return [D50[0] * cube(y + a / 500), D50[1] * cube(y), D50[2] * cube(y - b / 200)];
}

const U1_FIXED_15 = 1 + 32767 / 32768;
/** 16-bit L*a*b* of version 2 ends at 0xff00. */
const LAB_V2 = 65535 / 65280;

function through(stage: TableStage, values: readonly number[]): number[] {
  switch (stage.kind) {
    case 'curves':
      return stage.curves.map((curve, i) => lightOf(curve, values[i] ?? 0));
    case 'matrix': {
      const { matrix: m, offset } = stage;
      const [x = 0, y = 0, z = 0] = values;
      return [0, 1, 2].map((row) => clip(m[row * 3]! * x + m[row * 3 + 1]! * y + m[row * 3 + 2]! * z + offset[row]!));
    }
    case 'grid':
      return throughGrid(stage, values);
  }
}

/**
 * Simplex interpolation: tetrahedra for three inputs, as colour engines do, since it keeps greys grey. From the corner
 * below, one step along each axis, in the order of the fractions.
 */
function throughGrid(
  { points, outputs, values: grid }: TableStage & { kind: 'grid' },
  values: readonly number[],
): number[] {
  let corner = 0;
  const steps: { fraction: number; stride: number }[] = [];
  let stride = outputs;
  for (let axis = points.length - 1; axis >= 0; axis--) {
    const count = points[axis]!;
    const at = clip(values[axis] ?? 0) * (count - 1);
    const below = Math.max(0, Math.min(count - 2, Math.floor(at)));
    corner += below * stride;
    if (count > 1) steps.push({ fraction: at - below, stride });
    stride *= count;
  }
  steps.sort((a, b) => b.fraction - a.fraction);
  const result = new Array<number>(outputs).fill(0);
  let before = 1;
  for (let i = 0; i <= steps.length; i++) {
    const fraction = steps[i]?.fraction ?? 0;
    const weight = before - fraction;
    if (weight > 0) for (let o = 0; o < outputs; o++) result[o]! += weight * grid[corner + o]!;
    before = fraction;
    corner += steps[i]?.stride ?? 0;
  }
  return result;
}

function clip(value: number): number {
  return value > 0 ? Math.min(1, value) : 0;
}
