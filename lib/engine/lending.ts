/**
 * Idle workers do parts of the tasks that run. What is lent is never anybody's reason to wait: it is given up at once, its worker
 * ended, when a task needs the core or the memory, and when the task that it is a part of has ended.
 */
import { proxy, transfer } from 'comlink';
import type { Member, Members } from './members.ts';
import type { BegunPart, SharedParts } from './shared-parts.ts';
import { callWorker } from './worker-call.ts';

/** A task that runs, as far as its parts go. */
export interface Borrower {
  /** Once it has a worker, until it ends. */
  readonly parts: SharedParts | null;
  /** ms without a step after which its own worker counts as hung. */
  readonly patience: number;
  /** A sign of life for it, which may be waiting for a part. */
  readonly progress: () => void;
}

export interface Lending {
  /** Begins parts as long as there is room for them. */
  lend(): void;
  /** @param isEnough whether what is left of them leaves room */
  giveWay(isEnough: () => boolean): void;
  endPartsOf(borrower: Borrower): void;
  /** Workers that are lent. */
  readonly count: number;
  /** Bytes that they may use. */
  readonly bytes: number;
}

export interface LendingOptions {
  readonly members: Members;
  /** Those that run. */
  readonly borrowers: Iterable<Borrower>;
  /** Whether a part that may use so many bytes takes nothing from anybody. */
  readonly hasRoom: (bytes: number) => boolean;
}

interface Lent {
  readonly to: Borrower;
  bytes: number;
  giveUp(): void;
}

export function createLending({ members, borrowers, hasRoom }: LendingOptions): Lending {
  const lent = new Set<Lent>();

  function lend(): void {
    for (const to of borrowers) {
      for (let bytes = to.parts?.next; typeof bytes === 'number' && hasRoom(bytes); bytes = to.parts?.next) {
        const begun = to.parts?.begin();
        if (begun) void carryOut(begun, to, bytes).finally(lend);
      }
    }
  }

  async function carryOut(
    { worthBelow, isAwaited, settle, ...task }: BegunPart,
    to: Borrower,
    bytes: number,
  ): Promise<void> {
    const over = new AbortController();
    const kind = `${task.plan.input} part ${task.part}`;
    const taken: Lent = { to, bytes, giveUp: () => undefined };
    lent.add(taken);
    const progress = (): void => {
      if (isAwaited()) to.progress();
    };
    const member = hired(kind, taken);
    if (!member) {
      lent.delete(taken);
      settle(null);
      return;
    }
    // At once: whoever needs its room does not wait until this has noticed.
    taken.giveUp = () => {
      lent.delete(taken);
      members.end(member);
      over.abort();
    };
    const answer = await callWorker(
      member.worker,
      async () => member.api.runPart(transfer(task, [task.source.buffer]), proxy(worthBelow)),
      // Before the task that may be waiting for it counts as hung.
      { patience: to.patience / 2, signal: over.signal, onStep: progress },
    ).catch(() => null);
    progress();
    const isKept = lent.delete(taken);
    if (isKept && answer?.ok) members.rest(member, answer.memoryBytes, kind);
    else if (isKept) members.end(member);
    settle(answer?.ok ? answer.result : null);
  }

  /** Null where no worker can be started: then the task does the part itself. */
  function hired(kind: string, taken: Lent): Member | null {
    try {
      return members.hire(kind, taken, 1);
    } catch {
      return null;
    }
  }

  return {
    lend,
    giveWay(isEnough) {
      for (const last of [...lent].reverse()) if (!isEnough()) last.giveUp();
    },
    endPartsOf(borrower) {
      for (const part of lent) if (part.to === borrower) part.giveUp();
    },
    get count() {
      return lent.size;
    },
    get bytes() {
      return [...lent].reduce((sum, { bytes }) => sum + bytes, 0);
    },
  };
}
