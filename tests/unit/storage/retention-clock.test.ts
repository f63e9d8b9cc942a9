import { describe, expect, it } from 'vitest';
import { remoteRetentionClock, localRetentionClock } from '../../../lib/storage/retention-clock.ts';
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
