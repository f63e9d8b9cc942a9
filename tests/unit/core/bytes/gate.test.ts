import { describe, expect, it } from 'vitest';
import { createGate } from '../../../../lib/core/bytes/gate.ts';

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

  it('lets in as many bytes as it is told, what is larger alone, and each in its turn', async () => {
    const gate = createGate(10);
    const inside: string[] = [];
    const ends = new Map<string, () => void>();
    const enter = async (name: string, bytes: number): Promise<void> => {
      const leave = await gate.enter(bytes);
      inside.push(name);
      ends.set(name, leave);
    };
    const leave = async (name: string): Promise<void> => {
      ends.get(name)?.();
      await new Promise(setImmediate);
    };
    const all = [enter('a', 4), enter('b', 4), enter('large', 50), enter('c', 4), enter('d', 6), enter('e', 1)];
    await new Promise(setImmediate);
    expect(inside).toEqual(['a', 'b']);
    await leave('a');
    expect(inside).toEqual(['a', 'b']);
    await leave('b');
    expect(inside).toEqual(['a', 'b', 'large']);
    await leave('large');
    expect(inside).toEqual(['a', 'b', 'large', 'c', 'd']);
    // Twice is once.
    await leave('large');
    expect(inside).toHaveLength(5);
    await leave('d');
    await Promise.all(all);
    expect(inside.at(-1)).toBe('e');
  });
});
