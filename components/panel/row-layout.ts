/** Where rows of differing heights stand in a long list, and which of them are to be drawn. Pure; all in px. */

export interface RowLayout {
  /** The top of each row, and after the last the height of all. */
  readonly tops: Float64Array;
}

export function layOut(count: number, heightOf: (index: number) => number): RowLayout {
  const tops = new Float64Array(count + 1);
  for (let index = 0; index < count; index++) tops[index + 1] = (tops[index] ?? 0) + heightOf(index);
  return { tops };
}

/** The row at a height: the last one whose top is not below it. */
export function rowAt({ tops }: RowLayout, y: number): number {
  let [low, high] = [0, Math.max(0, tops.length - 2)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Indexes of the rows to draw, ascending: those in view, some around them, and the one that has the focus, which must
 * not go from the page while it is scrolled past.
 */
export function drawnRows(
  layout: RowLayout,
  top: number,
  height: number,
  around: number,
  focused: number | null,
): number[] {
  const count = layout.tops.length - 1;
  if (count <= 0) return [];
  const first = Math.max(0, rowAt(layout, top) - around);
  const last = Math.min(count - 1, rowAt(layout, top + height) + around);
  const drawn = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  if (focused === null || focused < 0 || focused >= count || (focused >= first && focused <= last)) return drawn;
  return focused < first ? [focused, ...drawn] : [...drawn, focused];
}
