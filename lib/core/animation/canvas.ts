/**
 * The canvas that a decoder composes its frames on: straight alpha, and a fully transparent pixel is always
 * 0, 0, 0, 0, so that two pixels that look the same are the same number.
 */
import type { Pixels } from '../codecs/codec.ts';
import { packedOf } from '../pixels/packed.ts';
import type { Frame, Rect } from './movie.ts';

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #data: Uint8ClampedArray<ArrayBuffer>;
  /** The same, as `packedOf` has it. */
  readonly packed: Uint32Array<ArrayBuffer>;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#data = new Uint8ClampedArray(width * height * 4);
    this.packed = packedOf({ data: this.#data });
  }

  /** The canvas as it is now; not a copy. */
  frame(durationMs: number, statedMs = durationMs): Frame {
    const { width, height } = this;
    return { width, height, data: this.#data, durationMs, ...(statedMs !== durationMs && { statedMs }) };
  }

  /** The part of a rectangle that is on the canvas; its size may be 0. */
  clip({ x, y, width, height }: Rect): Rect {
    const left = Math.min(x, this.width);
    const top = Math.min(y, this.height);
    return { x: left, y: top, width: Math.min(width, this.width - left), height: Math.min(height, this.height - top) };
  }

  /** Replaces the pixels under a picture. What is past the canvas is left out. */
  put(picture: Pixels, x: number, y: number): void {
    this.#draw(picture, x, y, (colour) => (colour >>> 24 === 0 ? 0 : colour));
  }

  /** Composes a picture over what is there. */
  blend(picture: Pixels, x: number, y: number): void {
    this.#draw(picture, x, y, over);
  }

  /** Makes a rectangle fully transparent. */
  clear(rect: Rect): void {
    const { x, y, width, height } = this.clip(rect);
    for (let row = y; row < y + height; row++) this.packed.fill(0, row * this.width + x, row * this.width + x + width);
  }

  /** A copy of a rectangle, to be put back with `restore`. */
  save(rect: Rect): Uint32Array<ArrayBuffer> {
    return cutRect(this.packed, this.width, this.clip(rect));
  }

  restore(rect: Rect, saved: Uint32Array): void {
    putRect(this.packed, this.width, this.clip(rect), saved);
  }

  #draw(picture: Pixels, x: number, y: number, compose: (source: number, below: number) => number): void {
    const source = packedOf(picture);
    const rect = this.clip({ x, y, width: picture.width, height: picture.height });
    for (let row = 0; row < rect.height; row++) {
      let to = (rect.y + row) * this.width + rect.x;
      let from = row * picture.width;
      for (const end = to + rect.width; to < end; to++, from++)
        this.packed[to] = compose(source[from]!, this.packed[to]!) >>> 0;
    }
  }
}

/**
 * "Over" in straight alpha and in the encoded (not linear) values, as PNG (Third Edition), "Alpha channel processing", and RFC 9649,
 * 2.7.1.1 have it, rounded to the nearest value. An opaque source is taken as it is, a transparent one changes nothing.
 */
function over(source: number, below: number): number {
  const alpha = source >>> 24;
  if (alpha === 255 || below >>> 24 === 0) return alpha === 0 ? 0 : source;
  if (alpha === 0) return below;
  // Shares of both in the result, times 255 x 255.
  const share = alpha * 255;
  const rest = (255 - alpha) * (below >>> 24);
  const sum = share + rest;
  const mixed = (shift: number): number =>
    Math.round((((source >>> shift) & 255) * share + ((below >>> shift) & 255) * rest) / sum) << shift;
  return (mixed(0) | mixed(8) | mixed(16) | (Math.round(sum / 255) << 24)) >>> 0;
}

/**
 * A frame, packed, every fully transparent pixel 0, so that pixels that look the same are the same number.
 * A copy only where that is not so already: a resize leaves colours under what is transparent.
 */
export function packedFrame(frame: Pixels): Uint32Array<ArrayBuffer> {
  const packed = packedOf(frame);
  const hidden = (colour: number): boolean => colour >>> 24 === 0 && colour !== 0;
  return packed.some(hidden) ? packed.map((colour) => (hidden(colour) ? 0 : colour)) : packed;
}

/** A copy of a rectangle within a packed canvas. */
export function cutRect(canvas: Uint32Array, canvasWidth: number, rect: Rect): Uint32Array<ArrayBuffer> {
  const { x, y, width, height } = rect;
  const packed = new Uint32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * canvasWidth + x;
    packed.set(canvas.subarray(from, from + width), row * width);
  }
  return packed;
}

/** Replaces a rectangle within a packed canvas. */
export function putRect(canvas: Uint32Array, canvasWidth: number, rect: Rect, packed: Uint32Array): void {
  const { x, y, width, height } = rect;
  for (let row = 0; row < height; row++)
    canvas.set(packed.subarray(row * width, (row + 1) * width), (y + row) * canvasWidth + x);
}
