/** What the pool and a codec worker say to each other. Bytes are transferred, never copied. */
import type { LoadWasm, Pixels } from '../core/codecs/codec.ts';
import type { Candidate } from '../core/pipeline/pipeline-context.ts';
import type { KeptPixels } from '../core/pipeline/kept-pixels.ts';
import type { Plan } from '../core/pipeline/plan.ts';
import type { Step } from '../core/pipeline/steps.ts';
import type { Receipt } from '../core/model/receipt.ts';
import type { ErrorRecord } from '../core/errors.ts';

export interface Task {
  readonly plan: Plan;
  readonly source: Uint8Array<ArrayBuffer>;
  /** Pixels that a document drew (SVG). */
  readonly drawn?: Pixels;
  /** What an earlier task on the same Source left. */
  readonly pixels?: KeptPixels;
}

export type TaskAnswer =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly receipt: Receipt;
      /** of all WASM memories in the worker */ readonly memoryBytes: number;
    }
  | { readonly ok: false; readonly error: ErrorRecord };

/** What a worker is given of a task that another carries out. */
export interface PartTask {
  readonly plan: Plan;
  readonly source: Uint8Array<ArrayBuffer>;
  /** Index of `partsOf(plan)`. */
  readonly part: number;
}

export interface PartResult {
  readonly candidate: Candidate | null;
  /** Its bytes are the Source's, which are not sent. */
  readonly isSource: boolean;
}

export type PartAnswer =
  { readonly ok: true; readonly result: PartResult; readonly memoryBytes: number } | { readonly ok: false };

/** What the worker of a task asks for a part when its turn has come; null: it is the asking worker's own. @param worthBelow bytes */
export type AskForPart = (part: number, worthBelow: number) => Promise<PartResult | null>;

export type HearPixels = (pixels: KeptPixels) => void;

/** What a worker posts by itself: the work has come so far. */
export interface StepMessage {
  readonly step: Step;
}

/** The worker's side, reached through comlink. */
export interface CodecWorkerApi {
  /** Called once, before the first task. @param load how the worker has its codecs */
  begin(load: LoadWasm): void;
  /** @param onPixels null where nothing is to be kept @param ask null where no part is done elsewhere */
  run(task: Task, onPixels: HearPixels | null, ask: AskForPart | null): Promise<TaskAnswer>;
  /** @param worthBelow resolves to bytes when the task has come to the part */
  runPart(task: PartTask, worthBelow: () => Promise<number>): Promise<PartAnswer>;
}

/** To be handed over with what a part gave. */
export function buffersOfPart({ candidate }: PartResult): ArrayBuffer[] {
  return candidate ? [candidate.bytes.buffer] : [];
}

export function buffersOf({ source, drawn, pixels }: Task): ArrayBuffer[] {
  return [source.buffer, ...(drawn ? [drawn.data.buffer] : []), ...(pixels ? buffersOfPixels(pixels) : [])];
}

/** One to be handed over, with its buffers. */
export function copyOfPixels(pixels: KeptPixels): { readonly copy: KeptPixels; readonly buffers: ArrayBuffer[] } {
  const { prepared, source } = pixels;
  const copy: KeptPixels = {
    ...pixels,
    prepared: { ...prepared, pixels: { ...prepared.pixels, data: prepared.pixels.data.slice() } },
    source: { ...source, bytes: source.bytes && source.bytes.slice() },
  };
  return { copy, buffers: buffersOfPixels(copy) };
}

function buffersOfPixels({ prepared, source }: KeptPixels): ArrayBuffer[] {
  return [prepared.pixels.data.buffer, ...(source.bytes ? [source.bytes.buffer] : [])];
}
