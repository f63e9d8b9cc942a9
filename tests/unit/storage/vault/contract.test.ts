/** What a vault does, on disk and in memory alike. */
import { describe, expect, it } from 'vitest';
import { newJobId, vaultId } from '../../../../lib/core/model/job.ts';
import { holdings } from '../../../../lib/storage/vault/item.ts';
import type { VaultChange } from '../../../../lib/storage/vault/item.ts';
import { CHUNK, KINDS, MINUTE, NOON, bytes, request, streamOf } from './builders.ts';

const gone = expect.objectContaining({ code: 'item-gone' });
const cancelled = expect.objectContaining({ code: 'cancelled' });

describe.each(KINDS)('a vault $kind', ({ open }) => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 1000])(
    'gives back %i bytes as they were put',
    async (length) => {
      const { vault } = await open();
      const whole = request();
      const streamed = request();
      await vault.put(whole, bytes(length));
      const item = await vault.put(
        streamed,
        streamOf(bytes(length).subarray(0, 70), new Uint8Array(0), bytes(length).subarray(70)),
      );
      expect(item.bytes).toBe(length);
      expect(await vault.read(whole.id)).toEqual(bytes(length));
      expect(await vault.read(streamed.id)).toEqual(bytes(length));
      const parts = [];
      for await (const part of await vault.readStream(streamed.id)) parts.push(...part);
      expect(Uint8Array.from(parts)).toEqual(bytes(length));
    },
  );

  it('takes a view of shared memory, as threaded codecs give', async () => {
    const { vault } = await open();
    const shared = new Uint8Array(new SharedArrayBuffer(300)).subarray(10, 210);
    shared.set(bytes(200));
    await vault.put(request('result', { id: 'shared' }), shared);
    expect(await vault.read('shared')).toEqual(bytes(200));
  });

  it("keeps what it holds from its callers' hands", async () => {
    const { vault } = await open();
    const given = bytes(100);
    const { id } = await vault.put(request(), given);
    given.fill(0);
    (await vault.read(id)).fill(0);
    expect(await vault.read(id)).toEqual(bytes(100));
  });

  it('lists what it holds, why, and until when', async () => {
    const setting = await open();
    const { id, jobId } = request();
    await setting.vault.put({ id, jobId, part: 'result', why: 'unsaved', format: 'avif' }, bytes(100));
    expect(await setting.vault.held()).toEqual([
      {
        id,
        jobId,
        part: 'result',
        format: 'avif',
        bytes: 100,
        created: NOON,
        touched: NOON,
        deadline: NOON + 60 * MINUTE,
        why: 'unsaved',
      },
    ]);
    expect(holdings(await setting.vault.held())).toEqual({ items: 1, bytes: 100, nextDeadline: NOON + 60 * MINUTE });
    expect(holdings([])).toEqual({ items: 0, bytes: 0, nextDeadline: null });
  });

  describe('deadlines', () => {
    it('hands out nothing past the deadline, however late the alarm, and purges it then', async () => {
      const setting = await open();
      const { id } = await setting.vault.put(request(), bytes(100));
      setting.now += 60 * MINUTE;
      await expect(setting.vault.read(id)).rejects.toEqual(gone);
      expect(await setting.vault.ledger()).toEqual([
        { time: setting.now, rule: 'deadline', part: 'result', format: 'jpeg', bytes: 100 },
      ]);
      setting.now = NOON;
      await expect(setting.vault.read(id)).rejects.toEqual(gone);
    });

    it.each(['read', 'readStream', 'touch'] as const)('counts %s as activity', async (act) => {
      const setting = await open();
      const { id } = await setting.vault.put(request(), bytes(100));
      setting.now += 59 * MINUTE;
      await setting.vault[act](id);
      setting.now += 59 * MINUTE;
      expect(await setting.vault.read(id)).toHaveLength(100);
      expect((await setting.vault.held())[0]?.deadline).toBe(setting.now + 60 * MINUTE);
    });

    it('does not count looking at the list as activity, and does not list what is due', async () => {
      const setting = await open();
      await setting.vault.put(request(), bytes(100));
      setting.now += 59 * MINUTE;
      expect(await setting.vault.held()).toHaveLength(1);
      setting.now += MINUTE;
      expect(await setting.vault.held()).toEqual([]);
    });

    it.each(['readStream', 'touch'] as const)('%s refuses what is due', async (act) => {
      const setting = await open();
      const { id } = await setting.vault.put(request(), bytes(100));
      setting.now += 60 * MINUTE;
      await expect(setting.vault[act](id)).rejects.toEqual(gone);
    });

    it('stops a stream that outlasts the deadline', async () => {
      const setting = await open();
      const { id } = await setting.vault.put(request(), bytes(3 * CHUNK));
      const reader = (await setting.vault.readStream(id)).getReader();
      await reader.read();
      setting.now += 60 * MINUTE;
      await expect(reader.read()).rejects.toEqual(gone);
    });

    it('never waits longer than 60 minutes, whatever the setting says', async () => {
      const setting = await open();
      for (const idle of [61 * MINUTE, Infinity, NaN, -1]) {
        setting.idle = idle;
        const { deadline } = await setting.vault.put(request(), bytes(1));
        expect(deadline).toBe(NOON + 60 * MINUTE);
      }
    });

    it('follows a shorter idle time at once, a longer one from the next activity', async () => {
      const setting = await open();
      setting.idle = 10 * MINUTE;
      const { id } = await setting.vault.put(request(), bytes(1));
      setting.idle = 5 * MINUTE;
      expect((await setting.vault.held())[0]?.deadline).toBe(NOON + 5 * MINUTE);
      setting.idle = 60 * MINUTE;
      expect((await setting.vault.held())[0]?.deadline).toBe(NOON + 10 * MINUTE);
      expect((await setting.vault.touch(id)).deadline).toBe(NOON + 60 * MINUTE);
      setting.idle = 5 * MINUTE;
      setting.now += 5 * MINUTE;
      await expect(setting.vault.read(id)).rejects.toEqual(gone);
    });

    it("treats an item from the future as too old, since its age can't be known", async () => {
      const setting = await open();
      const { id } = await setting.vault.put(request(), bytes(1));
      setting.now -= MINUTE;
      expect(await setting.vault.read(id)).toHaveLength(1);
      await setting.vault.put(request('result', { id }), bytes(1));
      setting.now -= 2 * MINUTE;
      expect(await setting.vault.held()).toEqual([]);
      await expect(setting.vault.read(id)).rejects.toEqual(gone);
      expect((await setting.vault.ledger()).at(-1)?.rule).toBe('deadline');
    });

    it('expires what is due and tells the next deadline', async () => {
      const setting = await open();
      expect(await setting.vault.expire()).toBeNull();
      await setting.vault.put(request(), bytes(1));
      setting.now += 20 * MINUTE;
      const { id } = await setting.vault.put(request(), bytes(2));
      expect(await setting.vault.expire()).toBe(NOON + 60 * MINUTE);
      setting.now = NOON + 60 * MINUTE;
      expect(await setting.vault.expire()).toBe(NOON + 80 * MINUTE);
      expect((await setting.vault.held()).map((item) => item.id)).toEqual([id]);
      expect((await setting.vault.ledger()).map((entry) => [entry.rule, entry.bytes])).toEqual([['deadline', 1]]);
    });

    it('expires a put that stands still', async () => {
      const setting = await open();
      let feed: ReadableStreamDefaultController<Uint8Array> | undefined;
      const put = setting.vault.put(request(), new ReadableStream({ start: (controller) => void (feed = controller) }));
      const refused = expect(put).rejects.toEqual(cancelled);
      feed?.enqueue(bytes(CHUNK + 1));
      while ((await setting.vault.expire()) === null) await new Promise(setImmediate);
      // What was given is written at some time yet, and counts as of then.
      do setting.now += 60 * MINUTE;
      while ((await setting.vault.expire()) !== null);
      feed?.close();
      await refused;
      expect(await setting.vault.held()).toEqual([]);
    });
  });

  describe('purges', () => {
    it('removes one item, one job, or everything, and says so in the ledger without a name', async () => {
      const setting = await open();
      const job = newJobId();
      const source = request('source', { format: 'png' }, job);
      const result = request('result', {}, job);
      const [second, third] = [request(), request()];
      for (const each of [source, result, second, third]) await setting.vault.put(each, bytes(100));

      expect(await setting.vault.purge({ id: result.id }, 'on-demand')).toEqual([
        { time: NOON, rule: 'on-demand', part: 'result', format: 'jpeg', bytes: 100 },
      ]);
      expect((await setting.vault.held()).map(({ id }) => id).sort()).toEqual([source.id, second.id, third.id].sort());
      await setting.vault.put(result, bytes(100));
      expect(await setting.vault.purge({ jobId: job }, 'downloaded')).toHaveLength(2);
      await expect(setting.vault.read(source.id)).rejects.toEqual(gone);
      expect(await setting.vault.purge('all', 'on-demand')).toHaveLength(2);
      expect(await setting.vault.held()).toEqual([]);
      expect(await setting.vault.purge('all', 'on-demand')).toEqual([]);

      const ledger = await setting.vault.ledger();
      expect(ledger.map(({ rule }) => rule)).toEqual([
        'on-demand',
        'downloaded',
        'downloaded',
        'on-demand',
        'on-demand',
      ]);
      expect(ledger.map(({ part }) => part).sort()).toEqual(['result', 'result', 'result', 'result', 'source']);
      expect(JSON.stringify(ledger)).not.toContain(job);
      await setting.vault.forgetPurges();
      expect(await setting.vault.ledger()).toEqual([]);
    });

    it('refuses a late put of a job that was purged by the person, until that is forgotten with the ledger', async () => {
      const setting = await open();
      const job = newJobId();
      await setting.vault.purge({ jobIds: [job] }, 'on-demand');
      const late = request('source', {}, job);
      await expect(setting.vault.put(late, bytes(1))).rejects.toMatchObject({ code: 'cancelled' });
      await setting.vault.forgetPurges();
      await setting.vault.put(late, bytes(1));
      expect(await setting.vault.has(late.id)).toBe(true);
      expect(await setting.vault.has(`${job}:result`)).toBe(false);
    });

    it('purges many jobs, and many items, in one step', async () => {
      const setting = await open();
      const jobs = Array.from({ length: 40 }, () => newJobId());
      for (const job of jobs) await setting.vault.put(request('result', {}, job), bytes(1));
      const kept = await setting.vault.put(request(), bytes(1));
      await setting.vault.purge({ ids: jobs.slice(0, 10).map((job) => `${job}:result`) }, 'over-capacity');
      await setting.vault.purge({ jobIds: jobs }, 'downloaded');
      expect((await setting.vault.held()).map(({ id }) => id)).toEqual([kept.id]);
      const rules = (await setting.vault.ledger()).map(({ rule }) => rule);
      expect(rules).toEqual([...Array(10).fill('over-capacity'), ...Array(30).fill('downloaded')]);
    });

    it('lets no step of a put succeed that was given up', async () => {
      const setting = await open();
      const stop = new AbortController();
      const put = setting.vault.put(
        { ...request(), signal: stop.signal },
        new ReadableStream<Uint8Array>({
          async pull(controller) {
            controller.enqueue(bytes(CHUNK));
            if ((await setting.vault.held()).length === 0) stop.abort();
          },
        }),
      );
      await expect(put).rejects.toMatchObject({ code: 'cancelled' });
      expect(await setting.vault.held()).toEqual([]);
    });

    it('notes a replaced item and keeps the newer bytes', async () => {
      const setting = await open();
      const result = request();
      await setting.vault.put(result, bytes(300));
      await setting.vault.put({ ...result, why: 'unsaved' }, bytes(50, 1));
      expect(await setting.vault.read(result.id)).toEqual(bytes(50, 1));
      expect(await setting.vault.held()).toMatchObject([{ bytes: 50, why: 'unsaved' }]);
      expect(await setting.vault.ledger()).toMatchObject([{ rule: 'replaced', bytes: 300 }]);
    });

    it('notes a new reason or a format without counting it as activity', async () => {
      const setting = await open();
      const job = newJobId();
      await setting.vault.put(request('source', { format: null, why: 'working' }, job), bytes(1));
      await setting.vault.put(request('result', { why: 'saving' }, job), bytes(1));
      setting.now += MINUTE;
      await setting.vault.mark({ id: vaultId(job, 'source') }, { format: 'png' });
      await setting.vault.mark({ jobId: job }, { why: 'unsaved' });
      await setting.vault.mark({ jobId: newJobId() }, { why: 'held' });
      const items = new Map((await setting.vault.held()).map((item) => [item.part, item]));
      expect(items.get('source')).toMatchObject({ format: 'png', why: 'unsaved', touched: NOON });
      expect(items.get('result')).toMatchObject({ format: 'jpeg', why: 'unsaved', touched: NOON });
    });

    it.each(['on-demand', 'private-window-closed'] as const)(
      'refuses a late put of a job that was purged by %s',
      async (rule) => {
        const setting = await open();
        const job = newJobId();
        await setting.vault.purge({ jobId: job }, rule);
        await expect(setting.vault.put(request('result', {}, job), bytes(1))).rejects.toEqual(cancelled);
        const other = newJobId();
        await setting.vault.put(request('source', {}, other), bytes(1));
        await setting.vault.purge('all', rule);
        let reason: unknown;
        const late = new ReadableStream<Uint8Array>({ cancel: (why) => void (reason = why) });
        await expect(setting.vault.put(request('result', {}, other), late)).rejects.toEqual(cancelled);
        expect(reason).toEqual(cancelled);
        expect(await setting.vault.held()).toEqual([]);
        await setting.vault.reopen(other);
        await setting.vault.put(request('result', {}, other), bytes(1));
        expect(await setting.vault.held()).toHaveLength(1);
      },
    );

    it.each(['downloaded', 'failed', 'cancelled'] as const)('lets a job go on that was purged by %s', async (rule) => {
      const setting = await open();
      const job = newJobId();
      await setting.vault.purge({ jobId: job }, rule);
      await setting.vault.put(request('result', {}, job), bytes(1));
      expect(await setting.vault.held()).toHaveLength(1);
    });

    it('tells listeners of each change, and no longer when they are done', async () => {
      const setting = await open();
      const heard: VaultChange[] = [];
      const stop = setting.vault.onChange((change) => heard.push(change));
      const { id } = await setting.vault.put(request(), bytes(1));
      // Within the same second it is the same activity.
      await setting.vault.read(id);
      setting.now += 1000;
      await setting.vault.read(id);
      await setting.vault.purge({ id }, 'on-demand');
      await setting.vault.forgetPurges();
      stop();
      await setting.vault.put(request(), bytes(1));
      expect(heard).toEqual([
        { what: 'held', ids: [id] },
        { what: 'touched', ids: [id] },
        { what: 'purged', ids: [id] },
        { what: 'ledger', ids: [] },
      ]);
    });
  });

  describe('marks', () => {
    it('of one turn are written and told together, each of its own items', async () => {
      const setting = await open();
      const [one, other, known] = [
        request('source'),
        request('source', { why: 'working' }),
        request('source', { why: 'held' }),
      ];
      for (const each of [one, other, known]) await setting.vault.put(each, bytes(1));
      const heard: VaultChange[] = [];
      setting.vault.onChange((change) => heard.push(change));
      await Promise.all([
        setting.vault.mark({ id: one.id }, { format: 'png' }),
        setting.vault.mark({ jobId: other.jobId }, { why: 'held' }),
        setting.vault.mark({ id: one.id }, { why: 'unsaved' }),
        setting.vault.mark({ id: 'gone' }, { why: 'held' }),
        // It is no news of it.
        setting.vault.mark({ id: known.id }, { why: 'held', format: 'jpeg' }),
      ]);
      expect(heard).toEqual([{ what: 'marked', ids: [one.id, other.id] }]);
      const held = new Map((await setting.vault.held()).map(({ id, format, why }) => [id, { format, why }]));
      expect(held.get(one.id)).toEqual({ format: 'png', why: 'unsaved' });
      expect(held.get(other.id)).toEqual({ format: 'jpeg', why: 'held' });
    });
  });

  describe('room', () => {
    it('purges the oldest finished results first, then finished sources, and never what runs', async () => {
      const setting = await open({ capacity: 1000 });
      const { vault } = setting;
      const put = async (part: 'source' | 'result', more: Parameters<typeof request>[1] = {}): Promise<string> => {
        setting.now += 1000;
        return (await vault.put(request(part, more), bytes(200))).id;
      };
      const source = await put('source');
      const running = request('result');
      setting.running.add(running.jobId);
      await vault.put(running, bytes(200));
      const saving = await put('result', { why: 'saving' });
      const older = await put('result');
      const newer = await put('result');
      setting.now += 1000;
      await vault.touch(older);

      const next = await put('result');
      expect(new Set((await vault.held()).map(({ id }) => id))).toEqual(
        new Set([source, running.id, saving, older, next]),
      );
      const large = await vault.put(request(), bytes(600));
      expect(new Set((await vault.held()).map(({ id }) => id))).toEqual(new Set([running.id, saving, large.id]));
      expect((await vault.ledger()).map(({ rule, part }) => `${rule} ${part}`)).toEqual([
        'over-capacity result',
        'over-capacity result',
        'over-capacity result',
        'over-capacity source',
      ]);
      expect(newer).not.toBe(next);
    });

    it("says that the vault is full, and purges nothing for a put that can't fit anyway", async () => {
      const setting = await open({ capacity: 1000 });
      await setting.vault.put(request('source', { why: 'working' }), bytes(400));
      await setting.vault.put(request(), bytes(400));
      const full = (others: number): unknown =>
        expect.objectContaining({ code: 'vault-full', parameters: { megabytes: 1, others } });
      await expect(setting.vault.put(request(), bytes(700))).rejects.toEqual(full(2));
      // Its beginning had room, and took it from the result.
      await expect(setting.vault.put(request(), streamOf(bytes(350), bytes(350)))).rejects.toEqual(full(1));
      expect(await setting.vault.held()).toMatchObject([{ bytes: 400, part: 'source' }]);
      expect((await setting.vault.ledger()).map(({ rule }) => rule)).toEqual(['over-capacity']);
      // Nothing of the failed ones counts any more.
      await setting.vault.put(request(), bytes(600));
    });

    it('does not count what is about to be replaced', async () => {
      const setting = await open({ capacity: 1000 });
      const result = request();
      const other = await setting.vault.put(request(), bytes(300));
      await setting.vault.put(result, bytes(600));
      await setting.vault.put(result, bytes(700));
      expect(await setting.vault.read(other.id)).toHaveLength(300);
    });

    it('counts puts under way', async () => {
      const setting = await open({ capacity: 1000 });
      const puts = [1, 2, 3].map(() => setting.vault.put(request('source', { why: 'working' }), bytes(400)));
      const outcomes = await Promise.allSettled(puts);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    });
  });

  it('leaves nothing of a stream that fails, and passes its error on', async () => {
    const setting = await open();
    let sent = 0;
    const failing = new ReadableStream<Uint8Array>({
      pull(controller) {
        if ((sent += 1) > 3) controller.error(new TypeError('connection lost'));
        else controller.enqueue(bytes(CHUNK));
      },
    });
    await expect(setting.vault.put(request(), failing)).rejects.toMatchObject({
      code: 'internal',
      parameters: {},
      cause: new TypeError('connection lost'),
    });
    expect(await setting.vault.held()).toEqual([]);
    expect(await setting.vault.expire()).toBeNull();
  });

  it('tells a stream that it is not wanted when the put fails', async () => {
    const setting = await open({ capacity: 200 });
    let reason: unknown;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytes(CHUNK)),
      cancel: (why) => void (reason = why ?? 'no reason'),
    });
    await expect(setting.vault.put(request(), endless)).rejects.toMatchObject({ code: 'vault-full' });
    expect(reason).toBeDefined();
  });

  it('knows no id that it was not given', async () => {
    const { vault } = await open();
    await expect(vault.read(vaultId(newJobId(), 'source'))).rejects.toEqual(gone);
  });
});
