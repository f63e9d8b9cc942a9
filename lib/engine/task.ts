/** What the pool and a codec worker say to each other. Bytes are transferred, never copied. */
import type { LoadWasm, Pixels } from '../core/codecs/codec.ts';
import type { Plan } from '../core/pipeline/plan.ts';
import type { Step } from '../core/pipeline/run.ts';
import type { Receipt } from '../core/model/receipt.ts';
import type { ErrorRecord } from '../core/errors.ts';

export interface Task {
  readonly plan: Plan;
  readonly source: Uint8Array<ArrayBuffer>;
  /** Pixels that a document drew (SVG). */
  readonly drawn?: Pixels;
}

export type TaskAnswer =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly receipt: Receipt;
      /** of all WASM memories in the worker */ readonly memoryBytes: number;
    }
  | { readonly ok: false; readonly error: ErrorRecord };

/** The worker's side, reached through comlink. */
export interface CodecWorkerApi {
  run(task: Task, onStep: (step: Step) => void, load: LoadWasm): Promise<TaskAnswer>;
}
