import { describe, expect, it } from 'vitest';
import { optimalCodes } from '../../../../lib/core/jpeg/optimal-codes.ts';

function frequenciesOf(counts: readonly number[]): Uint32Array {
  const frequencies = new Uint32Array(256);
  frequencies.set(counts);
  return frequencies;
}

/** The sum of all bits by any Huffman code, the reserved value's too: the weights of all trees that are merged. */
function leastBits(counts: readonly number[]): number {
  const trees = [...counts.filter((count) => count > 0), 1];
  let bits = 0;
  while (trees.length > 1) {
    trees.sort((a, b) => a - b);
    const merged = trees.splice(0, 2).reduce((sum, weight) => sum + weight, 0);
    bits += merged;
    trees.push(merged);
  }
  return bits;
}

function pseudoRandom(count: number, most: number): number[] {
  let seed = 7;
  return Array.from({ length: count }, () => (seed = (seed * 48_271) % 2_147_483_647) % most);
}

describe('optimalCodes', () => {
  it.each([
    ['equal counts, where only the order of values decides', Array.from({ length: 37 }, () => 5)],
    ['few counts with many equals', pseudoRandom(200, 4)],
    ['all values with counts of many sizes', pseudoRandom(256, 1 << 20)],
    ['one value', [0, 0, 9]],
  ])('has the fewest bits for %s', (_, counts) => {
    const { lengths, values, counts: perLength } = optimalCodes(frequenciesOf(counts));
    const longest = perLength.findLastIndex((count) => count > 0) + 1;
    const own = counts.reduce((sum, count, value) => sum + count * (lengths[value] ?? 0), 0);
    // The reserved value has a longest code, or, where it was parted from all others of its length, one bit more of it.
    expect([own + longest, own + longest + 1]).toContain(leastBits(counts));
    expect([...values].sort((a, b) => a - b)).toEqual(counts.flatMap((count, value) => (count > 0 ? [value] : [])));
  });

  it('gives no code of all ones, none that begins another, and none over 16 bits', () => {
    const counts = Array.from({ length: 40 }, (_, at) => Math.floor(1.6 ** at));
    const { codes, lengths, values } = optimalCodes(frequenciesOf(counts));
    const texts = [...values].map((value) => (codes[value] ?? 0).toString(2).padStart(lengths[value] ?? 0, '0'));
    expect(Math.max(...texts.map(({ length }) => length))).toBe(16);
    expect(texts.filter((text) => !text.includes('0'))).toEqual([]);
    for (const text of texts) expect(texts.filter((other) => other.startsWith(text))).toEqual([text]);
  });

  it('is the same code as ever for the same counts: files do not change', () => {
    const { counts, values } = optimalCodes(frequenciesOf([3, 0, 3, 3, 1, 1, 8, 1, 0, 2]));
    expect([...counts]).toEqual([0, 1, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...values]).toEqual([6, 0, 2, 3, 9, 4, 5, 7]);
  });
});
