/** How much a GIF may lose: distances in OKLab that a pixel may be off by, from the most to none. */
import { valueAt } from '../codecs/curve.ts';

const MOST = 0.08;
const LEAST = 0.004;
const STEPS = 60;

/** Settings of a search, from the smallest file to the one that keeps each pixel: each is 5 % less than the one before, the last is 0. */
export const GIF_LOSSES: readonly number[] = [
  ...Array.from({ length: STEPS }, (_, i) => MOST * (LEAST / MOST) ** (i / (STEPS - 1))),
  0,
];

/** The setting that keeps each pixel, and the one before it, for what has more colours than a GIF can say. */
export const EXACT = STEPS;
export const NEARLY_EXACT = STEPS - 1;

/**
 * What a look (SSIMULACRA 2) allows: medians over clips of photographs. Drawings and typed text look better than that at the same
 * loss, gradients worse.
 */
const LOSS_BY_LOOK = [
  [40, 0.043],
  [55, 0.034],
  [70, 0.025],
  [80, 0.02],
  [90, 0.013],
  [95, 0.009],
  [100, 0],
] as const;

/** The setting at which a search for a look begins, and that stands for one which nobody measures; null is no loss. */
export function gifSetting(look: number | null): number {
  const loss = look === null ? 0 : valueAt(LOSS_BY_LOOK, look);
  const next = GIF_LOSSES.findIndex((one) => one <= loss);
  return next < 0 ? EXACT : next;
}
