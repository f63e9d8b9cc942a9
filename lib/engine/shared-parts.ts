/**
 * Who does which part of a running task: idle workers take them from the first on, and when the task comes to one that nobody has
 * begun, it is the task's own. A part that was begun and given up is the task's own too, so that nothing hangs on who is lent.
 */
import type { AskForPart, PartResult, Task } from './task.ts';

export interface SharedParts {
  /** The bytes that the next part to be begun may use; null where none is left. */
  readonly next: number | null;
  /** Begins it: what a worker is to be given. */
  begin(): BegunPart;
  readonly ask: AskForPart;
  /** No other is begun. What the task's worker was given to ask by outlives the task, and must not keep the Source. */
  end(): void;
}

export interface BegunPart extends Pick<Task, 'plan' | 'source'> {
  readonly part: number;
  /** Resolves when the task has come to it. */
  readonly worthBelow: () => Promise<number>;
  /** Whether the task waits for it: until then the task's own steps say whether it hangs. */
  readonly isAwaited: () => boolean;
  /** @param result null where it was given up */
  settle(result: PartResult | null): void;
}

interface Part {
  state: 'open' | 'begun' | 'awaited' | 'own';
  readonly worthBelow: Deferred<number>;
  readonly result: Deferred<PartResult | null>;
}

/** @param bytes that each of `partsOf(plan)` may use @param task of which a copy is kept, since its worker takes the buffers */
export function sharedParts({ plan, source }: Task, bytes: readonly number[]): SharedParts {
  const parts = bytes.map((): Part => ({ state: 'open', worthBelow: deferred(), result: deferred() }));
  let copy: Task['source'] | null = source.slice();
  const nextOpen = (): number => (copy ? parts.findIndex(({ state }) => state === 'open') : -1);
  return {
    get next() {
      return bytes[nextOpen()] ?? null;
    },
    begin() {
      const at = nextOpen();
      const part = parts[at];
      if (!part || !copy) throw new RangeError('no part is left');
      part.state = 'begun';
      return {
        plan,
        source: copy.slice(),
        part: at,
        worthBelow: () => part.worthBelow.promise,
        isAwaited: () => part.state === 'awaited',
        settle: part.result.resolve,
      };
    },
    async ask(at, worthBelow) {
      // They are asked for in their order: what was passed over has no use any more.
      for (const passed of parts.slice(0, at + 1)) if (passed.state === 'open') passed.state = 'own';
      const part = parts[at];
      if (part?.state !== 'begun') return null;
      part.state = 'awaited';
      part.worthBelow.resolve(worthBelow);
      return part.result.promise;
    },
    end() {
      copy = null;
    },
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((given) => (resolve = given));
  return { promise, resolve };
}
