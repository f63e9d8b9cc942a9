/** What the engine tells the background: in order, many at a time, and again until it is heard. */
import { CompressionError, type ErrorRecord } from '../core/errors.ts';
import type { EngineEvent } from '../core/protocol/messages.ts';

export interface Outbox {
  /**
   * Resolves when the background has written it down.
   *
   * @param mayWait for others, a little: each message makes the background write records, and every view draw rows
   */
  post(event: EngineEvent, mayWait?: boolean): Promise<void>;
}

interface OutboxOptions {
  /** ms between two tries when the background does not answer; it is woken by each. */
  readonly pause?: number;
  /** ms from one message to the next where all that it would tell may wait. */
  readonly apart?: number;
}

/**
 * One message is under way at a time; what happens meanwhile goes with the next. So a batch of small images costs few
 * messages, and a single image waits for none.
 *
 * @param send rejects when the background did not answer, however often it was asked
 */
export function createOutbox(
  send: (events: readonly EngineEvent[]) => Promise<unknown>,
  { pause = 1_000, apart = 100 }: OutboxOptions = {},
): Outbox {
  let waiting: { readonly event: EngineEvent; readonly mayWait: boolean; readonly heard: () => void }[] = [];
  let sending = false;
  let lastSent = -Infinity;
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function work(): Promise<void> {
    if (sending) return;
    sending = true;
    while (waiting.length > 0 && !isEarly()) {
      const batch = waiting;
      waiting = [];
      lastSent = performance.now();
      await sent(batch.map(({ event }) => event));
      for (const { heard } of batch) heard();
    }
    sending = false;
  }

  /** Then it is seen to that what waits is sent in time. */
  function isEarly(): boolean {
    const left = lastSent + apart - performance.now();
    if (left <= 0 || waiting.some(({ mayWait }) => !mayWait)) return false;
    timer ??= setTimeout(() => {
      timer = null;
      void work();
    }, left);
    return true;
  }

  async function sent(events: readonly EngineEvent[]): Promise<void> {
    for (;;) {
      try {
        await send(events);
        return;
      } catch (thrown) {
        const error = CompressionError.from(thrown);
        // It did not answer: it is asked again. It refused: it would do so again.
        if (error.code === 'engine-stopped') await new Promise((later) => setTimeout(later, pause));
        else return oneByOne(events, error.toRecord());
      }
    }
  }

  /** Only what is refused is given up; its run ends then, so that nobody waits for it. */
  async function oneByOne(events: readonly EngineEvent[], error: ErrorRecord): Promise<void> {
    const [event] = events;
    if (event && events.length === 1) {
      const { id, attempt, kind } = event;
      if (kind !== 'failed') await sent([{ id, attempt, kind: 'failed', error, source: null }]);
      return;
    }
    for (const each of events) await sent([each]);
  }

  return {
    post: (event, mayWait = false) =>
      new Promise((heard) => {
        waiting.push({ event, mayWait, heard });
        // In the same turn more may come.
        if (!sending) void Promise.resolve().then(work);
      }),
  };
}
