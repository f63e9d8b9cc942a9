/** Job records in `storage.session`, one key a job. Only the background writes; every view may read and watch. */
import type { Job, JobId } from '../core/model/job.ts';

export const JOB_KEY_PREFIX = 'job:';

/** The part of `storage.StorageArea` that is used here. */
export interface SessionArea {
  get(keys: string | null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string): Promise<void>;
}

export interface JobStore {
  get(id: JobId): Promise<Job | undefined>;
  /** All jobs, newest first. */
  all(): Promise<Job[]>;
  put(job: Job): Promise<void>;
  /** Reads, changes and writes as one step; changes of one job wait for each other. Null from `change` leaves it as it is. */
  update(id: JobId, change: (job: Job) => Job | null): Promise<Job | undefined>;
  remove(id: JobId): Promise<void>;
}

/** @param onlyWriter no other context writes jobs: then they are read once and remembered, since a batch of 300 asks for all of them thousands of times */
export function createJobStore(
  area: SessionArea,
  { onlyWriter = false }: { readonly onlyWriter?: boolean } = {},
): JobStore {
  const turns = new Map<JobId, Promise<unknown>>();
  let remembered: Promise<Map<JobId, Job>> | null = null;

  function memory(): Promise<Map<JobId, Job>> {
    remembered ??= area.get(null).then((items) => new Map(jobsIn(items).map((job) => [job.id, job])));
    remembered.catch(() => {
      remembered = null;
    });
    return remembered;
  }

  async function get(id: JobId): Promise<Job | undefined> {
    if (onlyWriter) return (await memory()).get(id);
    const key = JOB_KEY_PREFIX + id;
    return (await area.get(key))[key] as Job | undefined;
  }

  async function put(job: Job): Promise<void> {
    await area.set({ [JOB_KEY_PREFIX + job.id]: job });
    if (onlyWriter) (await memory()).set(job.id, job);
  }

  async function remove(id: JobId): Promise<void> {
    await area.remove(JOB_KEY_PREFIX + id);
    if (onlyWriter) (await memory()).delete(id);
  }

  function inTurn<T>(id: JobId, step: () => Promise<T>): Promise<T> {
    const turn = (turns.get(id) ?? Promise.resolve()).then(step, step);
    turns.set(id, turn);
    void turn
      .catch(() => undefined)
      .finally(() => {
        if (turns.get(id) === turn) turns.delete(id);
      });
    return turn;
  }

  return {
    get,
    async all() {
      return onlyWriter ? newestFirst([...(await memory()).values()]) : jobsIn(await area.get(null));
    },
    put: (job) => inTurn(job.id, () => put(job)),
    update: (id, change) =>
      inTurn(id, async () => {
        const job = await get(id);
        if (!job) return undefined;
        const changed = change(job);
        if (!changed) return job;
        await put(changed);
        return changed;
      }),
    remove: (id) => inTurn(id, () => remove(id)),
  };
}

/** The jobs among a storage area's items, newest first. */
export function jobsIn(items: Record<string, unknown>): Job[] {
  return newestFirst(
    Object.entries(items)
      .filter(([key]) => key.startsWith(JOB_KEY_PREFIX))
      .map(([, value]) => value as Job),
  );
}

function newestFirst(jobs: Job[]): Job[] {
  return jobs.sort((a, b) => b.createdAt - a.createdAt);
}
