/** When an item goes. Pure: every function is told the time. */
import type { HeldItem } from './item.ts';

const MINUTE = 60_000;
/** No item lives longer than this without activity, whatever a setting says. */
export const LONGEST_IDLE = 60 * MINUTE;
/** What is on disk is held, where a person wants that, no longer than this after the last activity: mostly its download. */
const KEPT_SAVED = 5 * MINUTE;
/** How far into the future an activity may lie (two contexts' clocks are read apart) before the clock is known to have moved back. */
const CLOCK_SLACK = MINUTE;

type Aged = Pick<HeldItem, 'touched' | 'deadline'> & { readonly why?: HeldItem['why'] };

/** The idle time in ms, held within (0, 60 minutes]; anything that is no number of ms is 60 minutes. */
export function boundedIdle(ms: number): number {
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_IDLE) : LONGEST_IDLE;
}

/**
 * The deadline that holds now: the promised one, or an earlier one when the person has since chosen a shorter
 * idle time. A longer choice counts from the next activity on.
 */
export function effectiveDeadline({ touched, deadline, why }: Aged, idle: number): number {
  return Math.min(deadline, touched + boundedIdle(idle), why === 'saved' ? touched + KEPT_SAVED : Infinity);
}

/**
 * Past its deadline; or touched in the future, so that the clock has moved back and the item's age can't be
 * known: then it counts as too old.
 */
export function isDue(item: Aged, now: number, idle: number): boolean {
  return now >= effectiveDeadline(item, idle) || item.touched > now + CLOCK_SLACK;
}
