import type { Job } from '../core/model/job.ts';
import { LONGEST_IDLE } from './vault/deadline.ts';
import type { HeldItem } from './vault/item.ts';

/**
 * A job that is over and holds nothing goes from the list as an item would that was last touched when the job was
 * made: for `isDue` and `effectiveDeadline`.
 */
export function ageOf(job: Job): Pick<HeldItem, 'touched' | 'deadline'> {
  return { touched: job.createdAt, deadline: job.createdAt + LONGEST_IDLE };
}
