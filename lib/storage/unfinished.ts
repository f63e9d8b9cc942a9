/**
 * What the end of the browser or of the extension cuts off, besides what the vault holds: images of pages that were still on
 * their way, and archives that were being written. On disk, but for private windows, and in random ids and numbers alone;
 * a view tells of it, once.
 */
import type { JobId } from '../core/model/job.ts';
import type { StorageArea, StorageItems } from './storage-area.ts';

const FETCHING = 'unfinished:fetching:';
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
  /** What a background noted that was stopped since. */
  earlier(): Promise<JobId[]>;
  /** At a session's start: what an earlier one left is what was lost; a click that woke this one is not. @param swept jobs that the vault tells of */
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
  /** Noted since this background woke, also what is fetched by now: what was read before that still tells of it. */
  const own = new Set<JobId>();
  /** Of these, what is written down. */
  const noted = new Set<JobId>();
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: each reads before it writes. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  const earlierIn = (items: Record<string, unknown>): JobId[] => fetchingIn(items).filter((id) => !own.has(id));

  async function addLost(fetching: number, archives: Lost['archives']): Promise<void> {
    const before = lostIn(await area.get(LOST));
    await area.set({
      [LOST]: { fetching: before.fetching + fetching, archives: { ...before.archives, ...archives } } satisfies Lost,
    });
  }

  return {
    async fetching(id) {
      if (noted.has(id)) return;
      own.add(id);
      noted.add(id);
      // A key for each: there is nothing to read first, and a background that is stopped in the next moment has sent it off.
      await area.set({ [FETCHING + id]: true });
    },
    async fetched(gone) {
      if (gone.length === 0) return;
      for (const id of gone) noted.delete(id);
      await area.remove(gone.map((id) => FETCHING + id));
    },
    archive: (path, images) => area.set({ [ARCHIVE + path]: images }),
    archiveEnded: (path) => area.remove(ARCHIVE + path),
    earlier: async () => earlierIn(await area.get(null)),
    begin: (swept) =>
      inTurn(async () => {
        const items = await area.get(null);
        const archives = Object.entries(items).filter(([key]) => key.startsWith(ARCHIVE));
        const gone = earlierIn(items);
        const fetching = gone.filter((id) => !swept.includes(id)).length;
        await area.remove([...gone.map((id) => FETCHING + id), ...archives.map(([key]) => key)]);
        if (archives.length === 0 && fetching === 0) return;
        await addLost(
          fetching,
          Object.fromEntries(archives.map(([key, images]) => [key.slice(ARCHIVE.length), Number(images)])),
        );
      }),
    woke: (jobs) =>
      inTurn(async () => {
        const gone = earlierIn(await area.get(null)).filter((id) => !jobs.includes(id));
        if (gone.length === 0) return;
        await area.remove(gone.map((id) => FETCHING + id));
        await addLost(gone.length, {});
      }),
    forget: () =>
      inTurn(async () => {
        noted.clear();
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

/** Calls when something more is lost: a click whose background was stopped, while a view is open. */
export function watchLost(area: Pick<StorageArea, 'onChanged'>, lost: () => void): void {
  area.onChanged.addListener((changes) => {
    if (changes[LOST]?.newValue !== undefined) lost();
  });
}

function fetchingIn(items: Record<string, unknown>): JobId[] {
  return Object.keys(items).flatMap((key) => (key.startsWith(FETCHING) ? [key.slice(FETCHING.length) as JobId] : []));
}

function lostIn(items: Record<string, unknown>): Lost {
  return (items[LOST] as Lost | undefined) ?? NOTHING;
}
