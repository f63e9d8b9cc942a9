/** An animation that fits a number of bytes: first quality goes, then the size of its frames. No frame is dropped. */
import { formats } from '../codecs/registry.ts';
import { CompressionError } from '../errors.ts';
import type { MetadataSet } from '../image/metadata/metadata-set.ts';
import { LEAST_SIDE } from '../look/encode-to-size.ts';
import { searchSize } from '../look/search-size.ts';
import type { Note } from '../model/receipt.ts';
import type { Size } from '../pixels/resize.ts';
import { animate } from './animate.ts';
import { carryInto } from './carry-metadata.ts';
import type { Animate, Plan } from './plan.ts';
import type { EncodedImage, PipelineContext } from './run.ts';

/** A file of this share of the limit uses it. */
const ENOUGH = 0.95;
/** Each reads and codes every frame. */
const MOST_TRIES = 4;
/** libwebp's, below which frames show their blocks: fewer pixels look better then. */
const LEAST_QUALITY = 15;
/** Files get smaller by a little less than their pixels do. */
const BYTES_BY_PIXELS = 0.85;

/** @throws CompressionError `size-not-reached` with the smallest that was reached, and what `animate` throws */
export async function animateToSize(
  plan: Plan & Animate,
  limit: number,
  source: Uint8Array<ArrayBuffer>,
  metadataSet: MetadataSet,
  context: PipelineContext,
): Promise<EncodedImage> {
  const icc = metadataSet.icc && new Uint8Array(metadataSet.icc);
  const { qualities = [] } = formats.webp.search ?? {};
  const full = plan.resize?.to ?? plan.frame;
  const longest = Math.max(full.width, full.height);
  const leastFactor = Math.min(1, LEAST_SIDE / longest);
  let smallest = Infinity;
  for (let factor = 1; ;) {
    const to = { width: scaled(full.width, factor), height: scaled(full.height, factor) };
    const results = new Map<number, EncodedImage>();
    const found = await searchSize({
      from: Math.max(0, qualities.indexOf(LEAST_QUALITY)),
      to: qualities.length - 1,
      guess: factor === 1 ? 70 : 40,
      growth: Math.log(4) / (qualities.length / 2),
      limit,
      enough: ENOUGH,
      most: MOST_TRIES,
      async probe(setting) {
        const result = await animate(at(plan, to, factor, qualities[setting] ?? 0), source, icc, context);
        results.set(setting, result);
        return { setting, bytes: (await carryInto(result, plan, metadataSet)).bytes.length };
      },
    });
    const best = found.best && results.get(found.best.setting);
    if (best && found.best)
      return {
        ...best,
        options: { ...plan.options, quality: qualities[found.best.setting] ?? 0 },
        notes: [...best.notes, ...fewerPixels(full, to)],
      };
    smallest = Math.min(smallest, found.smallest.bytes);
    if (factor <= leastFactor)
      throw new CompressionError('size-not-reached', { kilobytes: limit / 1000, reached: Math.ceil(smallest / 1000) });
    const needed = (limit / found.smallest.bytes) ** (0.5 / BYTES_BY_PIXELS) * 0.97;
    factor = Math.max(leastFactor, factor * Math.min(0.9, needed));
  }
}

function at(plan: Plan & Animate, to: Size, factor: number, quality: number): Plan & Animate {
  return {
    ...plan,
    // That it is smaller than the Source is not what counts here.
    keepsOriginal: false,
    options: { ...plan.options, quality },
    resize: factor === 1 ? plan.resize : { to, method: plan.resize?.method ?? 'lanczos3' },
  };
}

function scaled(side: number, factor: number): number {
  return Math.max(1, Math.round(side * factor));
}

function fewerPixels(from: Size, to: Size): Note[] {
  if (from.width === to.width && from.height === to.height) return [];
  const parameters = { fromWidth: from.width, fromHeight: from.height, ...to };
  return [{ kind: 'lost', code: 'resized-to-fit', parameters }];
}
