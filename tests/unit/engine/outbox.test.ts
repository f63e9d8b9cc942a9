import { describe, expect, it, vi } from 'vitest';
import { newJobId } from '../../../lib/core/model/job.ts';
import { CompressionError } from '../../../lib/core/errors.ts';
import type { EngineEvent } from '../../../lib/core/protocol/messages.ts';
import { createOutbox } from '../../../lib/engine/outbox.ts';

const event = (attempt: number): EngineEvent => ({ id: newJobId(), attempt, kind: 'acquiring' });

describe('what the engine tells', () => {
  it('goes at once when nothing is under way, and together when something is', async () => {
    const sent: number[][] = [];
    let answer = (): void => undefined;
    const outbox = createOutbox((events) => {
      sent.push(events.map(({ attempt }) => attempt));
      return new Promise<void>((resolve) => {
        answer = resolve;
      });
    });
    const heard: number[] = [];
    for (const attempt of [1, 2, 3]) void outbox.post(event(attempt)).then(() => heard.push(attempt));
    await vi.waitFor(() => expect(sent).toEqual([[1, 2, 3]]));
    for (const attempt of [4, 5]) void outbox.post(event(attempt));
    expect(heard).toEqual([]);
    answer();
    await vi.waitFor(() =>
      expect(sent).toEqual([
        [1, 2, 3],
        [4, 5],
      ]),
    );
    expect(heard).toEqual([1, 2, 3]);
  });

  it('waits for others, where it may, while the last message is not long ago, and for none where it may not', async () => {
    const sent: number[][] = [];
    const outbox = createOutbox(async (events) => void sent.push(events.map(({ attempt }) => attempt)), { apart: 1e9 });
    await outbox.post(event(1), true);
    void outbox.post(event(2), true);
    await new Promise((later) => setTimeout(later, 5));
    void outbox.post(event(3), true);
    await new Promise((later) => setTimeout(later, 5));
    expect(sent).toEqual([[1]]);
    await outbox.post(event(4));
    expect(sent).toEqual([[1], [2, 3, 4]]);
  });

  it('that waits is sent by itself in the end', async () => {
    const sent: number[][] = [];
    const outbox = createOutbox(async (events) => void sent.push(events.map(({ attempt }) => attempt)), { apart: 20 });
    await Promise.all([1, 2, 3].map((attempt) => outbox.post(event(attempt), true)));
    await outbox.post(event(4), true);
    expect(sent).toEqual([[1, 2, 3], [4]]);
  });

  it('is told again, in its order, until it is heard', async () => {
    const sent: number[][] = [];
    let dead = true;
    const outbox = createOutbox(
      async (events) => {
        sent.push(events.map(({ attempt }) => attempt));
        if (dead) throw new CompressionError('engine-stopped');
      },
      { pause: 1 },
    );
    const heard = Promise.all([outbox.post(event(1)), outbox.post(event(2))]);
    await vi.waitFor(() => expect(sent.length).toBeGreaterThan(2));
    const later = outbox.post(event(3));
    dead = false;
    await Promise.all([heard, later]);
    expect(sent.at(-2)).toEqual([1, 2]);
    expect(sent.at(-1)).toEqual([3]);
  });

  it('does not stand still for one that the background refuses: its run is told to have failed', async () => {
    const heardOf: EngineEvent[] = [];
    const outbox = createOutbox(
      async (events) => {
        if (events.some(({ attempt, kind }) => attempt === 2 && kind !== 'failed'))
          throw new CompressionError('internal', {}, { cause: new Error('malformed') });
        heardOf.push(...events);
      },
      { pause: 1 },
    );
    await Promise.all([1, 2, 3].map((attempt) => outbox.post(event(attempt))));
    expect(heardOf.map(({ attempt, kind }) => `${attempt} ${kind}`)).toEqual([
      '1 acquiring',
      '2 failed',
      '3 acquiring',
    ]);
  });
});
