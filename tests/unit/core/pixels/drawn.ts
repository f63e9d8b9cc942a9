/** Pictures drawn pixel by pixel for the quantiser's tests. */
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';

export type Colour = readonly [r: number, g: number, b: number, a?: number];

export function drawn(width: number, height: number, colourAt: (x: number, y: number) => Colour): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b, a = 255] = colourAt(x, y);
      data.set([r, g, b, a], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

/** Whole numbers below a bound, the same ones each time. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One number a pixel, for counting colours. */
export function words({ data }: Pixels): Uint32Array {
  return new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
}

/** A disc with a soft edge on flat ground, and a patch of many colours in the corner. */
export function flatGraphic(size: number): Pixels {
  return drawn(size, size, (x, y) => {
    if (x < size / 4 && y < size / 4) return [x * 6, y * 6, 255 - x * 3 - y * 2];
    const inside = Math.min(1, Math.max(0, size * 0.3 - Math.hypot(x - size * 0.6, y - size * 0.6) + 0.5));
    return [250 - 220 * inside, 248 - 130 * inside, 240 - 40 * inside];
  });
}
