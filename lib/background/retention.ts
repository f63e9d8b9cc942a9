/**
 * Keeps the list of jobs true to the vault: what is purged there has no name here. The background alone does this,
 * on alarms, on the vault's changes, and when a person says so.
 */
import { holdReason } from './hold-reason.ts';
import { RUNNING, vaultId, type Job, type JobId, type JobState } from '../core/model/job.ts';
import type { JobController } from './job-controller.ts';
import type { JobStore } from '../storage/job-store.ts';
import { CompressionError } from '../core/errors.ts';
import type { Statistics } from '../storage/statistics/statistics.ts';
import { effectiveDeadline, isDue } from '../storage/vault/deadline.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { ageOf } from '../storage/job-deadline.ts';
import { MESSAGE_KEY_PREFIX } from '../storage/tab-message.ts';
import type { StorageArea } from '../storage/storage-area.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';

export interface RetentionOptions {
  readonly vault: Vault;
  readonly jobs: JobStore;
  readonly controller: Pick<JobController, 'dismiss' | 'fail'>;
  readonly clock: RetentionClock;
  readonly session: Pick<StorageArea, 'get' | 'remove'>;
  /** Makes the views let go of what they have not taken in yet, and forgets the notes of views that are gone. */
  readonly dropIntake: () => Promise<void>;
  readonly statistics: Pick<Statistics, 'clear'>;
  /** Takes back what the toolbar button says of an image. */
  readonly quietButton: () => Promise<void>;
}

export interface Retention {
  /** Writes down why its items are held now, where that is not why they were. */
  jobChanged(job: Job, before: JobState | null): Promise<void>;
  /**
   * Purges all that is past its deadline: items by the vault's rules, and the record of a job that is over and holds
   * nothing, the idle time after it was made. Gives the next deadline, ms since the epoch, or null when nothing is kept.
   */
  expire(): Promise<number | null>;
  /** A job whose result was purged can't be saved any more, and says so. */
  settle(): Promise<void>;
  /** One item; with a job's last item the job goes too. */
  purgeItem(id: string): Promise<void>;
  /** Every item and every job, those at work and those that wait in a view too. The ledger tells of it. */
  purgeAll(): Promise<void>;
  /** The same, and the ledger and the statistics: all but the settings. */
  deleteEverything(): Promise<void>;
}

export function createRetention({
  vault,
  jobs,
  controller,
  clock,
  session,
  dropIntake,
  statistics,
  quietButton,
}: RetentionOptions): Retention {
  async function expire(): Promise<number | null> {
    let next = await vault.expire();
    const [idle, now] = [await clock.idle(), clock.clock()];
    const holding = new Set((await vault.held()).map(({ jobId }) => jobId));
    const due: JobId[] = [];
    for (const job of await jobs.all()) {
      if (RUNNING.has(job.state) || holding.has(job.id)) continue;
      const age = ageOf(job);
      if (isDue(age, now, idle)) due.push(job.id);
      else next = Math.min(next ?? Infinity, effectiveDeadline(age, idle));
    }
    if (due.length > 0) await jobs.remove(due);
    await settle();
    return next;
  }

  async function settle(): Promise<void> {
    const waiting = (await jobs.all()).filter(isHeld);
    if (waiting.length === 0) return;
    const held = new Set((await vault.held()).map(({ id }) => id));
    for (const { id } of waiting) {
      if (held.has(vaultId(id, 'result'))) continue;
      // It may have been taken, or made anew, while the vault was asked.
      const now = await jobs.get(id);
      if (now && isHeld(now)) await controller.fail(id, new CompressionError('item-gone').toRecord());
    }
  }

  async function purgeAll(): Promise<void> {
    await dropIntake();
    await controller.dismiss((await jobs.all()).map(({ id }) => id));
    await vault.purge('all', 'on-demand');
    // What else has names in it: orders of archives, and what is still to be said of a tab's image.
    await session.remove(
      Object.keys(await session.get(null)).filter(
        (key) => key.startsWith('archive:') || key.startsWith(MESSAGE_KEY_PREFIX),
      ),
    );
    await quietButton();
  }

  return {
    async jobChanged(job, before) {
      const { id, state } = job;
      const why = holdReason(state);
      const kept = job.state === 'saved' && job.kept;
      // What is put says so itself: a Source that its job is worked on, a result that it waits.
      if (why !== (before === null ? 'working' : holdReason(before))) await vault.mark({ jobId: id }, { why });
      // From here its last minutes count.
      if (kept) await Promise.allSettled((['source', 'result'] as const).map((part) => vault.touch(vaultId(id, part))));
    },
    expire,
    settle,
    async purgeItem(id) {
      const item = (await vault.held()).find((each) => each.id === id);
      await vault.purge({ id }, 'on-demand');
      if (!item) return;
      if ((await vault.held()).some(({ jobId }) => jobId === item.jobId)) await settle();
      else await controller.dismiss([item.jobId]);
    },
    purgeAll,
    async deleteEverything() {
      await purgeAll();
      await Promise.all([vault.forgetPurges(), statistics.clear()]);
    },
  };
}

/** Its result is promised to the person. */
function isHeld(job: Job): job is Job & { readonly state: 'ready' | 'unsaved' } {
  return job.state === 'ready' || job.state === 'unsaved';
}
