/**
 * Which setting of AVIF and JPEG XL looks like which quality of JPEG (mozjpeg, 4:2:0).
 * Measured with SSIMULACRA2; `npm run bench -- same-look` measures the table again.
 */
const SETTINGS = {
  avif: [[1, 5], [30, 25], [50, 40], [75, 55], [90, 75], [100, 95]],
  jxl: [[1, 5], [30, 30], [50, 50], [75, 72], [90, 88], [100, 99]],
} as const;

/** @param quality 1 to 100 on JPEG's scale. @returns the other codec's quality, a whole number. */
export function interpolate(format: keyof typeof SETTINGS, quality: number): number {
  const points = SETTINGS[format];
  let before: readonly [number, number] = points[0];
  for (const point of points) {
    if (quality <= point[0]) {
      const share = point[0] === before[0] ? 0 : (quality - before[0]) / (point[0] - before[0]);
      return Math.round(before[1] + share * (point[1] - before[1]));
    }
    before = point;
  }
  return before[1];
}
