/** One plan's work, with what the pool must know to fit it in. */
import { decoderHeap, encoderHeap } from '../core/codecs/heap.ts';
import { isOutputFormat } from '../core/image/format-facts.ts';
import { type Plan } from '../core/pipeline/plan.ts';
import type { Compressed } from '../core/pipeline/run.ts';
import type { Inspection } from '../core/image/inspection.ts';
import { checkFileSize } from '../core/image/limits.ts';
import type { Pool, RunOptions } from './pool.ts';
import { BYTES_A_PIXEL, MOST_MEASURED } from '../core/look/memory.ts';
import { costOf } from './encodings.ts';
import { drawSvg } from './svg-drawing.ts';
import { isMadeBy, preparationsOf, type KeptPixels } from '../core/pipeline/kept-pixels.ts';
import { copyOfPixels } from './task.ts';

export interface PoolWork extends Pick<RunOptions, 'signal' | 'urgent' | 'onStart' | 'onStep' | 'onPixels'> {
  /** Of an earlier run on the same Source; a copy is handed over where the plan has a use for them. */
  readonly pixels?: KeptPixels | null;
}

/** @throws CompressionError whatever the pool throws; `file-too-large`. */
export async function compressInPool(
  pool: Pool,
  plan: Plan,
  inspection: Inspection,
  bytes: Uint8Array<ArrayBuffer>,
  { pixels = null, ...how }: PoolWork,
): Promise<Compressed> {
  checkFileSize(bytes.length);
  const preparations = preparationsOf(plan);
  const known = preparations.filter((each) => pixels && isMadeBy(pixels, each));
  const isDrawn = preparations.some(({ decoder }) => decoder === 'document') && known.length < preparations.length;
  const drawn = isDrawn
    ? await drawSvg(bytes, plan.size, how.signal).catch((thrown: unknown) => {
        // It may fit without having been drawn.
        if (plan.route !== 'minify' || how.signal?.aborted) throw thrown;
        return undefined;
      })
    : undefined;
  const size = plan.size.width * plan.size.height;
  return pool.run(
    {
      plan,
      source: bytes,
      ...(drawn && { drawn }),
      ...(pixels && known.length > 0 && { pixels: copyOfPixels(pixels).copy }),
    },
    {
      ...how,
      megapixels: size / 1e6,
      expectedBytes: size * 4 * heapFactor(inspection, plan) + lookBytes(plan, size),
      cost: costOf(plan),
    },
  );
}

/** Of what the search for a look or a size keeps. */
function lookBytes(plan: Plan, pixels: number): number {
  const encoding = plan.route === 'rearrange' || plan.route === 'minify' ? plan.otherwise : plan;
  const isMeasured = (encoding?.route === 'transcode' || encoding?.route === 'animate') && encoding.goal;
  return isMeasured ? Math.min(pixels, MOST_MEASURED) * BYTES_A_PIXEL : 0;
}

/** Our readers of other formats, as a multiple of the RGBA8 size. */
const OWN_READERS = 2;

/** Decoder and encoder do not run at the same time, but WASM memory does not shrink between them. */
function heapFactor({ format, alpha }: Inspection, { output, options, ...plan }: Plan): number {
  const read = isOutputFormat(format) ? decoderHeap(format, alpha) : OWN_READERS;
  if (!isOutputFormat(output)) return read + OWN_READERS;
  const isMeasured = plan.route === 'transcode' && plan.goal !== null;
  const readAgain = isMeasured && output !== format ? decoderHeap(output, alpha) : 0;
  return read + encoderHeap(output, options, alpha) + readAgain;
}
