import { afterEach, describe, expect, it, vi } from 'vitest';
import { withEarlyJobs } from '../../../../components/panel/early-jobs.ts';

const source = { read: vi.fn(() => Promise.resolve({ late: 1 })), watch: vi.fn(() => () => undefined) };

afterEach(() => {
  delete (globalThis as { earlyJobs?: unknown }).earlyJobs;
  vi.clearAllMocks();
});

describe('a reading that began before the page’s modules', () => {
  it('is taken over with what changed meanwhile, and is listened to no longer', async () => {
    const stop = vi.fn();
    const changes = [{ b: { newValue: 3 } }, { a: {}, b: { newValue: 4 } }];
    Object.assign(globalThis, { earlyJobs: { items: Promise.resolve({ a: 1, b: 2, c: 9 }), changes, stop } });
    expect(await withEarlyJobs(source).read()).toEqual({ a: undefined, b: 4, c: 9 });
    expect(stop).toHaveBeenCalledOnce();
    expect(source.read).not.toHaveBeenCalled();
  });

  it('is not missed where there is none', async () => {
    expect(await withEarlyJobs(source).read()).toEqual({ late: 1 });
  });
});
