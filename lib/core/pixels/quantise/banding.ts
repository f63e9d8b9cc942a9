/** Bands in smooth areas, which people see and SSIMULACRA 2 hardly does. */
import type { Pixels } from '../../codecs/codec.ts';

/** Of a side, px: grain evens out over a square of this size, a band does not. */
const SIDE = 8;
/** Between the least and the most of a channel in a square, levels of 255: with more in it nobody sees a band. */
const SMOOTH = 24;

/** A picture's smooth squares, and how light each is. They follow each other by their place. */
export interface SmoothSquares {
  /** Pixels of a square. */
  readonly width: number;
  readonly height: number;
  /** Of the first byte of each, in the picture's pixels. */
  readonly places: readonly number[];
  /** Sums over the pixels of each, over black; in levels of 255 times alphas of 255. */
  readonly lightness: readonly number[];
  /** Sums of the alphas. */
  readonly alpha: readonly number[];
  /** Whether all pixels of each are the same. */
  readonly isFlat: readonly boolean[];
}

/** @param pixels RGBA8, straight alpha. What is fully transparent has no part in it. */
export function smoothSquares(pixels: Pixels): SmoothSquares {
  const [width, height] = [Math.min(SIDE, pixels.width), Math.min(SIDE, pixels.height)];
  const places: number[] = [];
  const sums: { lightness: number[]; alpha: number[] } = { lightness: [], alpha: [] };
  const isFlat: boolean[] = [];
  for (const top of starts(pixels.height)) {
    for (const left of starts(pixels.width)) {
      const place = (top * pixels.width + left) * 4;
      const range = rangeIn(pixels, place, width, height);
      if (range > SMOOTH) continue;
      const { lightness, alpha } = sumsIn(pixels, place, width, height);
      if (alpha === 0) continue;
      places.push(place);
      sums.lightness.push(lightness);
      sums.alpha.push(alpha);
      isFlat.push(range === 0);
    }
  }
  return { width, height, places, ...sums, isFlat };
}

/**
 * How far smooth areas are off as a whole: the root of the mean square, over all smooth squares, of the difference in mean
 * lightness, in levels of 255, over black or white, whichever is the greater. Flat squares that come out exactly count for
 * nothing: a small gradient on a plain page is not excused by the page. 0 where nothing is smooth.
 *
 * @param tried of the same size as the picture
 */
export function bandingOf(squares: SmoothSquares, tried: Pixels): number {
  const { width, height, places } = squares;
  let [sum, count] = [0, 0];
  for (const [at, place] of places.entries()) {
    const { lightness, alpha } = sumsIn(tried, place, width, height);
    const overBlack = lightness - (squares.lightness[at] ?? 0);
    const overWhite = overBlack - 255 * (alpha - (squares.alpha[at] ?? 0));
    if (overBlack === 0 && overWhite === 0 && squares.isFlat[at]) continue;
    sum += (Math.max(Math.abs(overBlack), Math.abs(overWhite)) / (255 * width * height)) ** 2;
    count++;
  }
  return count === 0 ? 0 : Math.sqrt(sum / count);
}

/** The most that a look allows: at 70 half a level, at 80 a third of one. */
export function mostBanding(look: number): number {
  return (100 - look) / 60;
}

/** Where squares begin along a side; the last one may lie over the one before. */
function starts(size: number): number[] {
  const count = Math.max(1, Math.ceil(size / SIDE));
  return Array.from({ length: count }, (_, at) => Math.max(0, Math.min(at * SIDE, size - SIDE)));
}

/** The widest of the four channels. */
function rangeIn({ data, width: rowWidth }: Pixels, place: number, width: number, height: number): number {
  let widest = 0;
  for (let channel = 0; channel < 4; channel++) {
    let [least, most] = [255, 0];
    for (let y = 0, row = place + channel; y < height; y++, row += rowWidth * 4) {
      for (let at = row, end = row + width * 4; at < end; at += 4) {
        const value = data[at]!;
        if (value < least) least = value;
        if (value > most) most = value;
      }
    }
    widest = Math.max(widest, most - least);
  }
  return widest;
}

/** Lightness by ITU-R BT.601. */
function sumsIn(
  { data, width: rowWidth }: Pixels,
  place: number,
  width: number,
  height: number,
): { readonly lightness: number; readonly alpha: number } {
  let [lightness, alpha] = [0, 0];
  for (let y = 0, row = place; y < height; y++, row += rowWidth * 4) {
    for (let at = row, end = row + width * 4; at < end; at += 4) {
      const opacity = data[at + 3]!;
      lightness += (0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!) * opacity;
      alpha += opacity;
    }
  }
  return { lightness, alpha };
}
