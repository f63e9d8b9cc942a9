/** What both backends promise the vault: transactions that happen as a whole and one after the other. */
import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { indexedBackend } from '../../../../lib/storage/vault/indexed-backend.ts';
import { memoryBackend } from '../../../../lib/storage/vault/memory-backend.ts';
import { bytes } from './builders.ts';

let databases = 0;
const SHELVES = [
  { kind: 'on disk', open: () => indexedBackend(`backend-${(databases += 1)}`) },
  { kind: 'in memory', open: memoryBackend },
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
