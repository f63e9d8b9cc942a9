/** The session's key, and what an earlier session left. */
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { remoteKey, sessionKey } from '../../../../lib/storage/vault/key.ts';
import { openSession, sessionOpened } from '../../../../lib/storage/vault/session.ts';
import { createVault } from '../../../../lib/storage/vault/vault.ts';
import { locks, memoryArea } from '../memory-area.ts';
import { MINUTE, NOON, bytes, diskSetting, onDisk, request } from './builders.ts';

const gone = expect.objectContaining({ code: 'item-gone' });

describe('after the browser ended', () => {
  it('nothing can be read or seen, and the next start deletes all of it before anything else', async () => {
    const setting = await diskSetting();
    const { id } = await setting.vault.put(request(), bytes(300));
    await setting.vault.put(request('source'), bytes(300));
    await setting.vault.purge({ id }, 'downloaded');
    const kept = await setting.vault.put(request(), bytes(200));
    setting.crash();

    await expect(setting.vault.read(kept.id)).rejects.toEqual(gone);
    await expect(setting.vault.touch(kept.id)).rejects.toEqual(gone);
    await expect(setting.vault.readStream(kept.id)).rejects.toEqual(gone);
    expect(await setting.vault.held()).toEqual([]);
    expect(await setting.vault.ledger()).toEqual([]);
    await expect(setting.vault.put(request(), bytes(1))).rejects.toMatchObject({ code: 'internal' });

    setting.now += MINUTE;
    expect(await setting.start()).toBe('new');
    const content = await onDisk(setting.database);
    expect(content).toMatchObject({ items: [], chunks: [], writes: [], closed: [] });
    const at = NOON + MINUTE;
    expect((await setting.vault.ledger()).map(({ time, rule, bytes: size }) => [time, rule, size]).sort()).toEqual([
      [at, 'restart', 200],
      [at, 'restart', 300],
    ]);
    await expect(setting.vault.read(kept.id)).rejects.toEqual(gone);
  });

  it('a put that was cut off leaves nothing after the next start', async () => {
    const setting = await diskSetting();
    let feed: ReadableStreamDefaultController<Uint8Array> | undefined;
    const cut = setting.vault
      .put(request(), new ReadableStream({ start: (controller) => void (feed = controller) }))
      .catch((error: unknown) => error);
    feed?.enqueue(bytes(500));
    while ((await onDisk(setting.database))['chunks']?.length !== 7) await new Promise(setImmediate);
    setting.crash();
    await setting.start();
    expect(await onDisk(setting.database)).toMatchObject({ items: [], chunks: [], writes: [] });
    expect((await setting.vault.ledger()).map(({ rule }) => rule)).toEqual(['restart']);
    // Even if its context should have lived on, it writes no more.
    feed?.enqueue(bytes(500));
    feed?.close();
    expect(await cut).toMatchObject({ code: 'cancelled' });
    expect(await onDisk(setting.database)).toMatchObject({ items: [], chunks: [], writes: [] });
  });

  it('a key of another session opens nothing', async () => {
    const setting = await diskSetting();
    const { id } = await setting.vault.put(request(), bytes(300));
    const other = sessionKey(memoryArea());
    await other.create();
    const stranger = createVault({ key: other, database: setting.database, clock: () => setting.now });
    await expect(stranger.read(id)).rejects.toEqual(gone);
    expect(await stranger.held()).toEqual([]);
  });

  it('a database of a newer version is thrown away unread', async () => {
    const setting = await diskSetting();
    setting.crash();
    const newer = await openDB(setting.database, 99, {
      upgrade: (database) => void database.createObjectStore('later'),
    });
    newer.close();
    expect(await setting.start()).toBe('new');
    const { id } = await setting.vault.put(request(), bytes(1));
    expect(await setting.vault.read(id)).toHaveLength(1);
  });

  it('a session goes on when only the background was stopped', async () => {
    const setting = await diskSetting();
    const { id } = await setting.vault.put(request(), bytes(300));
    expect(await setting.start()).toBe('same');
    expect(await setting.another().read(id)).toEqual(bytes(300));
  });

  it('a background that wakes twice at once sweeps once and makes one key', async () => {
    const area = memoryArea();
    const oneAtATime = locks();
    const wake = async (): Promise<string> => {
      const key = sessionKey(area);
      return openSession(createVault({ key, database: 'twice', clock: () => NOON }), key, oneAtATime);
    };
    expect((await Promise.all([wake(), wake(), wake()])).sort()).toEqual(['new', 'same', 'same']);
  });

  it('there is no key when the sweep fails, so nothing is held', async () => {
    const area = memoryArea();
    const key = sessionKey(area);
    const vault = createVault({ key, database: 'broken', clock: () => NOON });
    const broken = { ...vault, sweep: () => Promise.reject(new Error('disk on fire')) };
    await expect(openSession(broken, key, locks())).rejects.toMatchObject({ code: 'internal' });
    expect(await key.current()).toBeNull();
  });
});

describe('a view that is there before the session', () => {
  it('wakes the background and waits for it', async () => {
    const setting = await diskSetting();
    await setting.vault.put(request(), bytes(300));
    setting.crash();
    let [made, woken] = [false, 0];
    const wake = async (): Promise<void> => {
      // At first nobody is there who hears.
      if ((woken += 1) === 1) throw new Error('Could not establish connection');
      await setting.start();
      made = true;
    };
    await sessionOpened({ exported: async () => (made ? 'key' : null) }, wake);
    expect(woken).toBe(2);
    expect(await setting.vault.ledger()).toEqual([expect.objectContaining({ rule: 'restart' })]);
    await sessionOpened({ exported: async () => 'key' }, wake);
    expect(woken).toBe(2);
  });
});

describe('the key', () => {
  it("is 256 random bits in storage.session, another one each session, and can't be exported", async () => {
    const raws = await Promise.all(
      [memoryArea(), memoryArea()].map(async (area) => {
        const source = sessionKey(area);
        expect(await source.current()).toBeNull();
        expect(await source.exported()).toBeNull();
        await source.create();
        const first = await source.exported();
        await source.create();
        expect(await source.exported()).toBe(first);
        const key = await source.current();
        expect(key).toMatchObject({ extractable: false, algorithm: { name: 'AES-GCM', length: 256 } });
        expect(key && (await crypto.subtle.exportKey('raw', key).catch((error: Error) => error.name))).toMatch(
          /^InvalidAccess/,
        );
        return first;
      }),
    );
    expect(atob(raws[0] ?? '')).toHaveLength(32);
    expect(raws[0]).not.toBe(raws[1]);
  });

  it('is the same for a context that asks the background for it, and gone with it', async () => {
    const setting = await diskSetting();
    const area = memoryArea();
    const background = sessionKey(area);
    const vault = createVault({ key: background, database: 'asked', clock: () => setting.now });
    const offscreen = createVault({
      key: remoteKey(() => background.exported()),
      database: 'asked',
      clock: () => setting.now,
    });
    await openSession(vault, background, locks());
    const { id } = await offscreen.put(request(), bytes(100));
    expect(await vault.read(id)).toEqual(bytes(100));
    area.content.clear();
    await expect(offscreen.read(id)).rejects.toEqual(gone);
  });
});
