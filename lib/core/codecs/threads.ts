/**
 * Threads of AVIF's encoder. Its build with threads does the work everywhere: with none it needs no cross-origin isolation.
 *
 * No two runs on the same picture may differ by what else the machine does. AVIF's bytes are the same with 2 threads as with 8, and
 * others with one (libaom's row-based threading, up to 1 % more): so where there can be threads the picture's size alone says whether
 * it gets them, and never the load.
 */
import type { InputFormat } from '../image/inspection.ts';

/** Pixels: below, threads cost more to start than they save. */
const LARGE = 1e6;
/** Of one picture. More have not been measured. */
export const MOST_THREADS = 8;

export function hasUseForThreads(format: InputFormat, pixels: number): boolean {
  return format === 'avif' && pixels >= LARGE;
}

/** Of this worker; one is its own. */
let threads = 1;
let seen = 0;

/** @param count for this worker's encoders; set before the first of them is started, and for good */
export function useThreads(count: number): void {
  threads = count;
}

/** Starts a glue that has the worker's threads ready, or none. It looks while it is called, before it awaits anything. */
export function startWithThreads<T>(has: boolean, start: () => T): T {
  return seeing(has, start);
}

/** Encodes a picture of so many pixels on the threads that this worker has for it. */
export function onThreads<T>(format: InputFormat, pixels: number, encode: () => T): T {
  return seeing(hasUseForThreads(format, pixels), encode);
}

/** emscripten's glue reads in `navigator` how many threads to have ready, and the encoders' C++ how many to use. */
function seeing<T>(any: boolean, work: () => T): T {
  // Node 20 has none.
  if (!('navigator' in globalThis)) Object.defineProperty(globalThis, 'navigator', { value: {} });
  Object.defineProperty(navigator, 'hardwareConcurrency', { configurable: true, get: () => seen });
  seen = any && threads > 1 ? threads : 0;
  try {
    return work();
  } finally {
    seen = 0;
  }
}
