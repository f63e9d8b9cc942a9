/** One core's worth of work: runs a plan with the WASM codecs. It is replaced after any error. */
import { expose, transfer } from 'comlink';
import type { LoadWasm } from '../core/codecs/codec.ts';
import { wasmMemoryBytes } from '../core/codecs/emscripten.ts';
import { runPlan, type Step } from '../core/pipeline/run.ts';
import { CompressionError } from '../core/errors.ts';
import { goOffline } from './offline.ts';
import { openInBrowser } from './frame-decoder.ts';
import { decodeInBrowser } from './browser-decoder.ts';
import type { CodecWorkerApi, Task, TaskAnswer } from './task.ts';

// Before any codec is there: they are loaded when they are needed.
goOffline();

const api: CodecWorkerApi = {
  async run(task: Task, onStep: (step: Step) => void, load: LoadWasm): Promise<TaskAnswer> {
    try {
      const { bytes, receipt } = await runPlan(
        task.plan,
        task.source,
        { load, decodeInBrowser, openInBrowser, onStep },
        task.drawn,
      );
      return transfer({ ok: true, bytes, receipt, memoryBytes: wasmMemoryBytes() }, [bytes.buffer]);
    } catch (thrown) {
      return { ok: false, error: CompressionError.from(thrown).toRecord() };
    }
  },
};

expose(api);
