/** The background's end of the protocol. */
import type { PageJobs } from './page-jobs.ts';
import { onMessage, type Done } from '../core/protocol/messages.ts';
import { CompressionError } from '../core/errors.ts';
import type { RetentionSettings } from '../core/model/retention-settings.ts';
import type { Retention } from './retention.ts';
import type { Receipt } from '../core/model/receipt.ts';
import type { Job, JobId } from '../core/model/job.ts';
import type { PreviewService } from './preview-service.ts';
import type { JobController } from './job-controller.ts';

export interface BackgroundEnds {
  readonly controller: JobController;
  readonly pageJobs: PageJobs;
  readonly previews: PreviewService;
  readonly refusing: Set<string>;
  readonly ready: Promise<unknown>;
  readonly exportedKey: () => Promise<string | null>;
  readonly retentionSettings: () => Promise<RetentionSettings>;
  readonly retention: Retention;
  /** Counts the finished image of a job that is still wanted, if the person lets it be counted. */
  readonly count: (id: JobId, receipt: Receipt) => Promise<void>;
}

export function answerAsBackground({
  controller,
  pageJobs,
  previews,
  refusing,
  ready,
  exportedKey,
  retentionSettings,
  retention,
  count,
}: BackgroundEnds): void {
  onMessage('vaultKey', async () => {
    await ready;
    return exportedKey();
  });
  onMessage('retentionSettings', retentionSettings);
  onMessage('jobStarted', ({ data }) => controller.onStarted(data.id, data.source));
  onMessage('jobDone', async ({ data }) => {
    await Promise.all([
      controller.onDone(data.id, data.receipt, data.contentDisposition),
      count(data.id, data.receipt),
    ]);
  });
  onMessage('jobFailed', ({ data }) => {
    if (data.error.code === 'needs-permission') refusing.add(String(data.error.parameters['host']));
    return controller.onFailed(data.id, data.error, data.source);
  });
  onMessage('engineIdle', () => controller.closeEngineWhenIdle());
  onMessage('startJobs', async ({ data }) => {
    await ready;
    await Promise.all(
      data.jobs.map(({ error, ...job }) => {
        const facts = { ...job, attempts: 0 };
        return controller.enqueue(
          error
            ? ({ ...facts, state: 'failed', error, source: null } satisfies Job)
            : ({ ...facts, state: 'queued' } satisfies Job),
        );
      }),
    );
  });
  onMessage('saveJob', ({ data }) => controller.save(data.id));
  onMessage('saveJobs', ({ data }) => controller.saveAll(data.jobs));
  onMessage('retryJob', ({ data }) => controller.retry(data.id, data.recipe));
  onMessage('cancelJob', ({ data }) => controller.cancel(data.id));
  onMessage('dismissJob', ({ data }) => controller.dismiss(data.id));
  onMessage('purgeItem', ({ data }) => retention.purgeItem(data.id));
  onMessage('purgeAll', retention.purgeAll);
  onMessage('deleteEverything', async () => {
    refusing.clear();
    await retention.deleteEverything();
  });
  onMessage('ensureEngine', () => done(previews.needHost()));
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
