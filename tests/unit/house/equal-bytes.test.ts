/** What makes Vitest's comparison of bytes quick, and what it still tells apart. */
import { expect, it } from 'vitest';

const LENGTH = 1000;

it.each([
  ['another byte', new Uint8Array(LENGTH).fill(1, 5, 6)],
  ['another length', new Uint8Array(LENGTH - 1)],
  ['other elements of the same bytes', new Uint16Array(LENGTH / 2)],
])('bytes with %s are not equal', (_, other) => {
  expect(() => expect(new Uint8Array(LENGTH)).toEqual(other)).toThrow();
});

it('a part of a buffer equals a copy of that part', () => {
  const bytes = Uint8Array.from({ length: LENGTH }, (_, at) => at);
  expect(bytes.subarray(10, 20)).toEqual(bytes.slice(10, 20));
  expect({ bytes: bytes.subarray(10, 20) }).not.toEqual({ bytes: bytes.subarray(11, 21) });
});
