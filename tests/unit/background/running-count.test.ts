import { expect, it } from 'vitest';
import { createAnnouncer, type AnnouncerOptions } from '../../../lib/background/announcements.ts';
import type { Job } from '../../../lib/core/model/job.ts';

it('counts the running jobs once for a batch whose jobs change together, and again for the next', async () => {
  const jobs: Pick<Job, 'state' | 'origin'>[] = Array.from({ length: 500 }, () => ({
    state: 'queued',
    origin: { kind: 'file', name: 'a.jpg', folder: '' },
  }));
  let reads = 0;
  const counts: number[] = [];
  const announcer = createAnnouncer({
    store: { all: () => Promise.resolve((reads++, jobs)) },
    badge: { count: (running: number) => Promise.resolve(void counts.push(running)) },
  } as unknown as AnnouncerOptions);
  await Promise.all(jobs.map((job) => announcer.changed(job as Job)));
  expect([reads, counts]).toEqual([1, [500]]);
  jobs.pop();
  await announcer.changed(jobs[0] as Job);
  expect([reads, counts]).toEqual([2, [500, 499]]);
});
