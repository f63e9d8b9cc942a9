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

/**
 * A tree in one number, by whose size trees are merged: the lightest first, and among equals the one that has the highest value. So the
 * reserved value is among the longest codes. Counts of a picture are below 2 ** 40, and so this is a whole number.
 */
const PLACES = 512;
const keyOf = (weight: number, highest: number): number => weight * PLACES + (RESERVED - highest);
const weightOf = (key: number): number => Math.floor(key / PLACES);
const placeOf = (key: number): number => key % PLACES;

/** Codes of at most 16 bits, the shortest in sum. @param frequencies of the 256 values; those that are 0 get no code */
export function optimalCodes(frequencies: ArrayLike<number>): OptimalCodes {
  const leaves = sortedLeaves(frequencies);
  const perLength = limited(codeLengths(leaves));
  // From the most frequent on, and of equals the lowest value first: the leaves from their end.
  const values = new Uint8Array(leaves.length - 1);
  let next = 0;
  for (let at = leaves.length - 1; at >= 0; at--) {
    const value = RESERVED - placeOf(leaves[at]!);
    if (value !== RESERVED) values[next++] = value;
  }
  const codes = new Uint16Array(256);
  const lengths = new Uint8Array(256);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < perLength[length]! && index < values.length; i++) {
      codes[values[index]!] = code++;
      lengths[values[index++]!] = length;
    }
    code <<= 1;
  }
  return { counts: Uint8Array.from(perLength.subarray(1, 17)), values, codes, lengths };
}

/** Of the values that are there and the reserved one. */
function sortedLeaves(frequencies: ArrayLike<number>): Float64Array {
  const leaves = new Float64Array(RESERVED + 1);
  let count = 0;
  for (let value = 0; value < RESERVED; value++) {
    const frequency = frequencies[value]!;
    if (frequency > 0) leaves[count++] = keyOf(frequency, value);
  }
  leaves[count++] = keyOf(1, RESERVED);
  return leaves.subarray(0, count).sort();
}

/** How many codes there are of each length, without limit; the reserved one is counted. */
function codeLengths(leaves: Float64Array): Uint32Array {
  const count = leaves.length;
  /** Of the leaves, and behind them of the merged trees as they come. */
  const parents = new Uint16Array(2 * count);
  /** Merged trees that wait: they come almost in order, so that both queues' heads are the lightest of all. */
  const merged = new Float64Array(count);
  const nodes = new Uint16Array(count);
  let [leaf, head, tail] = [0, 0, 0];
  for (let node = count; node < 2 * count - 1; node++) {
    let weight = 0;
    let place = PLACES;
    for (let side = 0; side < 2; side++) {
      const isLeaf = head === tail || (leaf < count && leaves[leaf]! < merged[head]!);
      const key = isLeaf ? leaves[leaf]! : merged[head]!;
      parents[isLeaf ? leaf++ : nodes[head++]!] = node;
      weight += weightOf(key);
      place = Math.min(place, placeOf(key));
    }
    const key = weight * PLACES + place;
    let at = tail++;
    for (; at > head && merged[at - 1]! > key; at--) {
      merged[at] = merged[at - 1]!;
      nodes[at] = nodes[at - 1]!;
    }
    merged[at] = key;
    nodes[at] = node;
  }
  const depths = new Uint16Array(2 * count);
  const counts = new Uint32Array(RESERVED + 2);
  // The root came last. A single value has the reserved one beside it; with none there is no tree.
  for (let node = 2 * count - 3; node >= 0; node--) {
    const depth = (depths[node] = depths[parents[node]!]! + 1);
    if (node < count) counts[depth]!++;
  }
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
