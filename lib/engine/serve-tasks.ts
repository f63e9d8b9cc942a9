/** The worker's side of what the pool asks. */
import { expose, type Endpoint } from 'comlink';
import type { LoadWasm } from '../core/codecs/codec.ts';
import type { Step } from '../core/pipeline/steps.ts';
import type { CodecWorkerApi, HearPixels, StepMessage, Task, TaskAnswer } from './task.ts';

/** @param onPixels null where nothing is to be kept */
export type CarryOut = (
  task: Task,
  onStep: (step: Step) => void,
  load: LoadWasm,
  onPixels: HearPixels | null,
) => Promise<TaskAnswer>;

/**
 * A step is a message without an answer. As a callback of the task it was a channel of its own for each task, and two
 * messages a step, of which nobody awaited the second.
 */
export function serveTasks(carryOut: CarryOut, pool: Endpoint): void {
  const onStep = (step: Step): void => pool.postMessage({ step } satisfies StepMessage);
  let load: LoadWasm = () => Promise.reject(new Error('no task comes before the way to the codecs'));
  const api: CodecWorkerApi = {
    begin(given) {
      load = given;
    },
    run: (task, onPixels) => carryOut(task, onStep, load, onPixels),
  };
  expose(api, pool);
}
