/** Several contexts at once, and a disk that fails. */
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newJobId } from '../../../../lib/core/model/job.ts';
import type { VaultChange } from '../../../../lib/storage/vault/item.ts';
import { listeners } from '../../../../lib/storage/vault/listening.ts';
import { CHUNK, KINDS, bytes, diskSetting, onDisk, request, streamOf } from './builders.ts';
import type { DiskSetting } from './builders.ts';

const cancelled = expect.objectContaining({ code: 'cancelled' });

/** No chunk without its record, no record without its chunks, no put left under way. */
async function expectWhole({ database }: DiskSetting): Promise<void> {
  const content = (await onDisk(database)) as { items: { chunks: number }[]; writes: unknown[]; chunks: unknown[] };
  expect(content.writes).toEqual([]);
  expect(content.chunks).toHaveLength(content.items.reduce((sum, item) => sum + item.chunks, 0));
}

/** A stream that gives its first part, waits, and goes on when told. `waiting`: it was asked for more, so the first part has been dealt with. */
function heldStream(
  first: Uint8Array,
  second: Uint8Array,
): { readonly stream: ReadableStream<Uint8Array>; readonly waiting: Promise<void>; readonly go: () => void } {
  const [waiting, wait] = signal();
  const [gate, go] = signal();
  let pulls = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if ((pulls += 1) === 1) return controller.enqueue(first);
        wait();
        await gate;
        controller.enqueue(second);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, waiting, go };
}

function signal(): [signal: Promise<void>, give: () => void] {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => void (give = resolve));
  return [given, give];
}

describe.each(KINDS)('a put under way in a vault $kind', ({ open }) => {
  it.each([
    ['its item', (id: string) => ({ id })],
    ['its job', (_: string, jobId: string) => ({ jobId })],
    ['everything', () => 'all' as const],
  ])('ends, and brings nothing back, when %s is purged', async (_what, selection) => {
    const { vault } = await open();
    const result = request();
    const { stream, waiting, go } = heldStream(bytes(CHUNK + 1), bytes(CHUNK));
    const put = vault.put(result, stream);
    const refused = expect(put).rejects.toEqual(cancelled);
    await waiting;
    await vault.purge(selection(result.id, result.jobId), 'failed');
    go();
    await refused;
    expect(await vault.held()).toEqual([]);
    expect(await vault.ledger()).toMatchObject([{ rule: 'failed', bytes: CHUNK }]);
    expect(await vault.expire()).toBeNull();
  });

  it('gives way to a newer put of the same id', async () => {
    const { vault } = await open();
    const result = request();
    const { stream, waiting, go } = heldStream(bytes(CHUNK + 1), bytes(CHUNK));
    const older = vault.put(result, stream);
    const refused = expect(older).rejects.toEqual(cancelled);
    await waiting;
    await vault.put(result, bytes(20, 1));
    go();
    await refused;
    expect(await vault.read(result.id)).toEqual(bytes(20, 1));
  });

  it('gives way to a newer one that is under way too', async () => {
    const { vault } = await open();
    const result = request();
    const first = heldStream(bytes(CHUNK + 1), bytes(CHUNK));
    const second = heldStream(bytes(CHUNK + 1, 1), bytes(CHUNK, 1));
    const refused = expect(vault.put(result, first.stream)).rejects.toEqual(cancelled);
    await first.waiting;
    const newer = vault.put(result, second.stream);
    await second.waiting;
    first.go();
    await refused;
    second.go();
    await newer;
    expect(await vault.read(result.id)).toEqual(Uint8Array.from([...bytes(CHUNK + 1, 1), ...bytes(CHUNK, 1)]));
  });

  it.each([
    ['its item', (id: string) => ({ id })],
    ['its job', (_: string, jobId: string) => ({ jobId })],
    ['everything', () => 'all' as const],
  ])('of one chunk brings nothing back, when %s is purged', async (_what, selection) => {
    const { vault } = await open();
    const result = request();
    const refused = expect(vault.put(result, bytes(20))).rejects.toEqual(cancelled);
    await vault.purge(selection(result.id, result.jobId), 'failed');
    await refused;
    expect(await vault.held()).toEqual([]);
    await vault.put(result, bytes(20));
    expect(await vault.read(result.id)).toEqual(bytes(20));
  });

  it('of one chunk gives way to a newer put of the same id, and writes what it was given', async () => {
    const { vault } = await open();
    const result = request();
    const refused = expect(vault.put(result, bytes(CHUNK))).rejects.toEqual(cancelled);
    const given = bytes(20, 1);
    const newer = vault.put(result, given);
    given.fill(0);
    await refused;
    await newer;
    expect(await vault.read(result.id)).toEqual(bytes(20, 1));
  });

  it('counts against the capacity', async () => {
    const { vault } = await open({ capacity: 1000 });
    const { stream, waiting, go } = heldStream(bytes(600), bytes(1));
    const put = vault.put(request(), stream);
    await waiting;
    await expect(vault.put(request(), bytes(600))).rejects.toMatchObject({ code: 'vault-full' });
    go();
    await put;
  });

  it('does not hide or harm what stands under its id until it is done', async () => {
    const { vault } = await open();
    const result = request();
    await vault.put(result, bytes(200));
    const { stream, waiting, go } = heldStream(bytes(CHUNK + 1), bytes(CHUNK, 1));
    const newer = vault.put(result, stream);
    await waiting;
    expect(await vault.read(result.id)).toEqual(bytes(200));
    go();
    await newer;
    expect(await vault.read(result.id)).toHaveLength(2 * CHUNK + 1);
  });
});

describe('what is written of an item', () => {
  it('is one transaction that writes, when it is one chunk', async () => {
    const { vault } = await diskSetting();
    await vault.put(request(), bytes(1));
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await vault.put(request(), bytes(CHUNK));
    expect(begun.mock.calls.filter(([, mode]) => mode === 'readwrite')).toHaveLength(1);
    begun.mockRestore();
  });

  it('at the same time as others is one transaction with them', async () => {
    const { vault } = await diskSetting();
    await vault.put(request(), bytes(1));
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const items = await Promise.all(Array.from({ length: 8 }, (_, at) => vault.put(request(), bytes(CHUNK, at))));
    expect(begun.mock.calls.filter(([, mode]) => mode === 'readwrite').length).toBeLessThan(4);
    begun.mockRestore();
    for (const [at, { id }] of items.entries()) expect(await vault.read(id)).toEqual(bytes(CHUNK, at));
  });

  it('that has no room takes none with it that has', async () => {
    const { vault } = await diskSetting({ capacity: 100 });
    const puts = [40, CHUNK, 40, CHUNK].map((size) => vault.put(request('source', { why: 'working' }), bytes(size)));
    const outcomes = await Promise.allSettled(puts);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect((await vault.held()).map((item) => item.bytes)).toEqual([40, 40]);
  });

  it('is read without a transaction that writes, right after it was put', async () => {
    const { vault } = await diskSetting();
    const { id } = await vault.put(request(), bytes(CHUNK));
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await vault.read(id);
    expect(begun.mock.calls.map(([, mode]) => mode)).toEqual(['readonly', 'readonly']);
    begun.mockRestore();
  });
});

describe('contexts side by side', () => {
  it("see each other's puts and purges", async () => {
    const setting = await diskSetting();
    const other = setting.another();
    const { id } = await setting.vault.put(request(), bytes(100));
    expect(await other.read(id)).toEqual(bytes(100));
    await other.purge({ id }, 'on-demand');
    await expect(setting.vault.read(id)).rejects.toMatchObject({ code: 'item-gone' });
  });

  it('a put of one chunk that is being sealed brings nothing back when another context purges everything', async () => {
    const setting = await diskSetting();
    const other = setting.another();
    for (let round = 0; round < 20; round += 1) {
      const put = setting.vault.put(request(), bytes(CHUNK)).catch((error: unknown) => error);
      for (let wait = 0; wait < round; wait += 1) await new Promise(setImmediate);
      await other.purge('all', 'on-demand');
      await other.forgetPurges();
      await put;
      expect(await setting.vault.held()).toEqual([]);
      setting.now += 1;
    }
    await setting.vault.put(request(), bytes(CHUNK));
    await expectWhole(setting);
  });

  it('a put whose context died leaves nothing when its job is tried again', async () => {
    const setting = await diskSetting();
    const result = request();
    const { stream, waiting } = heldStream(bytes(CHUNK + 1), bytes(CHUNK));
    void setting.another().put(result, stream);
    await waiting;
    await setting.vault.put(result, bytes(10));
    await expectWhole(setting);
    expect(await setting.vault.ledger()).toMatchObject([{ rule: 'replaced', bytes: CHUNK }]);
  });

  it("hear of each other's changes through the channel", async () => {
    const name = crypto.randomUUID();
    const setting = await diskSetting({ channel: new BroadcastChannel(name) });
    const other = setting.another({ channel: new BroadcastChannel(name) });
    const heard = new Promise<VaultChange>((resolve) => void other.onChange(resolve));
    const { id } = await setting.vault.put(request(), bytes(1));
    expect(await heard).toEqual({ what: 'held', ids: [id] });
    setting.vault.close();
    other.close();
  });

  it('hear of changes that follow each other in few messages, in their order, and of a purge at once', () => {
    vi.useFakeTimers();
    const messages: VaultChange[] = [];
    const channel = { addEventListener: () => undefined, close: () => undefined };
    const { tell } = listeners({ ...channel, postMessage: (change) => messages.push(change as VaultChange) });
    tell({ what: 'held', ids: ['a'] });
    tell({ what: 'held', ids: ['b'] });
    tell({ what: 'marked', ids: ['a'] });
    expect(messages).toEqual([]);
    vi.runAllTimers();
    expect(messages.splice(0)).toEqual([
      { what: 'held', ids: ['a', 'b'] },
      { what: 'marked', ids: ['a'] },
    ]);
    tell({ what: 'held', ids: ['c'] });
    tell({ what: 'purged', ids: ['c'] });
    expect(messages.splice(0)).toEqual([
      { what: 'held', ids: ['c'] },
      { what: 'purged', ids: ['c'] },
    ]);
    vi.runAllTimers();
    expect(messages).toEqual([]);
    vi.useRealTimers();
  });

  it('a read that is overtaken by a purge hands out all or nothing, and nothing once the purge is done', async () => {
    const setting = await diskSetting();
    const other = setting.another();
    for (let round = 0; round < 20; round += 1) {
      const { id } = await setting.vault.put(request(), bytes(5 * CHUNK, round));
      let purged = false;
      const read = setting.vault.read(id).then(
        (got) => ({ got, late: purged }),
        (error: unknown) => ({ error }),
      );
      for (let wait = 0; wait < round; wait += 1) await new Promise(setImmediate);
      await other.purge({ id }, 'on-demand').then(() => (purged = true));
      const outcome = await read;
      if ('got' in outcome) {
        expect(outcome.got).toEqual(bytes(5 * CHUNK, round));
        expect(outcome.late).toBe(false);
      } else expect(outcome.error).toMatchObject({ code: 'item-gone' });
    }
    await expectWhole(setting);
  });

  it('a read that is overtaken by a newer put gives one of the two, never a mixture', async () => {
    const setting = await diskSetting();
    const other = setting.another();
    const result = request();
    await setting.vault.put(result, bytes(300, 0));
    for (let round = 1; round < 20; round += 1) {
      const reading = setting.vault.read(result.id);
      for (let wait = 0; wait < round; wait += 1) await new Promise(setImmediate);
      const [got] = await Promise.all([reading, other.put(result, bytes(300, round))]);
      expect([bytes(300, round - 1), bytes(300, round)]).toContainEqual(got);
    }
    expect(await setting.vault.ledger()).toHaveLength(19);
    await expectWhole(setting);
  });

  it('any interleaving of puts, reads and purges of the same items leaves whole items, and none that was purged last', async () => {
    const operation = fc.record({
      kind: fc.constantFrom('put', 'stream', 'read', 'purge', 'purge-job', 'touch', 'expire'),
      item: fc.nat(1),
      context: fc.nat(2),
      size: fc.nat(4 * CHUNK),
      pause: fc.nat(6),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 24 }), async (operations) => {
        const setting = await diskSetting();
        const contexts = [setting.vault, setting.another(), setting.another()];
        const job = newJobId();
        const items = [request('source', {}, job), request('result', {}, job)] as const;
        const put = new Map<string, Set<string>>(items.map(({ id }) => [id, new Set()]));
        const started = operations.map(async ({ kind, item, context, size, pause }, index) => {
          for (let wait = 0; wait < pause; wait += 1) await new Promise(setImmediate);
          const vault = contexts[context] ?? setting.vault;
          const target = items[item as 0 | 1];
          const given = bytes(size, index);
          if (kind === 'put' || kind === 'stream') {
            put.get(target.id)?.add(Buffer.from(given).toString('hex'));
            await vault.put(
              target,
              kind === 'put' ? given : streamOf(given.subarray(0, size >> 1), given.subarray(size >> 1)),
            );
          } else if (kind === 'read') {
            const got = Buffer.from(await vault.read(target.id)).toString('hex');
            if (!put.get(target.id)?.has(got)) throw new Error('read what was never put');
          } else if (kind === 'touch') await vault.touch(target.id);
          else if (kind === 'expire') await vault.expire();
          else await vault.purge(kind === 'purge' ? { id: target.id } : { jobId: job }, 'failed');
        });
        for (const { status, ...rest } of await Promise.allSettled(started)) {
          if (status === 'rejected')
            expect(['item-gone', 'cancelled']).toContain((rest as { reason: { code?: string } }).reason.code);
        }
        await expectWhole(setting);
        expect((await setting.vault.ledger()).filter(({ rule }) => rule === 'unreadable')).toEqual([]);
        for (const { id } of await setting.vault.held()) {
          expect(put.get(id)?.has(Buffer.from(await setting.vault.read(id)).toString('hex'))).toBe(true);
        }
        await setting.vault.purge('all', 'on-demand');
        expect(await onDisk(setting.database)).toMatchObject({ items: [], writes: [], chunks: [] });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a disk that fails', () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each(['QuotaExceededError', 'UnknownError'])(
    'ends the put with a word of it and leaves nothing (%s)',
    async (name) => {
      const setting = await diskSetting();
      const former = await setting.vault.put(request(), bytes(CHUNK));
      const real = IDBObjectStore.prototype.put;
      let calls = 0;
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
        if (this.name === 'chunks' && (calls += 1) === 3) throw new DOMException('no space', name);
        return real.apply(this, given);
      });
      await expect(setting.vault.put(request(), bytes(5 * CHUNK))).rejects.toMatchObject({
        code: 'vault-full',
        parameters: { megabytes: 1 },
      });
      await expectWhole(setting);
      expect(await setting.vault.read(former.id)).toEqual(bytes(CHUNK));
    },
  );

  it('keeps the former item when its replacement fails', async () => {
    const setting = await diskSetting();
    const result = request();
    await setting.vault.put(result, bytes(CHUNK));
    const real = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      if (this.name === 'items') throw new DOMException('no space', 'QuotaExceededError');
      return real.apply(this, given);
    });
    await expect(setting.vault.put(result, bytes(3 * CHUNK))).rejects.toMatchObject({ code: 'vault-full' });
    vi.restoreAllMocks();
    expect(await setting.vault.read(result.id)).toEqual(bytes(CHUNK));
    expect(await setting.vault.ledger()).toEqual([]);
    await expectWhole(setting);
  });

  it('purges all or nothing: no item goes without its ledger entry', async () => {
    const setting = await diskSetting();
    const { id } = await setting.vault.put(request(), bytes(CHUNK));
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no space', 'QuotaExceededError');
    });
    await expect(setting.vault.purge({ id }, 'on-demand')).rejects.toMatchObject({ code: 'internal' });
    vi.restoreAllMocks();
    expect(await setting.vault.read(id)).toEqual(bytes(CHUNK));
    await expectWhole(setting);
  });

  it('goes on after its connection was closed', async () => {
    const setting = await diskSetting();
    const { id } = await setting.vault.put(request(), bytes(CHUNK));
    setting.vault.close();
    expect(await setting.vault.read(id)).toEqual(bytes(CHUNK));
  });
});
