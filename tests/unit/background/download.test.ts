import { beforeEach, describe, expect, it, vi } from 'vitest';

interface Item {
  readonly id: number;
  readonly url: string;
  readonly filename: string;
  state: string;
}

/** Chromium's list of downloads, as far as it is asked here. */
const list = vi.hoisted(() => ({
  items: [] as Item[],
  listeners: new Set<(item: Item) => unknown>(),
  removed: [] as number[],
}));

vi.mock('wxt/browser', () => ({
  browser: {
    runtime: { getURL: (path: string) => `chrome-extension://ours${path}` },
    downloads: {
      search: async ({ url, id }: { url?: string; id?: number }) =>
        list.items.filter((item) => (url === undefined || item.url === url) && (id === undefined || item.id === id)),
      download: async ({ url, filename }: { url: string; filename: string }) => create(url, filename),
      cancel: async () => undefined,
      removeFile: async (id: number) => void list.removed.push(id),
      erase: async ({ id }: { id: number }) =>
        void list.items.splice(
          list.items.findIndex((item) => item.id === id),
          1,
        ),
      onCreated: {
        addListener: (listener: (item: Item) => unknown) => void list.listeners.add(listener),
        removeListener: (listener: (item: Item) => unknown) => void list.listeners.delete(listener),
      },
    },
  },
}));

let next = 1;
function create(url: string, filename: string): number {
  const item = { id: next++, url, filename, state: 'in_progress' };
  list.items.push(item);
  for (const listener of list.listeners) listener(item);
  return item.id;
}

const { downloadEnd, keepOneDownload, noteDownloadState, startDownload } =
  await import('../../../lib/background/download.ts');

const URL_OF_ONE = 'blob:chrome-extension://ours/0f8c';

beforeEach(() => {
  vi.useFakeTimers();
  list.items.length = 0;
  list.removed.length = 0;
  list.listeners.clear();
  next = 1;
  return () => vi.useRealTimers();
});

describe('one file an image', () => {
  it('is started by a link, however long the document waits for its turn', async () => {
    const started = startDownload(URL_OF_ONE, 'a.webp', async (url, name) => {
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      create(url, name);
    });
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await started).toBe(1);
    expect(list.items).toHaveLength(1);
  });

  it('is kept when a click that was given up starts one, too: the earlier one, which the job is told of', async () => {
    keepOneDownload();
    const started = startDownload(URL_OF_ONE, 'a.webp', async (url, name) => {
      setTimeout(create, 5_500, url, name);
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await started).toBe(1);
    expect(list.items.map(({ id }) => id)).toEqual([1]);
    expect(list.removed).toEqual([2]);
  });

  it('is kept when a background clicks again, since the click of the one before it has not come to anything yet', async () => {
    keepOneDownload();
    const again = startDownload(URL_OF_ONE, 'a.webp', async (url, name) => {
      create(url, name);
      create(url, name);
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await again).toBe(1);
    expect(list.items.map(({ id }) => id)).toEqual([1]);
  });

  it('is not what others download, twice if they like', async () => {
    keepOneDownload();
    create('https://photos.test/a.jpg', 'a.jpg');
    create('https://photos.test/a.jpg', 'a (1).jpg');
    await vi.advanceTimersByTimeAsync(1000);
    expect(list.items).toHaveLength(2);
  });
});

describe('the end of a download', () => {
  it('is believed when its line has been taken out of the list since', async () => {
    const id = create(URL_OF_ONE, 'a.jpg');
    noteDownloadState(id, 'complete');
    list.items.length = 0;
    expect(await downloadEnd(id)).toEqual({ state: 'complete', fileName: null });
  });

  it('is a cancel where the line went while it ran', async () => {
    const id = create(URL_OF_ONE, 'a.jpg') + 1_000;
    noteDownloadState(id, 'interrupted');
    expect(await downloadEnd(id)).toMatchObject({
      state: 'interrupted',
      error: { code: 'download-cancelled' },
      unlisted: true,
    });
  });
});
