/**
 * Job records in `storage.session`, one key a job. Only the background writes; every view may read and watch. What is
 * written within one turn, and while an earlier writing is under way, goes down together: one call of the browser for many jobs.
 *
 * A record is its job's JSON, as text: of an object, Chromium hands each of its forty values over by itself, 3.4 kB a job from one
 * process to the other, and at each change the old ones and the new ones to every page that watches.
 */
import { CompressionError } from '../core/errors.ts';
import { coalesced } from './coalesced.ts';
import type { Job, JobId, JobState } from '../core/model/job.ts';
import { isIn, moved, type Before, type Changeable, type FactsIn, type JobIn } from '../core/model/job-transitions.ts';
import type { StorageItems } from './storage-area.ts';

export const JOB_KEY_PREFIX = 'job:';

export interface JobReader {
  get(id: JobId): Promise<Job | undefined>;
  /** All jobs, newest first. */
  all(): Promise<Job[]>;
}

/** Each step resolves when it is written down; a move for which the area has no room is written as soon as it has. */
export interface JobStore extends JobReader {
  /**
   * A new job; one that is there already stays as it is.
   *
   * @returns whether it is new
   * @throws CompressionError `list-full` when there is no room for it, though all that is over has gone
   */
  add(job: JobIn<'queued' | 'cancelled' | 'failed'>): Promise<boolean>;
  /**
   * Moves a job that is in one of the states `from` into another; null from `change` leaves it as it is.
   *
   * @param change gives what the job has in the new state alone, and what else changes of it
   * @returns the moved job, or null when it was not moved
   */
  move<From extends Before<To>, To extends JobState>(
    id: JobId,
    from: readonly From[],
    to: To,
    change: (job: JobIn<From>) => (FactsIn<To> & { readonly changed?: Changeable }) | null,
  ): Promise<JobIn<To> | null>;
  /** Changes what is known of a job in the state that it is in; null leaves it as it is. */
  amend(id: JobId, change: (job: Job) => Job | null): Promise<Job | null>;
  remove(ids: readonly JobId[]): Promise<void>;
}

/**
 * Of the 10 MB of `storage.session`, for records: the rest is for the vault's key and orders of archives. In UTF-16 code
 * units of JSON, which is what Chromium counts.
 */
const MOST = 8_000_000;
/** What a job is counted as at least until it is over: its receipt must find room. */
const RESERVED = 1_600;
/** So many jobs that are over and done with are kept. */
const MOST_SAVED = 1_000;

export interface JobStoreOptions {
  /** Jobs that had to go from the list for new ones: they were over. */
  readonly dropped?: (ids: readonly JobId[]) => void;
  readonly most?: number;
}

export function readJobs(area: Pick<StorageItems, 'get'>): JobReader {
  return {
    async get(id) {
      const key = JOB_KEY_PREFIX + id;
      return jobOf((await area.get(key))[key]);
    },
    all: async () => jobsIn(await area.get(null)),
  };
}

/** For the one context that writes: the records are read once and remembered, since a batch of 300 asks for all of them thousands of times. */
export function createJobStore(
  area: StorageItems,
  { dropped = () => undefined, most = MOST }: JobStoreOptions = {},
): JobStore {
  let reading: Promise<Map<JobId, Job>> | null = null;
  const sizes = new Map<JobId, number>();
  let total = 0;
  /** Not yet written: null for what goes. */
  let changes = new Map<JobId, Job | null>();

  function memory(): Promise<Map<JobId, Job>> {
    reading ??= area.get(null).then((items) => {
      const jobs = jobsIn(items);
      for (const job of jobs) count(job);
      return new Map(jobs.map((job) => [job.id, job]));
    });
    reading.catch(() => {
      reading = null;
    });
    return reading;
  }

  function count(job: Job): void {
    const size = Math.max(sizeOf(job), isOver(job) ? 0 : RESERVED);
    total += size - (sizes.get(job.id) ?? 0);
    sizes.set(job.id, size);
  }

  function uncount(id: JobId): void {
    total -= sizes.get(id) ?? 0;
    sizes.delete(id);
  }

  /** What the area did not take when it was last asked, since it is fuller than is known here. */
  const refused = new Map<JobId, unknown>();
  /** Resolves when these changes are written, but for those that were refused. */
  const written = coalesced(write);
  async function write(): Promise<void> {
    const batch = changes;
    changes = new Map();
    const gone = [...batch].flatMap(([id, job]) => (job === null ? [JOB_KEY_PREFIX + id] : []));
    const set = [...batch.values()].filter((job) => job !== null);
    // First what makes room.
    if (gone.length > 0) await area.remove(gone);
    for (const job of set) refused.delete(job.id);
    for (const [job, why] of await setEach(set)) {
      refused.set(job.id, why);
      // It is written with whatever is written next, unless it has changed since.
      if (!changes.has(job.id)) changes.set(job.id, job);
    }
  }

  /** Together, or, where the area does not take that, one by one: one job that is too much takes no other with it. */
  async function setEach(jobs: readonly Job[]): Promise<(readonly [job: Job, why: unknown])[]> {
    if (jobs.length === 0) return [];
    try {
      await area.set(recordsOf(jobs));
      return [];
    } catch (thrown) {
      if (jobs.length === 1) return jobs.map((job) => [job, thrown] as const);
      const failures: (readonly [Job, unknown])[] = [];
      for (const job of jobs) failures.push(...(await setEach([job])));
      return failures;
    }
  }

  function put(jobs: Map<JobId, Job>, job: Job): void {
    jobs.set(job.id, job);
    count(job);
    changes.set(job.id, job);
  }

  function drop(jobs: Map<JobId, Job>, ids: readonly JobId[]): void {
    for (const id of ids) {
      uncount(id);
      refused.delete(id);
      if (jobs.delete(id)) changes.set(id, null);
    }
  }

  /** Lets go of the oldest that are over, so far as there is need. */
  function makeRoom(jobs: Map<JobId, Job>, needed: number): void {
    const over = [...jobs.values()].filter(isOver).sort((a, b) => rank(a) - rank(b) || a.createdAt - b.createdAt);
    const tooMany = over.filter(({ state }) => state === 'saved').length - MOST_SAVED;
    if (tooMany <= 0 && total + needed <= most) return;
    const going: JobId[] = [];
    let free = most - total;
    for (const { id } of over) {
      if (going.length >= tooMany && free >= needed) break;
      going.push(id);
      free += sizes.get(id) ?? 0;
    }
    if (going.length === 0) return;
    drop(jobs, going);
    dropped(going);
  }

  return {
    get: async (id) => (await memory()).get(id),
    all: async () => newestFirst([...(await memory()).values()]),
    async add(job) {
      const jobs = await memory();
      if (jobs.has(job.id)) {
        await written();
        return false;
      }
      const needed = Math.max(sizeOf(job), RESERVED);
      makeRoom(jobs, needed);
      if (total + needed > most) throw new CompressionError('list-full');
      put(jobs, job);
      await written();
      if (!refused.has(job.id)) return true;
      const cause = refused.get(job.id);
      drop(jobs, [job.id]);
      throw new CompressionError('list-full', {}, { cause });
    },
    async move(id, from, to, change) {
      const jobs = await memory();
      const job = jobs.get(id);
      if (!job || !isIn(job, ...from)) return null;
      const facts = change(job);
      if (!facts) return null;
      const { changed, ...own } = facts;
      const now = moved<typeof to>(job as never, to, own as never, changed);
      put(jobs, now);
      await written();
      return now;
    },
    async amend(id, change) {
      const jobs = await memory();
      const job = jobs.get(id);
      const now = job ? change(job) : null;
      if (!now) return null;
      put(jobs, now);
      await written();
      return now;
    },
    async remove(ids) {
      drop(await memory(), ids);
      await written();
    },
  };
}

/** Nothing will be done with it unless a person says so, and no result is held for it. */
function isOver({ state }: Job): boolean {
  return state === 'saved' || state === 'cancelled' || state === 'failed';
}

/** What went well is missed less. */
function rank({ state }: Job): number {
  return state === 'saved' ? 0 : 1;
}

/** As it lies in the area. */
function recordOf(job: Job): string {
  return JSON.stringify(job);
}

/** What Chromium counts of it: the record is text, so each of its quotation marks is two. */
function sizeOf(job: Job): number {
  return JSON.stringify(recordOf(job)).length;
}

/** The items of a storage area that holds these jobs. */
export function recordsOf(jobs: readonly Job[]): Record<string, string> {
  return Object.fromEntries(jobs.map((job) => [JOB_KEY_PREFIX + job.id, recordOf(job)]));
}

function jobOf(record: unknown): Job | undefined {
  return typeof record === 'string' ? (JSON.parse(record) as Job) : undefined;
}

/** The jobs among a storage area's items, newest first. */
export function jobsIn(items: Record<string, unknown>): Job[] {
  const jobs = new Map<string, Job>();
  takeChanges(jobs, items);
  return newestFirst([...jobs.values()]);
}

/** Brings jobs, by their keys, up to a storage area's changes: undefined for an item that went. Those of the others stay the same objects. */
export function takeChanges(jobs: Map<string, Job>, items: Record<string, unknown>): void {
  for (const [key, record] of Object.entries(items)) {
    if (!key.startsWith(JOB_KEY_PREFIX)) continue;
    const job = jobOf(record);
    if (job) jobs.set(key, job);
    else jobs.delete(key);
  }
}

export function newestFirst(jobs: Job[]): Job[] {
  return jobs.sort((a, b) => b.createdAt - a.createdAt);
}
