/** Huffman codes that fit what is coded: T.81, K.2. */

/** Contents of DHT without its first byte: 16 counts by length, then the values; and each value's code. */
export interface OptimalCodes {
  readonly counts: Uint8Array;
  readonly values: Uint8Array;
  readonly codes: Uint16Array;
  readonly lengths: Uint8Array;
}

/** No code may be all ones, so one value more than there are takes the last place: K.2. */
const RESERVED = 256;

/** Codes of at most 16 bits, the shortest in sum. @param frequencies of the 256 values; those that are 0 get no code */
export function optimalCodes(frequencies: Float64Array): OptimalCodes {
  const perLength = limited(codeLengths(frequencies));
  const order = Array.from({ length: 256 }, (_, value) => value)
    .filter((value) => frequencies[value]! > 0)
    .sort((a, b) => frequencies[b]! - frequencies[a]! || a - b);
  const codes = new Uint16Array(256);
  const lengths = new Uint8Array(256);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < perLength[length]! && index < order.length; i++) {
      codes[order[index]!] = code++;
      lengths[order[index++]!] = length;
    }
    code <<= 1;
  }
  return { counts: Uint8Array.from(perLength.subarray(1, 17)), values: Uint8Array.from(order), codes, lengths };
}

/** How many codes there are of each length, without limit; the reserved one is counted. */
function codeLengths(frequencies: Float64Array): Uint32Array {
  const weights = new Float64Array(RESERVED + 1);
  weights.set(frequencies.subarray(0, 256));
  weights[RESERVED] = 1;
  let trees = [...weights.keys()]
    .filter((value) => weights[value]! > 0)
    .map((value) => ({ weight: weights[value]!, last: value, leaves: [value] }));
  const lengths = new Uint32Array(RESERVED + 1);
  // The reserved value is first among equals to be merged, so that it is among the longest.
  const before = (a: { weight: number; last: number }, b: { weight: number; last: number }): number =>
    a.weight - b.weight || b.last - a.last;
  trees.sort(before);
  while (trees.length > 1) {
    const [a, b, ...rest] = trees as [(typeof trees)[0], (typeof trees)[0], ...typeof trees];
    const merged = { weight: a.weight + b.weight, last: Math.max(a.last, b.last), leaves: [...a.leaves, ...b.leaves] };
    for (const leaf of merged.leaves) lengths[leaf]!++;
    const place = rest.findIndex((tree) => before(tree, merged) > 0);
    rest.splice(place < 0 ? rest.length : place, 0, merged);
    trees = rest;
  }
  const counts = new Uint32Array(RESERVED + 2);
  for (const length of lengths) if (length > 0) counts[length]!++;
  // A single value has the reserved one beside it.
  return counts;
}

/** K.2, ADJUST_BITS: pairs of too long codes move up under a shorter one; then the reserved code, a longest, goes. */
function limited(counts: Uint32Array): Uint32Array {
  for (let length = counts.length - 1; length > 16; length--) {
    while (counts[length]! > 0) {
      let shorter = length - 2;
      while (counts[shorter] === 0) shorter--;
      counts[length]! -= 2;
      counts[length - 1]!++;
      counts[shorter + 1]! += 2;
      counts[shorter]!--;
    }
  }
  let longest = 16;
  while (longest > 0 && counts[longest] === 0) longest--;
  if (longest > 0) counts[longest]!--;
  return counts;
}
