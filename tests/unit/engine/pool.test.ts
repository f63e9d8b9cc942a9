import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { CompressionError } from '../../../lib/core/errors.ts';
import type { Plan } from '../../../lib/core/pipeline/plan.ts';
import type { Receipt } from '../../../lib/core/model/receipt.ts';
import { createPool, type Pool, type PoolOptions } from '../../../lib/engine/pool.ts';
import { MOST_PASSED } from '../../../lib/engine/schedule.ts';
import { serveTasks, type CarryOut } from '../../../lib/engine/serve-tasks.ts';
import type { Task } from '../../../lib/engine/task.ts';
import { ChannelWorker } from './channel-worker.ts';

const workersStarted: ChannelWorker[] = [];
const receipt = { notes: [] } as unknown as Receipt;
const done = { ok: true as const, receipt, memoryBytes: 1 };

function pool(carryOut: CarryOut, options: Partial<PoolOptions> = {}): Pool {
  workersStarted.length = 0;
  return createPool({
    size: 2,
    startWorker: () => {
      const worker = new ChannelWorker((endpoint) => serveTasks(carryOut, endpoint));
      workersStarted.push(worker);
      return worker as unknown as Worker;
    },
    load: () => Promise.reject(new Error('not here')),
    ...options,
  });
}

function task(name = 1): Task {
  return { plan: { output: 'webp' } as Plan, source: new Uint8Array([name]) };
}

const small = { expectedBytes: 1, megapixels: 0 };

describe('the pool', () => {
  it('starts no worker before the first task and no more than one a core', async () => {
    let atOnce = 0;
    let most = 0;
    const workers = pool(async ({ source }) => {
      most = Math.max(most, ++atOnce);
      await new Promise((later) => setTimeout(later, 20));
      atOnce--;
      return { ...done, bytes: source };
    });
    expect(workers.workers).toBe(0);
    const results = await Promise.all([1, 2, 3, 4, 5].map((name) => workers.run(task(name), small)));
    expect(results.map(({ bytes }) => bytes[0])).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
    expect(workersStarted).toHaveLength(2);
    workers.close();
  });

  it('runs one task alone when two would need more memory than the budget', async () => {
    let atOnce = 0;
    let most = 0;
    const workers = pool(
      async ({ source }) => {
        most = Math.max(most, ++atOnce);
        await new Promise((later) => setTimeout(later, 10));
        atOnce--;
        return { ...done, bytes: source };
      },
      { memoryBudget: 100 },
    );
    await Promise.all([1, 2, 3].map(() => workers.run(task(), { expectedBytes: 70, megapixels: 1 })));
    expect(most).toBe(1);
    // More than the whole budget still runs, alone.
    await expect(workers.run(task(), { expectedBytes: 1000, megapixels: 1 })).resolves.toBeDefined();
    workers.close();
  });

  it('begins nothing that needs more memory than the machine has, and says how much would work', async () => {
    const workers = pool(async ({ source }) => ({ ...done, bytes: source }), { memoryLimit: 1000 });
    await expect(workers.run(task(), { expectedBytes: 2000, megapixels: 100 })).rejects.toMatchObject({
      code: 'too-much-memory',
      parameters: { format: 'webp', limit: 50 },
    });
    expect(workers.workers).toBe(0);
    await expect(workers.run(task(), { expectedBytes: 1000, megapixels: 50 })).resolves.toBeDefined();
    workers.close();
  });

  it('replaces a worker after an error, and the next task works', async () => {
    let first = true;
    const workers = pool(
      async ({ source }) => {
        if (first) {
          first = false;
          return { ok: false, error: { code: 'corrupt', parameters: {} } };
        }
        return { ...done, bytes: source };
      },
      { size: 1 },
    );
    await expect(workers.run(task(), small)).rejects.toMatchObject({ code: 'corrupt' });
    expect(workersStarted[0]?.ended).toBe(true);
    await expect(workers.run(task(), small)).resolves.toBeDefined();
    expect(workersStarted).toHaveLength(2);
    workers.close();
  });

  it('gives a threaded task all cores where it is alone, and two where it is not, in workers that others do not get', async () => {
    const started: number[] = [];
    const carryOut: CarryOut = async ({ source }) => {
      await new Promise((later) => setTimeout(later, 5));
      return { ...done, bytes: source };
    };
    const workers = pool(carryOut, {
      size: 4,
      isolated: {
        available: () => Promise.resolve(true),
        start(threads) {
          started.push(threads);
          return new ChannelWorker((endpoint) => serveTasks(carryOut, endpoint)) as unknown as Worker;
        },
      },
    });
    expect(await workers.hasThreads()).toBe(true);
    await workers.run(task(), { ...small, threaded: true });
    expect(started).toEqual([4]);
    await workers.run(task(), { ...small, threaded: true });
    expect(started).toEqual([4]);
    await workers.run(task(), small);
    expect(workersStarted).toHaveLength(1);
    await Promise.all([workers.run(task(), small), workers.run(task(), { ...small, threaded: true })]);
    expect(started).toEqual([4, 2]);
    workers.close();
  });

  it('lets a short task pass a long one however many went before it because a person looked on', async () => {
    const passing = fc.record({
      urgent: fc.integer({ min: 0, max: 2 * MOST_PASSED }),
      short: fc.integer({ min: 0, max: MOST_PASSED + 4 }),
    });
    await fc.assert(
      fc.asyncProperty(passing, async ({ urgent, short }) => {
        const begun: string[] = [];
        const workers = pool(async ({ source }) => ({ ...done, bytes: source }), { size: 1 });
        const run = (name: string, more: { urgent?: boolean; cost?: number }): Promise<unknown> =>
          workers.run(task(), { ...small, ...more, onStart: () => void begun.push(name) });
        const all = [run('first', {}), run('long', { cost: 100 })];
        for (let at = 0; at < urgent; at++) all.push(run('urgent', { urgent: true, cost: 1 }));
        for (let at = 0; at < short; at++) all.push(run('short', { cost: 1 }));
        await Promise.all(all);
        workers.close();
        const before = begun.slice(0, begun.indexOf('long')).filter((name) => name === 'short').length;
        expect(before).toBe(Math.min(short, MOST_PASSED));
      }),
      { numRuns: 20 },
    );
  });

  it('ends a worker that dies by itself, with an error of its job', async () => {
    const workers = pool(() => new Promise(() => undefined));
    const running = workers.run(task(), small);
    await vi.waitFor(() => expect(workersStarted).toHaveLength(1));
    workersStarted[0]?.dispatchEvent(new Event('error'));
    await expect(running).rejects.toMatchObject({ code: 'codec-failed', parameters: { format: 'webp' } });
    expect(workersStarted[0]?.ended).toBe(true);
  });

  it('ends a worker that makes no progress, later for a larger image', async () => {
    const workers = pool(() => new Promise(() => undefined), { stallMilliseconds: 30, stallPerMegapixel: 100 });
    const ended: string[] = [];
    const [large, other] = [2, 0].map((megapixels) =>
      workers.run(task(), { expectedBytes: 1, megapixels }).catch((error: unknown) => {
        ended.push(megapixels > 0 ? 'large' : 'small');
        return error;
      }),
    );
    expect(await other).toMatchObject({ code: 'codec-hung' });
    expect(await large).toMatchObject({ code: 'codec-hung' });
    expect(ended).toEqual(['small', 'large']);
    expect(workers.workers).toBe(0);
  });

  it('does not count a slow worker as hung while it makes steps', async () => {
    const workers = pool(
      async ({ source }, onStep) => {
        for (const step of ['decode', 'resize', 'encode', 'finish'] as const) {
          onStep(step);
          await new Promise((later) => setTimeout(later, 40));
        }
        return { ...done, bytes: source };
      },
      { stallMilliseconds: 90, stallPerMegapixel: 0 },
    );
    await expect(workers.run(task(), small)).resolves.toBeDefined();
    workers.close();
  });

  it('tells of the steps of a task to who gave it, and of no other', async () => {
    const workers = pool(
      async ({ source }, onStep) => {
        onStep(source[0] === 1 ? 'decode' : 'encode');
        return { ...done, bytes: source };
      },
      { size: 1 },
    );
    const steps: string[] = [];
    for (const name of [1, 2])
      await workers.run(task(name), { ...small, onStep: (step) => steps.push(`${name} ${step}`) });
    expect(steps).toEqual(['1 decode', '2 encode']);
    workers.close();
  });

  it('hands a worker the way to its codecs once, and opens no channel for a task', async () => {
    const loads: unknown[] = [];
    const opened = vi.spyOn(globalThis, 'MessageChannel');
    const workers = pool(
      async ({ source }, onStep, load) => {
        onStep('decode');
        loads.push(await load('jpeg-encoder').catch((thrown: unknown) => (thrown as Error).message));
        return { ...done, bytes: source };
      },
      { size: 1 },
    );
    await workers.run(task(1), small);
    const forTheFirst = opened.mock.calls.length;
    expect(forTheFirst).toBeGreaterThan(0);
    for (const name of [2, 3, 4]) await workers.run(task(name), { ...small, onStep: () => undefined });
    expect(opened.mock.calls.length).toBe(forTheFirst);
    expect(loads).toEqual(Array(4).fill('not here'));
    opened.mockRestore();
    workers.close();
  });

  it('cancels a waiting task without a worker, and a running one by ending its worker', async () => {
    const workers = pool(() => new Promise(() => undefined), { size: 1 });
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = workers.run(task(), { ...small, signal: running.signal });
    const second = workers.run(task(), { ...small, signal: waiting.signal });
    waiting.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    expect(workersStarted).toHaveLength(1);
    running.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(workersStarted[0]?.ended).toBe(true);
  });

  it('ends idle workers, and one whose memory has grown at once', async () => {
    let memoryBytes = 1;
    const workers = pool(async ({ source }) => ({ ...done, bytes: source, memoryBytes }), {
      idleMilliseconds: 20,
      recycleAbove: 100,
    });
    await workers.run(task(), small);
    expect(workers.workers).toBe(1);
    await vi.waitFor(() => expect(workers.workers).toBe(0));
    memoryBytes = 101;
    await workers.run(task(), small);
    expect(workers.workers).toBe(0);
  });

  it('counts what idle workers hold: the same work grows in it, and for other work they are ended where memory is short', async () => {
    const workers = pool(async ({ source }) => ({ ...done, bytes: source, memoryBytes: 40 }), { memoryBudget: 100 });
    const run = (output: string, expectedBytes: number): Promise<unknown> =>
      workers.run({ ...task(), plan: { output } as Plan }, { expectedBytes, megapixels: 0 });
    await Promise.all([run('webp', 45), run('webp', 45)]);
    // Both hold 40, in which this grows: 45 and the other's 40.
    await run('webp', 45);
    expect(workersStarted.map(({ ended }) => ended)).toEqual([false, false]);
    // With 50 of its own beside the 40 of one: there is no room for the other's.
    await run('avif', 50);
    expect(workersStarted.map(({ ended }) => ended).toSorted()).toEqual([false, true]);
    expect(workersStarted).toHaveLength(2);
    // Not beside anything.
    await run('jxl', 90);
    expect(workersStarted.map(({ ended }) => ended)).toEqual([true, true, false]);
    workers.close();
  });

  it('lets what a worker held before count until its task ends', async () => {
    const begun: (() => void)[] = [];
    const carryOut: CarryOut = async ({ source }) => {
      await new Promise<void>((end) => begun.push(end));
      return { ...done, bytes: source, memoryBytes: 40 };
    };
    const workers = pool(carryOut, { memoryBudget: 100 });
    const run = (output: string): Promise<unknown> =>
      workers.run({ ...task(), plan: { output } as Plan }, { expectedBytes: 40, megapixels: 0 });
    const first = run('webp');
    await vi.waitFor(() => expect(begun).toHaveLength(1));
    begun[0]?.();
    await first;
    const started: string[] = [];
    const others = ['avif', 'jxl'].map((output) =>
      workers.run(
        { ...task(), plan: { output } as Plan },
        { expectedBytes: 40, megapixels: 0, onStart: () => started.push(output) },
      ),
    );
    await vi.waitFor(() => expect(begun).toHaveLength(2));
    // 40 beside the 40 that were there: no other 40.
    expect(started).toEqual(['avif']);
    begun[1]?.();
    await vi.waitFor(() => expect(begun).toHaveLength(3));
    begun[2]?.();
    await Promise.all(others);
    workers.close();
  });

  it('makes what is large only when its turn has come, and lets its slot go when that fails', async () => {
    const workers = pool(async ({ source }) => ({ ...done, bytes: source }), { size: 1 });
    const made: number[] = [];
    const inTurn = (name: number) => async (given: Task) => {
      made.push(name);
      if (name === 2) throw new CompressionError('too-complex');
      await new Promise((later) => setTimeout(later, 10));
      return { ...given, source: new Uint8Array([name * 10]) };
    };
    const runs = [1, 2, 3].map((name) => workers.run(task(name), { ...small, inTurn: inTurn(name) }));
    await vi.waitFor(() => expect(made).toEqual([1]));
    const ends = await Promise.allSettled(runs);
    expect(made).toEqual([1, 2, 3]);
    expect(ends.map((end) => (end.status === 'fulfilled' ? end.value.bytes[0] : 'none'))).toEqual([10, 'none', 30]);
    expect(ends[1]).toMatchObject({ reason: { code: 'too-complex' } });
    workers.close();
  });

  it('gives no task to a worker that died while it waited for one', async () => {
    const workers = pool(async ({ source }) => ({ ...done, bytes: source }));
    workers.warm();
    workersStarted[0]?.dispatchEvent(new Event('error'));
    expect(workers.workers).toBe(0);
    await expect(workers.run(task(), small)).resolves.toBeDefined();
    expect(workersStarted).toHaveLength(2);
    workers.close();
  });
});
