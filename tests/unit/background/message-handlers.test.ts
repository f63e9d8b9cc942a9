import { expect, it, vi } from 'vitest';
import type { BackgroundEnds } from '../../../lib/background/message-handlers.ts';
import type { JobController } from '../../../lib/background/job-controller.ts';
import { CompressionError } from '../../../lib/core/errors.ts';
import type { JobId } from '../../../lib/core/model/job.ts';
import { startRequest } from '../start-request.ts';

vi.mock('wxt/browser', () => ({ browser: { runtime: { id: 'abc', getURL: (path: string) => path } } }));

const { backgroundHandlers } = await import('../../../lib/background/message-handlers.ts');

it('begins the others of a group of which one can not be begun, which fails, and says which had no room', async () => {
  const [good, bad, full] = [startRequest(), startRequest(), startRequest()];
  const begun: JobId[] = [];
  const failed: [JobId, string][] = [];
  const controller: Pick<JobController, 'enqueue' | 'onNotTaken'> = {
    enqueue: async ({ id }) => {
      if (id === bad.id) throw new Error('no window');
      if (id === full.id) throw new CompressionError('list-full');
      begun.push(id);
    },
    onNotTaken: async (job) => {
      if (job.state === 'failed') failed.push([job.id, job.error.code]);
    },
  };
  const handlers = backgroundHandlers({ controller, ready: Promise.resolve() } as unknown as BackgroundEnds);
  const refused = await handlers.startJobs({ jobs: [bad, good, full] }, {} as never);
  expect(refused).toEqual([full.id]);
  expect(begun).toEqual([good.id]);
  expect(failed).toEqual([[bad.id, CompressionError.from(new Error()).code]]);
});
