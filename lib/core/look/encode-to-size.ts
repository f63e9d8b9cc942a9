/**
 * The best picture that fits a number of bytes: first quality goes, down to a floor of look, then pixels. Nothing that does
 * not fit is ever given.
 */
import type { OptionValues, Pixels, QualitySearch } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { LOOK_FLOOR } from '../model/looks.ts';
import { difficultyOf, firstSetting } from './first-guess.ts';
import { pngToSize } from './png-to-size.ts';
import { searchSize } from './search-size.ts';
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

/** Encodings of the picture at its full size, all together: one of a quarter of the pixels counts a quarter. */
const MOST_WORK = 6;
const MOST_AT_FULL_SIZE = 5;
const MOST_AT_A_SIZE = 6;
/** Of a side, where what fits looks poor. */
const POORER = 0.75;

/** @throws CompressionError `size-not-reached` with the smallest that was reached, `codec-failed` */
export async function encodeToSize(request: SizeRequest): Promise<SizeResult> {
  const { pixels, limit } = request;
  const { search } = formats[request.format];
  if (!search) return pngToSize(request);
  const difficulty = await difficultyOf(pixels, request.load);
  const leastFactor = LEAST_SIDE / Math.max(pixels.width, pixels.height, LEAST_SIDE);
  let poor: Fitting | null = null;
  let smallest = Infinity;
  let work = 0;
  for (let factor = 1, size = pixels; ; size = await request.resized(factor)) {
    const share = factor ** 2;
    const affordable = Math.max(1, Math.floor((MOST_WORK - work) / share));
    const most = Math.min(affordable, factor === 1 ? MOST_AT_FULL_SIZE : MOST_AT_A_SIZE);
    // What is kept for fewer pixels goes into a better fit where they are not needed.
    const found = await bestAt(size, request, search, difficulty, { most, spare: affordable - most });
    work += found.tries * share;
    smallest = Math.min(smallest, found.smallest);
    if (found.best) {
      const result = { ...found.best, factor, ...(await measured(found.best.bytes, size, request)) };
      if (result.look >= LOOK_FLOOR) return filled(result, request);
      // What fits looks poor: fewer pixels, better kept, unless that has stopped to help.
      if (poor && result.look < poor.look + WORTH_FEWER_PIXELS)
        return filled(result.look > poor.look ? result : poor, request);
      poor = result;
    } else if (poor) return filled(poor, request);
    if (factor <= leastFactor) {
      if (poor) return filled(poor, request);
      throw notReached(limit, smallest);
    }
    // A little less than what should do, since the next is to be the last.
    const needed = found.best ? POORER : (limit / found.smallest) ** (0.5 / BYTES_BY_PIXELS) * 0.97;
    factor = Math.max(leastFactor, factor * Math.min(0.9, needed));
  }
}

interface Fitting extends SizeResult {
  readonly look: number;
  /** Of the sides. */
  readonly factor: number;
  /** Of the finished file. */
  readonly finished: number;
}

async function measured(
  bytes: Uint8Array<ArrayBuffer>,
  size: Pixels,
  request: SizeRequest,
): Promise<Pick<Fitting, 'width' | 'height' | 'look' | 'finished'>> {
  const { width, height } = size;
  const finished = await request.finishedBytes(bytes, size);
  return { width, height, finished, look: await lookOf(bytes, size, request) };
}

/** Where an encoder has no quality between one that is over the limit and one that leaves room, some more pixels use it. */
async function filled(result: Fitting, request: SizeRequest): Promise<SizeResult> {
  const { limit } = request;
  const wanted = (limit * (1 + ENOUGH)) / 2;
  const factor = Math.min(1, result.factor * (wanted / result.finished) ** (0.5 / BYTES_BY_PIXELS));
  if (result.finished >= limit * ENOUGH || factor <= result.factor) return result;
  const size = await request.resized(factor);
  if (size.width === result.width && size.height === result.height) return result;
  const bytes = await encodeOnce(size, result.options, request);
  const larger = { ...result, bytes, factor, ...(await measured(bytes, size, request)) };
  return larger.finished <= limit &&
    larger.finished > result.finished &&
    larger.look >= Math.min(result.look, LOOK_FLOOR)
    ? larger
    : result;
}

interface BestAt {
  readonly best: { readonly bytes: Uint8Array<ArrayBuffer>; readonly options: OptionValues } | null;
  readonly smallest: number;
  readonly tries: number;
}

async function bestAt(
  size: Pixels,
  request: SizeRequest,
  search: QualitySearch,
  difficulty: number,
  tried: { readonly most: number; readonly spare: number },
): Promise<BestAt> {
  const options: OptionValues = { ...formats[request.format].optionsFor({ look: 70 }), ...request.set };
  const files = new Map<number, Uint8Array<ArrayBuffer>>();
  const settled = (setting: number): OptionValues => ({ ...options, quality: search.qualities[setting] ?? 0 });
  const floor = Math.max(0, firstSetting(search, LOOK_FLOOR, difficulty));
  const { best, smallest, tries } = await searchSize({
    from: floor,
    to: search.qualities.length - 1,
    guess: firstSetting(search, size === request.pixels ? 70 : 50, difficulty),
    growth: growthOf(search),
    limit: request.limit,
    enough: ENOUGH,
    ...tried,
    async probe(setting) {
      const file = await encodeOnce(size, settled(setting), request);
      files.set(setting, file);
      return { setting, bytes: await request.finishedBytes(file, size) };
    },
  });
  const file = best && files.get(best.setting);
  return { best: file ? { bytes: file, options: settled(best.setting) } : null, smallest: smallest.bytes, tries };
}

/** Files are about six times as large at the last setting as at the middle one, whatever the encoder. */
function growthOf({ qualities }: QualitySearch): number {
  return Math.log(6) / (qualities.length / 2);
}
