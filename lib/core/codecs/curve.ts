/** Measured points with straight lines between them. */

/**
 * @param points rising in their first column
 * @param column whose value is wanted
 * @returns the value at `at`, which is the first column; beyond the ends that of the nearest point
 */
export function valueAt(points: readonly (readonly number[])[], at: number, column = 1): number {
  let [from = 0, low = 0] = [points[0]?.[0], points[0]?.[column]];
  for (const point of points) {
    const [to = 0, high = 0] = [point[0], point[column]];
    if (at <= to) return to === from ? high : low + ((at - from) / (to - from)) * (high - low);
    [from, low] = [to, high];
  }
  return low;
}
