/** Where a search for a look begins: how hard the picture is, by one cheap try. */
import { typicalQuality, type LoadWasm, type Pixels, type QualitySearch } from '../codecs/codec.ts';
import { codecs, formats } from '../codecs/registry.ts';
import { takeReference } from './metric.ts';
import { takeSample, WHOLE } from './sample.ts';

/** mozjpeg at this quality on a sample of this share of the pixels; mozjpeg's tables make no decisions that a sample misleads. */
const OPTIONS = {
  ...formats.jpeg.optionsFor({ quality: 55 }),
  quant_table: 5,
  trellis_multipass: true,
  trellis_opt_zero: true,
};
const SHARE = 0.15;
const MOST = 500_000;
/** What that gives on the median photograph. */
const TYPICAL = 76;
/** A picture that is harder by a point there is so by less for the encoder that is asked. */
const TRUST = 0.75;
/** Beyond this the try says no more than that it is unusual. */
const MOST_SHIFT = 15;
/**
 * A picture is easier than the median photograph by so many points at most; what seems easier still is nearly flat, and there the
 * metric is blind to what an eye sees: at JPEG quality 5 a plain colour that is off by 8 levels reads 70.
 */
const EASIEST = 20;

/**
 * By how much the look must be raised to find its quality on the typical curve.
 * @returns 0 for pictures with alpha, and for those so small that a try is cheaper than a guess.
 */
export async function difficultyOf(pixels: Pixels, load: LoadWasm): Promise<number> {
  if (pixels.width * pixels.height <= WHOLE || hasAlpha(pixels)) return 0;
  const sample = takeSample(pixels, SHARE, MOST);
  const reference = await takeReference(sample.pixels, load);
  const file = await codecs.jpeg.encode(sample.pixels, OPTIONS, load);
  const shift = (TYPICAL - reference.compare(await codecs.jpeg.decode(file, load))) * TRUST;
  return Math.min(MOST_SHIFT, Math.max(-MOST_SHIFT, shift));
}

/** The index of the quality to begin with. */
export function firstSetting(search: QualitySearch, look: number, difficulty: number): number {
  return search.qualities.indexOf(typicalQuality(search, look + difficulty));
}

/** The index of the lowest quality that a search for a look tries. */
export function lowestSetting(search: QualitySearch, look: number): number {
  return firstSetting(search, look - EASIEST, 0);
}

function hasAlpha({ data }: Pixels): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}
