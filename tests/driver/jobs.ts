/** The extension's job records, as its own views see them. */
import type { Job } from '../../lib/jobs/job.ts';
import { RUNNING } from '../../lib/jobs/job.ts';
import type { Where } from './browser.ts';
import { inServiceWorker } from './service-worker.ts';
import { until, type WaitOptions } from './waiting.ts';

/** All jobs of this session, oldest first. */
export async function readJobs(where: Where): Promise<Job[]> {
  const records = await inServiceWorker(where, () => chrome.storage.session.get());
  return Object.entries(records)
    .filter(([key]) => key.startsWith('job:'))
    .map(([, record]) => record as Job)
    .sort((a, b) => a.createdAt - b.createdAt);
}

/** Waits for a job that `matches`, and returns it. */
export function waitForJob(where: Where, what: string, matches: (job: Job) => boolean, options: WaitOptions = {}): Promise<Job> {
  return until(`a job ${what}`, async () => (await readJobs(where)).find(matches), { timeout: 60_000, ...options });
}

/** Waits until there are at least `count` jobs and nothing is left to do for any of them, and returns them, oldest first. */
export function waitForJobs(where: Where, count: number, options: WaitOptions = {}): Promise<Job[]> {
  return until(`${count} ended job(s)`, async () => {
    const jobs = await readJobs(where);
    return jobs.length >= count && jobs.every(isEnded) ? jobs : null;
  }, { timeout: 60_000, ...options });
}

/** Nothing is left to do but what a person may want to. A result that is to be downloaded is only passing through `ready`. */
export function isEnded({ state, delivery }: Job): boolean {
  return !RUNNING.has(state) && !(state === 'ready' && delivery === 'download');
}
