import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Live } from '../../components/live.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function followed() {
  let [value, changed] = [0, (): void => undefined];
  const read = vi.fn(async () => value);
  const live = new Live({ read, watch: (hear) => ((changed = hear), () => undefined), clock: () => 0 });
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
