/** What a worker is asked to do: watched, and over when it is cancelled, hangs or dies. */
import type { Step } from '../core/pipeline/steps.ts';
import { aborted } from './aborted.ts';
import type { PoolWorker } from './isolated-workers.ts';
import type { StepMessage } from './task.ts';
import { createWatchdog } from './watchdog.ts';

export interface WorkerCall {
  /** ms without a step, by the machine's time, after which it counts as hung. */
  readonly patience: number;
  readonly signal: AbortSignal | undefined;
  readonly onStep: ((step: Step) => void) | undefined;
  /** Another sign of life than its steps. */
  readonly onProgress?: (hear: () => void) => void;
}

/** @throws CompressionError `cancelled`, `codec-hung`; the event's message where the worker died */
export async function callWorker<T>(
  worker: PoolWorker,
  call: () => Promise<T>,
  { patience, signal, onStep, onProgress }: WorkerCall,
): Promise<T> {
  const settled = new AbortController();
  const watch = createWatchdog(patience);
  onProgress?.(watch.progress);
  const hear = (event: Event): void => {
    const { data } = event as MessageEvent<unknown>;
    if (!isStep(data)) return;
    watch.progress();
    onStep?.(data.step);
  };
  worker.addEventListener('message', hear);
  try {
    return await Promise.race([call(), watch.hung, died(worker, settled.signal), aborted(signal, settled.signal)]);
  } finally {
    watch.stop();
    worker.removeEventListener('message', hear);
    settled.abort();
  }
}

/** Not one of comlink's own answers. */
function isStep(data: unknown): data is StepMessage {
  return typeof data === 'object' && data !== null && 'step' in data;
}

/** A worker that fails outside of a call (it could not be loaded, or ran out of memory) says so by an event. */
function died(worker: PoolWorker, settled: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (event: Event): void => reject(new Error('message' in event ? String(event.message) : event.type));
    worker.addEventListener('error', fail, { once: true, signal: settled });
    worker.addEventListener('messageerror', fail, { once: true, signal: settled });
  });
}
