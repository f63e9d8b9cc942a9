/** A PNG that fits a number of bytes. */
import type { OptionValues, Pixels } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { LOOK_FLOOR } from '../model/looks.ts';
import { encodePalettePng } from '../pixels/quantise/palette-png.ts';
import { searchSize, type SizeSearch } from './search-size.ts';
import {
  BYTES_BY_PIXELS,
  ENOUGH,
  LEAST_SIDE,
  lookOf,
  notReached,
  WORTH_FEWER_PIXELS,
  type SizeRequest,
  type SizeResult,
} from './size-request.ts';
import { encodeOnce } from './trial.ts';

/** Colours of a palette, 16 to 256 by eighths of an octave: a file has 2 % more at each, or somewhat more. */
const COLOURS = Array.from({ length: 33 }, (_, step) => Math.round(16 * 2 ** (step / 8)));
const LEAST_COLOURS = 16;
/** Of a palette, where pixels go. */
const USUAL_COLOURS = 64;
const MOST_PALETTES = 4;
const MOST_SIDES = 6;

/**
 * PNG has no quality: at full size colours go, down to a floor of look, then pixels, at as many colours as a picture of that size
 * needs.
 */
export async function pngToSize(request: SizeRequest): Promise<SizeResult> {
  const { pixels, limit } = request;
  const every = await encodePng(pixels, null, request);
  if ((await request.finishedBytes(every.bytes, every)) <= limit) return measured(every, pixels, request);
  const colours = await searchPng(request, {
    from: 0,
    to: COLOURS.length - 1,
    guess: COLOURS.length - 1,
    growth: 0.025,
    most: MOST_PALETTES,
    encode: (setting) => encodePng(pixels, COLOURS[setting] ?? LEAST_COLOURS, request),
  });
  const poor = 'bytes' in colours ? await measured(colours, pixels, request) : null;
  if (poor && poor.look >= LOOK_FLOOR) return poor;
  const fewer = await fewerPixels(request, 'bytes' in colours ? colours.bytes.length : colours.smallest);
  if (poor && (!fewer || fewer.look < poor.look + WORTH_FEWER_PIXELS)) return poor;
  if (fewer) return fewer;
  const longest = Math.max(pixels.width, pixels.height);
  const least = await request.resized(Math.min(LEAST_SIDE, longest) / longest);
  const smallest = await encodePng(least, LEAST_COLOURS, request);
  const bytes = await request.finishedBytes(smallest.bytes, smallest);
  if (bytes > limit) throw notReached(limit, bytes);
  return measured(smallest, least, request);
}

type MeasuredResult = SizeResult & { readonly look: number };

async function measured(result: SizeResult, size: Pixels, request: SizeRequest): Promise<MeasuredResult> {
  return { ...result, look: await lookOf(result.bytes, size, request) };
}

/** @param bytes of a file at full size, with few colours @returns null where none fits */
async function fewerPixels(request: SizeRequest, bytes: number): Promise<MeasuredResult | null> {
  const { pixels, limit } = request;
  const longest = Math.max(pixels.width, pixels.height);
  const from = Math.min(LEAST_SIDE, longest);
  const fewer = await searchPng(request, {
    from,
    to: longest,
    guess: Math.max(from, longest * (limit / bytes) ** (0.5 / BYTES_BY_PIXELS)),
    growth: (2 * BYTES_BY_PIXELS) / longest,
    most: MOST_SIDES,
    async encode(side) {
      return encodePng(await request.resized(side / longest), USUAL_COLOURS, request);
    },
  });
  if (!('bytes' in fewer)) return null;
  return measured(fewer, await request.resized(Math.max(fewer.width, fewer.height) / longest), request);
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
  request.onTrial?.(width * height);
  const reduced = colours === null ? null : await encodePalettePng(size, { colours }, options, load);
  if (reduced) {
    const { bytes, isExact, colours: left } = reduced;
    const all = { bytes, options: { ...options, ...reduced.options }, width, height, look: null };
    return isExact ? all : { ...all, colours: left };
  }
  const exact = { ...formats.png.optionsFor('lossless'), ...set };
  return { bytes: await encodeOnce(size, exact, request), options: exact, width, height, look: null };
}
