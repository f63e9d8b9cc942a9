import { CompressionError } from '../core/errors.ts';

/**
 * Rejects with `cancelled` when the signal says so.
 *
 * @param settled takes the listener away when the task is over: a signal can outlive many tasks
 */
export function aborted(signal: AbortSignal | undefined, settled: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new CompressionError('cancelled')), { once: true, signal: settled });
  });
}
