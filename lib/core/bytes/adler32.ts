/** The checksum at the end of zlib data: RFC 1950, 8.2. */

const MODULUS = 65_521;

/** Steps for which the sums of bytes stay below 2^32: RFC 1950, 9. */
const STEPS = 5552;

/** @param before what the bytes that came before them gave */
export function adler32(bytes: Uint8Array, before = 1): number {
  let [a, b] = [before % 65_536, Math.floor(before / 65_536)];
  for (let from = 0; from < bytes.length; from += STEPS) {
    const to = Math.min(bytes.length, from + STEPS);
    for (let i = from; i < to; i++) {
      a += bytes[i]!;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return b * 65_536 + a;
}
