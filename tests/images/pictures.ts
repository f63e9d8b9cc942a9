/** The pixels that the small test images are made of. */
import sharp, { type Sharp } from 'sharp';
import { Random } from '../fuzz/random.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Not square, so that a turn shows; no multiple of 8 or 16, so that blocks at the edge are not whole. */
export const SIZE: Size = { width: 61, height: 37 };

/** A gradient with a bright corner at the top left, so that each of the eight orientations looks different. */
export function gradient({ width, height }: Size = SIZE, channels: 3 | 4 = 3): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      const corner = x < width / 4 && y < height / 4;
      data[at] = corner ? 255 : Math.round((x / width) * 200);
      data[at + 1] = corner ? 255 : Math.round((y / height) * 200);
      data[at + 2] = corner ? 0 : ((x * 7 + y * 13) % 64) + 60;
      if (channels === 4) data[at + 3] = Math.round((x / width) * 255);
    }
  }
  return sharp(data, { raw: { width, height, channels } });
}

/**
 * Noise as a sensor's, around a middle grey and of another value in each channel; the same at each run, so that what is
 * smaller or looks better is, too. sharp's own noise has no seed.
 *
 * @param sigma in levels of 255
 */
export function grain({ width, height }: Size, sigma: number): Sharp {
  const random = new Random(width * height);
  const uniform = (): number => (random.below(1 << 24) + 1) / (1 << 24);
  const data = new Uint8ClampedArray(width * height * 3);
  for (let at = 0; at < data.length; at += 2) {
    // Two normal numbers from two uniform ones, by Box and Muller.
    const [radius, angle] = [sigma * Math.sqrt(-2 * Math.log(uniform())), 2 * Math.PI * uniform()];
    data[at] = 128 + radius * Math.cos(angle);
    if (at + 1 < data.length) data[at + 1] = 128 + radius * Math.sin(angle);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export async function encoded(image: Sharp): Promise<Uint8Array> {
  return new Uint8Array(await image.toBuffer());
}
