/** The background's end of the protocol. */
import type { PageJobs } from './page-jobs.ts';
import { onMessage, type Done } from '../core/protocol/messages.ts';
import { CompressionError } from '../core/errors.ts';
import type { ToldTerms } from '../storage/retention-clock.ts';
import type { Upkeep } from './retention.ts';
import type { Receipt } from '../core/model/receipt.ts';
import type { Job, JobId } from '../core/model/job.ts';
import type { PreviewDesk } from './preview-service.ts';
import type { Road } from './job-controller.ts';

export interface BackgroundEnds {
  readonly road: Road;
  readonly pageJobs: PageJobs;
  readonly previews: PreviewDesk;
  readonly refusing: Set<string>;
  readonly ready: Promise<unknown>;
  readonly exportedKey: () => Promise<string | null>;
  readonly terms: () => Promise<ToldTerms>;
  readonly upkeep: Upkeep;
  /** Counts the finished image of a job that is still wanted, if the person lets it be counted. */
  readonly count: (id: JobId, receipt: Receipt) => Promise<void>;
}

export function answerAsBackground({
  road,
  pageJobs,
  previews,
  refusing,
  ready,
  exportedKey,
  terms,
  upkeep,
  count,
}: BackgroundEnds): void {
  onMessage('vaultKey', async () => {
    await ready;
    return exportedKey();
  });
  onMessage('vaultTerms', terms);
  onMessage('jobStarted', ({ data }) => road.started(data.id, data.source));
  onMessage('jobDone', async ({ data }) => {
    await Promise.all([road.done(data.id, data.receipt, data.contentDisposition), count(data.id, data.receipt)]);
  });
  onMessage('jobFailed', ({ data }) => {
    if (data.error.code === 'needs-permission') refusing.add(String(data.error.parameters['host']));
    return road.failed(data.id, data.error, data.source);
  });
  onMessage('hostIdle', () => road.closeHostWhenIdle());
  onMessage('startJobs', async ({ data }) => {
    await ready;
    await Promise.all(
      data.jobs.map(({ error, ...job }) => {
        const facts = { ...job, attempts: 0 };
        return road.begin(
          error
            ? ({ ...facts, state: 'failed', error, source: null } satisfies Job)
            : ({ ...facts, state: 'queued' } satisfies Job),
        );
      }),
    );
  });
  onMessage('saveJob', ({ data }) => road.save(data.id));
  onMessage('saveJobs', ({ data }) => road.saveAll(data.jobs));
  onMessage('retryJob', ({ data }) => road.retry(data.id, data.recipe));
  onMessage('cancelJob', ({ data }) => road.cancel(data.id));
  onMessage('dismissJob', ({ data }) => road.dismiss(data.id));
  onMessage('purgeItem', ({ data }) => upkeep.purgeItem(data.id));
  onMessage('purgeAll', upkeep.purgeAll);
  onMessage('deleteEverything', async () => {
    refusing.clear();
    await upkeep.deleteEverything();
  });
  onMessage('needHost', () => done(previews.needHost()));
  onMessage('applyPreview', ({ data }) => done(previews.apply(data.id, data.view, data.recipe, data.receipt)));
  onMessage('closePreview', ({ data }) => previews.close(data.id, data.view));
  // Not one await before: the toast's click is the gesture that lets the permission be asked for.
  onMessage('allowAndRetry', ({ data }) => pageJobs.allowAndRetry(data.id, data.url));
}

/** An error as an answer: what is thrown in a listener would arrive without its code. */
async function done(step: Promise<void>): Promise<Done> {
  try {
    await step;
    return { ok: true };
  } catch (thrown) {
    return { ok: false, error: CompressionError.from(thrown).toRecord() };
  }
}
