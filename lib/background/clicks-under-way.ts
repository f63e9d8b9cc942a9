/**
 * Clicks whose images are no jobs yet: a background that is stopped in between goes on with them when it wakes. In the
 * session's memory, since they name pages; what an address itself carries is not written there.
 */
import type { Browser } from 'wxt/browser';
import { newJobId, type JobId } from '../core/model/job.ts';
import { isKeepable, MAX_ADDRESS } from '../core/model/kept-origin.ts';
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
  /** When a person did it; ms since the epoch. */
  readonly time: number;
}

const KEY = 'click:';
/** One that a background was stopped with this often is told of as lost. */
const MOST_TRIES = 4;
/** ms after which nobody expects that a click is gone on with: it is told of as lost. */
const LONGEST = 120_000;

/** @param unfinished is told of each, and by it what could not be gone on with */
export function createClicksUnderWay(
  area: StorageItems,
  unfinished: Pick<Unfinished, 'fetching' | 'fetched' | 'earlier'>,
): ClicksUnderWay {
  /** Of earlier ones that it goes on with. */
  const earlier = new Map<JobId, Omit<Noted, 'click'>>();

  /** Of these ids. The area has all jobs' records, too: it is not read as a whole when the background wakes. */
  const noted = async (ids: readonly JobId[]): Promise<(readonly [id: JobId, noted: Noted])[]> => {
    const found = await Promise.all(ids.map(async (id) => [id, (await area.get(KEY + id))[KEY + id]] as const));
    return found.flatMap(([id, value]) => (value === undefined ? [] : [[id, value as Noted] as const]));
  };

  function note(id: JobId, click: Click): void {
    if (!isOfAddress(click)) return;
    const { tries = 0, time = Date.now() } = earlier.get(id) ?? {};
    // Nobody waits for it, and without it the click is told of as lost.
    void area
      .set({ [KEY + id]: { click: asNoted(click), tries: tries + 1, time } satisfies Noted })
      .catch(() => undefined);
  }

  return {
    async run(click, step, id = newJobId()) {
      const told = unfinished.fetching(id).catch(() => undefined);
      note(id, click);
      let done: Awaited<ReturnType<typeof step>> | null = null;
      try {
        return (done = await step(id));
      } finally {
        earlier.delete(id);
        void area.remove(KEY + id).catch(() => undefined);
        // A job takes that note over.
        if (done === null) {
          await told;
          await unfinished.fetched([id]).catch(() => undefined);
        }
      }
    },
    async stopped(jobs) {
      const found = await noted(await unfinished.earlier());
      const left = found.filter(
        ([id, { tries, time }]) => !jobs.includes(id) && tries < MOST_TRIES && Date.now() - time < LONGEST,
      );
      const over = found.filter((each) => !left.includes(each));
      if (over.length > 0) await area.remove(over.map(([id]) => KEY + id));
      for (const [id, { tries, time }] of left) earlier.set(id, { tries, time });
      return left.map(([id, { click }]) => [id, click] as const);
    },
    async forget() {
      const keys = Object.keys(await area.get(null)).filter((key) => key.startsWith(KEY));
      if (keys.length > 0) await area.remove(keys);
    },
  };
}

/** Whether what it names is an address: a data: URL is the image itself, and belongs in the vault. */
function isOfAddress(click: Click): boolean {
  if (click.kind === 'pick') return true;
  const { srcUrl = '', linkUrl = '' } = click.kind === 'menu' ? click.info : {};
  return [srcUrl, linkUrl, click.tab.url ?? ''].every((url) => !url.startsWith('data:') && isKeepable(url));
}

/** What is needed to go on with it, and no more of the page. */
function asNoted(click: Click): Click {
  if (click.kind === 'pick') return click;
  const { id, url = '', title = '' } = click.tab;
  const tab = { id, url: url.slice(0, MAX_ADDRESS.page), title: title.slice(0, MAX_ADDRESS.title) } as Browser.tabs.Tab;
  if (click.kind === 'look') return { kind: 'look', tab };
  const { menuItemId, srcUrl, linkUrl, pageUrl, frameId, frameUrl } = click.info;
  const info = {
    menuItemId,
    editable: false,
    ...(srcUrl !== undefined && { srcUrl }),
    ...(linkUrl !== undefined && { linkUrl }),
    ...(pageUrl !== undefined && { pageUrl: pageUrl.slice(0, MAX_ADDRESS.page) }),
    ...(frameId !== undefined && { frameId }),
    ...(frameUrl !== undefined && { frameUrl: frameUrl.slice(0, MAX_ADDRESS.page) }),
  };
  return { kind: 'menu', info, tab };
}
