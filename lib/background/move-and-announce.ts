import type { Job, JobId } from '../core/model/job.ts';
import type { Before, Changeable, FactsIn, JobIn } from '../core/model/job-transitions.ts';

/**
 * `JobStore.move`; `announced` resolves when all that are to hear of it have heard. What a person waits for goes on beside that:
 * the toast, the vault's note and the alarm of each step took longer than the step (Chromium 156).
 */
export type MoveAndAnnounce = <From extends Before<To>, To extends Job['state']>(
  id: JobId,
  from: readonly From[],
  to: To,
  change: (job: JobIn<From>) => (FactsIn<To> & { readonly changed?: Changeable }) | null,
) => Promise<{ readonly job: JobIn<To> | null; readonly announced: Promise<void> }>;
