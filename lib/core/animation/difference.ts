/** Where two canvases differ, and pictures cut out of the later one. Canvases are packed: see `packedOf`. */
import type { Pixels } from '../codecs/codec.ts';
import { unpacked } from '../pixels/packed.ts';
import { cutRect } from './canvas.ts';
import type { Rect } from './movie.ts';

/**
 * The smallest rectangle around all pixels that differ.
 *
 * @param grid its left and top side are moved out to a multiple of it: 2 is all that a WebP frame can state (RFC 9649, 2.7.1.1)
 * @returns null when the canvases are equal
 */
export function changedRect(
  before: Uint32Array,
  after: Uint32Array,
  width: number,
  height: number,
  grid: 1 | 2 = 2,
): Rect | null {
  let top = 0;
  while (top < height && rowEqual(before, after, top, width)) top++;
  if (top === height) return null;
  let bottom = height - 1;
  while (rowEqual(before, after, bottom, width)) bottom--;
  let left = width,
    right = -1;
  for (let y = top; y <= bottom; y++) {
    const row = y * width;
    let x = 0;
    while (x < left && before[row + x] === after[row + x]) x++;
    left = Math.min(left, x);
    x = width - 1;
    while (x > right && before[row + x] === after[row + x]) x--;
    right = Math.max(right, x);
  }
  const x = left & ~(grid - 1),
    y = top & ~(grid - 1);
  return { x, y, width: right + 1 - x, height: bottom + 1 - y };
}

/** Whether a pixel in the rectangle was seen and is fully transparent now. */
export function vanishes(before: Uint32Array, after: Uint32Array, canvasWidth: number, rect: Rect): boolean {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let i = y * canvasWidth + rect.x, end = i + rect.width; i < end; i++) {
      if (after[i] === 0 && before[i] !== 0) return true;
    }
  }
  return false;
}

/** The rectangle as it is. */
export function cut(canvas: Uint32Array, canvasWidth: number, rect: Rect): Pixels {
  return unpacked(cutRect(canvas, canvasWidth, rect), rect);
}

/**
 * The rectangle with nothing where nothing changed, to be composed over what is there.
 *
 * @param block side of the squares, counted from the rectangle's corner, that are left out or kept as a whole; 1
 *   leaves out each unchanged pixel
 * @returns null when it can't be done by composing: a pixel that changes is not opaque, and "over" would mix it
 *   with what is below
 */
export function cutChanges(
  before: Uint32Array,
  after: Uint32Array,
  canvasWidth: number,
  rect: Rect,
  block: number,
): { pixels: Pixels; kept: number } | null {
  const packed = new Uint32Array(rect.width * rect.height);
  let kept = 0;
  for (let blockY = 0; blockY < rect.height; blockY += block) {
    const blockBottom = Math.min(rect.height, blockY + block);
    for (let blockX = 0; blockX < rect.width; blockX += block) {
      const blockRight = Math.min(rect.width, blockX + block);
      let changed = false;
      for (let y = blockY; y < blockBottom; y++) {
        let i = (rect.y + y) * canvasWidth + rect.x + blockX;
        for (let x = blockX; x < blockRight; x++, i++) {
          if (before[i] === after[i]) continue;
          if (after[i]! >>> 24 !== 255) return null;
          changed = true;
        }
      }
      if (!changed) continue;
      for (let y = blockY; y < blockBottom; y++) {
        let i = (rect.y + y) * canvasWidth + rect.x + blockX;
        for (let x = blockX; x < blockRight; x++, i++) {
          // What is unchanged and not opaque would be mixed with itself.
          if (after[i]! >>> 24 !== 255) continue;
          packed[y * rect.width + x] = after[i]!;
          kept++;
        }
      }
    }
  }
  return { pixels: unpacked(packed, rect), kept };
}

function rowEqual(before: Uint32Array, after: Uint32Array, row: number, width: number): boolean {
  for (let i = row * width, end = i + width; i < end; i++) if (before[i] !== after[i]) return false;
  return true;
}
