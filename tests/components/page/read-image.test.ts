import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPageReader } from '../../../lib/page/read-image.ts';
import { base64 } from '../../../lib/page/base64.ts';
import type { OutPort } from '../../../lib/page/bytes-out.ts';
import { siteOf } from '../../../lib/core/protocol/document-site.ts';
import type { PageReader, ReadRequest } from '../../../lib/core/protocol/page-reader.ts';

const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
const text = Buffer.from(bytes).toString('base64');

const site = { own: 'https://page.example', page: 'https://page.example' };
const request: ReadRequest = {
  id: 'a',
  port: 'p',
  url: 'https://h.example/cat.jpg',
  site,
  cache: 'force-cache',
  credentials: 'same-origin',
  accept: 'image/*',
  maxBytes: 10_000_000,
  pace: { silence: 100_000, leastBytes: 1 },
};

/** The engine's end of a port. */
interface EngineEnd {
  readonly name: string;
  readonly heard: unknown[];
  readonly let: (more: number) => void;
  readonly leave: () => void;
  closed: boolean;
}

let shows = 'https://page.example/one';
let looked = 0;
let emptied = 0;
let ports: EngineEnd[] = [];
/** What the engine does with a port. */
let meets: (end: EngineEnd) => void = () => undefined;

/** Takes all, and closes the port after the page's last word, as the engine does. */
const takes = (end: EngineEnd): void => end.let(8);

function connect(name: string): OutPort {
  const lets: ((more: number) => void)[] = [];
  const ends: (() => void)[] = [];
  const end: EngineEnd = {
    name,
    heard: [],
    let: (more) => {
      for (const listener of lets) listener(more);
    },
    leave: () => {
      for (const listener of ends) listener();
    },
    closed: false,
  };
  ports.push(end);
  setTimeout(() => meets(end));
  return {
    onMessage: { addListener: (listener) => void lets.push(listener) },
    onDisconnect: { addListener: (listener) => void ends.push(listener) },
    postMessage(message) {
      end.heard.push(message);
      if (typeof message === 'object') end.leave();
    },
    disconnect: () => void (end.closed = true),
  };
}

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
    connect,
    onEmpty: () => void emptied++,
  });

/** Bytes as the stream gives them. */
const streamed = (...parts: Uint8Array<ArrayBuffer>[]): Response =>
  new Response(
    new ReadableStream({
      start(stream) {
        for (const part of parts) stream.enqueue(part);
        stream.close();
      },
    }),
  );
const came = ({ heard }: EngineEnd): Buffer =>
  Buffer.concat(heard.flatMap((piece) => (typeof piece === 'string' ? [Buffer.from(piece, 'base64')] : [])));

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(Uint8Array.prototype, 'toBase64');
  vi.useRealTimers();
  [looked, emptied, shows, ports, meets] = [0, 0, 'https://page.example/one', [], () => undefined];
});

describe('the reader in a page', () => {
  it('sends the bytes and then its answer, having looked for the element once', async () => {
    const asked = vi.fn(async () => streamed(bytes.slice(0, 300), bytes.slice(300)));
    vi.stubGlobal('fetch', asked);
    meets = takes;
    const page = reader();
    const answer = await page.read(request);
    expect(answer).toMatchObject({ failure: null, size: 1000, shown: { width: 3, height: 2 }, exact: false });
    expect(asked).toHaveBeenCalledWith(request.url, expect.objectContaining({ referrerPolicy: 'no-referrer' }));
    expect(looked).toBe(1);
    expect(ports.map(({ name, heard }) => [name, heard])).toEqual([['p', [text, answer]]]);
    expect(await page.pixels('b', request.url, site)).toEqual({ size: 1000, part: null });
    expect(await page.slice('b', 0, 1000)).toBe(text);
  });

  it('sends pieces of half a megabyte to one, no more than the engine lets come', async () => {
    const large = new Uint8Array(3_000_000).map((_, at) => at % 251);
    const parts = Array.from({ length: 8 }, (_, at) => large.slice(at * 100_000, (at + 1) * 100_000));
    vi.stubGlobal('fetch', async () => streamed(...parts, large.slice(800_000)));
    meets = (end) => end.let(2);
    const reading = reader().read(request);
    await vi.waitFor(() => expect(ports[0]?.heard).toHaveLength(2));
    await new Promise((later) => setTimeout(later, 20));
    expect(ports[0]?.heard).toHaveLength(2);
    ports[0]?.let(8);
    expect(await reading).toMatchObject({ failure: null, size: 3_000_000 });
    const [end] = ports;
    expect(end && came(end).equals(large)).toBe(true);
    const sizes = end?.heard.flatMap((piece) => (typeof piece === 'string' ? [(piece.length / 4) * 3] : []));
    expect(sizes?.map((size) => Math.round(size / 1e5))).toEqual([6, 10, 10, 3]);
  });

  it('waits for an engine that is on its way', async () => {
    vi.stubGlobal('fetch', async () => streamed(bytes));
    let tries = 0;
    meets = (end) => (++tries < 3 ? end.leave() : end.let(8));
    expect(await reader().read(request)).toMatchObject({ failure: null });
    expect(ports.map(({ heard }) => heard.length)).toEqual([0, 0, 2]);
  });

  it('waits no longer for it than a server may be silent', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', async () => streamed(bytes));
    meets = (end) => end.leave();
    const page = reader();
    const [answer] = await Promise.all([page.read(request), vi.advanceTimersByTimeAsync(20_000)]);
    expect(answer.failure).toBe('lost');
    const tries = ports.length;
    await vi.advanceTimersByTimeAsync(5000);
    expect([ports.length, ports.at(-1)?.closed]).toEqual([tries, true]);
  });

  it('ends with the engine, whose next one asks anew', async () => {
    const answered = vi.fn(async () => streamed(new Uint8Array(3_000_000)));
    vi.stubGlobal('fetch', answered);
    meets = (end) => {
      end.let(1);
      setTimeout(end.leave, 20);
    };
    expect(await reader().read(request)).toMatchObject({ failure: 'lost' });
    expect(ports).toHaveLength(1);
  });

  it('that is ended sends no more', async () => {
    vi.stubGlobal('fetch', async () => streamed(bytes));
    const page = reader();
    const reading = page.read(request);
    await vi.waitFor(() => expect(ports).toHaveLength(1));
    page.end('a');
    expect(await reading).toMatchObject({ failure: 'cancelled' });
    expect(ports[0]).toMatchObject({ heard: [], closed: true });
  });

  it('says that an extension which has ended takes nothing', async () => {
    vi.stubGlobal('fetch', async () => streamed(bytes));
    const page = createPageReader({
      isOf: () => true,
      look: () => ({ shown: 'unknown', referrerPolicy: '' }),
      measure: async () => 'unknown',
      worker: false,
      draw: async () => ({ png: null, part: null }),
      scheme: 'https:',
      connect: () => {
        throw new Error('Extension context invalidated.');
      },
      onEmpty: () => undefined,
    });
    expect(await page.read(request)).toMatchObject({ failure: 'lost' });
  });

  it('is there a moment longer than its last reading, for one whose script found it there', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', async () => streamed(bytes));
    meets = takes;
    const page = reader();
    const [first] = await Promise.all([page.read(request), vi.advanceTimersByTimeAsync(100)]);
    expect(first.failure).toBeNull();
    expect(emptied).toBe(0);
    meets = () => undefined;
    void page.read({ ...request, id: 'b' });
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
    expect(ports).toEqual([]);
    expect(looked).toBe(0);
  });

  it('sends the bytes of a reading that took the name of another one, and none of the other', async () => {
    let first: (answer: Response) => void = () => undefined;
    vi.stubGlobal(
      'fetch',
      vi
        .fn()
        .mockImplementationOnce(() => new Promise((resolve) => (first = resolve)))
        .mockImplementation(async () => streamed(bytes)),
    );
    meets = takes;
    const page = reader();
    const overtaken = page.read(request);
    const answer = await page.read({ ...request, port: 'q' });
    first(streamed(bytes));
    expect(await overtaken).toMatchObject({ failure: 'cancelled' });
    expect(answer.size).toBe(1000);
    expect(ports.map(({ name, heard }) => [name, heard.length])).toEqual([
      ['p', 0],
      ['q', 2],
    ]);
  });
});

it('bytes become the same text by the browser’s own way and without it', async () => {
  expect(await base64(bytes)).toBe(text);
  expect(await base64(bytes.subarray(3, 7))).toBe(Buffer.from(bytes.slice(3, 7)).toString('base64'));
  const native = vi.fn(() => 'its own');
  Object.defineProperty(Uint8Array.prototype, 'toBase64', { value: native, configurable: true });
  expect(await base64(bytes)).toBe('its own');
});
