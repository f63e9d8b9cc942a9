/** One plan's work, with what the pool must know to fit it in. */
import { type Plan } from '../core/pipeline/plan.ts';
import type { Compressed } from '../core/pipeline/run.ts';
import type { Inspection } from '../core/image/inspection.ts';
import { checkFileSize } from '../core/image/limits.ts';
import type { Pool, RunOptions } from './pool.ts';
import { costOf, usesThreads } from './encodings.ts';
import { bytesOfParts, expectedBytes } from './expected-bytes.ts';
import { drawSvg } from './svg-drawing.ts';
import { isPreparedBy, preparationsOf, type KeptPixels } from '../core/pipeline/kept-pixels.ts';
import { copyOfPixels, type Task } from './task.ts';

export interface PoolWork extends Pick<RunOptions, 'signal' | 'urgent' | 'onStart' | 'onStep' | 'onPixels'> {
  /** Of an earlier run on the same Source; a copy is handed over where the plan has a use for them. */
  readonly pixels?: KeptPixels | null;
}

/** @throws CompressionError whatever the pool throws; `file-too-large`. */
export async function compressInPool(
  pool: Pool,
  wished: Plan,
  inspection: Inspection,
  bytes: Uint8Array<ArrayBuffer>,
  { pixels = null, ...how }: PoolWork,
): Promise<Compressed> {
  checkFileSize(bytes.length);
  const plan = withinMemory(wished, inspection, pool.memoryLimit);
  const preparations = preparationsOf(plan);
  const known = preparations.filter((each) => pixels && isPreparedBy(pixels, each));
  const isDrawn = preparations.some(({ decoder }) => decoder === 'document') && known.length < preparations.length;
  const drawn = (): Promise<Task['drawn']> =>
    drawSvg(bytes, plan.size, how.signal).catch((thrown: unknown) => {
      // It may fit without having been drawn.
      if (plan.route !== 'minify' || how.signal?.aborted) throw thrown;
      return undefined;
    });
  const threaded = usesThreads(plan) && (await pool.hasThreads());
  return pool.run(
    { plan, source: bytes },
    {
      ...how,
      megapixels: (plan.size.width * plan.size.height) / 1e6,
      expectedBytes: expectedBytes(plan, inspection),
      cost: costOf(plan),
      threaded,
      // Threads have all cores already, and what a document draws is not drawn twice.
      parts: threaded || isDrawn ? [] : bytesOfParts(plan, inspection),
      async inTurn(task) {
        const drawing = isDrawn ? await drawn() : undefined;
        return {
          ...task,
          ...(drawing && { drawn: drawing }),
          ...(pixels && known.length > 0 && { pixels: copyOfPixels(pixels).copy }),
        };
      },
    },
  );
}

/** A format for which the machine has no memory beside the others' is no rival of theirs. */
function withinMemory(plan: Plan, inspection: Inspection, memoryLimit: number): Plan {
  if (!plan.rivals || plan.rivals.length === 0 || expectedBytes(plan, inspection) <= memoryLimit) return plan;
  return withinMemory({ ...plan, rivals: plan.rivals.slice(0, -1) }, inspection, memoryLimit);
}
