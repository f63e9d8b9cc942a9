/** Frames that stand for a whole animation, where its look is measured. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import type { Frame, Movie } from '../animation/movie.ts';
import { ABOVE, BELOW } from '../look/look-trials.ts';
import { takeReference } from '../look/metric.ts';
import { takeSample } from '../look/sample.ts';
import { clamp, searchLook, type LookSearch, type Probe } from '../look/search-look.ts';

/** Frames that are looked at, evenly over the time, and encoded alone to find a setting: what is between them is of their kind. */
const MOST_FRAMES = 8;
/** Pixels of all of them together, which are in memory. */
const MOST_PIXELS = 16_000_000;
/** Pixels of one that are compared. */
const MOST_COMPARED = 1_000_000;

export interface MovieSample {
  /** Of these frames alone. */
  readonly movie: Movie;
  readonly kept: readonly Frame[];
}

/** Which frames stand for all: the first, the last and some between. */
export function placesOf({ width, height, frameCount }: Movie): ReadonlySet<number> {
  const count = Math.max(1, Math.min(MOST_FRAMES, frameCount, Math.floor(MOST_PIXELS / (width * height))));
  if (count === 1) return new Set([0]);
  return new Set(Array.from({ length: count }, (_, i) => Math.round((i * (frameCount - 1)) / (count - 1))));
}

/** @param onFrame called for each, so that a watchdog sees progress */
export async function sampleOf(movie: Movie, places: ReadonlySet<number>, onFrame: () => void): Promise<MovieSample> {
  const kept: Frame[] = [];
  let at = 0;
  for await (const frame of movie.frames()) {
    onFrame();
    if (places.has(at++)) kept.push({ ...frame, data: frame.data.slice() });
  }
  return {
    kept,
    movie: {
      ...movie,
      frameCount: kept.length,
      async *frames() {
        yield* kept;
      },
    },
  };
}

/** Of large frames on tiles that stand for them. @param pictures of the references, in their order */
export async function lowestLook(
  references: readonly Pixels[],
  pictures: readonly Pixels[],
  load: LoadWasm,
): Promise<number> {
  let lowest = 100;
  for (const [i, reference] of references.entries()) {
    const picture = pictures[i];
    if (picture) lowest = Math.min(lowest, await lookOf(reference, picture, load));
  }
  return lowest;
}

export async function lookOf(reference: Pixels, picture: Pixels, load: LoadWasm): Promise<number> {
  const sample = takeSample(reference, 1, MOST_COMPARED);
  return (await takeReference(sample.pixels, load)).compare(sample.of(picture));
}

/** Of the whole animation, after its sample. */
const MOST_WHOLE = 2;

export interface SampledSearch extends Omit<LookSearch, 'below' | 'above' | 'probe'> {
  /** The sample is all there is. */
  readonly isWhole: boolean;
  readonly onSample: (setting: number) => Promise<Probe>;
  /** Null where the whole is of no use at that setting: the search ends. */
  readonly onWhole: (setting: number) => Promise<Probe | null>;
}

/** Searches a setting on the sample, then corrects it by what the whole looks like. */
export async function searchBySample({ isWhole, onSample, onWhole, ...search }: SampledSearch): Promise<void> {
  const { from, to, look } = search;
  const found = await searchLook({ ...search, below: BELOW, above: ABOVE, probe: onSample });
  if (isWhole) return;
  const slope = slopeOf(found.probes) ?? search.slope;
  const tried = new Set<number>();
  for (let setting = found.best.setting; tried.size < MOST_WHOLE && !tried.has(setting);) {
    tried.add(setting);
    const probe = await onWhole(setting);
    if (!probe || (probe.look >= look - BELOW && probe.look <= look + ABOVE)) return;
    // The sample was off by that.
    const offset = (look - probe.look) / slope;
    setting = clamp(setting + (offset > 0 ? Math.ceil(offset) : Math.trunc(offset)), from, to);
  }
}

function slopeOf(probes: readonly Probe[]): number | null {
  const [first, last] = [probes[0], probes.at(-1)];
  if (!first || !last || first.setting === last.setting) return null;
  return Math.max(0.3, (last.look - first.look) / (last.setting - first.setting));
}
