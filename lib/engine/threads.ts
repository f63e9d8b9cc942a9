/**
 * A codec worker's threads. The glue starts them by the constructor `Worker`, from files that it believes beside itself: here
 * whatever it starts is one of ours, which can make no request either.
 */
import avifThread from './avif-thread.worker.ts?worker&url';
import jxlThread from './jxl-thread.worker.ts?worker&url';
import { useThreads } from '../core/codecs/threads.ts';

/** By the name that the glue has for it. */
const FILES: Readonly<Record<string, string>> = {
  'avif_enc_mt.worker.mjs': avifThread,
  'jxl_enc_mt_simd.worker.js': jxlThread,
};

/**
 * Called while the worker can still start others.
 *
 * @returns gives the worker its threads, once and for good: before its first encoder starts
 */
export function createThreads(): (count: number) => void {
  const { Worker: Start } = globalThis;
  let isSet = false;
  return (count) => {
    if (isSet) return;
    isSet = true;
    useThreads(count);
    if (count === 1) return;
    // An instance would give away the constructor that starts anything.
    Reflect.deleteProperty(Start.prototype, 'constructor');
    Object.defineProperty(globalThis, 'Worker', {
      value: function startThread(name: string): Worker {
        const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
        if (file === undefined) throw new TypeError('not a thread of a codec');
        return new Start(file, { type: 'module' });
      },
    });
  };
}
