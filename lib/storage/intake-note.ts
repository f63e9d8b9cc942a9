/**
 * What a view that was closed in the middle of taking images in did not get to. A view holds a lock as long as it lives,
 * and notes the ids of what is left; a note whose lock nobody holds is of a view that is gone. Ids are random: all that a
 * note tells is how many. So it may lie where it outlives a reload of the extension, which closes the extension's tabs.
 */
import type { JobId } from '../core/model/job.ts';
import { JOB_KEY_PREFIX } from './job-store.ts';
import type { StorageItems } from './storage-area.ts';

const PREFIX = 'intake:';
/** A note is written anew this often at most: what has become a job meanwhile is known by its record; ms. */
const EVERY = 1000;

export interface IntakeNote {
  /** What is not yet a job. */
  say(left: readonly JobId[]): void;
  /** The name of the lock that the view holds from when this resolves until it is gone. */
  readonly view: Promise<string>;
}

export function createIntakeNote(area: StorageItems, locks: LockManager): IntakeNote {
  const key = PREFIX + crypto.randomUUID();
  let left: readonly JobId[] = [];
  let writing = false;
  const view = new Promise<string>((holds) => {
    void locks.request(key, () => {
      holds(key);
      // Until the view goes, and the lock with it.
      return new Promise<never>(() => undefined);
    });
  });

  async function write(): Promise<void> {
    if (writing) return;
    writing = true;
    for (let written: readonly JobId[] | null = null; written !== left;) {
      written = left;
      await (left.length === 0 ? area.remove(key) : area.set({ [key]: left })).catch(() => undefined);
      await new Promise((later) => setTimeout(later, EVERY));
    }
    writing = false;
  }

  return {
    say(now) {
      if (now.length === 0 && left.length === 0) return;
      left = now;
      void write();
    },
    view,
  };
}

/** How many images views that are gone did not take in; asked once, it is forgotten. @param jobs where the jobs' records are */
export async function lostIntake(
  area: StorageItems,
  jobs: Pick<StorageItems, 'get'>,
  locks: LockManager,
): Promise<number> {
  const { held = [] } = await locks.query();
  const alive = new Set(held.map(({ name }) => name));
  const lost = (await notes(area)).filter(([key]) => !alive.has(key));
  if (lost.length === 0) return 0;
  await area.remove(lost.map(([key]) => key));
  const records = await jobs.get(null);
  return lost.flatMap(([, ids]) => ids).filter((id) => !(JOB_KEY_PREFIX + id in records)).length;
}

/** What the vault tells of is not to be told of by the notes too. */
export async function forgetSwept(area: StorageItems, swept: readonly string[]): Promise<void> {
  const known = new Set(swept);
  const changed = (await notes(area)).filter(([, ids]) => ids.some((id) => known.has(id)));
  if (changed.length === 0) return;
  await area.set(Object.fromEntries(changed.map(([key, ids]) => [key, ids.filter((id) => !known.has(id))])));
}

/** How many images views have still to take in, or did not before they were gone. */
export async function notedIntake(area: Pick<StorageItems, 'get'>): Promise<number> {
  return (await notes(area)).reduce((sum, [, ids]) => sum + ids.length, 0);
}

/** Of all views. */
export async function forgetIntake(area: StorageItems): Promise<void> {
  await area.remove((await notes(area)).map(([key]) => key));
}

async function notes(area: Pick<StorageItems, 'get'>): Promise<[string, JobId[]][]> {
  return Object.entries(await area.get(null)).filter(
    (entry): entry is [string, JobId[]] => entry[0].startsWith(PREFIX) && Array.isArray(entry[1]),
  );
}
