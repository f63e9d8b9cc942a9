import { describe, expect, it } from 'vitest';
import { createGate } from '../../../lib/engine/gate.ts';

describe('the gate', () => {
  it('lets as many through at a time as it is told, in their order, also after one that fails', async () => {
    const gate = createGate(2);
    const began: number[] = [];
    let inside = 0;
    let most = 0;
    const results = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6].map((name) =>
        gate.through(async () => {
          began.push(name);
          most = Math.max(most, ++inside);
          await new Promise((later) => setTimeout(later, 5));
          inside--;
          if (name === 2) throw new Error('no');
          return name;
        }),
      ),
    );
    expect(began).toEqual([1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('gives a turn back once, however often that is said', async () => {
    const gate = createGate(1);
    const leave = await gate.enter();
    expect(gate.inside).toBe(1);
    leave();
    leave();
    expect(gate.inside).toBe(0);
    const [first, second] = [gate.enter(), gate.enter()];
    (await first)();
    await second;
    expect(gate.inside).toBe(1);
  });
});
