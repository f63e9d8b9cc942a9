/** The engine's pool in a page of the extension, for a bench: bundled, and evaluated there. */
import { partsOf } from '../../../lib/core/pipeline/parts.ts';
import type { Plan } from '../../../lib/core/pipeline/plan.ts';
import { costOf } from '../../../lib/engine/encodings.ts';
import { openIsolatedFrame } from '../../../lib/engine/isolated-frame.ts';
import { createIsolatedWorkers } from '../../../lib/engine/isolated-workers.ts';
import { createPool, type Pool } from '../../../lib/engine/pool.ts';
import type { BuiltFiles } from '../../page-with-script.ts';

export interface PoolRuns extends BuiltFiles {
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

export interface LoneRuns extends Omit<PoolRuns, 'tasks' | 'threaded'> {
  /** New workers each time, as a right-click after a while has them. */
  readonly cold: boolean;
}

export interface LoneTimed {
  /** ms of the wall clock, a round each, on one core and on all. */
  readonly alone: readonly number[];
  readonly helped: readonly number[];
  readonly bytes: number;
}

export interface PoolInPage {
  /** One task at a time on one core and on all, by turns. @throws Error where the bytes are not the same */
  runLone(runs: LoneRuns): Promise<LoneTimed>;
  runPool(runs: PoolRuns): Promise<Timed>;
  /** What a canvas takes to write the same pixels. */
  runCanvas(options: { source: string; type: string; quality: number; rounds: number }): Promise<Timed>;
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

const pool: PoolInPage = {
  async runPool({ worker, wasm, plan, source, tasks, cores, threaded, rounds }) {
    const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
    const workers = poolOf({ worker, wasm }, cores);
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

  async runLone({ plan, source, cores, rounds, cold, ...files }) {
    const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
    const parts = partsOf(plan).map(() => 1);
    const all = { alone: [] as number[], helped: [] as number[] };
    const pools = { alone: poolOf(files, 1), helped: poolOf(files, cores) };
    const written = new Set<string>();
    let length = 0;
    for (let round = 0; round <= rounds; round++)
      for (const way of round % 2 ? (['alone', 'helped'] as const) : (['helped', 'alone'] as const)) {
        if (cold) pools[way].close();
        const began = performance.now();
        const result = await pools[way].run(
          { plan, source: bytes.slice() },
          { expectedBytes: 1, megapixels: 100, ...(way === 'helped' && { parts }) },
        );
        if (round > 0) all[way].push(performance.now() - began);
        written.add(String(new Uint8Array(await crypto.subtle.digest('SHA-256', result.bytes))));
        length = result.bytes.length;
      }
    for (const each of Object.values(pools)) each.close();
    if (written.size !== 1) throw new Error('not the same bytes');
    return { ...all, bytes: length };
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

function poolOf({ worker, wasm }: BuiltFiles, size: number): Pool {
  return createPool({
    size,
    startWorker: () => new Worker(worker, { type: 'module' }),
    isolated: createIsolatedWorkers(openIsolatedFrame),
    load(name) {
      const url = wasm[name] ?? '';
      const module = modules.get(url) ?? WebAssembly.compileStreaming(fetch(url));
      modules.set(url, module);
      return module;
    },
  });
}

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
