/** The worker's side of what the pool asks. */
import { expose, type Endpoint } from 'comlink';
import type { LoadWasm } from '../core/codecs/codec.ts';
import type { Step } from '../core/pipeline/steps.ts';
import type {
  AskForPart,
  CodecWorkerApi,
  HearPixels,
  PartAnswer,
  PartTask,
  StepMessage,
  Task,
  TaskAnswer,
} from './task.ts';

/** @param onPixels null where nothing is to be kept @param ask null where no part is done elsewhere */
export type CarryOut = (
  task: Task,
  onStep: (step: Step) => void,
  load: LoadWasm,
  onPixels: HearPixels | null,
  ask: AskForPart | null,
) => Promise<TaskAnswer>;

export type CarryOutPart = (
  task: PartTask,
  onStep: (step: Step) => void,
  load: LoadWasm,
  worthBelow: () => Promise<number>,
) => Promise<PartAnswer>;

/**
 * A step is a message without an answer. As a callback of the task it was a channel of its own for each task, and two
 * messages a step, of which nobody awaited the second.
 *
 * @param carryOutPart absent in a worker that is lent to no other task
 */
export function serveTasks(carryOut: CarryOut, pool: Endpoint, carryOutPart?: CarryOutPart): void {
  const onStep = (step: Step): void => pool.postMessage({ step } satisfies StepMessage);
  let load: LoadWasm = () => Promise.reject(new Error('no task comes before the way to the codecs'));
  const api: CodecWorkerApi = {
    begin(given) {
      load = given;
    },
    run: (task, onPixels, ask) => carryOut(task, onStep, load, onPixels, ask),
    runPart: async (task, worthBelow) => carryOutPart?.(task, onStep, load, worthBelow) ?? { ok: false },
  };
  expose(api, pool);
}
