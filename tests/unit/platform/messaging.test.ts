import { beforeEach, describe, expect, it, vi } from 'vitest';

type Listener = (message: unknown, sender: unknown, respond: (answer: unknown) => void) => boolean;

/** Stands for the browser: one listener, and what `runtime.sendMessage` does. */
const fake = vi.hoisted(() => ({
  listener: null as Listener | null,
  sent: [] as string[],
  /** What is said instead of an answer, one after the other. */
  failures: [] as string[],
  answer: { res: { ok: true, value: 'an answer' } } as unknown,
}));
vi.mock('wxt/browser', () => ({
  browser: { runtime: { id: 'abc', getURL: (path: string) => `chrome-extension://abc${path}` } },
}));
const runtime: { lastError: { message: string } | undefined } & Record<string, unknown> = {
  lastError: undefined,
  sendMessage(message: { type: string }, respond: (answer: unknown) => void) {
    fake.sent.push(message.type);
    const failure = fake.failures.shift();
    runtime.lastError = failure === undefined ? undefined : { message: failure };
    respond(failure === undefined ? fake.answer : undefined);
    runtime.lastError = undefined;
  },
  onMessage: { addListener: (listener: Listener) => void (fake.listener = listener), removeListener: () => undefined },
};
vi.stubGlobal('chrome', { runtime });

const { answer, send } = await import('../../../lib/platform/messaging.ts');

const CLOSED =
  'A listener indicated an asynchronous response by returning true, but the message channel closed before a response was received';
const NOBODY = 'Could not establish connection. Receiving end does not exist.';
const pauses = [0, 0, 0];

beforeEach(() => {
  fake.sent.length = 0;
  fake.failures.length = 0;
  fake.answer = { res: { ok: true, value: 'an answer' } };
});

describe('a message', () => {
  it('is sent again when its receiver died under it, or was not there yet', async () => {
    fake.failures.push(CLOSED, NOBODY, 'The message port closed before a response was received.');
    expect(await send('vaultKey', undefined, { pauses })).toBe('an answer');
    expect(fake.sent).toHaveLength(4);
  });

  it('makes its receiver anew before it is sent again', async () => {
    fake.failures.push(NOBODY);
    const order: string[] = [];
    const revive = async (): Promise<void> => void order.push(`after ${fake.sent.length}`);
    await send('vaultKey', undefined, { pauses, revive });
    expect(order).toEqual(['after 1']);
  });

  it('fails with a code when nobody ever answers', async () => {
    fake.failures.push(...Array<string>(9).fill(CLOSED));
    await expect(send('vaultKey', undefined, { pauses })).rejects.toMatchObject({ code: 'engine-stopped' });
    expect(fake.sent).toHaveLength(4);
  });

  it('that needs a click is not sent again: the click is gone', async () => {
    fake.failures.push(CLOSED);
    const message = { id: 'f'.repeat(8) as never, url: 'https://h.example/' };
    await expect(send('allowAndRetry', message, { pauses })).rejects.toMatchObject({ code: 'engine-stopped' });
    expect(fake.sent).toHaveLength(1);
  });

  it('brings back the receiver’s own error, and is not sent again for it', async () => {
    fake.answer = { res: { ok: false, error: { code: 'item-gone', parameters: {} } } };
    await expect(send('vaultKey', undefined, { pauses })).rejects.toMatchObject({ code: 'item-gone' });
    expect(fake.sent).toHaveLength(1);
  });
});

describe('an answer', () => {
  const heard: unknown[] = [];
  answer({
    saveJob: (data) => void heard.push(data),
    vaultKey: () => {
      heard.push('key');
      return 'the key';
    },
    dismissJobs: () => Promise.reject(new Error('Cannot read properties of null')),
  });
  const id = crypto.randomUUID();
  const page = { id: 'abc', url: 'https://h.example/', origin: 'https://h.example' };
  const document = { id: 'abc', url: 'chrome-extension://abc/popup.html', origin: 'chrome-extension://abc' };
  const ask = (
    type: string,
    data: unknown,
    sender: object,
  ): Promise<{ res?: { ok: boolean; value?: unknown; error?: { code: string } } }> =>
    new Promise((resolve) => {
      const waits = fake.listener?.({ id: 1, type, data, timestamp: 1 }, sender, (said) => resolve(said as object));
      if (!waits) resolve({});
    });

  beforeEach(() => void (heard.length = 0));

  it('is given to whom the message is meant for', async () => {
    expect(await ask('vaultKey', undefined, document)).toEqual({ res: { ok: true, value: 'the key' } });
    expect(await ask('saveJob', { id }, page)).toMatchObject({ res: { ok: true } });
    expect(heard).toEqual(['key', { id }]);
  });

  it('is refused to others, to what is malformed, and to what is unknown, before anything is done', async () => {
    expect((await ask('vaultKey', undefined, page)).res?.ok).toBe(false);
    expect((await ask('saveJob', { id: 7 }, document)).res?.ok).toBe(false);
    expect((await ask('saveJob', { id }, { ...document, id: 'xyz' })).res?.ok).toBe(false);
    expect(await ask('evaluate', {}, document)).toEqual({});
    expect(heard).toEqual([]);
  });

  it('is a code also for what nobody thought of', async () => {
    expect(await ask('dismissJobs', { ids: [id] }, document)).toMatchObject({
      res: { ok: false, error: { code: 'internal' } },
    });
  });
});
