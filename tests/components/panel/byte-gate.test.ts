import { expect, it } from 'vitest';
import { createByteGate } from '../../../components/panel/byte-gate.ts';

it('lets in as many bytes as it is told, what is larger alone, and each in its turn', async () => {
  const gate = createByteGate(10);
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
