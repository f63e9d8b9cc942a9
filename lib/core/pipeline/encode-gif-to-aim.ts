/** A GIF that stays one: the loss is searched at which its frames look as they are to look. */
import type { Pixels } from '../codecs/codec.ts';
import { encodeGif, type EncodedGif } from '../animation/encode-gif.ts';
import { packedForGif, sharedPalette } from '../animation/gif-palette.ts';
import type { Frame, Movie } from '../animation/movie.ts';
import { BELOW } from '../look/look-trials.ts';
import type { Probe } from '../look/search-look.ts';
import { lowestLook, placesOf, sampleOf, searchBySample } from './sampled-frames.ts';
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

const MOST_PROBES = 5;
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
  const places = placesOf(movie);
  const sample = await sampleOf(movie, places, () => context.onStep?.('decode'));
  const sharp = withSharpAlpha(sample.kept);
  const all = new Set(sample.kept.keys());
  const results: GifResult[] = [];
  const isWhole = places.size === movie.frameCount;
  await searchBySample({
    from: 0,
    to: most,
    look,
    slope: SLOPE,
    guess: Math.min(most, gifSetting(look)),
    most: MOST_PROBES,
    ...(isWhole && giveUpAbove !== null && { worthBelow: () => giveUpAbove }),
    isWhole,
    onSample: (setting) => measured(sample.movie, all, setting),
    onWhole: (setting) => measured(movie, places, setting),
  });
  return best(results, look);

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
    const reached = await lowestLook(sharp, shown, context.load);
    const look = sharp === sample.kept ? reached : await lowestLook(sample.kept, shown, context.load);
    if (isWhole || what === movie) results.push({ bytes, setting, look, reached });
    return { setting, look: reached, bytes: bytes.length };
  }
}

/** The smallest of those that keep the look, or the one that comes nearest to it. */
function best(tried: readonly GifResult[], look: number): GifResult | null {
  const keeping = tried.filter((result) => (result.reached ?? 0) >= look - BELOW);
  const smallest = keeping.toSorted((one, other) => one.bytes.length - other.bytes.length)[0];
  return smallest ?? tried.toSorted((one, other) => (other.reached ?? 0) - (one.reached ?? 0))[0] ?? null;
}

/** Softer edges than a GIF can have are no reason for a better quality of all that it can. */
function withSharpAlpha(frames: readonly Frame[]): readonly Pixels[] {
  if (!frames.some(hasPartialAlpha)) return frames;
  return frames.map(({ width, height, data }) => ({
    width,
    height,
    data: new Uint8ClampedArray(packedForGif({ width, height, data }).slice().buffer),
  }));
}
