/** Pixels of 16 bits a channel, and their exact reduction to 8. */
import type { Pixels } from '../codecs/codec.ts';

/** RGBA, row-major, straight alpha, 65 535 is full; `data.length === width * height * 4`. */
export interface DeepPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint16Array<ArrayBuffer>;
}

export function isDeep(pixels: Pixels | DeepPixels): pixels is DeepPixels {
  return pixels.data instanceof Uint16Array;
}

/** Each channel rounded to the nearest of 8 bits, as PNG (Third Edition), 13.12 asks; cutting off the low byte darkens by up to a level. */
export function toEightBits({ width, height, data }: DeepPixels): Pixels {
  const result = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i++) result[i] = eightBits(data[i]!);
  return { width, height, data: result };
}

/** round(value x 255 / 65535), without a division: exact for all 65 536 values. */
export function eightBits(value: number): number {
  return (value * 255 + 32895) >>> 16;
}
