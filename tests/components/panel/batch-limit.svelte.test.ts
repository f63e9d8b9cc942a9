/** A limit for all images together, over the panel's own store, with an engine that stands in: its files grow with the look, as real ones do. */
import { flushSync } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { BatchLimit, type BatchEnd } from '../../../components/panel/batch-limit.svelte.ts';
import type { PanelJobs } from '../../../components/panel/panel-jobs.svelte.ts';
import type { Job, JobId } from '../../../lib/core/model/job.ts';
import type { Recipe } from '../../../lib/core/model/recipe.ts';
import type { Finished } from '../../../lib/core/naming/result-names.ts';
import { error, ready, receipt } from './jobs.ts';

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
  readonly asked: { readonly id: JobId; readonly recipe: Recipe }[] = [];
  readonly ends: BatchEnd[] = [];
  readonly #curves: ReadonlyMap<JobId, Curve>;
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
        retry: (id, recipe) => this.asked.push({ id, recipe }),
        done: (end) => this.ends.push(end),
      });
    });
    this.limit = limit!;
  }

  #panelJobs(): Pick<PanelJobs, 'job' | 'savable' | 'running'> {
    const all = (): readonly Job[] => this.jobs;
    return {
      job: (id) => all().find((job) => job.id === id),
      get savable() {
        return all().filter((job): job is Finished => job.state === 'ready');
      },
      get running() {
        return all().flatMap(({ id, state }) => (state === 'queued' ? [id] : []));
      },
    };
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
    expect(engine.ends).toEqual([{ count: 3, bytes: engine.bytes, limit: 500_000, smallest: 3000 }]);
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
      1_100_000,
    );
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
    expect(engine.ends).toEqual([{ count: 2, bytes: engine.bytes, limit: 210_000, smallest: 230_000 }]);
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
});
