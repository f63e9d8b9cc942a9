import { describe, expect, it, vi } from 'vitest';
import { localRetentionClock, rememberedFor, remoteRetentionClock } from '../../../lib/storage/retention-clock.ts';
import { DEFAULT_SETTINGS } from '../../../lib/storage/settings/schema.ts';

const session = { get: async (key: string): Promise<Record<string, unknown>> => ({ [key]: 1 }) };

describe('outside of a build for tests', () => {
  it("the person's choice counts, as it is now, and the clock is the machine's", async () => {
    let idleMinutes = 5;
    const terms = localRetentionClock({ load: async () => ({ ...DEFAULT_SETTINGS, idleMinutes }) }, session);
    expect(await terms.idle()).toBe(300_000);
    idleMinutes = 60;
    expect(await terms.idle()).toBe(3_600_000);
    expect(await terms.settings()).toEqual({ idle: 3_600_000 });
    expect(Math.abs(terms.clock() - Date.now())).toBeLessThan(1000);
  });

  it('a context that asks gets the same, and takes no other clock', async () => {
    const terms = remoteRetentionClock(async () => ({ idle: 7, clockOffset: 1e9 }));
    expect(await terms.idle()).toBe(7);
    expect(Math.abs(terms.clock() - Date.now())).toBeLessThan(1000);
  });
});

it('an answer is waited for only where the last one is too old, and asked for again beside its use', async () => {
  vi.useFakeTimers();
  const ask = vi.fn<() => Promise<number>>();
  let count = 0;
  ask.mockImplementation(async () => ++count);
  const remembered = rememberedFor(1_000, 60_000, ask);
  expect(await remembered()).toBe(1);
  vi.advanceTimersByTime(900);
  expect(await remembered()).toBe(1);
  expect(ask).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(30_000);
  // Asked again; what comes of it is for the next one.
  expect(await remembered()).toBe(1);
  expect(await remembered()).toBe(2);
  expect(ask).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(61_000);
  expect(await remembered()).toBe(3);
  vi.advanceTimersByTime(2_000);
  ask.mockRejectedValueOnce(new Error('nobody there'));
  await remembered();
  // What could not be asked is not known any more.
  expect(await remembered()).toBe(4);
  vi.useRealTimers();
});
