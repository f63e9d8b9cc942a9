/** How long until something goes, in words. */
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
