/**
 * What is known to be held without counting it anew: in a batch each put would read all records, so that the thousandth
 * costs a hundred times what the tenth does. A memory of one context: others put, too, so it is trusted for a second, and
 * only while half of the room is free.
 */
export interface Usage {
  /** Whether so many bytes more fit for certain; they are counted then. @param now ms since the epoch */
  fits(bytes: number, now: number): boolean;
  /** All records were read: they take so many bytes. */
  counted(bytes: number, now: number): void;
}

/** ms */
const TRUSTED_FOR = 1_000;

/** @param capacity bytes */
export function createUsage(capacity: number): Usage {
  let taken = 0;
  let countedAt = -Infinity;
  return {
    fits(bytes, now) {
      const isFresh = now >= countedAt && now < countedAt + TRUSTED_FOR;
      if (!isFresh || taken + bytes > capacity / 2) return false;
      taken += bytes;
      return true;
    },
    counted(bytes, now) {
      [taken, countedAt] = [bytes, now];
    },
  };
}
