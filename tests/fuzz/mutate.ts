/** Damaging files in the ways that parsers trip over. */
import type { Random } from './random.ts';

/** Lengths, counts and offsets that are nobody's friends; written in 1, 2, 4 or 8 bytes of either order. */
const NUMBERS = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  15,
  16,
  127,
  128,
  255,
  256,
  32_767,
  32_768,
  65_535,
  65_536,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 53,
  2 ** 64 - 1,
];

const MAX_LENGTH = 200_000;

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) =>
    overwrite(bytes, random.below(bytes.length), [bytes[random.below(bytes.length)]! ^ (1 << random.below(8))]),
  (bytes, random) => overwrite(bytes, random.below(bytes.length), [random.below(256)]),
  (bytes, random) => overwrite(bytes, random.below(bytes.length), number(random)),
  (bytes, random) => overwrite(bytes, random.below(Math.min(64, bytes.length)), number(random)),
  // A number of its own, put somewhere else: offsets that point back, lengths that overlap.
  (bytes, random) =>
    overwrite(
      bytes,
      random.below(bytes.length),
      bytes.subarray(random.below(bytes.length)).subarray(0, 1 + random.below(8)),
    ),
  (bytes, random) => overwrite(bytes, random.below(bytes.length), sizeOf(random.below(bytes.length + 16), random)),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => replace(bytes, random.below(bytes.length), 1 + random.below(32), new Uint8Array()),
  (bytes, random) => {
    const from = random.below(bytes.length);
    return replace(bytes, random.below(bytes.length), 0, bytes.subarray(from, from + 1 + random.below(300)));
  },
  (bytes, random) => {
    const from = random.below(bytes.length);
    const part = bytes.subarray(from, from + 1 + random.below(40));
    return replace(bytes, from, 0, repeat(part, 1 + random.below(60)));
  },
  (bytes, random, other) => {
    const from = random.below(other.length);
    return replace(
      bytes,
      random.below(bytes.length),
      random.below(200),
      other.subarray(from, from + 1 + random.below(400)),
    );
  },
  (bytes, random, other) =>
    replace(bytes, random.below(bytes.length), bytes.length, other.subarray(random.below(other.length))),
  (bytes, random) =>
    replace(
      bytes,
      random.below(bytes.length),
      random.below(16),
      new Uint8Array(random.below(64)).fill(random.pick([0, 0xff, 0x41])),
    ),
];

/** One to eight kinds of damage, one on top of the other. */
export function mutate(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let damaged = bytes.slice();
  for (let left = 1 << random.below(4); left > 0; left--) {
    if (damaged.length === 0) damaged = other.slice();
    damaged = random.pick(MUTATIONS)(damaged, random, other).slice(0, MAX_LENGTH);
  }
  return damaged;
}

function overwrite(bytes: Uint8Array, at: number, data: ArrayLike<number>): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < data.length && at + i < copy.length; i++) copy[at + i] = data[i]!;
  return copy;
}

function replace(bytes: Uint8Array, at: number, length: number, data: Uint8Array): Uint8Array {
  const tail = bytes.subarray(at + length);
  const result = new Uint8Array(at + data.length + tail.length);
  result.set(bytes.subarray(0, at));
  result.set(data, at);
  result.set(tail, at + data.length);
  return result;
}

function repeat(bytes: Uint8Array, times: number): Uint8Array {
  const result = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) result.set(bytes, i * bytes.length);
  return result;
}

function number(random: Random): Uint8Array {
  return sizeOf(random.pick(NUMBERS) + random.pick([-1, 0, 0, 0, 1]), random);
}

function sizeOf(value: number, random: Random): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)));
  const part = bytes.subarray(8 - random.pick([1, 2, 4, 8]));
  return random.below(2) === 0 ? part : part.slice().reverse();
}
