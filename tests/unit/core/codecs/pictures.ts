/** Pictures that the codec tests make, and how far two pictures are from each other. */
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';

/** A smooth picture with a hard edge and soft noise, like a photograph of a simple scene. */
export function picture(width = 96, height = 64, alpha: 'none' | 'partial' = 'none'): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  let seed = 7;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      const noise = (seed >> 16) % 7;
      const edge = x > width / 2 ? 90 : 0;
      const opacity = alpha === 'none' ? 255 : Math.round((255 * y) / (height - 1));
      data.set(
        [60 + (x * 80) / width + noise, 40 + (y * 120) / height + edge, 140 - edge + noise, opacity],
        (y * width + x) * 4,
      );
    }
  }
  return { width, height, data };
}

export interface Difference {
  /** Mean absolute difference of a channel, in levels of 255. */
  readonly mean: number;
  readonly max: number;
}

/** Over the colour channels, or over alpha alone. */
export function difference(a: Pixels, b: Pixels, channels: 'colour' | 'alpha' = 'colour'): Difference {
  if (a.width !== b.width || a.height !== b.height)
    throw new Error(`${a.width}x${a.height} is not ${b.width}x${b.height}`);
  let sum = 0;
  let max = 0;
  let count = 0;
  for (let i = 0; i < a.data.length; i++) {
    if ((i % 4 === 3) !== (channels === 'alpha')) continue;
    const step = Math.abs(a.data[i]! - b.data[i]!);
    sum += step;
    count++;
    if (step > max) max = step;
  }
  return { mean: sum / count, max };
}
