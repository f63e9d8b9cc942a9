/** Files that are not as their specification has them, or as few writers make them, and how browsers take them. */
import type { Pixels } from '../../../lib/core/codecs/codec.ts';

export interface OddFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /**
   * What Chromium (156) shows: the pixels, RGBA8; `refused` when its `<img>` shows nothing; `shown` when the pixels are a
   * lossy codec's, which only Chromium itself or another decoder can tell.
   */
  readonly right: Pixels | 'refused' | 'shown';
}

/** One hex word of RGBA a pixel would be long: rows of functions of x and y. */
export function picture(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly [number, number, number, number],
): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colourAt(x, y), (y * width + x) * 4);
  return { width, height, data };
}

/** The same with what `change` says of each pixel's alpha. */
export function withAlphaOf(pixels: Pixels, alphaAt: (x: number, y: number) => number): Pixels {
  const data = pixels.data.slice();
  for (let i = 0; i < pixels.width * pixels.height; i++) {
    const alpha = alphaAt(i % pixels.width, Math.floor(i / pixels.width));
    if (alpha === 0) data.fill(0, i * 4, i * 4 + 4);
    else data[i * 4 + 3] = alpha;
  }
  return { ...pixels, data };
}
