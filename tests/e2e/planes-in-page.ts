/** The built codec worker in a page of the extension, for tests: bundled, and evaluated there. */
import { createPool } from '../../lib/engine/pool.ts';
import type { WasmName } from '../../lib/core/codecs/codec.ts';
import type { Plan } from '../../lib/core/pipeline/plan.ts';

export interface WorkerInPage {
  /** @param source a whole file, in base64 @returns the result, in base64, or an error's code; and the codecs that were asked for */
  carryOut(
    worker: string,
    wasm: Readonly<Record<string, string>>,
    plan: Plan,
    source: string,
  ): Promise<{ readonly bytes: string; readonly code: string | null; readonly asked: readonly WasmName[] }>;
}

const inPage: WorkerInPage = {
  async carryOut(worker, wasm, plan, source) {
    const asked: WasmName[] = [];
    const pool = createPool({
      size: 1,
      startWorker: () => new Worker(worker, { type: 'module' }),
      load(name) {
        asked.push(name);
        return WebAssembly.compileStreaming(fetch(wasm[name] ?? ''));
      },
    });
    const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
    try {
      const result = await pool.run({ plan, source: bytes }, { expectedBytes: 1, megapixels: 1 });
      let text = '';
      for (const byte of result.bytes) text += String.fromCharCode(byte);
      return { bytes: btoa(text), code: null, asked };
    } catch (thrown) {
      return { bytes: '', code: String((thrown as { code?: string }).code), asked };
    } finally {
      pool.close();
    }
  },
};

Object.assign(globalThis, { workerInPage: inPage });
