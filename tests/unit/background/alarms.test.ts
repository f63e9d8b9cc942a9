import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createAlarms, type Alarms } from '../../../lib/background/alarms.ts';
import type { Job } from '../../../lib/core/model/job.ts';

/** The browser's alarms, and how often it was called. */
const set = new Map<string, object>();
let calls: string[] = [];
vi.mock('wxt/browser', () => ({
  browser: {
    alarms: {
      get: async (name: string) => {
        calls.push(`get ${name}`);
        return set.get(name);
      },
      create: async (name: string, when: object) => {
        calls.push(`create ${name}`);
        set.set(name, when);
      },
      clear: async (name: string) => set.delete(name),
    },
  },
}));

let next: number | null = null;
let running = false;
const recover = vi.fn(async () => undefined);
const AHEAD = 5_000;
const alarms = (): Alarms =>
  createAlarms({
    expire: async () => next,
    clock: () => Date.now() + AHEAD,
    recover,
    stillRunning: async () => running,
  });
const job = (state: Job['state']): Job => ({ state }) as Job;

beforeEach(() => {
  set.clear();
  calls = [];
  next = null;
  running = false;
  recover.mockClear();
});

describe('while a job runs', () => {
  it('the background is woken to look after it, and asks the browser for the alarm once', async () => {
    const the = alarms();
    for (const state of ['queued', 'acquiring', 'compressing'] as const) await the.jobChanged(job(state));
    expect(set.get('watch')).toEqual({ periodInMinutes: 0.5 });
    expect(calls).toEqual(['get watch', 'create watch']);
  });

  it('an alarm that an earlier life has set stays as it is', async () => {
    set.set('watch', { periodInMinutes: 0.5 });
    await alarms().jobChanged(job('compressing'));
    expect(calls).toEqual(['get watch']);
  });

  it('what was lost is taken up again when it rings, until nothing runs', async () => {
    const the = alarms();
    await the.jobChanged(job('compressing'));
    running = true;
    await the.rang('watch');
    expect(recover).toHaveBeenCalledOnce();
    expect(set.has('watch')).toBe(true);
    running = false;
    await the.rang('watch');
    expect(set.has('watch')).toBe(false);
    await the.jobChanged(job('compressing'));
    expect(set.has('watch')).toBe(true);
  });
});

describe('what is held', () => {
  it('has an alarm at its deadline, by the browser’s clock', async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    next = 1_600_000 + AHEAD;
    await alarms().reschedule();
    expect(set.get('expire')).toEqual({ when: 1_600_000 });
    vi.useRealTimers();
  });

  it('has none when there is nothing', async () => {
    set.set('expire', { when: 1 });
    await alarms().reschedule();
    expect(set.has('expire')).toBe(false);
  });

  it('sets one when a job ends, and does not ask again for each of a batch', async () => {
    const the = alarms();
    next = Date.now() + 60_000;
    for (let ended = 0; ended < 3; ended++) await the.jobChanged(job('ready'));
    expect(calls).toEqual(['get expire', 'create expire']);
  });

  it('has the next one when it rang, since an alarm without a period goes', async () => {
    const the = alarms();
    next = Date.now() + 60_000;
    await the.reschedule();
    set.delete('expire');
    await the.rang('expire');
    expect(set.has('expire')).toBe(true);
    expect(recover).not.toHaveBeenCalled();
  });
});
