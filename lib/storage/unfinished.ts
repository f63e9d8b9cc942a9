/**
 * What the end of the browser or of the extension cuts off, besides what the vault holds: images of pages that were still on
 * their way, and archives that were being written. On disk, but for private windows, and in random ids and numbers alone;
 * a later view tells of it, once.
 */
import type { JobId } from '../core/model/job.ts';
import type { StorageItems } from './storage-area.ts';

const FETCHING = 'unfinished:fetching';
const ARCHIVE = 'unfinished:archive:';
const LOST = 'unfinished:lost';

export interface Unfinished {
  /** Images of pages that are not in the vault yet. */
  fetching(id: JobId): Promise<void>;
  /** They are in the vault, or their jobs have ended. */
  fetched(ids: readonly JobId[]): Promise<void>;
  /** An archive of so many images begins to be written. */
  archive(path: string, images: number): Promise<void>;
  archiveEnded(path: string): Promise<void>;
  /** At a session's start: what an earlier one left is what was lost. @param swept jobs that the vault tells of */
  begin(swept: readonly string[]): Promise<void>;
  /** When the background wakes: what it noted before it was stopped, and is no job, was lost with it. @param jobs all there are */
  woke(jobs: readonly JobId[]): Promise<void>;
  /** With everything that is held. */
  forget(): Promise<void>;
}

export interface Lost {
  /** Images of pages that were not saved. */
  readonly fetching: number;
  /** By the path of its address: the images in each. */
  readonly archives: Readonly<Record<string, number>>;
}

const NOTHING: Lost = { fetching: 0, archives: {} };

/** Of the background, which alone writes. */
export function createUnfinished(area: StorageItems): Unfinished {
  let ids: Set<JobId> | null = null;
  /** Noted since this background woke. */
  const own = new Set<JobId>();
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: each writes the whole list. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  const change = (work: (all: Set<JobId>) => boolean): Promise<void> =>
    inTurn(async () => {
      // A background that was stopped has forgotten what it wrote.
      const all = (ids ??= new Set(await fetchingIn(area)));
      if (work(all)) await (all.size === 0 ? area.remove(FETCHING) : area.set({ [FETCHING]: [...all] }));
    });

  async function addLost(fetching: number, archives: Lost['archives']): Promise<void> {
    const before = lostIn(await area.get(LOST));
    await area.set({
      [LOST]: { fetching: before.fetching + fetching, archives: { ...before.archives, ...archives } } satisfies Lost,
    });
  }

  return {
    fetching(id) {
      own.add(id);
      return change((all) => all.size !== all.add(id).size);
    },
    fetched: (gone) => change((all) => gone.map((id) => all.delete(id)).some(Boolean)),
    archive: (path, images) => area.set({ [ARCHIVE + path]: images }),
    archiveEnded: (path) => area.remove(ARCHIVE + path),
    async begin(swept) {
      const items = await area.get(null);
      const archives = Object.entries(items).filter(([key]) => key.startsWith(ARCHIVE));
      const fetching = (await fetchingIn(area)).filter((id) => !swept.includes(id)).length;
      await area.remove([FETCHING, ...archives.map(([key]) => key)]);
      if (archives.length === 0 && fetching === 0) return;
      await addLost(
        fetching,
        Object.fromEntries(archives.map(([key, images]) => [key.slice(ARCHIVE.length), Number(images)])),
      );
    },
    async woke(jobs) {
      let lost = 0;
      await change((all) => {
        const gone = [...all].filter((id) => !own.has(id) && !jobs.includes(id));
        for (const id of gone) all.delete(id);
        lost = gone.length;
        return lost > 0;
      });
      if (lost > 0) await addLost(lost, {});
    },
    forget: () =>
      inTurn(async () => {
        ids = new Set();
        const keys = Object.keys(await area.get(null)).filter((key) => key.startsWith('unfinished:'));
        if (keys.length > 0) await area.remove(keys);
      }),
  };
}

/** What was lost; asked once, it is forgotten. */
export async function takeLost(area: StorageItems): Promise<Lost> {
  const lost = lostIn(await area.get(LOST));
  if (lost !== NOTHING) await area.remove(LOST);
  return lost;
}

async function fetchingIn(area: StorageItems): Promise<readonly JobId[]> {
  const value = (await area.get(FETCHING))[FETCHING];
  return Array.isArray(value) ? (value as JobId[]) : [];
}

function lostIn(items: Record<string, unknown>): Lost {
  return (items[LOST] as Lost | undefined) ?? NOTHING;
}
