import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPageReader } from '../../../lib/page/read-image.ts';
import { base64 } from '../../../lib/page/base64.ts';
import { siteOf } from '../../../lib/core/protocol/document-site.ts';
import type { PageReader, ReadRequest } from '../../../lib/core/protocol/page-reader.ts';

const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
const text = Buffer.from(bytes).toString('base64');

const site = { own: 'https://page.example', page: 'https://page.example' };
const request: ReadRequest = {
  id: 'a',
  url: 'https://h.example/cat.jpg',
  site,
  cache: 'force-cache',
  credentials: 'same-origin',
  accept: 'image/*',
  maxBytes: 10_000,
  firstBytes: 600,
  pace: { silence: 10_000, leastBytes: 1 },
};

let shows = 'https://page.example/one';
let looked = 0;
let emptied = 0;
const reader = (): PageReader =>
  createPageReader({
    isOf: ({ own }) => own === siteOf(shows),
    look: () => {
      looked++;
      return { shown: { width: 3, height: 2 }, referrerPolicy: 'no-referrer' };
    },
    measure: async () => ({ width: 3, height: 2 }),
    worker: false,
    draw: async () => ({ png: new Blob([bytes]), part: null }),
    scheme: 'https:',
    onEmpty: () => void emptied++,
  });

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(Uint8Array.prototype, 'toBase64');
  vi.useRealTimers();
  [looked, emptied, shows] = [0, 0, 'https://page.example/one'];
});

describe('the reader in a page', () => {
  it('gives the first bytes with its answer and the others in slices, having looked for the element once', async () => {
    const asked = vi.fn(async () => new Response(new Blob([bytes.slice(0, 300), bytes.slice(300)])));
    vi.stubGlobal('fetch', asked);
    const page = reader();
    const answer = await page.read(request);
    expect(answer).toMatchObject({ failure: null, size: 1000, shown: { width: 3, height: 2 }, exact: false });
    expect(asked).toHaveBeenCalledWith(request.url, expect.objectContaining({ referrerPolicy: 'no-referrer' }));
    expect(looked).toBe(1);
    const rest = await page.slice('a', 600, 600);
    expect(Buffer.from(answer.first ?? '', 'base64')).toEqual(Buffer.from(bytes.slice(0, 600)));
    expect(Buffer.from(rest ?? '', 'base64')).toEqual(Buffer.from(bytes.slice(600)));
    page.end('a');
    expect(await page.pixels('b', request.url, site)).toEqual({ size: 1000, part: null });
    expect(await page.slice('b', 0, 1000)).toBe(text);
  });

  it('is there a moment longer than its last reading, for one whose script found it there', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', async () => new Response(new Blob([bytes])));
    const page = reader();
    await page.read({ ...request, firstBytes: 1000 });
    expect(emptied).toBe(0);
    await page.read({ ...request, id: 'b' });
    await vi.advanceTimersByTimeAsync(5000);
    expect(emptied).toBe(0);
    page.end('b');
    await vi.advanceTimersByTimeAsync(5000);
    expect(emptied).toBe(1);
  });

  it('asks nobody for what another site has shown', async () => {
    const asked = vi.fn();
    vi.stubGlobal('fetch', asked);
    shows = 'https://other.example/';
    const page = reader();
    expect(await page.read(request)).toMatchObject({ failure: 'elsewhere', worker: false, shown: 'unknown', size: 0 });
    expect(await page.measure(request.url, site)).toBe('unknown');
    expect(await page.pixels('b', request.url, site)).toEqual({ size: 0, part: null });
    expect(asked).not.toHaveBeenCalled();
    expect(looked).toBe(0);
  });

  it('keeps the bytes of a reading that took the name of another one', async () => {
    let first: (answer: Response) => void = () => undefined;
    vi.stubGlobal(
      'fetch',
      vi
        .fn()
        .mockImplementationOnce(() => new Promise((resolve) => (first = resolve)))
        .mockImplementation(async () => new Response(new Blob([bytes]))),
    );
    const page = reader();
    const overtaken = page.read(request);
    const answer = await page.read(request);
    first(new Response(new Blob([bytes])));
    await overtaken;
    expect(answer.size).toBe(1000);
    expect(await page.slice('a', 0, 1000)).toBe(text);
  });
});

it('bytes become the same text by the browser’s own way and without it', async () => {
  expect(await base64(bytes)).toBe(text);
  expect(await base64(bytes.subarray(3, 7))).toBe(Buffer.from(bytes.slice(3, 7)).toString('base64'));
  const native = vi.fn(() => 'its own');
  Object.defineProperty(Uint8Array.prototype, 'toBase64', { value: native, configurable: true });
  expect(await base64(bytes)).toBe('its own');
});
