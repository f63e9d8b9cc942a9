/**
 * A pool of codec workers, started when first needed, ended when idle; `schedule.ts` says which task is next. WASM cannot be
 * interrupted, so to cancel, to stop a hang, and to get rid of what a failed codec leaks, a worker is ended and replaced; and
 * WASM memories never shrink, so what idle workers hold counts where another task needs memory.
 */
import { proxy, releaseProxy, transfer, wrap, type Remote } from 'comlink';
import type { LoadWasm } from '../core/codecs/codec.ts';
import type { Compressed } from '../core/pipeline/run.ts';
import type { Step } from '../core/pipeline/steps.ts';
import { MOST_THREADS } from '../core/codecs/threads.ts';
import { CompressionError } from '../core/errors.ts';
import type { IsolatedWorkers, PoolWorker } from './isolated-workers.ts';
import { buffersOf, type CodecWorkerApi, type HearPixels, type StepMessage, type Task } from './task.ts';
import { aborted } from './aborted.ts';
import { nextStart, type Waiting } from './schedule.ts';
import { createWatchdog } from './watchdog.ts';

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

interface Member {
  readonly threads: number;
  readonly worker: PoolWorker;
  readonly api: Remote<CodecWorkerApi>;
  idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes of its WASM memories. */
  held: number;
  /** Of the task that they have grown in. */
  kind: string;
}

/** What a run may use, with what its worker held before. */
interface Running {
  bytes: number;
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
  const idle: Member[] = [];
  const members = new Set<Member>();
  const queue: Queued[] = [];
  const running = new Set<Running>();

  function dispatch(): void {
    const machine = { cores: options.size, memoryBudget };
    for (;;) {
      const at = nextStart(
        queue,
        [...running].map(({ bytes }) => bytes),
        machine,
      );
      if (at === null) return;
      const [next] = queue.splice(at, 1);
      if (!next) return;
      if (!next.urgent) for (const passed of queue.slice(0, at)) passed.passed++;
      next.start(queue.length === 0 && running.size === 0);
    }
  }

  function start(threads: number): Member {
    const isolated = threads > 1 ? options.isolated : undefined;
    const worker = isolated ? isolated.start(threads) : options.startWorker();
    const api = wrap<CodecWorkerApi>(worker as Worker);
    const member: Member = { threads, worker, api, idleTimer: undefined, held: 0, kind: '' };
    members.add(member);
    // One that dies while nobody waits for it is not given a task.
    worker.addEventListener('error', () => idle.includes(member) && end(member));
    // In order: it is heard before the first task. A worker that can't be started says so by an event. The isolated frame has codecs of its own.
    if (!isolated) void api.begin(proxy(options.load));
    return member;
  }

  /** An idle worker, the one that holds least beside what the task needs, or a new one. Where memory is short, others are ended first. */
  function hire(kind: string, taken: Running, threads: number): Member {
    // In a task of its kind the same memories grew.
    const needed = taken.bytes;
    const beside = (member: Member): number => Math.max(0, member.held - (member.kind === kind ? needed : 0));
    const isOver = (free: Member | null): boolean =>
      sum(running, ({ bytes }) => bytes) + sum(idle, (member) => (member === free ? beside(member) : member.held)) >
      memoryBudget;
    // Of equals the one that worked last, so that those which are not needed end.
    let free = least(
      idle.toReversed().filter((member) => member.threads === threads),
      beside,
    );
    while (isOver(free)) {
      const other = least(
        idle.filter((member) => member !== free && member.held > 0),
        ({ held }) => -held,
      );
      if (other) end(other);
      else if (free && beside(free) > 0) {
        end(free);
        free = null;
      } else break;
    }
    if (!free) return start(threads);
    clearTimeout(free.idleTimer);
    idle.splice(idle.indexOf(free), 1);
    taken.bytes += beside(free);
    return free;
  }

  function end(member: Member): void {
    clearTimeout(member.idleTimer);
    members.delete(member);
    const at = idle.indexOf(member);
    if (at >= 0) idle.splice(at, 1);
    member.worker.terminate();
    member.api[releaseProxy]();
  }

  function rest(member: Member): void {
    member.idleTimer = setTimeout(() => end(member), idleMilliseconds);
    idle.push(member);
  }

  async function work(
    waiting: Task,
    { inTurn, ...run }: RunOptions,
    taken: Running,
    threads: number,
  ): Promise<Compressed> {
    const task = inTurn ? await inTurn(waiting) : waiting;
    if (run.signal?.aborted) throw new CompressionError('cancelled');
    const kind = `${task.plan.input} ${task.plan.output}`;
    const member = hire(kind, taken, threads);
    const settled = new AbortController();
    const watch = createWatchdog(stallMilliseconds + stallPerMegapixel * run.megapixels);
    const hear = (event: Event): void => {
      const { data } = event as MessageEvent<unknown>;
      if (!isStep(data)) return;
      watch.progress();
      run.onStep?.(data.step);
    };
    member.worker.addEventListener('message', hear);
    try {
      const answer = await Promise.race([
        member.api.run(transfer(task, buffersOf(task)), run.onPixels ? proxy(run.onPixels) : null),
        watch.hung,
        died(member.worker, task, settled.signal),
        aborted(run.signal, settled.signal),
      ]);
      if (!answer.ok) throw CompressionError.fromRecord(answer.error);
      Object.assign(member, { held: answer.memoryBytes, kind });
      if (member.held > recycleAbove) end(member);
      else rest(member);
      return { bytes: answer.bytes, receipt: answer.receipt };
    } catch (thrown) {
      end(member);
      throw CompressionError.from(thrown, 'codec-failed', { format: task.plan.output });
    } finally {
      watch.stop();
      member.worker.removeEventListener('message', hear);
      settled.abort();
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
            const taken: Running = { bytes: run.expectedBytes };
            running.add(taken);
            run.onStart?.();
            // Before anyone hears of its end, and asks for the next.
            const over = (): void => {
              running.delete(taken);
              dispatch();
            };
            work(task, run, taken, run.threaded ? threadsFor(options.size, isAlone) : 1)
              .finally(over)
              .then(resolve, reject);
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
    warm() {
      if (members.size === 0) rest(start(1));
    },
    size: options.size,
    memoryLimit,
    get workers() {
      return members.size;
    },
    close() {
      for (const member of [...members]) end(member);
    },
  };
}

function sum<T>(all: Iterable<T>, bytesOf: (one: T) => number): number {
  let bytes = 0;
  for (const one of all) bytes += bytesOf(one);
  return bytes;
}

function least<T>(all: readonly T[], bytesOf: (one: T) => number): T | null {
  return all.reduce<T | null>((best, one) => (best && bytesOf(best) <= bytesOf(one) ? best : one), null);
}

/** Two at least, since with one the bytes are others; they may be more than there are cores, and share them. */
function threadsFor(cores: number, isAlone: boolean): number {
  return isAlone ? Math.min(cores, MOST_THREADS) : 2;
}

/** Not one of comlink's own answers. */
function isStep(data: unknown): data is StepMessage {
  return typeof data === 'object' && data !== null && 'step' in data;
}

/** A worker that fails outside of a call (it could not be loaded, or ran out of memory) says so by an event. */
function died(worker: PoolWorker, task: Task, settled: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (event: Event): void => {
      const cause = 'message' in event ? event.message : event.type;
      reject(new CompressionError('codec-failed', { format: task.plan.output }, { cause }));
    };
    worker.addEventListener('error', fail, { once: true, signal: settled });
    worker.addEventListener('messageerror', fail, { once: true, signal: settled });
  });
}
