/** A limit for all images together, over the panel's own store, with an engine that stands in: its files grow with the look, as real ones do. */
import { flushSync } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { BatchLimit, comingOf, type BatchEnd } from '../../../components/panel/batch-limit.svelte.ts';
import type { Pending } from '../../../components/panel/intake.svelte.ts';
import type { PanelJobs, Row } from '../../../components/panel/panel-jobs.svelte.ts';
import type { Job, JobId } from '../../../lib/core/model/job.ts';
import type { Recipe } from '../../../lib/core/model/recipe.ts';
import { error, ready, receipt, running } from './jobs.ts';

interface Curve {
  /** Bytes at look 70, and by how much they grow with a point. */
  readonly at70: number;
  readonly growth: number;
  /** Of the file that came in, and of the smallest that can be had. */
  readonly source?: number;
  readonly smallest?: number;
}

const LIMIT_USED = 0.97;

class Engine {
  jobs = $state.raw<readonly Job[]>([]);
  pending = $state.raw<readonly Pending[]>([]);
  /** Can't be tried again: their Sources are gone, or they are at work for another view. */
  readonly refused = new Set<JobId>();
  readonly asked: { readonly id: JobId; readonly recipe: Recipe }[] = [];
  readonly ends: BatchEnd[] = [];
  readonly #curves: Map<JobId, Curve>;
  readonly limit: BatchLimit;
  readonly end: () => void;

  constructor(curves: readonly Curve[]) {
    const jobs = curves.map(({ at70, source = 5_000_000 }, i) =>
      ready(`${i}.jpg`, receipt(source, at70, { look: 70 })),
    );
    this.#curves = new Map(jobs.map(({ id }, i) => [id, curves[i]!]));
    this.jobs = jobs;
    let limit: BatchLimit | undefined;
    this.end = $effect.root(() => {
      limit = new BatchLimit({
        jobs: this.#panelJobs(),
        retry: async (id, recipe) => !this.refused.has(id) && this.asked.push({ id, recipe }) > 0,
        done: (end) => this.ends.push(end),
      });
    });
    this.limit = limit!;
  }

  #panelJobs(): Pick<PanelJobs, 'all' | 'rows'> {
    const all = (): readonly Job[] => this.jobs;
    const pending = (): readonly Pending[] => this.pending;
    return {
      get all() {
        return all();
      },
      get rows() {
        return [
          ...all().map((job): Row => ({ kind: 'job', id: job.id, job })),
          ...pending().map((each): Row => ({ kind: 'pending', id: each.id, pending: each })),
        ];
      },
    };
  }

  /** One more image comes into the list. */
  add(job: Job, curve: Curve): void {
    this.#curves.set(job.id, curve);
    this.jobs = [...this.jobs, job];
    flushSync();
  }

  remove(id: JobId): void {
    this.jobs = this.jobs.filter((job) => job.id !== id);
    flushSync();
  }

  bytesOf(id: JobId): number {
    const job = this.jobs.find((each) => each.id === id);
    return job && 'receipt' in job ? job.receipt.output.bytes : 0;
  }

  change(id: JobId, how: (job: Job) => Job): void {
    this.jobs = this.jobs.map((job) => (job.id === id ? how(job) : job));
    flushSync();
  }

  /** Everything that is asked, one after the other, until nothing is. @returns the sum after each round */
  work(): number[] {
    const sums: number[] = [];
    flushSync();
    while (this.asked.length > 0) {
      const round = this.asked.splice(0);
      for (const { id } of round)
        this.change(id, (job) => ({ ...job, state: 'queued', attempt: job.attempt + 1 }) as Job);
      for (const { id, recipe } of round) this.change(id, (job) => this.#done(job, recipe));
      sums.push(this.bytes);
    }
    return sums;
  }

  get bytes(): number {
    return this.jobs.reduce((sum, job) => sum + ('receipt' in job ? job.receipt.output.bytes : 0), 0);
  }
  get looks(): number[] {
    return this.jobs.map((job) => ('receipt' in job && job.receipt.look) || 0);
  }

  #done(job: Job, recipe: Recipe): Job {
    const { at70, growth, source = 5_000_000, smallest = 1000 } = this.#curves.get(job.id)!;
    const state = { ...job, state: 'ready', fileName: job.name } as Job & { state: 'ready' };
    if (recipe.aim.kind !== 'size') throw new Error('another aim');
    const limit = recipe.aim.bytes;
    if (limit < smallest)
      return {
        ...state,
        receipt: ('earlier' in job && job.earlier?.receipt) || receipt(source, at70, { look: 70 }),
        setback: error('size-not-reached', { kilobytes: limit / 1000, reached: Math.ceil(smallest / 1000) }),
      };
    if (source <= limit) return { ...state, recipe, receipt: receipt(source, source, { outcome: 'original' }) };
    const bytes = Math.floor(limit * LIMIT_USED);
    const look = Math.round(70 + Math.log(bytes / at70) / growth);
    return { ...state, recipe, setback: undefined, receipt: receipt(source, bytes, { look }) };
  }
}

let engine: Engine;
afterEach(() => engine.end());

function begin(curves: readonly Curve[], limit: number): number[] {
  engine = new Engine(curves);
  engine.limit.begin(limit);
  return engine.work();
}

describe('a limit for all together', () => {
  it('is kept from the first round on, and in the end all look alike', () => {
    const photographs = [
      { at70: 200_000, growth: 0.02 },
      { at70: 800_000, growth: 0.05 },
      { at70: 90_000, growth: 0.035 },
    ];
    const sums = begin(photographs, 500_000);
    expect(sums.length).toBeGreaterThan(1);
    expect(sums.length).toBeLessThanOrEqual(3);
    expect(Math.max(...sums)).toBeLessThanOrEqual(500_000);
    expect(Math.max(...engine.looks) - Math.min(...engine.looks)).toBeLessThanOrEqual(3);
    expect(engine.bytes).toBeGreaterThan(500_000 * 0.95);
    expect(engine.ends).toEqual([
      { count: 3, bytes: engine.bytes, limit: 500_000, smallest: 3000, unchanged: 0, left: 0, goBack: null },
    ]);
    for (const { recipe } of engine.jobs) expect(recipe.aim).toMatchObject({ kind: 'size', together: 500_000 });
  });

  it('takes one round where all grow as most do', () => {
    const alike = [1, 2, 3].map((size) => ({ at70: 100_000 * size, growth: 0.037 }));
    expect(begin(alike, 400_000)).toHaveLength(1);
  });

  it('gives what a small file has no use for to the others', () => {
    begin(
      [
        { at70: 40_000, growth: 0.03, source: 50_000 },
        { at70: 300_000, growth: 0.03 },
        { at70: 300_000, growth: 0.03 },
      ],
      300_000,
    );
    // A higher one, chosen after that, gives back what was taken.
    engine.limit.begin(1_100_000);
    engine.work();
    expect(engine.jobs.map((job) => 'receipt' in job && job.receipt.outcome)[0]).toBe('original');
    expect(engine.bytes).toBeGreaterThan(1_100_000 * 0.95);
    expect(engine.bytes).toBeLessThanOrEqual(1_100_000);
  });

  it('takes from the others what one must have', () => {
    begin(
      [
        { at70: 200_000, growth: 0.03, smallest: 150_000 },
        { at70: 200_000, growth: 0.03 },
        { at70: 200_000, growth: 0.03 },
      ],
      210_000,
    );
    expect(engine.bytes).toBeLessThanOrEqual(210_000);
    expect(engine.ends[0]?.bytes).toBe(engine.bytes);
  });

  it('says how small all can be where it cannot be kept', () => {
    begin(
      [
        { at70: 200_000, growth: 0.03, smallest: 150_000 },
        { at70: 200_000, growth: 0.03, smallest: 80_000 },
      ],
      210_000,
    );
    expect(engine.ends).toMatchObject([{ count: 2, bytes: engine.bytes, limit: 210_000, smallest: 230_000 }]);
    expect(engine.bytes).toBeGreaterThan(210_000);
  });

  it('leaves what can have no look, and what was changed by hand, and counts them', () => {
    engine = new Engine([
      { at70: 200_000, growth: 0.03 },
      { at70: 200_000, growth: 0.03 },
      { at70: 60_000, growth: 0.03 },
    ]);
    const [byHand, , drawing] = engine.jobs.map(({ id }) => id) as [JobId, JobId, JobId];
    engine.change(drawing, (job) =>
      'receipt' in job
        ? { ...job, receipt: { ...job.receipt, output: { ...job.receipt.output, format: 'svg' } } }
        : job,
    );
    engine.limit.begin(300_000);
    flushSync();
    expect(engine.asked).toHaveLength(2);
    expect(engine.asked.map(({ id }) => id)).not.toContain(drawing);
    // While it is at work, a person sets one image otherwise.
    const round = engine.asked.splice(0);
    for (const { id, recipe } of round)
      engine.change(id, (job) => ({
        ...ready(job.name, receipt(5_000_000, id === byHand ? 170_000 : 110_000, { look: id === byHand ? 66 : 50 })),
        id,
        attempt: job.attempt + 1,
        recipe: id === byHand ? { ...recipe, aim: { kind: 'look', look: 66 } } : recipe,
      }));
    engine.work();
    const [hand, other, svg] = engine.jobs.map((job) => ('receipt' in job ? job.receipt.output.bytes : 0));
    expect([hand, svg]).toEqual([170_000, 60_000]);
    expect(other).toBeLessThanOrEqual(70_000);
    expect(engine.ends[0]?.bytes).toBeLessThanOrEqual(300_000);
  });

  it('waits for what is still at work, and follows nothing further once it is given up', () => {
    engine = new Engine([
      { at70: 200_000, growth: 0.03 },
      { at70: 200_000, growth: 0.03 },
    ]);
    const [first] = engine.jobs as [Job];
    engine.change(first.id, (job) => ({ ...job, state: 'queued' }) as Job);
    engine.limit.begin(200_000);
    flushSync();
    expect(engine.asked).toEqual([]);
    engine.change(first.id, () => first);
    expect(engine.asked).toHaveLength(2);
    engine.limit.stop();
    engine.work();
    expect(engine.ends).toEqual([]);
    // The same limit once more is another time.
    engine.limit.begin(200_000);
    engine.work();
    expect(engine.ends).toHaveLength(1);
  });

  it('counts what was saved once its row has left, and gives back what a removed one had', () => {
    const three = [1, 2, 3].map(() => ({ at70: 200_000, growth: 0.037 }));
    engine = new Engine(three);
    const [saved, removed, waits] = engine.jobs.map(({ id }) => id) as [JobId, JobId, JobId];
    engine.change(waits, (job) => ({ ...job, state: 'queued' }) as Job);
    engine.limit.begin(400_000);
    flushSync();
    engine.change(saved, (job) => ({ ...job, state: 'saved', downloadId: 1 }) as Job);
    engine.remove(saved);
    engine.remove(removed);
    engine.change(waits, (job) => ({ ...job, state: 'ready' }) as Job);
    engine.work();
    // 200 kB are on the disk, and its limit is what is left of the 400.
    expect(engine.ends).toMatchObject([{ count: 2, bytes: 400_000 }]);
    engine.limit.begin(150_000);
    engine.work();
    expect(engine.bytesOf(waits)).toBeGreaterThan(140_000);
    // What was saved before another limit was asked for is no part of that.
    expect(engine.ends[1]).toMatchObject({ count: 1, bytes: engine.bytesOf(waits) });
  });

  it('is kept by the others where one can not be tried again, and says so', async () => {
    engine = new Engine([1, 2, 3].map(() => ({ at70: 200_000, growth: 0.037 })));
    const [gone] = engine.jobs as [Job];
    engine.refused.add(gone.id);
    engine.limit.begin(400_000);
    engine.work();
    expect(engine.ends).toEqual([]);
    await Promise.resolve();
    engine.work();
    expect(engine.ends).toMatchObject([{ count: 3, unchanged: 1, bytes: engine.bytes }]);
    expect(engine.bytesOf(gone.id)).toBe(200_000);
    expect(engine.bytes).toBeLessThanOrEqual(400_000);
    expect(engine.limit.atWork).toBe(false);
    // Not even where none can be.
    for (const { id } of engine.jobs) engine.refused.add(id);
    engine.limit.begin(300_000);
    engine.work();
    await Promise.resolve();
    flushSync();
    expect(engine.ends[1]).toMatchObject({ unchanged: 3, goBack: null });
  });

  it('takes in what comes while it is at work', () => {
    engine = new Engine([1, 2].map(() => ({ at70: 200_000, growth: 0.037 })));
    engine.limit.begin(300_000);
    flushSync();
    const late = ready('late.jpg', receipt(5_000_000, 150_000, { look: 70 }));
    engine.add({ ...late, state: 'queued', source: null }, { at70: 150_000, growth: 0.037 });
    engine.change(late.id, () => late);
    engine.work();
    expect(engine.ends).toMatchObject([{ count: 3, bytes: engine.bytes }]);
    expect(engine.bytes).toBeLessThanOrEqual(300_000);
    expect(Math.max(...engine.looks) - Math.min(...engine.looks)).toBeLessThanOrEqual(3);
  });

  it('does not wait for what may never have room, and says that it is not among them', () => {
    engine = new Engine([1, 2].map(() => ({ at70: 200_000, growth: 0.037 })));
    const pending = (name: string, state: Pending['state']): Pending => ({
      id: name as JobId,
      name,
      createdAt: 1,
      state,
    });
    engine.pending = [pending('a', 'reading'), pending('b', 'waiting')];
    engine.limit.begin(300_000);
    flushSync();
    expect(engine.asked).toEqual([]);
    engine.pending = [pending('a', 'list-full'), pending('b', 'waiting')];
    engine.work();
    expect(engine.ends).toMatchObject([{ count: 2, left: 2 }]);
    const rows = [running('c', 'queued')].map((job): Row => ({ kind: 'job', id: job.id, job }));
    expect(comingOf([...rows, { kind: 'pending', id: 'a' as JobId, pending: pending('a', 'no-room') }])).toBe(1);
  });

  it('makes no file larger than it is', () => {
    const sums = begin(
      [
        { at70: 200_000, growth: 0.037 },
        { at70: 100_000, growth: 0.037 },
      ],
      900_000,
    );
    expect(sums).toEqual([]);
    expect(engine.ends).toMatchObject([{ count: 2, bytes: 300_000, limit: 900_000 }]);
  });

  it('says nothing of nothing', () => {
    engine = new Engine([{ at70: 200_000, growth: 0.037 }]);
    const [job] = engine.jobs as [Job];
    engine.change(job.id, () => ({ ...running('a', 'queued'), id: job.id }));
    engine.limit.begin(100_000);
    engine.remove(job.id);
    flushSync();
    expect(engine.ends).toEqual([]);
    expect(engine.limit.atWork).toBe(false);
  });

  it('that can not be kept gives back what was there before, but for what was changed by hand', () => {
    const sums = begin(
      [
        { at70: 200_000, growth: 0.03 },
        { at70: 200_000, growth: 0.03 },
        { at70: 200_000, growth: 0.03, smallest: 190_000 },
      ],
      191_000,
    );
    expect(sums.length).toBeGreaterThan(0);
    const [first, second] = engine.jobs as [Job, Job];
    engine.change(second.id, (job) => ({ ...job, recipe: { ...job.recipe, aim: { kind: 'lossless' } } }));
    const { goBack } = engine.ends[0]!;
    goBack?.();
    expect(engine.asked.map(({ id, recipe }) => [id, recipe.aim])).toEqual([[first.id, { kind: 'look', look: 70 }]]);
  });

  it('gives up after a few rounds that are all over it', () => {
    engine = new Engine([1, 2].map(() => ({ at70: 200_000, growth: 0.037 })));
    engine.limit.begin(300_000);
    flushSync();
    let rounds = 0;
    for (; engine.asked.length > 0; rounds++)
      // Whatever it is given, what comes is over it.
      for (const { id, recipe } of engine.asked.splice(0))
        engine.change(id, (job) => ({
          ...ready(job.name, receipt(5_000_000, 160_000, { look: 60 + rounds })),
          id,
          attempt: job.attempt + 1,
          recipe,
        }));
    expect(rounds).toBeLessThanOrEqual(8);
    const [end] = engine.ends;
    expect(end?.bytes).toBeGreaterThan(300_000);
    expect(end?.smallest).toBeLessThan(300_000);
    expect(end?.goBack).not.toBeNull();
  });
});
