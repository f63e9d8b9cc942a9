import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import type { Receipt } from '../../../lib/core/model/receipt.ts';
import { newJobId, vaultId, type Job, type JobId } from '../../../lib/core/model/job.ts';
import { moved, type JobIn } from '../../../lib/core/model/job-transitions.ts';
import { createJobStore, type JobStore } from '../../../lib/storage/job-store.ts';
import { createRetention, type Retention } from '../../../lib/background/retention.ts';
import { MINUTE, NOON, bytes, memorySetting, request, type Setting } from '../storage/vault/builders.ts';

const receipt = {} as Receipt;

/** A vault, a list of jobs, and their upkeep, under one clock. */
function world(
  capacity?: number,
): Setting & {
  jobs: JobStore;
  upkeep: Retention;
  area: Map<string, unknown>;
  said: string[];
  add(job: Partial<Job>): Promise<JobId>;
} {
  const setting = memorySetting(capacity === undefined ? {} : { capacity });
  const area = new Map<string, unknown>();
  const session = {
    get: async (key: string | null): Promise<Record<string, unknown>> =>
      Object.fromEntries(key === null ? area : [...area].filter(([each]) => each === key)),
    set: async (items: Record<string, unknown>): Promise<void> =>
      Object.entries(items).forEach(([key, value]) => area.set(key, value)),
    remove: async (keys: string | string[]): Promise<void> => [keys].flat().forEach((key) => area.delete(key)),
  };
  const jobs = createJobStore(session);
  const said: string[] = [];
  const upkeep = createRetention({
    vault: setting.vault,
    jobs,
    session,
    clock: { clock: () => setting.now, idle: async () => setting.idle },
    statistics: { clear: async () => void said.push('statistics cleared') },
    quietButton: async () => void said.push('button quiet'),
    dropIntake: async () => void said.push('intake dropped'),
    controller: {
      fail: async (id, error) =>
        void (await jobs.move(id, ['ready', 'unsaved'], 'failed', () => ({ error, source: null }))),
      async dismiss(ids) {
        await jobs.remove(ids);
        await setting.vault.purge({ jobIds: ids }, 'on-demand');
      },
    },
  });
  return Object.assign(setting, {
    jobs,
    upkeep,
    area,
    said,
    async add(job: Partial<Job>): Promise<JobId> {
      const id = newJobId();
      const facts = {
        id,
        createdAt: setting.now,
        origin: { kind: 'file', name: 'cat.jpg', folder: '' },
        recipe: DEFAULT_RECIPE,
        delivery: 'hold',
        name: 'cat.jpg',
        attempt: 1,
        lost: 0,
        state: 'queued',
      };
      await jobs.add({ ...facts, ...job } as JobIn<'queued'>);
      return id;
    },
  });
}

const ready = { state: 'ready', receipt, fileName: 'cat.jpg' } as const;

describe('a deadline', () => {
  it('takes the items, and with the last one the job and its name', async () => {
    const the = world();
    const id = await the.add(ready);
    await the.vault.put(request('result', {}, id), bytes(10));
    expect(await the.upkeep.expire()).toBe(NOON + 60 * MINUTE);
    the.now += 60 * MINUTE;
    expect(await the.upkeep.expire()).toBeNull();
    expect(await the.vault.held()).toEqual([]);
    expect(await the.jobs.all()).toEqual([]);
  });

  it('leaves a job that still holds something', async () => {
    const the = world();
    const id = await the.add(ready);
    await the.vault.put(request('source', {}, id), bytes(10));
    await the.vault.put(request('result', {}, id), bytes(10));
    the.now += 40 * MINUTE;
    await the.vault.touch(vaultId(id, 'source'));
    the.now += 30 * MINUTE;
    expect(await the.upkeep.expire()).toBe(NOON + 100 * MINUTE);
    // Its result is gone, and that is what its row says.
    expect(await the.jobs.get(id)).toMatchObject({ state: 'failed', error: { code: 'item-gone' } });
  });

  it('takes the name of a saved image the idle time after it was made', async () => {
    const the = world();
    the.idle = 5 * MINUTE;
    await the.add({ state: 'saved', receipt, fileName: 'cat.jpg', downloadId: 1 } as Partial<Job>);
    expect(await the.upkeep.expire()).toBe(NOON + 5 * MINUTE);
    the.now += 5 * MINUTE;
    expect(await the.upkeep.expire()).toBeNull();
    expect(await the.jobs.all()).toEqual([]);
  });

  it('never takes a job that is at work', async () => {
    const the = world();
    const id = await the.add({ state: 'acquiring' });
    the.now += 600 * MINUTE;
    expect(await the.upkeep.expire()).toBeNull();
    expect(await the.jobs.get(id)).toBeDefined();
  });

  it('takes a job from the future: the clock was moved back', async () => {
    const the = world();
    await the.add({ state: 'failed', error: { code: 'corrupt', parameters: {} }, source: null } as Partial<Job>);
    the.now -= 10 * MINUTE;
    await the.upkeep.expire();
    expect(await the.jobs.all()).toEqual([]);
  });
});

describe('a result that had to make room', () => {
  it('is told of in its row, and the job is tried again by the person alone', async () => {
    const the = world(100);
    const [first, second] = [await the.add(ready), await the.add(ready)];
    await the.vault.put(request('result', {}, first), bytes(80));
    await the.vault.put(request('result', {}, second), bytes(80));
    await the.upkeep.settle();
    expect(await the.jobs.get(first)).toMatchObject({ state: 'failed', error: { code: 'item-gone' } });
    expect(await the.jobs.get(second)).toMatchObject({ state: 'ready' });
    expect((await the.vault.ledger()).map(({ rule }) => rule)).toEqual(['over-capacity']);
  });
});

describe("the person's word", () => {
  it("purges one item, and with a job's last item the job", async () => {
    const the = world();
    const id = await the.add(ready);
    for (const part of ['source', 'result'] as const) await the.vault.put(request(part, {}, id), bytes(10));
    await the.upkeep.purgeItem(vaultId(id, 'result'));
    expect(await the.jobs.get(id)).toMatchObject({ state: 'failed', error: { code: 'item-gone' } });
    await the.upkeep.purgeItem(vaultId(id, 'source'));
    expect(await the.jobs.all()).toEqual([]);
    await the.upkeep.purgeItem(vaultId(id, 'source'));
  });

  it('purges all: items, jobs at work, orders of archives; a late put brings nothing back', async () => {
    const the = world();
    const [held, working] = [await the.add(ready), await the.add({ state: 'acquiring' } as Partial<Job>)];
    await the.vault.put(request('result', {}, held), bytes(10));
    the.area.set('archive:1', { fileName: 'holiday.zip' });
    the.area.set('vaultKey', 'k');
    await the.upkeep.purgeAll();
    expect([...the.area.keys()]).toEqual(['vaultKey']);
    expect(the.said).toEqual(['intake dropped', 'button quiet']);
    expect(await the.vault.held()).toEqual([]);
    await expect(the.vault.put(request('source', {}, working), bytes(10))).rejects.toMatchObject({ code: 'cancelled' });
    expect((await the.vault.ledger()).map(({ rule }) => rule)).toEqual(['on-demand']);
  });

  it('deletes everything: the ledger and the statistics too', async () => {
    const the = world();
    await the.vault.put(request('result', {}, await the.add(ready)), bytes(10));
    await the.upkeep.deleteEverything();
    expect(await the.vault.ledger()).toEqual([]);
    expect(await the.jobs.all()).toEqual([]);
    expect(the.said).toEqual(['intake dropped', 'button quiet', 'statistics cleared']);
  });
});

it('writes down why items are held, where that is not why they were', async () => {
  const the = world();
  const id = await the.add({});
  await the.vault.put(request('source', { format: null, why: 'working' }, id), bytes(10));
  const queued = (await the.jobs.get(id)) as JobIn<'queued'>;
  const changes: string[] = [];
  the.vault.onChange(({ what }) => changes.push(what));
  await the.upkeep.jobChanged(queued, null);
  const working = moved(queued, 'compressing', { source: { format: 'png', bytes: 10, width: 1, height: 1 } });
  await the.upkeep.jobChanged(working, 'queued');
  expect(changes).toEqual([]);
  await the.upkeep.jobChanged({ ...working, ...ready }, 'compressing');
  expect(changes).toEqual(['marked']);
  expect(await the.vault.held()).toMatchObject([{ why: 'held' }]);
});
