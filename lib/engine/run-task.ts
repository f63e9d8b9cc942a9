/** A task, carried out in a codec worker. */
import { transfer } from 'comlink';
import type { LoadWasm } from '../core/codecs/codec.ts';
import { wasmMemoryBytes } from '../core/codecs/emscripten.ts';
import { CompressionError } from '../core/errors.ts';
import type { PixelStore } from '../core/pipeline/kept-pixels.ts';
import type { PipelineContext } from '../core/pipeline/pipeline-context.ts';
import { partsOf } from '../core/pipeline/parts.ts';
import { runPart, runPlan } from '../core/pipeline/run.ts';
import type { Step } from '../core/pipeline/steps.ts';
import {
  buffersOfPart,
  copyOfPixels,
  type AskForPart,
  type HearPixels,
  type PartAnswer,
  type PartResult,
  type PartTask,
  type Task,
  type TaskAnswer,
} from './task.ts';

/** The browser's decoders. */
export type BrowserDecoders = Pick<PipelineContext, 'decodeInBrowser' | 'openInBrowser' | 'openPlanes'>;

/** @param onPixels hears at once of pixels that are new, before they are encoded: an encoder that is stopped leaves them */
export async function runTask(
  { plan, source, drawn, pixels }: Task,
  onStep: (step: Step) => void,
  load: LoadWasm,
  onPixels: HearPixels | null,
  decoders: BrowserDecoders = {},
  ask: AskForPart | null = null,
): Promise<TaskAnswer> {
  const parts = partsOf(plan);
  const elsewhere: PipelineContext['elsewhere'] = async (part, worthBelow) => {
    const done = (await ask?.(parts.indexOf(part), worthBelow)) ?? null;
    if (!done?.candidate || !done.isSource) return done;
    return { candidate: { ...done.candidate, bytes: source } };
  };
  const store: PixelStore | null = onPixels && {
    pixels: pixels ?? null,
    onPixels(pixels) {
      const { copy, buffers } = copyOfPixels(pixels);
      void onPixels(transfer(copy, buffers));
    },
  };
  try {
    const { bytes, receipt } = await runPlan(
      plan,
      source,
      { ...decoders, load, onStep, ...(store && { store }), ...(ask && { elsewhere }) },
      drawn,
    );
    return transfer({ ok: true, bytes, receipt, memoryBytes: wasmMemoryBytes() }, [bytes.buffer]);
  } catch (thrown) {
    return { ok: false, error: CompressionError.from(thrown).toRecord() };
  }
}

/** A part of a task that another worker carries out, which does it by itself where this fails. */
export async function runPartOfTask(
  { plan, source, part }: PartTask,
  onStep: (step: Step) => void,
  load: LoadWasm,
  worthBelow: () => Promise<number>,
  decoders: BrowserDecoders = {},
): Promise<PartAnswer> {
  try {
    const candidate = await runPart(plan, part, source, { ...decoders, load, onStep }, worthBelow);
    const isSource = candidate?.bytes === source;
    const result: PartResult = {
      candidate: isSource ? { ...candidate, bytes: new Uint8Array() } : candidate,
      isSource,
    };
    return transfer({ ok: true, result, memoryBytes: wasmMemoryBytes() }, buffersOfPart(result));
  } catch {
    return { ok: false };
  }
}
