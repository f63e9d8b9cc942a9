import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReadAnswer } from '../../../lib/core/protocol/page-reader.ts';
import {
  receivePageBytes,
  sendPageBytes,
  type BytesChannel,
  type BytesPort,
  type PageBytes,
} from '../../../lib/platform/page-bytes.ts';

const FRAME = { tabId: 3, frameId: 5 };

const answer: ReadAnswer = {
  failure: null,
  shown: 'unknown',
  exact: true,
  worker: false,
  size: 3,
  status: 200,
  disposition: null,
  finalUrl: 'https://a.example/',
};

function channel(): BytesChannel {
  const listeners: ((event: { readonly data: unknown }) => void)[] = [];
  return {
    postMessage(data) {
      for (const listener of listeners) listener({ data });
    },
    addEventListener: (_, listener) => void listeners.push(listener),
  };
}

/** The page's end of a port. */
interface PageEnd {
  send(message: unknown): void;
  leave(): void;
  /** Messages that the engine lets come. */
  free: number;
  closed: boolean;
}

let connected: (port: BytesPort) => void;
let bytes: PageBytes;

function connect(name: string, sender: BytesPort['sender'] = { id: 'us', tab: { id: 3 }, frameId: 5 }): PageEnd {
  const heard: ((message: unknown) => void)[] = [];
  const left: (() => void)[] = [];
  const end: PageEnd = {
    send: (message) => {
      for (const listener of end.closed ? [] : heard) listener(message);
    },
    leave: () => {
      for (const listener of left) listener();
    },
    free: 0,
    closed: false,
  };
  connected({
    name,
    sender,
    onMessage: { addListener: (listener) => void heard.push(listener) },
    onDisconnect: { addListener: (listener) => void left.push(listener) },
    postMessage: (more) => void (end.free += more),
    disconnect: () => void (end.closed = true),
  });
  return end;
}

const text = (...values: number[]): string => Buffer.from(values).toString('base64');
const isPending = async (promise: Promise<unknown>): Promise<boolean> =>
  (await Promise.race([promise.then(() => true), Promise.resolve().then(() => Promise.resolve())])) !== true;

let one: BytesChannel;
beforeEach(() => {
  vi.useFakeTimers();
  one = channel();
  const onConnect = { addListener: (listener: (port: BytesPort) => void) => void (connected = listener) };
  bytes = receivePageBytes({ channel: one, onConnect, id: 'us', patience: 1000 });
});
afterEach(() => void vi.useRealTimers());

describe('bytes that the background hands on', () => {
  it('come to who expects them by their name, before or after it asks', async () => {
    const [early, late] = [bytes.expect(['early'], null), bytes.expect(['late'], null)];
    sendPageBytes(one, 'early', new Uint8Array([1]));
    const asked = late.soon();
    sendPageBytes(one, 'nobody', new Uint8Array([2]));
    sendPageBytes(one, 'late', new Uint8Array([3]));
    expect(await early.soon()).toEqual({ bytes: new Uint8Array([1]), answer: null });
    expect((await asked).bytes).toEqual(new Uint8Array([3]));
  });

  it('that do not come are not waited for for ever', async () => {
    const lost = expect(bytes.expect(['lost'], null).soon()).rejects.toMatchObject({ code: 'blob-gone' });
    await vi.advanceTimersByTimeAsync(1000);
    await lost;
  });
});

describe('bytes that a page sends', () => {
  it('come in pieces, each of which lets another one come, and are whole with the page’s word', async () => {
    const awaited = bytes.expect(['begun', 'asked'], FRAME);
    const page = connect('page-bytes:begun');
    expect(page.free).toBe(8);
    page.send(text(1, 2));
    page.send(text(3));
    expect(page.free).toBe(10);
    expect(await isPending(awaited.given)).toBe(true);
    page.send(answer);
    expect(await awaited.given).toEqual({ bytes: new Uint8Array([1, 2, 3]), answer });
    expect(page.closed).toBe(true);
  });

  it('wait in the page until the engine was told of the reading, but not for long, nor many', async () => {
    const early = connect('page-bytes:a');
    expect([early.free, early.closed]).toEqual([0, false]);
    const awaited = bytes.expect(['a'], FRAME);
    expect(early.free).toBe(8);
    early.send({ ...answer, size: 0 });
    expect((await awaited.given).bytes).toHaveLength(0);

    const never = connect('page-bytes:never');
    await vi.advanceTimersByTimeAsync(1000);
    expect(never.closed).toBe(true);
    const many = Array.from({ length: 33 }, (_, at) => connect(`page-bytes:${at}`));
    expect(many.filter(({ closed }) => closed)).toEqual([many[32]]);
    // Those of a page that is left make room.
    many[0]?.leave();
    expect(connect('page-bytes:next').closed).toBe(false);
  });

  it.each([
    ['another extension', { id: 'other', tab: { id: 3 }, frameId: 5 }],
    ['another tab', { id: 'us', tab: { id: 4 }, frameId: 5 }],
    ['another frame', { id: 'us', tab: { id: 3 }, frameId: 0 }],
    ['no tab', { id: 'us' }],
    ['nobody', undefined],
  ])('are not taken from %s, and keep nobody from sending', async (_, sender) => {
    const awaited = bytes.expect(['a'], FRAME);
    // The default of `connect` is for those who leave it out.
    const stranger = sender ? connect('page-bytes:a', sender) : connect('page-bytes:a', {});
    expect([stranger.free, stranger.closed]).toEqual([0, true]);
    const page = connect('page-bytes:a');
    page.send(text(1, 2, 3));
    page.send(answer);
    expect((await awaited.given).bytes).toHaveLength(3);
  });

  it('are not taken by a name that nobody expects, for a reading of the page’s own world, or a second time', () => {
    expect(connect('another', { id: 'us', tab: { id: 3 }, frameId: 5 }).closed).toBe(true);
    bytes.expect(['w'], null);
    expect(connect('page-bytes:w').closed).toBe(true);
    bytes.expect(['a'], FRAME);
    const [first, second] = [connect('page-bytes:a'), connect('page-bytes:a')];
    expect([first.closed, second.closed]).toEqual([false, true]);
    expect(second.free).toBe(0);
  });

  it.each([
    ['fewer than it says', [text(1, 2), answer]],
    ['more than it says', [text(1, 2, 3, 4), answer]],
    ['no base64', ['?', answer]],
    ['a piece that is too long', ['AAAA'.repeat(400_000), { ...answer, size: 1_200_000 }]],
    ['another word', [text(1, 2, 3), { ...answer, shown: 'here' }]],
    ['a failure', [text(1, 2, 3), { ...answer, failure: 'lost' }]],
    ['nothing', [text(1, 2, 3), null]],
  ])('are not taken where the page sends %s', async (_, messages) => {
    const awaited = bytes.expect(['a'], FRAME);
    const page = connect('page-bytes:a');
    for (const message of messages) page.send(message);
    expect(page.closed).toBe(true);
    expect(await isPending(awaited.given)).toBe(true);
  });

  it('begin anew where the page is asked anew by the same name', async () => {
    const awaited = bytes.expect(['a'], FRAME);
    const stopped = connect('page-bytes:a');
    stopped.send(text(9));
    stopped.leave();
    const page = connect('page-bytes:a');
    page.send(text(1, 2, 3));
    page.send(answer);
    expect((await awaited.given).bytes).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('that are not wanted any more are not let come', async () => {
    const awaited = bytes.expect(['a', 'b'], FRAME);
    const page = connect('page-bytes:a');
    page.send(text(1));
    awaited.forget();
    expect(page.closed).toBe(true);
    expect(connect('page-bytes:b').free).toBe(0);
  });
});
