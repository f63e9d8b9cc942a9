/** How long until something goes, in words, and how long these hold. */
import { numberFormat } from '../lib/core/texts/number-format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * `42 min`, and in the last minute `50 sec`; never more than there is left, never less than a second.
 *
 * @param ms until then
 * @param language as a BCP 47 tag
 */
export function remainingText(ms: number, language: string): string {
  const unit = ms >= MINUTE ? 'minute' : 'second';
  const amount = Math.max(1, Math.floor(ms / (unit === 'minute' ? MINUTE : SECOND)));
  return numberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(amount);
}

/**
 * ms until `remainingText` says something else of one of these, or one of them is over; Infinity when there is none left.
 *
 * @param deadlines and `now` in ms since the epoch
 */
export function untilNextText(deadlines: readonly number[], now: number): number {
  let next = Infinity;
  for (const deadline of deadlines) {
    const left = deadline - now;
    if (left > 0) next = Math.min(next, (left % (left >= MINUTE ? MINUTE : SECOND)) + 1);
  }
  // Of many each has its own moment: none is told of more often than a person can read.
  return Math.max(next, SECOND);
}
