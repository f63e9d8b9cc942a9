/** The extension's job records, as its own views see them. */
import type { Job } from '../../lib/core/model/job.ts';
import { RUNNING } from '../../lib/core/model/job.ts';
import { jobsIn } from '../../lib/storage/job-store.ts';
import type { Where } from './browser.ts';
import { inServiceWorker } from './service-worker.ts';
import { until, type WaitOptions } from './waiting.ts';

/** All records of this session: jobs, the vault's key, and what else is not to outlive it. */
export function readSession(where: Where): Promise<Record<string, unknown>> {
  return inServiceWorker(where, sessionRecords);
}

/** All jobs of this session, oldest first. */
export async function readJobs(where: Where): Promise<Job[]> {
  return jobsIn(await readSession(where)).reverse();
}

/** Waits for a job that `matches`, and returns it. */
export function waitForJob(
  where: Where,
  what: string,
  matches: (job: Job) => boolean,
  options: WaitOptions = {},
): Promise<Job> {
  return until(`a job ${what}`, async () => (await readJobs(where)).find(matches), { timeout: 60_000, ...options });
}

/** Waits until there are at least `count` jobs and nothing is left to do for any of them, and returns them, oldest first. */
export function waitForJobs(where: Where, count: number, options: WaitOptions = {}): Promise<Job[]> {
  return until(
    `${count} ended job(s)`,
    async () => {
      const jobs = await readJobs(where);
      return jobs.length >= count && jobs.every(isEnded) ? jobs : null;
    },
    { timeout: 60_000, ...options },
  );
}

/** Nothing is left to do but what a person may want to. A result that is to be downloaded is only passing through `ready`. */
export function isEnded({ state, delivery }: Job): boolean {
  return !RUNNING.has(state) && !(state === 'ready' && delivery === 'download');
}

/** Runs in the extension. In private windows its session is a database of its own, as `lib/storage/session-area.ts` says. */
async function sessionRecords(): Promise<Record<string, unknown>> {
  if (!chrome.extension.inIncognitoContext) return chrome.storage.session.get();
  // Opened by us first, it would be made without the stores that the extension makes.
  const databases = await indexedDB.databases();
  if (!databases.some(({ name }) => name === 'session')) return {};
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('session');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const records: Record<string, unknown> = {};
      const walk = database.transaction('items').objectStore('items').openCursor();
      walk.onerror = () => reject(walk.error);
      walk.onsuccess = () => {
        const cursor = walk.result;
        if (cursor) {
          records[String(cursor.key)] = cursor.value as unknown;
          cursor.continue();
        } else {
          database.close();
          resolve(records);
        }
      };
    };
  });
}
