/**
 * Clicks whose images are no jobs yet: a background that is stopped in between goes on with them when it wakes. In the
 * session's memory, since they name pages; what an address itself carries is not written there.
 */
import type { Browser } from 'wxt/browser';
import { newJobId, type JobId } from '../core/model/job.ts';
import { isKeepable } from '../core/model/kept-origin.ts';
import type { StorageItems } from '../storage/storage-area.ts';
import type { Unfinished } from '../storage/unfinished.ts';
import type { Picked } from './picking.ts';

/** What a person did in a page, as the browser tells it. */
export type Click =
  | { readonly kind: 'menu'; readonly info: Browser.contextMenus.OnClickData; readonly tab: Browser.tabs.Tab }
  | { readonly kind: 'look'; readonly tab: Browser.tabs.Tab }
  | { readonly kind: 'pick'; readonly picked: Picked };

export interface ClicksUnderWay {
  /**
   * Does what a click asks for, until there is a job; both notes of it are sent off before anything is awaited.
   * @param step null when there is nothing to do after all @param id of one that is begun anew @throws what `step` throws
   */
  run<T>(click: Click, step: (id: JobId) => Promise<T>, id?: JobId): Promise<T>;
  /** Those that an earlier life of the background was stopped with. @param jobs all there are */
  stopped(jobs: readonly JobId[]): Promise<(readonly [id: JobId, click: Click])[]>;
  /** With everything that is held. */
  forget(): Promise<void>;
}

interface Noted {
  readonly click: Click;
  /** How often it was begun. */
  readonly tries: number;
}

const KEY = 'click:';
/** One that a background was stopped with this often is told of as lost. */
const MOST_TRIES = 4;

/** @param unfinished is told of each, and by it what could not be gone on with */
export function createClicksUnderWay(
  area: StorageItems,
  unfinished: Pick<Unfinished, 'fetching' | 'fetched'>,
): ClicksUnderWay {
  /** Begun since this background woke, and earlier ones that it goes on with. */
  const tries = new Map<JobId, number>();

  const noted = async (): Promise<(readonly [id: JobId, noted: Noted])[]> =>
    Object.entries(await area.get(null)).flatMap(([key, value]) =>
      key.startsWith(KEY) ? [[key.slice(KEY.length) as JobId, value as Noted] as const] : [],
    );

  function note(id: JobId, click: Click): void {
    const mine = (tries.get(id) ?? 0) + 1;
    tries.set(id, mine);
    if (!isOfAddress(click)) return;
    // Nobody waits for it, and without it the click is told of as lost.
    void area.set({ [KEY + id]: { click, tries: mine } satisfies Noted }).catch(() => undefined);
  }

  return {
    async run(click, step, id = newJobId()) {
      const told = unfinished.fetching(id).catch(() => undefined);
      note(id, click);
      let done: Awaited<ReturnType<typeof step>> | null = null;
      try {
        return (done = await step(id));
      } finally {
        tries.delete(id);
        void area.remove(KEY + id).catch(() => undefined);
        // A job takes that note over.
        if (done === null) {
          await told;
          await unfinished.fetched([id]).catch(() => undefined);
        }
      }
    },
    async stopped(jobs) {
      const found = (await noted()).filter(([id]) => !tries.has(id));
      const left = found.filter(([id, each]) => !jobs.includes(id) && each.tries < MOST_TRIES);
      const over = found.filter((each) => !left.includes(each));
      if (over.length > 0) await area.remove(over.map(([id]) => KEY + id));
      for (const [id, each] of left) tries.set(id, each.tries);
      return left.map(([id, { click }]) => [id, click] as const);
    },
    async forget() {
      const ids = (await noted()).map(([id]) => KEY + id);
      if (ids.length > 0) await area.remove(ids);
    },
  };
}

/** Whether what it names is an address: a data: URL is the image itself, and belongs in the vault. */
function isOfAddress(click: Click): boolean {
  if (click.kind !== 'menu') return true;
  const { srcUrl, linkUrl } = click.info;
  return [srcUrl, linkUrl].every((url = '') => !url.startsWith('data:') && isKeepable(url));
}
