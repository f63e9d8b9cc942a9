/** The index of the number that is nearest to `value` among `places`, which are ascending; the lower of two. */
export function nearestPlace(value: number, places: readonly number[]): number {
  return places.reduce(
    (best, place, at) => (Math.abs(place - value) < Math.abs((places[best] ?? 0) - value) ? at : best),
    0,
  );
}
