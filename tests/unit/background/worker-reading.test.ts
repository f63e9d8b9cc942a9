/** Reading through a page's service worker; the page is this process, and the browser's way of running a script in it calls it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

vi.mock('wxt/browser', () => ({
  browser: {
    scripting: {
      executeScript: async ({
        func,
        args,
        world,
      }: {
        func: (...args: unknown[]) => unknown;
        args: unknown[];
        world: string;
      }) => [{ frameId: 0, result: world === 'MAIN' ? await func(...args) : undefined }],
    },
  },
}));
const { readThroughWorker } = await import('../../../lib/background/worker-reading.ts');

const frame = { tabId: 1, frameId: 0, pageUrl: 'https://mail.example/inbox' };
const request = {
  id: 'a',
  url: 'https://h.example/secret.jpg',
  cache: 'force-cache',
  credentials: 'same-origin',
  accept: 'image/*',
  pace: { silence: 10_000, leastBytes: 1 },
} as const;
const asked = vi.fn(async () => new Response('picture'));

beforeEach(() => {
  vi.stubGlobal('fetch', asked);
  vi.stubGlobal(
    'FileReader',
    class {
      result = '';
      onload = (): void => undefined;
      readAsDataURL(blob: Blob): void {
        void blob.arrayBuffer().then((bytes) => {
          this.result = `data:;base64,${Buffer.from(bytes).toString('base64')}`;
          this.onload();
        });
      }
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  asked.mockClear();
});

const shows = (href: string): unknown => vi.stubGlobal('location', { origin: new URL(href).origin, href });

it('asks the page that showed the image', async () => {
  shows('https://mail.example/other');
  const { bytes, error } = await readThroughWorker(frame, request);
  expect(error).toBeNull();
  expect(Buffer.from(bytes ?? []).toString()).toBe('picture');
});

it.each(['https://other.example/', 'http://mail.example/', 'about:blank'])(
  'tells the code of %s nothing, which the tab shows by now',
  async (href) => {
    shows(href);
    expect(await readThroughWorker(frame, request)).toMatchObject({ bytes: null, error: { code: 'unreachable' } });
    expect(asked).not.toHaveBeenCalled();
  },
);

it.each([
  ['about:srcdoc', 'about:srcdoc'],
  ['about:blank', 'about:blank'],
  // Written into by the page, which gives it its address.
  ['about:blank', 'https://mail.example/inbox'],
])('asks a frame that the page has filled itself: %s, at %s by now', async (frameUrl, href) => {
  shows(href);
  expect((await readThroughWorker({ ...frame, frameUrl }, request)).error).toBeNull();
});

it.each(['about:srcdoc', 'https://other.example/'])(
  'tells %s nothing, which is in a frame of the page by now',
  async (href) => {
    shows(href);
    expect((await readThroughWorker({ ...frame, frameUrl: 'about:blank' }, request)).error).not.toBeNull();
    expect(asked).not.toHaveBeenCalled();
  },
);
