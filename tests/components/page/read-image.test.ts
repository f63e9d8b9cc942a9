import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPageReader } from '../../../lib/page/read-image.ts';
import { base64 } from '../../../lib/page/base64.ts';
import type { PageReader, ReadRequest } from '../../../lib/core/protocol/page-reader.ts';

const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
const text = Buffer.from(bytes).toString('base64');

const request: ReadRequest = {
  id: 'a',
  url: 'https://h.example/cat.jpg',
  cache: 'force-cache',
  credentials: 'same-origin',
  accept: 'image/*',
  maxBytes: 10_000,
  firstBytes: 600,
  pace: { silence: 10_000, leastBytes: 1 },
};

let looked = 0;
let emptied = 0;
const reader = (): PageReader =>
  createPageReader({
    look: () => {
      looked++;
      return { shown: { width: 3, height: 2 }, referrerPolicy: 'no-referrer' };
    },
    measure: async () => 'unknown',
    worker: false,
    draw: async () => ({ png: new Blob([bytes]), part: null }),
    scheme: 'https:',
    onEmpty: () => void emptied++,
  });

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(Uint8Array.prototype, 'toBase64');
  [looked, emptied] = [0, 0];
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
    expect(emptied).toBe(1);
    expect(await page.pixels('b', request.url)).toEqual({ size: 1000, part: null });
    expect(await page.slice('b', 0, 1000)).toBe(text);
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
