import { median } from './median.ts';

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** In whole units. */
export function spreadOf(figures: readonly number[]): Spread {
  return {
    median: Math.round(median(figures)),
    least: Math.round(Math.min(...figures)),
    most: Math.round(Math.max(...figures)),
  };
}
