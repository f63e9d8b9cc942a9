import { describe, expect, it, vi } from 'vitest';
import type { Candidate } from '../../../lib/core/pipeline/pipeline-context.ts';
import type { Plan } from '../../../lib/core/pipeline/plan.ts';
import type { Receipt } from '../../../lib/core/model/receipt.ts';
import { createPool, type Pool, type PoolOptions, type RunOptions } from '../../../lib/engine/pool.ts';
import { serveTasks, type CarryOut, type CarryOutPart } from '../../../lib/engine/serve-tasks.ts';
import type { AskForPart, PartAnswer, PartResult, Task } from '../../../lib/engine/task.ts';
import { ChannelWorker } from './channel-worker.ts';

const started: ChannelWorker[] = [];
const receipt = { notes: [] } as unknown as Receipt;
/** Its step is heard on the way. */
const aWhile = (): Promise<unknown> => new Promise((later) => setTimeout(later, 20));
const never = (): Promise<never> => new Promise(() => undefined);

/** A task that first does what is its own, then asks for each of its parts; its result says which of them were done elsewhere. */
function taskWith(own: () => Promise<unknown>, parts = 1): CarryOut {
  return async (_task, onStep, _load, _onPixels, ask) => {
    onStep('decode');
    await own();
    onStep('encode');
    const answers: (PartResult | null)[] = [];
    for (let at = 0; at < parts; at++) answers.push((await ask?.(at, 1000 + at)) ?? null);
    return { ok: true, receipt, memoryBytes: 1, bytes: new Uint8Array(answers.map((answer) => bytesOf(answer))) };
  };
}

function bytesOf(answer: PartResult | null): number {
  return answer?.candidate?.bytes[0] ?? 0;
}

function part(byte: number): PartAnswer {
  const candidate = { bytes: new Uint8Array([byte]) } as unknown as Candidate;
  return { ok: true, result: { candidate, isSource: false }, memoryBytes: 1 };
}

function pool(carryOut: CarryOut, carryOutPart: CarryOutPart, options: Partial<PoolOptions> = {}): Pool {
  started.length = 0;
  return createPool({
    size: 2,
    startWorker: () => {
      const worker = new ChannelWorker((endpoint) => serveTasks(carryOut, endpoint, carryOutPart));
      started.push(worker);
      return worker as unknown as Worker;
    },
    load: () => Promise.reject(new Error('not here')),
    ...options,
  });
}

function task(): Task {
  return { plan: { input: 'jpeg', output: 'jpeg' } as Plan, source: new Uint8Array([7]) };
}

const plain: RunOptions = { expectedBytes: 10, megapixels: 0 };
const withPart: RunOptions = { ...plain, parts: [10] };

describe('an idle worker', () => {
  it('does a part of what runs, is told what it has to be smaller than, and waits for the next then', async () => {
    const given: unknown[] = [];
    const workers = pool(taskWith(aWhile), async ({ source, part: at }, _onStep, _load, worthBelow) => {
      given.push(source[0], at, await worthBelow());
      return part(5);
    });
    expect((await workers.run(task(), withPart)).bytes).toEqual(new Uint8Array([5]));
    expect(given).toEqual([7, 0, 1000]);
    expect(started).toHaveLength(2);
    expect(started.some(({ ended }) => ended)).toBe(false);
    workers.close();
  });

  it('does one part after the other, and leaves to the task what it has not begun', async () => {
    const begun: number[] = [];
    let asked: () => void = () => undefined;
    const second = new Promise<void>((resolve) => (asked = resolve));
    const carryOut: CarryOut = async (_task, onStep, _load, _onPixels, ask) => {
      onStep('decode');
      await aWhile();
      const all = [ask?.(0, 1), ask?.(1, 1), ask?.(2, 1)] as ReturnType<AskForPart>[];
      const late = await all[2];
      asked();
      return {
        ok: true,
        receipt,
        memoryBytes: 1,
        bytes: new Uint8Array([await all[0], await all[1], late].map((answer) => bytesOf(answer ?? null))),
      };
    };
    const workers = pool(carryOut, async ({ part: at }) => {
      begun.push(at);
      await second;
      return part(at + 1);
    });
    expect((await workers.run(task(), { ...plain, parts: [1, 1, 1] })).bytes).toEqual(new Uint8Array([1, 0, 0]));
    expect(begun).toEqual([0]);
    workers.close();
  });

  it.each<[string, CarryOutPart, (worker: ChannelWorker) => void]>([
    ['fails', async () => ({ ok: false }), () => undefined],
    ['throws', async () => Promise.reject(new Error('no memory')), () => undefined],
    ['dies', never, (worker) => worker.dispatchEvent(new Event('error'))],
    ['hangs', never, () => undefined],
  ])('that %s is no failure of the task, which does the part by itself', async (_, carryOutPart, end) => {
    const workers = pool(taskWith(aWhile), carryOutPart, { stallMilliseconds: 200, stallPerMegapixel: 0 });
    const run = workers.run(task(), withPart);
    await vi.waitFor(() => expect(started).toHaveLength(2));
    end(started[1] as ChannelWorker);
    expect((await run).bytes).toEqual(new Uint8Array([0]));
    expect(started.map(({ ended }) => ended)).toEqual([false, true]);
    workers.close();
  });

  it('is given up at once when another task comes, which does not wait', async () => {
    let go: () => void = () => undefined;
    const own = new Promise<void>((resolve) => (go = resolve));
    let first = true;
    const carryOut: CarryOut = async (...given) => {
      if (!first) return { ok: true, receipt, memoryBytes: 1, bytes: new Uint8Array([9]) };
      first = false;
      return taskWith(() => own)(...given);
    };
    const workers = pool(carryOut, never);
    const run = workers.run(task(), withPart);
    await vi.waitFor(() => expect(started).toHaveLength(2));
    const other = workers.run(task(), plain);
    expect(started[1]?.ended).toBe(true);
    expect((await other).bytes).toEqual(new Uint8Array([9]));
    go();
    expect((await run).bytes).toEqual(new Uint8Array([0]));
    workers.close();
  });

  it('comes to a task that began on a busy machine, once a core is free and it makes a step', async () => {
    const ends: (() => void)[] = [];
    let begun = 0;
    const carryOut: CarryOut = async (...given) => taskWith(() => new Promise<void>((end) => ends.push(end)))(...given);
    const workers = pool(carryOut, async () => {
      begun++;
      return part(3);
    });
    const [last, other] = [workers.run(task(), withPart), workers.run(task(), plain)];
    await vi.waitFor(() => expect(ends).toHaveLength(2));
    expect(begun).toBe(0);
    ends[1]?.();
    await other;
    expect(begun).toBe(0);
    ends[0]?.();
    expect((await last).bytes).toEqual(new Uint8Array([3]));
    expect(begun).toBe(1);
    workers.close();
  });

  it.each<[string, Partial<PoolOptions>, RunOptions]>([
    ['there is no memory for both', { memoryBudget: 15 }, withPart],
    ['there is but one core', { size: 1 }, withPart],
    ['the task has all cores by its threads', {}, { ...withPart, threaded: true }],
  ])('is not lent where %s', async (_, options, how) => {
    const carryOutPart = vi.fn<CarryOutPart>(async () => part(1));
    const workers = pool(taskWith(aWhile), carryOutPart, options);
    expect((await workers.run(task(), how)).bytes).toEqual(new Uint8Array([0]));
    expect(carryOutPart).not.toHaveBeenCalled();
    workers.close();
  });

  it('ends with the task, when that is cancelled and when it has no use for the part', async () => {
    const stop = new AbortController();
    const workers = pool(taskWith(never), never);
    const run = workers.run(task(), { ...withPart, signal: stop.signal });
    await vi.waitFor(() => expect(started).toHaveLength(2));
    stop.abort();
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(started.map(({ ended }) => ended)).toEqual([true, true]);
    const others = pool(taskWith(aWhile, 0), never);
    await others.run(task(), withPart);
    expect(started.map(({ ended }) => ended)).toEqual([false, true]);
    others.close();
  });
});
