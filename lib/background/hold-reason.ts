/** Why the vault holds a job's bytes, by the job's state. */
import type { HoldReason } from '../storage/vault/item.ts';
import type { JobState } from '../core/model/job.ts';

const REASONS: Readonly<Record<JobState, HoldReason>> = {
  queued: 'working',
  acquiring: 'working',
  compressing: 'working',
  ready: 'held',
  saving: 'saving',
  unsaved: 'unsaved',
  saved: 'saved',
  cancelled: 'held',
  failed: 'held',
};

export function holdReason(state: JobState): HoldReason {
  return REASONS[state];
}
