/**
 * Threads of the encoders that can have more than one, AVIF's and JPEG XL's. Their builds with threads do the work
 * everywhere: with none they need no cross-origin isolation, and JPEG XL's is the only one that has SIMD.
 *
 * No two runs on the same picture may differ by what else the machine does. JPEG XL's bytes are the same with any number of
 * threads. AVIF's are the same with 2 as with 8, and others with one (libaom's row-based threading, up to 1 % more): so
 * where there can be threads the picture's size alone says whether it gets them, and never the load.
 */
import type { OutputFormat } from '../image/inspection.ts';

export interface ThreadRange {
  /** With fewer it would be encoded otherwise. */
  readonly least: number;
  readonly most: number;
}

const ONE: ThreadRange = { least: 1, most: 1 };
/** Pixels: below, threads cost more to start than they save. */
const LARGE = 1e6;
/** More have not been measured. */
const MOST = 8;

/** What an encoder has use for on a picture of so many pixels. */
export function threadRange(format: OutputFormat, pixels: number): ThreadRange {
  if (pixels < LARGE) return ONE;
  if (format === 'avif') return { least: 2, most: MOST };
  return format === 'jxl' ? { least: 1, most: MOST } : ONE;
}

/** Of this worker. */
let threads = 1;
let seen = 0;

/** @param count for this worker's encoders; set before the first of them is started, and for good */
export function useThreads(count: number): void {
  threads = count;
  seen = helpers(count);
}

/** Encodes a picture of so many pixels on the threads that this worker has for it. */
export function onThreads<T>(format: OutputFormat, pixels: number, encode: () => T): T {
  const { least, most } = threadRange(format, pixels);
  seen = helpers(threads < least ? 1 : Math.min(threads, most));
  try {
    return encode();
  } finally {
    seen = helpers(threads);
  }
}

/** One thread is the worker's own. */
function helpers(count: number): number {
  return count > 1 ? count : 0;
}

/** emscripten's glue reads there how many threads to have ready, and the encoder's C++ how many to use. */
export function showThreads(): void {
  // Node 20 has none.
  if (!('navigator' in globalThis)) Object.defineProperty(globalThis, 'navigator', { value: {} });
  Object.defineProperty(navigator, 'hardwareConcurrency', { configurable: true, get: () => seen });
}
