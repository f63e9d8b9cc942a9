/**
 * A codec worker's threads. The glue starts them by the constructor `Worker`, from a file that it believes beside itself: here
 * whatever it starts is one of ours, which can make no request either.
 */
import avifThread from './avif-thread.worker.ts?worker&url';
import { useThreads } from '../core/codecs/threads.ts';

/** The name that the glue has for it. */
const THREAD = 'avif_enc_mt.worker.mjs';

/**
 * Called while the worker can still start others.
 *
 * @returns gives the worker its threads, once and for good: before its first encoder starts
 */
export function createThreads(): (count: number) => void {
  const { Worker: Start } = globalThis;
  return (count) => {
    useThreads(count);
    // An instance would give away the constructor that starts anything.
    Reflect.deleteProperty(Start.prototype, 'constructor');
    Object.defineProperty(globalThis, 'Worker', {
      value: function startThread(name: string): Worker {
        if (name !== THREAD) throw new TypeError('not a thread of a codec');
        return new Start(avifThread, { type: 'module' });
      },
    });
  };
}
