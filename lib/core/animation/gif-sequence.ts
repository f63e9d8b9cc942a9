/**
 * Frames as they are seen, turned into images of a GIF: only what changes is drawn, equal frames become one that lasts longer, and
 * where something vanishes the image before is cleared (GIF89a, 23, disposal 2), since a GIF cannot draw "nothing".
 */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { cutRect, putRect } from './canvas.ts';
import { changedRect } from './difference.ts';
import type { GifCoder, GifPalette } from './gif-coder.ts';
import { localPalette } from './gif-palette.ts';
import { MAX_DELAY, type GifImage } from './gif-writer.ts';
import type { Frame, Rect } from './movie.ts';
import { Clock } from './timing.ts';

/** A frame that is not written yet: what of it vanishes, and how long it lasts, is known when the next one comes. */
interface Held {
  readonly packed: Uint32Array;
  /** The first and the last of equal frames, counted from 0. */
  readonly from: number;
  to: number;
  /** Hundredths of a second. */
  delay: number;
  /** The same as the file says it; null for several frames. */
  stated: number | null;
}

/** Calls with what the file shows at these of the frames that came, counted from 0. */
export interface ShownFrames {
  readonly frames: ReadonlySet<number>;
  readonly call: (frame: number, shown: Pixels) => void;
}

interface Encoding {
  readonly palette: GifPalette | null;
  readonly loss: number;
  readonly coder: GifCoder;
  readonly load: LoadWasm;
  readonly onShown: ShownFrames | undefined;
}

export class GifSequence {
  readonly images: GifImage[] = [];
  /** Of the coded images so far. */
  bytes = 0;
  /** A frame had more colours than can be said, where none may be lost. */
  lacksColours = false;
  readonly #width: number;
  readonly #height: number;
  readonly #encoding: Encoding;
  readonly #clock = new Clock();
  #frames = 0;
  #held: Held | null = null;
  /** What was to be seen after the last image, and what is. */
  readonly #wanted: Uint32Array<ArrayBuffer>;
  readonly #shown: Uint32Array<ArrayBuffer>;

  constructor(width: number, height: number, encoding: Encoding) {
    this.#width = width;
    this.#height = height;
    this.#encoding = encoding;
    this.#wanted = new Uint32Array(width * height);
    this.#shown = new Uint32Array(width * height);
  }

  /** @param packed the whole frame, opaque, or 0 */
  async add(packed: Uint32Array, { durationMs, statedMs }: Pick<Frame, 'durationMs' | 'statedMs'>): Promise<void> {
    const at = this.#frames++;
    const delay = this.#clock.take(durationMs / 10);
    const held = this.#held;
    if (held?.packed.every((colour, i) => colour === packed[i])) {
      held.delay += delay;
      held.to = at;
      held.stated = null;
      return;
    }
    if (held) await this.#write(held, packed);
    this.#held = {
      packed: packed.slice(),
      from: at,
      to: at,
      delay,
      stated: statedMs === undefined ? null : Math.round(statedMs / 10),
    };
  }

  async finish(): Promise<void> {
    if (this.#held) await this.#write(this.#held, null);
    this.#held = null;
  }

  async #write(held: Held, next: Uint32Array | null): Promise<void> {
    const { packed, delay } = held;
    const vanishing = next && vanishingRect(packed, next, this.#width);
    let rect = around(changedRect(this.#wanted, packed, this.#width, this.#height, 1), vanishing) ?? NOTHING;
    // What does not fit into 16 bits goes to further images that change nothing; the last is the one that is cleared.
    for (let left = delay; left > 0; left -= MAX_DELAY) {
      const drawn = await this.#draw(packed, rect);
      if (!drawn) {
        this.lacksColours = true;
        return;
      }
      const isLast = left <= MAX_DELAY;
      const time = isLast && left === delay ? (held.stated ?? left) : Math.min(left, MAX_DELAY);
      this.#push({ ...drawn, delay: time, clears: vanishing !== null && isLast });
      this.#wanted.set(packed);
      if (!isLast) rect = vanishing ?? NOTHING;
    }
    this.#tellShown(held);
    if (vanishing) this.#clear(rect);
  }

  async #draw(packed: Uint32Array, rect: Rect): Promise<Omit<GifImage, 'delay' | 'clears'> | null> {
    const { loss, load, palette: shared, coder } = this.#encoding;
    const wanted = cutRect(packed, this.#width, rect);
    const before = cutRect(this.#wanted, this.#width, rect);
    const shown = cutRect(this.#shown, this.#width, rect);
    const local = shared ? null : await localPalette(wanted, before, rect.width, loss > 0, load);
    const palette = shared ?? local?.palette;
    if (!palette) return null;
    const coded = coder.code({
      target: local?.target ?? wanted,
      // What is to stay stays, whatever the loss made of it.
      shown: shown.map((colour, i) => (wanted[i] === before[i] ? (before[i] ?? 0) : colour)),
      palette,
      loss,
    });
    coded.indices.forEach((index, i) => {
      if (index !== palette.transparent) shown[i] = palette.colours[index] ?? 0;
    });
    putRect(this.#shown, this.#width, rect, shown);
    const { minimumCodeSize, data } = coded;
    return { rect, palette: shared ? null : palette, transparent: palette.transparent, minimumCodeSize, data };
  }

  #push(image: GifImage): void {
    this.images.push(image);
    this.bytes += image.data.length;
  }

  #tellShown({ from, to }: Held): void {
    const { onShown } = this.#encoding;
    for (let frame = from; onShown && frame <= to; frame++) {
      if (!onShown.frames.has(frame)) continue;
      const data = new Uint8ClampedArray(this.#shown.slice().buffer);
      onShown.call(frame, { width: this.#width, height: this.#height, data });
    }
  }

  #clear(rect: Rect): void {
    const nothing = new Uint32Array(rect.width * rect.height);
    putRect(this.#wanted, this.#width, rect, nothing);
    putRect(this.#shown, this.#width, rect, nothing);
  }
}

/** One pixel, for an image in which nothing changes. */
const NOTHING: Rect = { x: 0, y: 0, width: 1, height: 1 };

/** Around all pixels that are seen and then are not; null when there is none. */
function vanishingRect(packed: Uint32Array, next: Uint32Array, width: number): Rect | null {
  const stays = packed.map((colour, i) => (next[i] === 0 ? 0 : colour));
  return changedRect(packed, stays, width, packed.length / width, 1);
}

function around(one: Rect | null, other: Rect | null): Rect | null {
  if (!one || !other) return one ?? other;
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  return {
    x,
    y,
    width: Math.max(one.x + one.width, other.x + other.width) - x,
    height: Math.max(one.y + one.height, other.y + other.height) - y,
  };
}
