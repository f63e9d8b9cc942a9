/** A GIF that stays one: the loss is searched at which its frames look as they are to look. */
import type { Pixels } from '../codecs/codec.ts';
import { encodeGif, type EncodedGif } from '../animation/encode-gif.ts';
import { gifWords, sharedPalette } from '../animation/gif-palette.ts';
import type { Frame, Movie } from '../animation/movie.ts';
import { ABOVE, BELOW } from '../look/look-trials.ts';
import { takeReference } from '../look/metric.ts';
import { takeSample } from '../look/sample.ts';
import { clamp, searchLook, type Probe } from '../look/search-look.ts';
import { EXACT, GIF_LOSSES, gifSetting } from './gif-losses.ts';
import { hasPartialAlpha } from '../pixels/turn-and-flatten.ts';
import type { PipelineContext } from './pipeline-context.ts';

export interface GifAim {
  /** SSIMULACRA 2, as the lowest of the frames that are looked at; or a setting of GIF_LOSSES. */
  readonly aim: { readonly look: number } | { readonly setting: number };
  /** The highest setting: without loss only what has the colours of a GIF can be written. */
  readonly most: number;
  /** Bytes: a file that is not smaller is of no use; null where any is. */
  readonly giveUpAbove: number | null;
}

export interface GifResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of GIF_LOSSES. */
  readonly setting: number;
  /** As measured on these bytes; absent where nothing was measured. */
  readonly look?: number;
  /** The same against frames whose alpha is on or off, as a GIF has it: what was searched for. */
  readonly reached?: number;
}

/** Frames that are looked at, evenly over the time, and encoded alone to find the loss: what is between them is of their kind. */
const MOST_FRAMES = 8;
/** Pixels of all of them together, which are in memory. */
const MOST_PIXELS = 16_000_000;
/** Pixels of one that are compared. */
const MOST_COMPARED = 1_000_000;
const MOST_PROBES = 5;
/** Of the whole animation, after its sample. */
const MOST_WHOLE = 2;
/** Points of look that one setting brings, about. */
const SLOPE = 2;

/**
 * @returns null when it would not be small enough
 * @throws CompressionError what `encodeGif` throws
 */
export async function encodeGifToAim(
  movie: Movie,
  { aim, most, giveUpAbove }: GifAim,
  context: PipelineContext,
): Promise<GifResult | null> {
  const isExact = 'setting' in aim && aim.setting === EXACT;
  const palette = await sharedPalette(movie, !isExact, context.load);
  if ('setting' in aim) {
    const encoded = await encode(movie, aim.setting, giveUpAbove !== null ? { giveUpAbove } : {});
    return encoded && { bytes: encoded.bytes, setting: aim.setting };
  }
  const { look } = aim;
  const wish = { from: 0, to: most, look, slope: SLOPE, below: BELOW, above: ABOVE };
  const places = placesOf(movie);
  const sample = movieOf(movie, await framesAt(movie, places));
  const sharp = withSharpAlpha(sample.kept);
  const all = new Set(sample.kept.map((_frame, i) => i));
  const results = new Map<number, GifResult>();
  const isWhole = places.size === movie.frameCount;

  const onSample = await searchLook({
    ...wish,
    guess: Math.min(most, gifSetting(look)),
    most: MOST_PROBES,
    ...(isWhole && giveUpAbove !== null && { worthBelow: giveUpAbove }),
    probe: (setting) => measured(sample.movie, all, setting),
  });
  if (isWhole) return best([...results.values()], look);

  results.clear();
  let setting = onSample.best.setting;
  const slope = slopeOf(onSample.probes);
  for (let tries = 0; tries < MOST_WHOLE && !results.has(setting); tries++) {
    const probe = await measured(movie, places, setting);
    if (probe.look >= look - BELOW && probe.look <= look + ABOVE) break;
    // The sample was off by that.
    const offset = (look - probe.look) / slope;
    setting = clamp(setting + (offset > 0 ? Math.ceil(offset) : Math.trunc(offset)), 0, most);
  }
  return best([...results.values()], look);

  function encode(
    what: Movie,
    setting: number,
    more: Pick<Parameters<typeof encodeGif>[0], 'onShown' | 'giveUpAbove'>,
  ): Promise<EncodedGif | null> {
    const { load, onStep } = context;
    const loss = GIF_LOSSES[setting] ?? 0;
    return encodeGif({ movie: what, palette, loss, load, onFrame: () => onStep?.('encode'), ...more });
  }

  async function measured(what: Movie, which: ReadonlySet<number>, setting: number): Promise<Probe> {
    const shown: Pixels[] = [];
    const encoded = await encode(what, setting, {
      onShown: { frames: which, call: (_at, pixels) => shown.push(pixels) },
    });
    // More colours than an exact file can have.
    if (!encoded) return { setting, look: 100, bytes: Infinity };
    const { bytes } = encoded;
    const reached = await lowestLook(sharp, shown, context);
    const look = sharp === sample.kept ? reached : await lowestLook(sample.kept, shown, context);
    results.set(setting, { bytes, setting, look, reached });
    return { setting, look: reached, bytes: bytes.length };
  }
}

/** The smallest of those that keep the look, or the one that comes nearest to it. */
function best(tried: readonly GifResult[], look: number): GifResult | null {
  const keeping = tried.filter((result) => (result.reached ?? 0) >= look - BELOW);
  const smallest = keeping.toSorted((one, other) => one.bytes.length - other.bytes.length)[0];
  return smallest ?? tried.toSorted((one, other) => (other.reached ?? 0) - (one.reached ?? 0))[0] ?? null;
}

/** Which frames stand for all: the first, the last and some between. */
function placesOf({ width, height, frameCount }: Movie): ReadonlySet<number> {
  const count = Math.max(1, Math.min(MOST_FRAMES, frameCount, Math.floor(MOST_PIXELS / (width * height))));
  if (count === 1) return new Set([0]);
  return new Set(Array.from({ length: count }, (_, i) => Math.round((i * (frameCount - 1)) / (count - 1))));
}

async function framesAt(movie: Movie, places: ReadonlySet<number>): Promise<Frame[]> {
  const frames: Frame[] = [];
  let at = 0;
  for await (const frame of movie.frames()) if (places.has(at++)) frames.push({ ...frame, data: frame.data.slice() });
  return frames;
}

function movieOf(movie: Movie, kept: readonly Frame[]): { readonly movie: Movie; readonly kept: readonly Frame[] } {
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

/** Of large frames on tiles that stand for them. */
async function lowestLook(
  references: readonly Pixels[],
  pictures: readonly Pixels[],
  { load }: PipelineContext,
): Promise<number> {
  let lowest = 100;
  for (const [i, reference] of references.entries()) {
    const picture = pictures[i];
    if (!picture) continue;
    const sample = takeSample(reference, 1, MOST_COMPARED);
    lowest = Math.min(lowest, (await takeReference(sample.pixels, load)).compare(sample.of(picture)));
  }
  return lowest;
}

/** Softer edges than a GIF can have are no reason for a better quality of all that it can. */
function withSharpAlpha(frames: readonly Frame[]): readonly Pixels[] {
  if (!frames.some(hasPartialAlpha)) return frames;
  return frames.map(({ width, height, data }) => ({
    width,
    height,
    data: new Uint8ClampedArray(gifWords({ width, height, data }).slice().buffer),
  }));
}

function slopeOf(probes: readonly Probe[]): number {
  const [first, last] = [probes[0], probes.at(-1)];
  if (!first || !last || first.setting === last.setting) return SLOPE;
  return Math.max(0.3, (last.look - first.look) / (last.setting - first.setting));
}
