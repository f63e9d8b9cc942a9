import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Live } from '../../components/live.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function followed(untilChange = (_value: number, _now: number): number => Infinity) {
  let [value, changed] = [0, (): void => undefined];
  const read = vi.fn(async () => value);
  const live = new Live({ read, watch: (hear) => ((changed = hear), () => undefined), clock: Date.now, untilChange });
  return {
    live,
    read,
    change(to: number): void {
      value = to;
      changed();
    },
  };
}

describe('what is kept elsewhere and followed', () => {
  it('is read at once, and for a hundred changes no more than twice', async () => {
    const { live, read, change } = followed();
    await vi.advanceTimersByTimeAsync(0);
    expect(live.current).toBe(0);
    for (let to = 1; to <= 100; to++) change(to);
    await vi.advanceTimersByTimeAsync(1000);
    expect(live.current).toBe(100);
    expect(read).toHaveBeenCalledTimes(2);
    live.stop();
  });

  it('wakes when what is shown of it is another, and not at all where it is not', async () => {
    vi.setSystemTime(0);
    const still = followed();
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(0);
    const untilChange = vi.fn((_: number, now: number) => (now < 90_000 ? 90_000 - now : Infinity));
    const { live } = followed(untilChange);
    await vi.advanceTimersByTimeAsync(500);
    const shownAt = live.now;
    await vi.advanceTimersByTimeAsync(88_000);
    // A minute at most, since the machine may have slept.
    expect(untilChange).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(500_000);
    expect(live.now).toBeGreaterThanOrEqual(90_000);
    expect(live.now - shownAt).toBeLessThan(91_000);
    expect(vi.getTimerCount()).toBe(0);
    for (const each of [still.live, live]) each.stop();
  });

  it('is read again after a reading that failed', async () => {
    const { live, read, change } = followed();
    await vi.advanceTimersByTimeAsync(1000);
    read.mockRejectedValueOnce(new Error('gone'));
    change(1);
    await vi.advanceTimersByTimeAsync(1000);
    change(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(live.current).toBe(2);
    live.stop();
  });
});
