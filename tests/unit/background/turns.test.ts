import { expect, it, vi } from 'vitest';
import { createTurns } from '../../../lib/background/turns.ts';

it('does what is asked for one key in order, also after a failure, and other keys meanwhile', async () => {
  const inTurn = createTurns<string>();
  const done: string[] = [];
  let finish: () => void = () => undefined;
  const first = inTurn('a', async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    throw new Error('first');
  });
  const second = inTurn('a', async () => void done.push('second'));
  await inTurn('b', async () => void done.push('other'));
  expect(done).toEqual(['other']);
  finish();
  await expect(first).rejects.toThrow('first');
  await second;
  expect(done).toEqual(['other', 'second']);
});

it('waits no longer than it is told', async () => {
  vi.useFakeTimers();
  try {
    const inTurn = createTurns<number>(1000);
    void inTurn(1, () => new Promise(() => undefined));
    const next = vi.fn(async () => undefined);
    void inTurn(1, next);
    await vi.advanceTimersByTimeAsync(900);
    expect(next).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(next).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
});
