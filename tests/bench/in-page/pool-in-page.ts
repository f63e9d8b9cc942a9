/** The engine's pool in a page of the extension, for a bench: bundled, and evaluated there. */
import type { WasmName } from '../../../lib/core/codecs/codec.ts';
import type { Plan } from '../../../lib/core/pipeline/plan.ts';
import { costOf } from '../../../lib/engine/encodings.ts';
import { openIsolatedFrame } from '../../../lib/engine/isolated-frame.ts';
import { createIsolatedWorkers } from '../../../lib/engine/isolated-workers.ts';
import { createPool } from '../../../lib/engine/pool.ts';

export interface PoolRuns {
  /** Addresses within the extension. */
  readonly worker: string;
  readonly wasm: Readonly<Partial<Record<WasmName, string>>>;
  readonly plan: Plan;
  /** A whole file, in base64. */
  readonly source: string;
  /** Of the same Source, given at once. */
  readonly tasks: number;
  readonly cores: number;
  readonly threaded: boolean;
  /** The first warms up. */
  readonly rounds: number;
}

export interface Timed {
  /** ms of the wall clock, a round each. */
  readonly milliseconds: readonly number[];
  readonly bytes: number;
}

export interface PoolInPage {
  runPool(runs: PoolRuns): Promise<Timed>;
  /** What a canvas takes to write the same pixels. */
  runCanvas(options: { source: string; type: string; quality: number; rounds: number }): Promise<Timed>;
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

const pool: PoolInPage = {
  async runPool({ worker, wasm, plan, source, tasks, cores, threaded, rounds }) {
    const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
    const workers = createPool({
      size: cores,
      startWorker: () => new Worker(worker, { type: 'module' }),
      isolated: createIsolatedWorkers(openIsolatedFrame),
      load(name) {
        const url = wasm[name] ?? '';
        const module = modules.get(url) ?? WebAssembly.compileStreaming(fetch(url));
        modules.set(url, module);
        return module;
      },
    });
    const how = { expectedBytes: 1, megapixels: 100, cost: costOf(plan), threaded };
    if (threaded && !(await workers.hasThreads())) throw new Error('there are no threads');
    let written = 0;
    const milliseconds = await timed(rounds, async () => {
      const results = await Promise.all(
        Array.from({ length: tasks }, () => workers.run({ plan, source: bytes.slice() }, how)),
      );
      written = results.reduce((sum, result) => sum + result.bytes.length, 0);
    });
    workers.close();
    return { milliseconds, bytes: written };
  },

  async runCanvas({ source, type, quality, rounds }) {
    const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d', { willReadFrequently: true })?.drawImage(bitmap, 0, 0);
    let written = 0;
    const milliseconds = await timed(rounds, async () => {
      written = (await canvas.convertToBlob({ type, quality })).size;
    });
    return { milliseconds, bytes: written };
  },
};

async function timed(rounds: number, work: () => Promise<void>): Promise<number[]> {
  const all: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    await work();
    if (round > 0) all.push(performance.now() - began);
  }
  return all;
}

Object.assign(globalThis, { poolInPage: pool });
