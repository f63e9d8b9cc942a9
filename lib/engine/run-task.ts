/** A task, carried out in a codec worker. */
import { transfer } from 'comlink';
import type { LoadWasm } from '../core/codecs/codec.ts';
import { wasmMemoryBytes } from '../core/codecs/emscripten.ts';
import { CompressionError } from '../core/errors.ts';
import type { PixelStore } from '../core/pipeline/kept-pixels.ts';
import type { PipelineContext } from '../core/pipeline/pipeline-context.ts';
import { runPlan } from '../core/pipeline/run.ts';
import type { Step } from '../core/pipeline/steps.ts';
import { copyOfPixels, type HearPixels, type Task, type TaskAnswer } from './task.ts';

/** The browser's decoders. */
export type BrowserDecoders = Pick<PipelineContext, 'decodeInBrowser' | 'openInBrowser' | 'openPlanes'>;

/** @param onPixels hears at once of pixels that are new, before they are encoded: an encoder that is stopped leaves them */
export async function runTask(
  { plan, source, drawn, pixels }: Task,
  onStep: (step: Step) => void,
  load: LoadWasm,
  onPixels: HearPixels | null,
  decoders: BrowserDecoders = {},
): Promise<TaskAnswer> {
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
      { ...decoders, load, onStep, ...(store && { store }) },
      drawn,
    );
    return transfer({ ok: true, bytes, receipt, memoryBytes: wasmMemoryBytes() }, [bytes.buffer]);
  } catch (thrown) {
    return { ok: false, error: CompressionError.from(thrown).toRecord() };
  }
}
