import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerArchive, type ArchiveWriting } from '../../../lib/background/archive.ts';
import { orderArchive, orderOf } from '../../../lib/storage/archive-orders.ts';
import type { JobId } from '../../../lib/core/model/job.ts';
import { createMemoryVault, type Vault } from '../../../lib/storage/vault/vault.ts';
import { unzipped } from '../../unzip.ts';
import { memoryArea } from './memory-area.ts';

const id = (name: string): JobId => name as JobId;

async function vaultWith(results: Record<string, Uint8Array>): Promise<Vault> {
  const vault = createMemoryVault({ clock: () => Date.UTC(2026, 10, 23, 12) });
  for (const [job, bytes] of Object.entries(results))
    await vault.put({ id: `${job}:result`, jobId: id(job), part: 'result', why: 'held' }, bytes);
  return vault;
}

/** What was noted, in its order. */
const noted: string[] = [];
const writing: ArchiveWriting = {
  awake: () => undefined,
  begins: async (images) => void noted.push(`begins ${images}`),
  cancelled: async () => void noted.push('cancelled'),
};

describe('an archive', () => {
  it('is noted before its first byte, and again when the browser wants no more of it', async () => {
    noted.length = 0;
    const orders = memoryArea();
    const entries = [{ id: id('a'), name: 'a' }];
    const url = `chrome-extension://x${await orderArchive(orders, { fileName: 'x.zip', entries })}`;
    const { body } = await answerArchive(url, orders, await vaultWith({ a: new Uint8Array(9) }), writing);
    expect(noted).toEqual(['begins 1']);
    await body?.cancel().catch(() => undefined);
    expect(noted).toEqual(['begins 1', 'cancelled']);
  });

  it('is a ZIP that another program opens, as long as was said', async () => {
    const large = new Uint8Array(9_000_000).map((_, at) => (at * 31) & 255);
    const vault = await vaultWith({ a: new Uint8Array([1, 2, 3]), b: large });
    const orders = memoryArea();
    const url = `chrome-extension://x${await orderArchive(orders, {
      fileName: 'Größe (1).zip',
      entries: [
        { id: id('a'), name: 'a.jpg' },
        { id: id('b'), name: 'folder/b é.png' },
      ],
    })}`;
    const answer = await answerArchive(url, orders, vault, writing);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(Number(answer.headers.get('content-length'))).toBe(bytes.length);
    expect(answer.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29.zip",
    );
    const folder = mkdtempSync(join(tmpdir(), 'archive-'));
    try {
      writeFileSync(join(folder, 'it.zip'), bytes);
      const entries = await unzipped(join(folder, 'it.zip'));
      expect([...entries.keys()].sort()).toEqual(['a.jpg', 'folder/b é.png']);
      expect(entries.get('a.jpg')).toEqual(Buffer.from([1, 2, 3]));
      expect(entries.get('folder/b é.png')?.equals(large)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is refused as a whole when one of its results is gone', async () => {
    const orders = memoryArea();
    const vault = await vaultWith({ a: new Uint8Array([1]) });
    const url = `chrome-extension://x${await orderArchive(orders, {
      fileName: 'x.zip',
      entries: [
        { id: id('a'), name: 'a' },
        { id: id('gone'), name: 'b' },
      ],
    })}`;
    await expect(answerArchive(url, orders, vault, writing)).rejects.toMatchObject({ code: 'item-gone' });
  });

  it('is made only for an order of a view', async () => {
    const url = 'chrome-extension://x/archive/00000000-0000-0000-0000-000000000000.zip';
    expect(await orderOf(memoryArea(), url)).toBeNull();
    expect(await orderOf(memoryArea(), 'https://archive.example/archive.zip')).toBeNull();
    expect((await answerArchive(url, memoryArea(), await vaultWith({}), writing)).status).toBe(404);
  });
});
