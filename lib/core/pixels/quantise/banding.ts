/** Bands in smooth areas, which people see and SSIMULACRA 2 hardly does. */
import type { Pixels } from '../../codecs/codec.ts';

/** Of a side, px: grain evens out over a square of this size, a band does not. */
const SQUARE = 8;
/** Between the least and the most of a channel in a square, levels of 255: with more in it nobody sees a band. */
const SMOOTH = 24;
/** ITU-R BT.601: bands are seen by their lightness. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * How far smooth areas are off as a whole: over all squares that are smooth in the picture, the root of the mean square of the
 * difference of their mean lightness, in levels of 255, weighted by alpha. 0 where nothing is smooth.
 *
 * @param pixels RGBA8, straight alpha
 * @param tried of the same size
 */
export function bandingOf({ width, height, data }: Pixels, tried: Pixels): number {
  let [sum, squares] = [0, 0];
  for (let top = 0; top + SQUARE <= height; top += SQUARE) {
    for (let left = 0; left + SQUARE <= width; left += SQUARE) {
      let off = 0;
      const least = [255, 255, 255];
      const most = [0, 0, 0];
      for (let y = top; y < top + SQUARE; y++) {
        for (let at = (y * width + left) * 4, end = at + SQUARE * 4; at < end; at += 4) {
          for (let channel = 0; channel < 3; channel++) {
            const value = data[at + channel]!;
            off += LUMA[channel]! * (value * data[at + 3]! - tried.data[at + channel]! * tried.data[at + 3]!);
            if (value < least[channel]!) least[channel] = value;
            if (value > most[channel]!) most[channel] = value;
          }
        }
      }
      if (most.some((value, channel) => value - least[channel]! > SMOOTH)) continue;
      squares++;
      sum += (off / (255 * SQUARE * SQUARE)) ** 2;
    }
  }
  return squares === 0 ? 0 : Math.sqrt(sum / squares);
}

/** The most that a look allows: at 70 half a level, at 80 a third of one. */
export function mostBanding(look: number): number {
  return (100 - look) / 60;
}
