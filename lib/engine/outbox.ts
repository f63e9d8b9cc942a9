/** What the engine tells the background: in order, many at a time, and again until it is heard. */
import { CompressionError, type ErrorRecord } from '../core/errors.ts';
import type { EngineEvent } from '../core/protocol/messages.ts';

export interface Outbox {
  /** Resolves when the background has written it down. */
  post(event: EngineEvent): Promise<void>;
}

/** ms between two tries when the background does not answer; it is woken by each. */
const PAUSE = 1_000;

/**
 * One message is under way at a time; what happens meanwhile goes with the next. So a batch of small images costs few
 * messages, and a single image waits for none.
 *
 * @param send rejects when the background did not answer, however often it was asked
 */
export function createOutbox(send: (events: readonly EngineEvent[]) => Promise<unknown>, pause = PAUSE): Outbox {
  let waiting: { readonly event: EngineEvent; readonly heard: () => void }[] = [];
  let sending = false;

  async function work(): Promise<void> {
    sending = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await sent(batch.map(({ event }) => event));
      for (const { heard } of batch) heard();
    }
    sending = false;
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
    post: (event) =>
      new Promise((heard) => {
        waiting.push({ event, heard });
        // In the same turn more may come.
        if (!sending) void Promise.resolve().then(() => (sending ? undefined : work()));
      }),
  };
}
