/**
 * The pool's workers, at work and idle: started when they are needed, ended when they are not. WASM memories never shrink, so what
 * idle workers hold counts where another task needs memory.
 */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { LoadWasm } from '../core/codecs/codec.ts';
import type { IsolatedWorkers, PoolWorker } from './isolated-workers.ts';
import type { CodecWorkerApi } from './task.ts';

export interface Member {
  readonly threads: number;
  readonly worker: PoolWorker;
  readonly api: Remote<CodecWorkerApi>;
  idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes of its WASM memories. */
  held: number;
  /** Of the task that they have grown in. */
  kind: string;
}

export interface MembersOptions {
  readonly startWorker: () => PoolWorker;
  readonly isolated: IsolatedWorkers | undefined;
  readonly load: LoadWasm;
  readonly memoryBudget: number;
  readonly recycleAbove: number;
  readonly idleMilliseconds: number;
  /** Bytes that all that work may use, the one that is hired for counted. */
  readonly inUse: () => number;
}

export interface Members {
  /**
   * An idle worker, the one that holds least beside what the task needs, or a new one. Where memory is short, others are ended first.
   *
   * @param taken what the task may use; what its worker held before is added
   */
  hire(kind: string, taken: { bytes: number }, threads: number): Member;
  /** One that has done what it was hired for. @param held bytes of its WASM memories */
  rest(member: Member, held: number, kind: string): void;
  end(member: Member): void;
  warm(): void;
  close(): void;
  readonly count: number;
  /** Bytes that the idle ones hold. */
  readonly held: number;
}

export function createMembers(options: MembersOptions): Members {
  const idle: Member[] = [];
  const all = new Set<Member>();

  function start(threads: number): Member {
    const isolated = threads > 1 ? options.isolated : undefined;
    const worker = isolated ? isolated.start(threads) : options.startWorker();
    const api = wrap<CodecWorkerApi>(worker as Worker);
    const member: Member = { threads, worker, api, idleTimer: undefined, held: 0, kind: '' };
    all.add(member);
    // One that dies while nobody waits for it is not given a task.
    worker.addEventListener('error', () => idle.includes(member) && end(member));
    // In order: it is heard before the first task. A worker that can't be started says so by an event. The isolated frame has codecs of its own.
    if (!isolated) void api.begin(proxy(options.load));
    return member;
  }

  function end(member: Member): void {
    clearTimeout(member.idleTimer);
    all.delete(member);
    const at = idle.indexOf(member);
    if (at >= 0) idle.splice(at, 1);
    member.worker.terminate();
    member.api[releaseProxy]();
  }

  function keep(member: Member): void {
    member.idleTimer = setTimeout(() => end(member), options.idleMilliseconds);
    idle.push(member);
  }

  return {
    hire(kind, taken, threads) {
      // In a task of its kind the same memories grew.
      const needed = taken.bytes;
      const beside = (member: Member): number => Math.max(0, member.held - (member.kind === kind ? needed : 0));
      const isOver = (free: Member | null): boolean =>
        options.inUse() + sum(idle, (member) => (member === free ? beside(member) : member.held)) >
        options.memoryBudget;
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
    },
    rest(member, held, kind) {
      Object.assign(member, { held, kind });
      if (held > options.recycleAbove) end(member);
      else keep(member);
    },
    end,
    warm() {
      if (all.size === 0) keep(start(1));
    },
    close() {
      for (const member of [...all]) end(member);
    },
    get count() {
      return all.size;
    },
    get held() {
      return sum(idle, ({ held }) => held);
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
