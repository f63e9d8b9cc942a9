/** What both backends promise the vault: transactions that happen as a whole and one after the other. */
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { grouped } from '../../../../lib/storage/vault/grouped-backend.ts';
import { indexedBackend } from '../../../../lib/storage/vault/indexed-backend.ts';
import { memoryBackend } from '../../../../lib/storage/vault/memory-backend.ts';
import type { StorageBackend } from '../../../../lib/storage/vault/storage-backend.ts';
import { bytes } from './builders.ts';

let databases = 0;
const SHELVES = [
  { kind: 'on disk', open: () => indexedBackend(`backend-${(databases += 1)}`) },
  { kind: 'in memory', open: memoryBackend },
  { kind: 'on disk, in groups', open: () => grouped(indexedBackend(`backend-${(databases += 1)}`)) },
];

describe.each(SHELVES)('a transaction $kind', ({ open }) => {
  it('that throws leaves no trace, of no kind', async () => {
    const backend = open();
    await backend.transact('readwrite', async (records) => {
      await records.saveChunk('kept', 0, bytes(1));
      await records.closeJob({ jobId: 'kept', time: 1 });
    });
    await expect(
      backend.transact('readwrite', async (records) => {
        await records.saveChunk('kept', 1, bytes(1));
        await records.saveChunk('new', 0, bytes(1));
        await records.dropClosedJob('kept');
        await records.addEntries([{ time: 1, rule: 'failed', part: 'source', format: null, bytes: 1 }]);
        throw new RangeError('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await backend.transact('readonly', async (records) => {
      expect(await records.chunk('kept', 0)).toEqual(bytes(1));
      expect(await records.chunk('kept', 1)).toBeUndefined();
      expect(await records.chunk('new', 0)).toBeUndefined();
      expect(await records.closedJobs()).toEqual([{ jobId: 'kept', time: 1 }]);
      expect(await records.ledger()).toEqual([]);
    });
  });

  it('sees what the one before it did, never its middle', async () => {
    const backend = open();
    const count = (): Promise<void> =>
      backend.transact('readwrite', async (records) => {
        const { time } = (await records.closedJob('counter')) ?? { time: 0 };
        await records.closeJob({ jobId: 'counter', time: time + 1 });
      });
    await Promise.all(Array.from({ length: 20 }, count));
    expect(await backend.transact('readonly', (records) => records.closedJob('counter'))).toEqual({
      jobId: 'counter',
      time: 20,
    });
  });

  it('drops all chunks of one write and none of another', async () => {
    const backend = open();
    await backend.transact('readwrite', async (records) => {
      for (const token of ['a', 'ab', 'b'])
        for (const index of [0, 1, 10, 1000]) await records.saveChunk(token, index, bytes(1));
      await records.dropChunks('ab');
    });
    await backend.transact('readonly', async (records) => {
      for (const index of [0, 1, 10, 1000]) {
        expect(await records.chunk('a', index)).toBeDefined();
        expect(await records.chunk('ab', index)).toBeUndefined();
        expect(await records.chunk('b', index)).toBeDefined();
      }
    });
  });

  it('finds nothing after the storage was thrown away', async () => {
    const backend = open();
    await backend.transact('readwrite', (records) => records.closeJob({ jobId: 'gone', time: 1 }));
    await backend.destroy();
    expect(await backend.transact('readonly', (records) => records.closedJobs())).toEqual([]);
  });
});

afterEach(() => void vi.restoreAllMocks());

describe('on disk, a write that is not waited for', () => {
  it('fails the whole of its transaction', async () => {
    const backend = indexedBackend(`backend-${(databases += 1)}`);
    await backend.transact('readwrite', (records) => records.saveChunk('there', 0, bytes(1)));
    // One that the disk refuses, as far as the database is concerned.
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      return this.add(value, key);
    });
    const refused = backend.transact('readwrite', async (records) => {
      await records.saveChunk('new', 0, bytes(1));
      await records.saveChunk('there', 0, bytes(1));
      return 'written';
    });
    await expect(refused).rejects.toMatchObject({ name: 'ConstraintError' });
    expect(await backend.transact('readonly', (records) => records.chunk('new', 0))).toBeUndefined();
  });

  it('is committed with the request itself', async () => {
    const backend = indexedBackend(`backend-${(databases += 1)}`);
    const commit = vi.spyOn(IDBTransaction.prototype, 'commit');
    await backend.transact('readwrite', async (records) => {
      expect(await records.closedJob('a')).toBeUndefined();
      await records.closeJob({ jobId: 'a', time: 1 });
    });
    expect(commit).toHaveBeenCalledTimes(1);
    expect(await backend.transact('readonly', (records) => records.closedJob('a'))).toEqual({ jobId: 'a', time: 1 });
    expect(commit).toHaveBeenCalledTimes(1);
  });
});

describe('what is asked for at the same time', () => {
  const open = (): StorageBackend => grouped(indexedBackend(`backend-${(databases += 1)}`));
  const close = (backend: StorageBackend, jobId: string, wrong?: Error): Promise<string> =>
    backend.transact('readwrite', async (records) => {
      await records.closeJob({ jobId, time: 1 });
      if (wrong) throw wrong;
      return jobId;
    });
  const closed = (backend: StorageBackend): Promise<string[]> =>
    backend.transact('readonly', async (records) => (await records.closedJobs()).map(({ jobId }) => jobId));

  it('is one transaction, and each has its own answer', async () => {
    const backend = open();
    await close(backend, 'first');
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    expect(await Promise.all(['a', 'b', 'c'].map((id) => close(backend, id)))).toEqual(['a', 'b', 'c']);
    expect(begun).toHaveBeenCalledTimes(1);
    await Promise.all([closed(backend), closed(backend)]);
    expect(begun).toHaveBeenCalledTimes(2);
  });

  it('is one transaction while another is under way', async () => {
    const backend = open();
    await close(backend, 'before');
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const asked = [close(backend, 'first')];
    // It has begun by then, and none of its requests is answered.
    for (const id of ['a', 'b', 'c']) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      asked.push(close(backend, id));
    }
    expect(begun).toHaveBeenCalledTimes(1);
    await Promise.all(asked);
    expect(begun).toHaveBeenCalledTimes(2);
  });

  it('fails alone: the others are written, and what failed leaves no trace', async () => {
    const backend = open();
    const outcomes = await Promise.allSettled([
      close(backend, 'a'),
      close(backend, 'b', new RangeError('changed my mind')),
      close(backend, 'c'),
    ]);
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: new RangeError('changed my mind') },
      { status: 'fulfilled', value: 'c' },
    ]);
    expect(await closed(backend)).toEqual(['a', 'c']);
  });

  it('waits for no end: a hundred at once are all done', async () => {
    const backend = open();
    const ids = Array.from({ length: 100 }, (_, at) => String(at).padStart(3, '0'));
    await Promise.all(ids.map((id) => close(backend, id)));
    expect(await closed(backend)).toEqual(ids);
  });
});
