/**
 * The best picture that fits a number of bytes: first quality goes, down to a floor of look, then pixels. Nothing that does
 * not fit is ever given.
 */
import type { LoadWasm, OptionValues, Pixels, QualitySearch } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { CompressionError } from '../errors.ts';
import type { OutputFormat } from '../image/inspection.ts';
import { LOOK_FLOOR } from '../model/looks.ts';
import { difficultyOf, firstSetting } from './first-guess.ts';
import { encodePalettePng } from '../pixels/quantise/palette-png.ts';
import type { Size } from '../pixels/resize.ts';
import { searchSize, type SizeSearch } from './search-size.ts';
import { decodeOnce, encodeOnce, takeWhole } from './trial.ts';

export interface SizeRequest {
  readonly pixels: Pixels;
  readonly format: OutputFormat;
  /** Bytes, of the finished file. */
  readonly limit: number;
  /** What the person has set of the encoder; it stays. */
  readonly set: OptionValues;
  readonly load: LoadWasm;
  readonly onTrial?: (() => void) | undefined;
  /** Bytes of the file when its profile and metadata are in it. */
  finishedBytes(bytes: Uint8Array<ArrayBuffer>, size: Size): Promise<number>;
  /** From the picture as it came, never from one that was made smaller before. */
  resized(factor: number): Promise<Pixels>;
}

export interface SizeResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly options: OptionValues;
  readonly width: number;
  readonly height: number;
  /** Against the picture of the same size; null where it was not measured. */
  readonly look: number | null;
}

/** A file of this share of the limit uses it. */
const ENOUGH = 0.95;
const MOST_AT_FULL_SIZE = 4;
const MOST_AT_A_SIZE = 3;
/** Files get smaller by a little less than their pixels do. */
const BYTES_BY_PIXELS = 0.85;
/** Of a side, where what fits looks poor, and the look that this must bring. */
const POORER = 0.75;
const WORTH_FEWER_PIXELS = 2;
export const LEAST_SIDE = 64;

/** @throws CompressionError `size-not-reached` with the smallest that was reached, `codec-failed` */
export async function encodeToSize(request: SizeRequest): Promise<SizeResult> {
  const { pixels, limit } = request;
  const { search } = formats[request.format];
  if (!search) return pngToSize(request);
  const difficulty = await difficultyOf(pixels, request.load);
  const leastFactor = LEAST_SIDE / Math.max(pixels.width, pixels.height, LEAST_SIDE);
  let poor: (SizeResult & { readonly look: number }) | null = null;
  let smallest = Infinity;
  for (let factor = 1, size = pixels; ; size = await request.resized(factor)) {
    const found = await bestAt(size, request, search, difficulty, factor === 1);
    smallest = Math.min(smallest, found.smallest);
    if (found.best) {
      const { width, height } = size;
      const result = { ...found.best, width, height, look: await lookOf(found.best.bytes, size, request) };
      if (result.look >= LOOK_FLOOR) return result;
      // What fits looks poor: fewer pixels, better kept, unless that has stopped to help.
      if (poor && result.look < poor.look + WORTH_FEWER_PIXELS) return result.look > poor.look ? result : poor;
      poor = result;
    } else if (poor) return poor;
    if (factor <= leastFactor) {
      if (poor) return poor;
      throw notReached(limit, smallest);
    }
    // A little less than what should do, since the next is to be the last.
    const needed = found.best ? POORER : (limit / found.smallest) ** (0.5 / BYTES_BY_PIXELS) * 0.97;
    factor = Math.max(leastFactor, factor * Math.min(0.9, needed));
  }
}

interface BestAt {
  readonly best: { readonly bytes: Uint8Array<ArrayBuffer>; readonly options: OptionValues } | null;
  readonly smallest: number;
}

async function bestAt(
  size: Pixels,
  request: SizeRequest,
  search: QualitySearch,
  difficulty: number,
  isFull: boolean,
): Promise<BestAt> {
  const options: OptionValues = { ...formats[request.format].optionsFor({ look: 70 }), ...request.set };
  const files = new Map<number, Uint8Array<ArrayBuffer>>();
  const settled = (setting: number): OptionValues => ({ ...options, quality: search.qualities[setting] ?? 0 });
  const floor = Math.max(0, firstSetting(search, LOOK_FLOOR, difficulty));
  const { best, smallest } = await searchSize({
    from: floor,
    to: search.qualities.length - 1,
    guess: firstSetting(search, isFull ? 70 : 50, difficulty),
    growth: growthOf(search),
    limit: request.limit,
    enough: ENOUGH,
    most: isFull ? MOST_AT_FULL_SIZE : MOST_AT_A_SIZE,
    async probe(setting) {
      const file = await encodeOnce(size, settled(setting), request);
      files.set(setting, file);
      return { setting, bytes: await request.finishedBytes(file, size) };
    },
  });
  const file = best && files.get(best.setting);
  return { best: file ? { bytes: file, options: settled(best.setting) } : null, smallest: smallest.bytes };
}

/** Colours of a palette, before none goes. */
const COLOURS = [16, 32, 64, 128, 256] as const;

/** PNG has no quality: at full size colours go, then pixels, at as many colours as a picture of that size needs. */
async function pngToSize(request: SizeRequest): Promise<SizeResult> {
  const { pixels, limit } = request;
  const colours = await searchPng(request, {
    from: 0,
    to: COLOURS.length,
    guess: COLOURS.length,
    growth: 0.25,
    most: 4,
    encode: (setting) => encodePng(pixels, COLOURS[setting] ?? null, request),
  });
  if ('bytes' in colours) return { ...colours, look: await lookOf(colours.bytes, pixels, request) };
  const longest = Math.max(pixels.width, pixels.height);
  const from = Math.min(LEAST_SIDE, longest);
  const fewer = await searchPng(request, {
    from,
    to: longest,
    guess: Math.max(from, longest * (limit / colours.smallest) ** (0.5 / BYTES_BY_PIXELS)),
    growth: (2 * BYTES_BY_PIXELS) / longest,
    most: 4,
    async encode(side) {
      return encodePng(await request.resized(side / longest), 64, request);
    },
  });
  if ('bytes' in fewer) return fewer;
  const least = await encodePng(await request.resized(from / longest), COLOURS[0], request);
  const bytes = await request.finishedBytes(least.bytes, least);
  if (bytes <= limit) return least;
  throw notReached(limit, bytes);
}

/** @returns the largest that fits, or the bytes of the smallest when none does */
async function searchPng(
  { limit, finishedBytes }: SizeRequest,
  search: Pick<SizeSearch, 'from' | 'to' | 'guess' | 'growth' | 'most'> & {
    encode(setting: number): Promise<SizeResult>;
  },
): Promise<SizeResult | { readonly smallest: number }> {
  const results = new Map<number, SizeResult>();
  const { best, smallest } = await searchSize({
    ...search,
    limit,
    enough: ENOUGH,
    async probe(setting) {
      const result = await search.encode(setting);
      results.set(setting, result);
      return { setting, bytes: await finishedBytes(result.bytes, result) };
    },
  });
  return (best && results.get(best.setting)) ?? { smallest: smallest.bytes };
}

/** @param colours null for all that there are */
async function encodePng(size: Pixels, colours: number | null, request: SizeRequest): Promise<SizeResult> {
  const { width, height } = size;
  const { set, load } = request;
  const options: OptionValues = { ...formats.png.optionsFor({ look: 70 }), ...set };
  request.onTrial?.();
  const reduced = colours === null ? null : await encodePalettePng(size, { colours }, options, load);
  if (reduced) return { bytes: reduced.bytes, options: { ...options, ...reduced.options }, width, height, look: null };
  const exact = { ...formats.png.optionsFor('lossless'), ...set };
  return { bytes: await encodeOnce(size, exact, request), options: exact, width, height, look: null };
}

function notReached(limit: number, smallest: number): CompressionError {
  return new CompressionError('size-not-reached', { kilobytes: limit / 1000, reached: Math.ceil(smallest / 1000) });
}

async function lookOf(bytes: Uint8Array<ArrayBuffer>, size: Pixels, request: SizeRequest): Promise<number> {
  const reference = await takeWhole(size, request.load);
  return reference.compare(await decodeOnce(bytes, request));
}

/** Files are about six times as large at the last setting as at the middle one, whatever the encoder. */
function growthOf({ qualities }: QualitySearch): number {
  return Math.log(6) / (qualities.length / 2);
}
