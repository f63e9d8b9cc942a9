/** What the pool and a codec worker say to each other. Bytes are transferred, never copied. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import type { Plan } from '../compress/plan.ts';
import type { Step } from '../compress/run.ts';
import type { Receipt } from '../compress/receipt.ts';
import type { ErrorRecord } from '../errors.ts';

export interface Task {
  readonly plan: Plan;
  readonly source: Uint8Array<ArrayBuffer>;
  /** Pixels that a document drew (SVG). */
  readonly drawn?: Pixels;
}

export type TaskAnswer =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer>; readonly receipt: Receipt; /** of all WASM memories in the worker */ readonly memoryBytes: number }
  | { readonly ok: false; readonly error: ErrorRecord };

/** The worker's side, reached through comlink. */
export interface CodecWorkerApi {
  run(task: Task, onStep: (step: Step) => void, load: LoadWasm): Promise<TaskAnswer>;
}
