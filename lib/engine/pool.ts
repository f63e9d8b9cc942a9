/**
 * A pool of codec workers (`members.ts`); `schedule.ts` says which task is next. WASM cannot be interrupted, so to cancel, to stop a
 * hang, and to get rid of what a failed codec leaks, a worker is ended and replaced. While nothing waits, cores that are free do parts
 * of what runs (`lending.ts`).
 */
import { proxy, transfer } from 'comlink';
import type { LoadWasm } from '../core/codecs/codec.ts';
import type { Compressed } from '../core/pipeline/run.ts';
import type { Step } from '../core/pipeline/steps.ts';
import { MOST_THREADS } from '../core/codecs/threads.ts';
import { CompressionError } from '../core/errors.ts';
import type { IsolatedWorkers, PoolWorker } from './isolated-workers.ts';
import { createLending, type Borrower } from './lending.ts';
import { createMembers } from './members.ts';
import { nextStart, type Waiting } from './schedule.ts';
import { sharedParts, type SharedParts } from './shared-parts.ts';
import { buffersOf, buffersOfPart, type AskForPart, type HearPixels, type Task } from './task.ts';
import { callWorker } from './worker-call.ts';

export interface PoolOptions {
  /** Cores. */
  readonly size: number;
  readonly startWorker: () => PoolWorker;
  /** Workers that may have threads. */
  readonly isolated?: IsolatedWorkers;
  readonly load: LoadWasm;
  /** Memory that all running tasks may be expected to use together; one that needs more runs alone. */
  readonly memoryBudget?: number;
  /** Memory that a single task may be expected to use: the machine has no more. */
  readonly memoryLimit?: number;
  /** A worker whose WASM memories have grown past this is replaced. */
  readonly recycleAbove?: number;
  /** Idle workers are ended after this. */
  readonly idleMilliseconds?: number;
  /** Without progress for this long by the machine's time (see `createWatchdog`), plus `stallPerMegapixel` for each megapixel, a worker counts as hung. */
  readonly stallMilliseconds?: number;
  readonly stallPerMegapixel?: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Its turn has come. */
  readonly onStart?: () => void;
  /** Puts in what is too large to wait in memory for its turn. */
  readonly inTurn?: (task: Task) => Promise<Task>;
  readonly onStep?: (step: Step) => void;
  /** Hears of the pixels before the encoder, where they were not given with the task. */
  readonly onPixels?: HearPixels | undefined;
  /** Goes before what waits and is not: a person looks on. */
  readonly urgent?: boolean | undefined;
  /** Peak heap that the task is expected to need, in bytes. */
  readonly expectedBytes: number;
  readonly megapixels: number;
  /** See `Waiting`. */
  readonly cost?: number;
  /** It is encoded on threads: all cores where it is alone, else two, which share the cores with what else runs. */
  readonly threaded?: boolean;
  /** Peak heaps, in bytes, of those of `partsOf(plan)` that other workers may do meanwhile. */
  readonly parts?: readonly number[];
}

export interface Pool {
  /** @throws CompressionError: the task's own, `cancelled`, `codec-hung`, `too-much-memory`, or `codec-failed` when the worker died. */
  run(task: Task, options: RunOptions): Promise<Compressed>;
  /** Whether a task may be `threaded`. */
  hasThreads(): Promise<boolean>;
  /** Starts a worker for what comes next, where none is there. */
  warm(): void;
  /** Tasks that may run at once. */
  readonly size: number;
  /** Bytes that a task may be expected to use. */
  readonly memoryLimit: number;
  readonly workers: number;
  close(): void;
}

interface Queued extends Waiting {
  passed: number;
  start(isAlone: boolean): void;
}

interface Running extends Borrower {
  /** What it may use, with what its worker held before. */
  bytes: number;
  readonly threads: number;
  parts: SharedParts | null;
  progress: () => void;
}

export function createPool(options: PoolOptions): Pool {
  const {
    memoryBudget = 1.5e9,
    memoryLimit = Infinity,
    recycleAbove = 256e6,
    idleMilliseconds = 10_000,
    stallMilliseconds = 60_000,
    stallPerMegapixel = 6_000,
  } = options;
  const queue: Queued[] = [];
  const running = new Set<Running>();
  const inUse = (): number => [...running].reduce((sum, { bytes }) => sum + bytes, lending.bytes);
  const members = createMembers({
    startWorker: options.startWorker,
    isolated: options.isolated,
    load: options.load,
    memoryBudget,
    recycleAbove,
    idleMilliseconds,
    inUse,
  });
  const lending = createLending({
    members,
    borrowers: running,
    hasRoom(bytes) {
      const busy = [...running].reduce((sum, { threads }) => sum + threads, lending.count);
      return queue.length === 0 && busy < options.size && inUse() + members.held + bytes <= memoryBudget;
    },
  });

  function dispatch(): void {
    const machine = { cores: options.size, memoryBudget };
    for (;;) {
      const at = nextStart(
        queue,
        [...running].map(({ bytes }) => bytes),
        machine,
      );
      if (at === null) break;
      const [next] = queue.splice(at, 1);
      if (!next) break;
      lending.giveWay(() => running.size + lending.count < options.size && inUse() + next.bytes <= memoryBudget);
      if (!next.urgent) for (const passed of queue.slice(0, at)) passed.passed++;
      next.start(queue.length === 0 && running.size === 0);
    }
  }

  async function work(waiting: Task, { inTurn, ...run }: RunOptions, taken: Running): Promise<Compressed> {
    const task = inTurn ? await inTurn(waiting) : waiting;
    if (run.signal?.aborted) throw new CompressionError('cancelled');
    const kind = `${task.plan.input} ${task.plan.output}`;
    const member = members.hire(kind, taken, taken.threads);
    const parts = run.parts && run.parts.length > 0 ? sharedParts(task, run.parts) : null;
    const call = callWorker(
      member.worker,
      async () =>
        member.api.run(
          transfer(task, buffersOf(task)),
          run.onPixels ? proxy(run.onPixels) : null,
          parts ? proxy(answerWith(parts)) : null,
        ),
      {
        patience: taken.patience,
        signal: run.signal,
        onStep(step) {
          run.onStep?.(step);
          // Not as a core gets free: between two images of a batch it does for a moment.
          lending.lend();
        },
        onProgress: (progress) => (taken.progress = progress),
      },
    );
    taken.parts = parts;
    try {
      const answer = await call;
      if (!answer.ok) throw CompressionError.fromRecord(answer.error);
      members.rest(member, answer.memoryBytes, kind);
      return { bytes: answer.bytes, receipt: answer.receipt };
    } catch (thrown) {
      members.end(member);
      throw CompressionError.from(thrown, 'codec-failed', { format: task.plan.output });
    } finally {
      taken.parts = null;
      parts?.end();
      lending.endPartsOf(taken);
    }
  }

  return {
    run(task, run) {
      return new Promise((resolve, reject) => {
        const cancelled = (): CompressionError => new CompressionError('cancelled');
        if (run.signal?.aborted) return reject(cancelled());
        if (run.expectedBytes > memoryLimit) {
          const limit = Math.floor((run.megapixels * memoryLimit) / run.expectedBytes);
          return reject(new CompressionError('too-much-memory', { format: task.plan.output, limit }));
        }
        const waiting: Queued = {
          urgent: run.urgent ?? false,
          cost: run.cost ?? 0,
          bytes: run.expectedBytes,
          passed: 0,
          start(isAlone) {
            run.signal?.removeEventListener('abort', leave);
            const taken: Running = {
              bytes: run.expectedBytes,
              threads: run.threaded ? threadsFor(options.size, isAlone) : 1,
              patience: stallMilliseconds + stallPerMegapixel * run.megapixels,
              parts: null,
              progress: () => undefined,
            };
            running.add(taken);
            run.onStart?.();
            // Before anyone hears of its end, and asks for the next.
            const over = (): void => {
              running.delete(taken);
              dispatch();
            };
            work(task, run, taken).finally(over).then(resolve, reject);
          },
        };
        const leave = (): void => {
          const at = queue.indexOf(waiting);
          if (at < 0) return;
          queue.splice(at, 1);
          reject(cancelled());
          // What was kept free for it.
          dispatch();
        };
        run.signal?.addEventListener('abort', leave, { once: true });
        queue.push(waiting);
        dispatch();
      });
    },
    hasThreads: async () => options.size > 1 && ((await options.isolated?.available()) ?? false),
    warm: members.warm,
    size: options.size,
    memoryLimit,
    get workers() {
      return members.count;
    },
    close: members.close,
  };
}

/** Two at least, since with one the bytes are others; they may be more than there are cores, and share them. */
function threadsFor(cores: number, isAlone: boolean): number {
  return isAlone ? Math.min(cores, MOST_THREADS) : 2;
}

/** For the worker of the task: what is sent to it goes with its buffers. */
function answerWith({ ask }: SharedParts): AskForPart {
  return async (part, worthBelow) => {
    const result = await ask(part, worthBelow);
    return result && transfer(result, buffersOfPart(result));
  };
}
