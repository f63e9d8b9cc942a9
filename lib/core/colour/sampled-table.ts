/** A profile's tables, taken at an even grid once: for large pictures, where each colour through all steps would take seconds. */
import { compensateBlack, tableToXyz, type ColourTable } from './colour-table.ts';
import { apply, XYZ_TO_SRGB, type Vector3 } from './matrix.ts';
import { lightOf, SRGB_CURVE } from './tone-curve.ts';

const POINTS = 49;
const STRIDES: Vector3 = [POINTS * POINTS * 3, POINTS * 3, 3];

/** sRGB values of 0 to 255, not rounded, at POINTS x POINTS x POINTS device values, blue varying fastest. */
export function sampleTable(table: ColourTable): Float32Array {
  const grid = new Float32Array(POINTS ** 3 * 3);
  let at = 0;
  for (let r = 0; r < POINTS; r++)
    for (let g = 0; g < POINTS; g++)
      for (let b = 0; b < POINTS; b++) {
        const light = lightOfDevice(table, [r / (POINTS - 1), g / (POINTS - 1), b / (POINTS - 1)]);
        for (const channel of light) grid[at++] = 255 * encoded(channel);
      }
  return grid;
}

/** Linear sRGB of a device colour, black point compensated. */
export function lightOfDevice(table: ColourTable, device: readonly number[]): Vector3 {
  return apply(XYZ_TO_SRGB, compensateBlack(tableToXyz(table, device), table.black));
}

/** RGBA through the grid, by tetrahedra; alpha is left to the caller. `full` is the largest value of a channel in `data`. */
export function throughSamples(
  data: Uint8ClampedArray | Uint16Array,
  full: number,
  target: Uint8ClampedArray,
  grid: Float32Array,
): void {
  const scale = (POINTS - 1) / full;
  const [red, green, blue] = STRIDES;
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = [data[i]! * scale, data[i + 1]! * scale, data[i + 2]! * scale];
    // The last cell goes to the end, so that there is a corner above full.
    const [r0, g0, b0] = [Math.min(POINTS - 2, r | 0), Math.min(POINTS - 2, g | 0), Math.min(POINTS - 2, b | 0)];
    let [high, middle, low] = [r - r0, g - g0, b - b0];
    let [first, second] = [red, green];
    let third = blue;
    if (high < middle) {
      [high, middle] = [middle, high];
      [first, second] = [second, first];
    }
    if (middle < low) {
      [middle, low] = [low, middle];
      [second, third] = [third, second];
    }
    if (high < middle) {
      [high, middle] = [middle, high];
      [first, second] = [second, first];
    }
    const corner = r0 * red + g0 * green + b0 * blue;
    const [one, two] = [corner + first, corner + first + second];
    const opposite = two + third;
    for (let c = 0; c < 3; c++) {
      target[i + c] =
        (1 - high) * grid[corner + c]! +
        (high - middle) * grid[one + c]! +
        (middle - low) * grid[two + c]! +
        low * grid[opposite + c]!;
    }
  }
}

/** IEC 61966-2-1, 5.2. */
function encoded(light: number): number {
  if (!(light > 0)) return 0;
  if (light >= 1) return 1;
  return light <= lightOf(SRGB_CURVE, 0.04045) ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
