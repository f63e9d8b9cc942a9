import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWatchdog } from '../../../lib/engine/watchdog.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function hungAfter(
  limit: number,
  share: () => number,
  act: (at: number, watch: ReturnType<typeof createWatchdog>) => void = () => undefined,
): Promise<number | null> {
  const watch = createWatchdog(limit, share);
  let hung = false;
  void watch.hung.catch(() => (hung = true));
  for (let at = 0; at < 600; at++) {
    act(at, watch);
    await vi.advanceTimersByTimeAsync(1000);
    if (hung) {
      watch.stop();
      return at + 1;
    }
  }
  watch.stop();
  return null;
}

describe('the watchdog', () => {
  it('ends what is silent on a quiet machine after its limit', async () => {
    expect(await hungAfter(60_000, () => 1)).toBe(60);
  });

  it('waits the longer the less the machine gives', async () => {
    expect(await hungAfter(60_000, () => 0.25)).toBe(240);
  });

  it('waits as long as there are signs of life', async () => {
    expect(
      await hungAfter(
        60_000,
        () => 1,
        (at, watch) => (at % 50 === 0 ? watch.progress() : undefined),
      ),
    ).toBe(null);
  });

  it('says after how many seconds of the machine it gave up', async () => {
    const watch = createWatchdog(5_000, () => 1);
    await vi.advanceTimersByTimeAsync(6_000);
    await expect(watch.hung).rejects.toMatchObject({ code: 'codec-hung', parameters: { seconds: 5 } });
    watch.stop();
  });
});
