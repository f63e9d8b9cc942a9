/** The figure that a share of the figures, 0 to 1, is below; NaN of none. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** To hundredths. */
export function rounded(figure: number): number {
  return Math.round(figure * 100) / 100;
}
