/** Exact operations on decoded pixels: turning, cropping, and flattening onto a colour. */
import type { Pixels } from '../codecs/codec.ts';
import type { Orientation } from '../image/inspection.ts';
import type { Crop, Turn } from '../model/recipe.ts';
import { packedOf } from './packed.ts';

/**
 * Turns stored pixels upright (EXIF 2.32, 4.6.4.A, Orientation). Exact: every pixel is copied once.
 * @returns the same object for orientation 1.
 */
export function turnUpright(pixels: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return pixels;
  const { width, height } = pixels;
  const swapped = orientation >= 5;
  const source = packedOf(pixels);
  const data = new Uint8ClampedArray(pixels.data.length);
  const target = packedOf({ data });
  // Where the first pixel lands, and how far a step to the right and a step down move in the target.
  const rowLength = swapped ? height : width;
  const last = { x: width - 1, y: height - 1 };
  const [start, right, down] = {
    2: [last.x, -1, rowLength],
    3: [last.y * rowLength + last.x, -1, -rowLength],
    4: [last.y * rowLength, 1, -rowLength],
    5: [0, rowLength, 1],
    6: [last.y, rowLength, -1],
    7: [last.x * rowLength + last.y, -rowLength, -1],
    8: [last.x * rowLength, -rowLength, 1],
  }[orientation] as [number, number, number];
  let from = 0;
  for (let y = 0; y < height; y++) {
    let to = start + y * down;
    for (let x = 0; x < width; x++, to += right) target[to] = source[from++]!;
  }
  return swapped ? { width: height, height: width, data } : { width, height, data };
}

/** By the turn: which orientation has the same effect as each of 1 to 8 and then a turn clockwise. */
const AND_THEN: Readonly<Record<Turn, readonly Orientation[]>> = {
  0: [1, 2, 3, 4, 5, 6, 7, 8],
  90: [6, 7, 8, 5, 2, 3, 4, 1],
  180: [3, 4, 1, 2, 7, 8, 5, 6],
  270: [8, 5, 6, 7, 4, 1, 2, 3],
};

/** Upright, and then turned: one copy of the pixels does both. */
export function turnedBy(orientation: Orientation, turn: Turn): Orientation {
  return AND_THEN[turn][orientation - 1] ?? orientation;
}

/** @param crop within the pixels; null for all of them, which then come back as they are */
export function cropPixels(pixels: Pixels, crop: Crop | null): Pixels {
  if (!crop) return pixels;
  const { left, top, width, height } = crop;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * pixels.width + left) * 4;
    data.set(pixels.data.subarray(from, from + width * 4), y * width * 4);
  }
  return { width, height, data };
}

/** Whether any pixel is not fully opaque. */
export function usesAlpha(pixels: Pixels): boolean {
  const { data } = pixels;
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true;
  return false;
}

/** Whether any pixel is neither opaque nor fully transparent. */
export function hasPartialAlpha({ data }: Pixels): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255 && data[i] !== 0) return true;
  return false;
}

/** Composes the pixels onto an opaque colour, in place, as browsers do: in the encoded (not linear) values. */
export function flattenOnto(pixels: Pixels, background: string): Pixels {
  const { data } = pixels;
  const colour = [1, 3, 5].map((at) => Number.parseInt(background.slice(at, at + 2), 16));
  const [red = 255, green = 255, blue = 255] = colour;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    if (alpha === 255) continue;
    const rest = 255 - alpha;
    data[i] = Math.round((data[i]! * alpha + red * rest) / 255);
    data[i + 1] = Math.round((data[i + 1]! * alpha + green * rest) / 255);
    data[i + 2] = Math.round((data[i + 2]! * alpha + blue * rest) / 255);
    data[i + 3] = 255;
  }
  return pixels;
}
