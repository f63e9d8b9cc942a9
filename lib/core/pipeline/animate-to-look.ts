/** An animated WebP of a look: the quality is searched on frames that stand for all, and the whole is measured. */
import { encodeAnimation, type EncodedAnimation } from '../animation/encode-animation.ts';
import type { Frame, Movie } from '../animation/movie.ts';
import { openMovie } from '../animation/open-movie.ts';
import type { OptionValues, QualitySearch } from '../codecs/codec.ts';
import { webpCodec } from '../codecs/webp.ts';
import { firstSetting, lowestSetting } from '../look/first-guess.ts';
import { BELOW, slopeAt } from '../look/look-trials.ts';
import type { Probe } from '../look/search-look.ts';
import type { PipelineContext } from './pipeline-context.ts';
import { lookOf, placesOf, sampleOf, searchBySample } from './sampled-frames.ts';

export interface AnimationAim {
  /** SSIMULACRA 2, as the lowest of the frames that are looked at. */
  readonly look: number;
  /** libwebp's; the quality is searched. */
  readonly options: OptionValues;
  readonly search: QualitySearch;
  /** Bytes: a larger file is of no use; null where any is of use. */
  readonly giveUpAbove: number | null;
}

export interface AnimationResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly options: OptionValues;
  /** As measured on these bytes. */
  readonly look: number;
}

/** Of the sample. */
const MOST_PROBES = 4;

/**
 * @returns null where the look takes more bytes than are of use
 * @throws CompressionError what `encodeAnimation` throws
 */
export async function animateToLook(
  movie: Movie,
  { look, options, search, giveUpAbove }: AnimationAim,
  { load, onStep }: PipelineContext,
): Promise<AnimationResult | null> {
  const places = placesOf(movie);
  const sample = await sampleOf(movie, places, () => onStep?.('decode'));
  const isWhole = places.size === movie.frameCount;
  const results: AnimationResult[] = [];
  let exact = 0;
  await searchBySample({
    from: lowestSetting(search, look),
    to: search.qualities.length - 1,
    look,
    guess: firstSetting(search, look, 0),
    slope: slopeAt(search, look),
    most: MOST_PROBES,
    isWhole,
    async onSample(setting) {
      const all = new Set(sample.kept.keys());
      return (await measured(sample.movie, all, setting, null)) ?? { setting, look, bytes: Infinity };
    },
    onWhole: (setting) => measured(movie, places, setting, giveUpAbove),
  });
  return best(results, look, giveUpAbove);

  async function measured(
    what: Movie,
    which: ReadonlySet<number>,
    setting: number,
    most: number | null,
  ): Promise<Probe | null> {
    const chosen = { ...options, quality: search.qualities[setting] ?? 0 };
    const encoded = await encodeAnimation({
      movie: what,
      options: chosen,
      load,
      onFrame: () => onStep?.('encode'),
      ...(most !== null && { giveUpAbove: most }),
    });
    if (!encoded) return null;
    const lowest = await lowestLook(encoded, which);
    if (isWhole || what === movie) results.push({ bytes: encoded.bytes, options: chosen, look: lowest });
    const isExact = encoded.frames.lossless === encoded.frames.written;
    // Twice without a loss, since that is smaller: it is no matter of the quality.
    const isSettled = isExact && exact > 0;
    if (isExact) exact += 1;
    return { setting, look: isSettled ? look : lowest, bytes: encoded.bytes.length };
  }

  /** Of the frames at these places, one picture after the other. */
  async function lowestLook({ bytes, frames }: EncodedAnimation, which: ReadonlySet<number>): Promise<number> {
    const referencesBy = new Map<number, Frame[]>();
    for (const [i, place] of [...which].entries()) {
      const [shownBy, reference] = [frames.shownBy[place], sample.kept[i]];
      if (shownBy === undefined || !reference) continue;
      referencesBy.set(shownBy, [...(referencesBy.get(shownBy) ?? []), reference]);
    }
    let lowest = 100;
    let at = 0;
    for await (const picture of picturesOf(bytes, frames.written)) {
      onStep?.('encode');
      for (const reference of referencesBy.get(at) ?? [])
        lowest = Math.min(lowest, await lookOf(reference, picture, load));
      at += 1;
    }
    return lowest;
  }

  async function* picturesOf(
    bytes: Uint8Array<ArrayBuffer>,
    count: number,
  ): AsyncGenerator<Pick<Frame, 'width' | 'height' | 'data'>> {
    if (count === 1) yield await webpCodec.decode(bytes, load);
    else yield* openMovie(bytes, 'webp', load).frames();
  }
}

/** The smallest of those that keep the look and are of use; else the best look, where any size is of use. */
function best(tried: readonly AnimationResult[], look: number, giveUpAbove: number | null): AnimationResult | null {
  const useful = tried.filter(({ bytes }) => giveUpAbove === null || bytes.length <= giveUpAbove);
  const keeping = useful.filter((result) => result.look >= look - BELOW);
  const smallest = keeping.toSorted((one, other) => one.bytes.length - other.bytes.length)[0];
  if (smallest || giveUpAbove !== null) return smallest ?? null;
  return useful.toSorted((one, other) => other.look - one.look)[0] ?? null;
}
