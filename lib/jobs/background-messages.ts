/** The background's end of the protocol. */
import type { PageJobs } from '../acquire/page-jobs.ts';
import { onMessage } from '../messages.ts';
import type { Job } from './job.ts';
import type { Road } from './road.ts';

export interface BackgroundEnds {
  readonly road: Road;
  readonly pageJobs: PageJobs;
  readonly refusing: Set<string>;
  readonly ready: Promise<unknown>;
  readonly exportedKey: () => Promise<string | null>;
}

export function answerAsBackground({ road, pageJobs, refusing, ready, exportedKey }: BackgroundEnds): void {
  onMessage('vaultKey', async () => {
    await ready;
    return exportedKey();
  });
  onMessage('jobStarted', ({ data }) => road.started(data.id, data.source));
  onMessage('jobDone', ({ data }) => road.done(data.id, data.receipt, data.contentDisposition));
  onMessage('jobFailed', ({ data }) => {
    if (data.error.code === 'needs-permission') refusing.add(String(data.error.parameters['host']));
    return road.failed(data.id, data.error, data.source);
  });
  onMessage('hostIdle', () => road.closeHostWhenIdle());
  onMessage('startJobs', async ({ data }) => {
    await ready;
    await Promise.all(data.jobs.map((job, index) => road.begin({ ...job, createdAt: Date.now() - index, attempts: 0, state: 'queued' } satisfies Job)));
  });
  onMessage('saveJob', ({ data }) => road.save(data.id));
  onMessage('retryJob', ({ data }) => road.retry(data.id));
  onMessage('cancelJob', ({ data }) => road.cancel(data.id));
  onMessage('dismissJob', ({ data }) => road.dismiss(data.id));
  // Not one await before: the toast's click is the gesture that lets the permission be asked for.
  onMessage('allowAndRetry', ({ data }) => pageJobs.allowAndRetry(data.id, data.url));
}
