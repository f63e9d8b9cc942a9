import { describe, expect, it } from 'vitest';
import { newJobId, type Job, type JobId } from '../../../lib/core/model/job.ts';
import { moved, type JobIn } from '../../../lib/core/model/job-transitions.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import type { Receipt } from '../../../lib/core/model/receipt.ts';
import { createJobStore, readJobs } from '../../../lib/storage/job-store.ts';
import { memoryArea, type MemoryArea } from './memory-area.ts';

const receipt = { notes: [] } as unknown as Receipt;

/** One that counts what is written to it, and may be full. */
function area(): MemoryArea & { calls: string[]; full: boolean; most: number } {
  const stored = memoryArea();
  const self = {
    ...stored,
    calls: [] as string[],
    full: false,
    most: Infinity,
    set: async (items: Record<string, unknown>) => {
      self.calls.push(`set ${Object.keys(items).length}`);
      await new Promise((later) => setTimeout(later));
      if (self.full || new Set([...stored.content.keys(), ...Object.keys(items)]).size > self.most)
        throw new Error('Session storage quota bytes exceeded. Values were not stored.');
      await stored.set(items);
    },
    remove: (keys: string | string[]) => {
      self.calls.push(`remove ${[keys].flat().length}`);
      return stored.remove(keys);
    },
  };
  return self;
}

let made = 0;
function queued(): JobIn<'queued'> {
  return {
    id: newJobId(),
    createdAt: ++made,
    origin: { kind: 'file', name: 'a.jpg', folder: '' },
    recipe: DEFAULT_RECIPE,
    delivery: 'hold',
    name: 'a.jpg',
    attempt: 1,
    lost: 0,
    state: 'queued',
    source: null,
  };
}
const failed = (): JobIn<'failed'> =>
  moved(queued(), 'failed', { error: { code: 'corrupt', parameters: {} }, source: null });

describe('jobs', () => {
  it('are written together: what changes meanwhile goes with the next call', async () => {
    const at = area();
    const store = createJobStore(at);
    const jobs = Array.from({ length: 100 }, queued);
    await Promise.all(jobs.map((job) => store.add(job)));
    await Promise.all(jobs.map(({ id }) => store.move(id, ['queued'], 'acquiring', () => ({}))));
    expect(at.calls.length).toBeLessThan(6);
    expect((await readJobs(at).all()).map(({ state }) => state)).toEqual(Array(100).fill('acquiring'));
    at.calls.length = 0;
    await store.remove(jobs.map(({ id }) => id));
    expect(at.calls).toEqual(['remove 100']);
    expect(at.content.size).toBe(0);
  });

  it('lie in the area as text: what is handed over costs by the value', async () => {
    const at = area();
    const job = queued();
    await createJobStore(at).add(job);
    expect([...at.content]).toEqual([[`job:${job.id}`, JSON.stringify(job)]]);
    expect(await readJobs(at).get(job.id)).toEqual(job);
    expect(await readJobs(at).get(newJobId())).toBeUndefined();
  });

  it('are moved from where they are, and from nowhere else', async () => {
    const store = createJobStore(area());
    const job = queued();
    await store.add(job);
    expect(
      await store.move(job.id, ['ready', 'unsaved'], 'saving', () => ({ receipt, fileName: 'a', downloadId: null })),
    ).toBeNull();
    expect(await store.move(newJobId(), ['queued'], 'acquiring', () => ({}))).toBeNull();
    // Two at once: the second finds it where the first has brought it.
    const both = await Promise.all([1, 2].map(() => store.move(job.id, ['queued'], 'acquiring', () => ({}))));
    expect(both.map((each) => each?.state)).toEqual(['acquiring', undefined]);
  });

  it('are there once, however often they are added', async () => {
    const store = createJobStore(area());
    const job = queued();
    expect([await store.add(job), await store.add(job)]).toEqual([true, false]);
    expect(await store.all()).toHaveLength(1);
  });
});

describe('a list that is full', () => {
  it('lets go of the oldest that are over, those that went well first, and keeps what is not over', async () => {
    const gone: JobId[] = [];
    const store = createJobStore(area(), { most: 10_000, dropped: (ids) => gone.push(...ids) });
    const [bad, working] = [failed(), queued()];
    for (const job of [bad, working]) await store.add(job);
    const good: JobId[] = [];
    for (let count = 0; count < 3; count++) {
      const job = queued();
      await store.add(job);
      await store.move(job.id, ['queued'], 'ready', () => ({ receipt, fileName: 'a' }));
      await store.move(job.id, ['ready'], 'saving', () => ({ receipt, fileName: 'a', downloadId: 1 }));
      await store.move(job.id, ['saving'], 'saved', () => ({ receipt, fileName: 'a', downloadId: 1 }));
      good.push(job.id);
    }
    for (let count = 0; count < 4; count++) await store.add(queued());
    expect(gone.slice(0, 3)).toEqual(good.slice(0, gone.length));
    expect(await store.get(working.id)).toBeDefined();
  });

  it('says so, and takes nothing', async () => {
    const store = createJobStore(area(), { most: 5_000 });
    const added: Job[] = [];
    await expect(
      (async () => {
        for (;;) {
          const job = queued();
          await store.add(job);
          added.push(job);
        }
      })(),
    ).rejects.toMatchObject({ code: 'list-full' });
    expect(added.length).toBeGreaterThan(1);
    expect(await store.all()).toHaveLength(added.length);
    await store.remove([added[0]!.id]);
    expect(await store.add(queued())).toBe(true);
  });

  it('says so when the browser does', async () => {
    const at = area();
    const store = createJobStore(at);
    at.full = true;
    await expect(store.add(queued())).rejects.toMatchObject({ code: 'list-full' });
    expect(await store.all()).toEqual([]);
    at.full = false;
    expect(await store.add(queued())).toBe(true);
  });

  it('loses no move of another job to one that has no room, and writes what was refused once there is', async () => {
    const at = area();
    const store = createJobStore(at);
    const [working, other] = [queued(), queued()];
    for (const job of [working, other]) await store.add(job);
    at.most = 2;
    const [added, moving] = await Promise.allSettled([
      store.add(queued()),
      store.move(working.id, ['queued'], 'acquiring', () => ({})),
    ]);
    expect([added.status, moving.status]).toEqual(['rejected', 'fulfilled']);
    expect((await readJobs(at).get(working.id))?.state).toBe('acquiring');
    expect(await readJobs(at).all()).toHaveLength(2);

    at.full = true;
    await store.move(other.id, ['queued'], 'acquiring', () => ({}));
    expect((await readJobs(at).get(other.id))?.state).toBe('queued');
    at.full = false;
    await store.remove([working.id]);
    expect((await readJobs(at).get(other.id))?.state).toBe('acquiring');
  });
});
