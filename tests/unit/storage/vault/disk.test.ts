/** What lies in IndexedDB: noise, numbers, and nothing that tells of a person. */
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { CHUNK, MINUTE, bytes, diskSetting, onDisk, request } from './builders.ts';

const gone = expect.objectContaining({ code: 'item-gone' });
const PATTERN = new TextEncoder().encode('a pattern of the plaintext that must not be found again');

/** All bytes that lie there, one after the other. */
async function raw(database: string): Promise<Buffer> {
  const content = await onDisk(database);
  return Buffer.concat(
    Object.values(content)
      .flat()
      .map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(JSON.stringify(value)))),
  );
}

describe('on disk', () => {
  it('no plaintext is found, and a search for it would find it', async () => {
    const { vault, database } = await diskSetting();
    await vault.put(request(), PATTERN);
    const found = await raw(database);
    expect(found.length).toBeGreaterThan(PATTERN.length);
    expect(found.includes(Buffer.from(PATTERN.subarray(0, 8)))).toBe(false);
    const control = await openDB(database);
    await control.put('chunks', PATTERN, ['control', 0]);
    control.close();
    expect((await raw(database)).includes(Buffer.from(PATTERN))).toBe(true);
  });

  it('the same bytes are different noise each time: each chunk has a nonce of its own', async () => {
    const { vault, database } = await diskSetting();
    await vault.put(request(), new Uint8Array(4 * CHUNK));
    await vault.put(request(), new Uint8Array(4 * CHUNK));
    const chunks = (await onDisk(database))['chunks'] as Uint8Array[];
    expect(chunks).toHaveLength(8);
    expect(new Set(chunks.map((chunk) => Buffer.from(chunk.subarray(0, 12)).toString('hex'))).size).toBe(8);
    expect(new Set(chunks.map((chunk) => Buffer.from(chunk.subarray(12)).toString('hex'))).size).toBe(8);
    expect(chunks.map((chunk) => chunk.length)).toEqual(Array(8).fill(12 + CHUNK + 16));
  });

  it('a record holds these fields and no others', async () => {
    const { vault, database } = await diskSetting();
    await vault.put(request(), bytes(10));
    const { items } = await onDisk(database);
    expect(Object.keys(items?.[0] as object).sort()).toEqual([
      'bytes',
      'chunks',
      'created',
      'deadline',
      'format',
      'id',
      'jobId',
      'part',
      'token',
      'touched',
      'why',
    ]);
  });

  it('a purge leaves a ledger entry and not one record or chunk more', async () => {
    const { vault, database } = await diskSetting();
    const { id, jobId } = await vault.put(request(), bytes(1000));
    await vault.purge({ jobId }, 'downloaded');
    const content = await onDisk(database);
    expect(content).toMatchObject({ items: [], chunks: [], writes: [], closed: [] });
    expect(content['ledger']).toHaveLength(1);
    expect(JSON.stringify(content['ledger'])).not.toContain(jobId);
    expect(id).toContain(jobId);
  });

  it('forgets which jobs were closed when no put of theirs can still be on its way', async () => {
    const setting = await diskSetting();
    await setting.vault.purge({ jobId: 'some job' }, 'on-demand');
    setting.now += 120 * MINUTE;
    await setting.vault.expire();
    expect((await onDisk(setting.database))['closed']).toHaveLength(1);
    setting.now += 1;
    await setting.vault.expire();
    expect((await onDisk(setting.database))['closed']).toEqual([]);
  });

  it('the ledger keeps the newest 4000 entries', async () => {
    const { vault, database } = await diskSetting();
    await vault.ledger();
    const connection = await openDB(database);
    const filling = connection.transaction('ledger', 'readwrite');
    for (let index = 0; index < 4000; index += 1)
      void filling.store.add({ time: index, rule: 'failed', part: 'source', format: null, bytes: 1 });
    await filling.done;
    connection.close();
    await vault.put(request(), bytes(1));
    await vault.purge('all', 'downloaded');
    const ledger = await vault.ledger();
    expect(ledger).toHaveLength(4000);
    expect(ledger[0]).toMatchObject({ time: 1 });
    expect(ledger.at(-1)).toMatchObject({ rule: 'downloaded' });
  });
});

describe('bytes that someone changed on disk are refused and purged', () => {
  const A = request('source');
  const B = request('result');

  it.each<
    [what: string, change: (chunks: Map<string, Uint8Array>, key: (id: string, index: number) => string) => void]
  >([
    ['one bit', (chunks, key) => void ((chunks.get(key(A.id, 1)) ?? new Uint8Array(99))[40]! ^= 1)],
    ['one bit of a nonce', (chunks, key) => void ((chunks.get(key(A.id, 0)) ?? new Uint8Array(99))[0]! ^= 1)],
    [
      'the last bit of a tag',
      (chunks, key) => void ((chunks.get(key(A.id, 2)) ?? new Uint8Array(99))[12 + CHUNK + 15]! ^= 1),
    ],
    [
      'two chunks swapped',
      (chunks, key) => {
        const [first, second] = [chunks.get(key(A.id, 0)), chunks.get(key(A.id, 1))];
        if (first && second) chunks.set(key(A.id, 0), second).set(key(A.id, 1), first);
      },
    ],
    [
      'a chunk of another item',
      (chunks, key) => void chunks.set(key(A.id, 1), chunks.get(key(B.id, 1)) ?? new Uint8Array(99)),
    ],
    ['a chunk that is missing', (chunks, key) => void chunks.delete(key(A.id, 1))],
    ['the last chunk missing', (chunks, key) => void chunks.delete(key(A.id, 2))],
    [
      'a chunk cut short',
      (chunks, key) => void chunks.set(key(A.id, 2), (chunks.get(key(A.id, 2)) ?? new Uint8Array(99)).slice(0, 5)),
    ],
  ])('%s', async (_what, change) => {
    const { vault, database } = await diskSetting();
    await vault.put(A, bytes(3 * CHUNK, 1));
    await vault.put(B, bytes(3 * CHUNK, 2));
    const connection = await openDB(database);
    const tokens = new Map((await connection.getAll('items')).map((item) => [item.id, item.token]));
    const keys = await connection.getAllKeys('chunks');
    const before = new Map<string, Uint8Array>(
      await Promise.all(keys.map(async (key) => [String(key), await connection.get('chunks', key)] as const)),
    );
    const after = new Map([...before].map(([key, value]) => [key, value.slice()]));
    change(after, (id, index) => `${tokens.get(id)},${index}`);
    await connection.clear('chunks');
    for (const key of keys) if (after.has(String(key))) await connection.put('chunks', after.get(String(key)), key);
    connection.close();

    await expect(vault.read(A.id)).rejects.toEqual(gone);
    expect((await vault.ledger()).at(-1)).toMatchObject({ rule: 'unreadable', part: 'source' });
    expect(await vault.read(B.id)).toEqual(bytes(3 * CHUNK, 2));
    expect((await onDisk(database))['chunks']).toHaveLength(3);
  });

  it.each([
    ['fewer chunks', { chunks: 2 }],
    ['fewer chunks and bytes', { chunks: 2, bytes: 2 * CHUNK }],
    ['more bytes', { bytes: 500 }],
    ['fewer bytes', { bytes: 10 }],
    ['another id', { token: 'other' }],
  ])('a record that claims %s', async (_what, claim) => {
    const { vault, database } = await diskSetting();
    await vault.put(A, bytes(3 * CHUNK));
    const connection = await openDB(database);
    await connection.put('items', { ...(await connection.get('items', A.id)), ...claim });
    connection.close();
    await expect(vault.read(A.id)).rejects.toEqual(gone);
    expect(await vault.held()).toEqual([]);
  });

  it('a record under another id', async () => {
    const { vault, database } = await diskSetting();
    await vault.put(A, bytes(3 * CHUNK));
    const connection = await openDB(database);
    await connection.put('items', { ...(await connection.get('items', A.id)), id: B.id });
    connection.close();
    await expect(vault.read(B.id)).rejects.toEqual(gone);
  });

  it('a stream stops at the chunk that was changed', async () => {
    const { vault, database } = await diskSetting();
    await vault.put(A, bytes(3 * CHUNK));
    const reader = (await vault.readStream(A.id)).getReader();
    expect((await reader.read()).value).toEqual(bytes(3 * CHUNK).slice(0, CHUNK));
    const connection = await openDB(database);
    const [, second] = await connection.getAllKeys('chunks');
    await connection.put('chunks', new Uint8Array(100), second);
    connection.close();
    await expect(reader.read()).rejects.toEqual(gone);
  });
});
