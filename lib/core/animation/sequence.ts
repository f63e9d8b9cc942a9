/**
 * Frames as they are seen, turned into frames of a WebP file: only what changed is coded, equal frames become one
 * that lasts longer, and a rectangle is cleared between two frames where that is cheaper (RFC 9649, 2.7.1.1, 2.7.2).
 */
import { changedRect, vanishes } from './difference.ts';
import type { Rect } from './movie.ts';
import { codedBytes, type Coded, type StepCoder } from './step-coder.ts';
import { Clock, MAX_DURATION } from './timing.ts';
import type { Bitstream } from './webp-bitstream.ts';
import type { WebpFrame } from './webp-muxer.ts';

interface Pending extends Coded {
  /** Whole ms. */
  durationMs: number;
}

/** Holds one canvas, the coded frames, and while it works the cuts of a frame; never two frames' pixels. */
export class Sequence {
  readonly frames: WebpFrame[] = [];
  /** For each frame that came, the index of the one that begins to show it. */
  readonly shownBy: number[] = [];
  /** Frames that were equal to the one before. */
  merged = 0;
  /** Bytes of the coded pictures so far. */
  bytes = 0;
  readonly #width: number;
  readonly #height: number;
  readonly #code: StepCoder;
  readonly #clock = new Clock();
  /** What the file shows after the last frame, or will when lossy coding is taken for exact. */
  readonly #shown: Uint32Array<ArrayBuffer>;
  /** Not written yet: how long it lasts, and whether it is cleared, is known when the next one comes. */
  #pending: Pending | null = null;

  constructor(width: number, height: number, code: StepCoder) {
    this.#width = width;
    this.#height = height;
    this.#code = code;
    this.#shown = new Uint32Array(width * height);
  }

  get milliseconds(): number {
    return this.#clock.total;
  }

  /** @param canvas the whole frame, packed, a fully transparent pixel being 0 */
  async add(canvas: Uint32Array, durationMs: number): Promise<void> {
    const whole = this.#clock.take(durationMs);
    const rect = changedRect(this.#shown, canvas, this.#width, this.#height);
    const pending = this.#pending;
    if (!pending) this.#follow(await this.#step(canvas, rect ?? NOTHING), canvas);
    else if (rect) await this.#change(pending, canvas, rect);
    else this.merged++;
    this.shownBy.push(this.frames.length);
    await this.#last(whole);
  }

  /** Writes what is still held. */
  finish(): void {
    if (this.#pending) this.#write(this.#pending, false);
    this.#pending = null;
  }

  /** What is shown now, coded as a picture of its own that covers the canvas. */
  async still(): Promise<Bitstream> {
    const rect = { x: 0, y: 0, width: this.#width, height: this.#height };
    const only = this.frames[0]?.bitstream;
    if (this.frames.length === 1 && only?.width === rect.width && only.height === rect.height) return only;
    const empty = new Uint32Array(this.#shown.length);
    return (await this.#code({ before: empty, after: this.#shown, canvasWidth: this.#width, rect })).bitstream;
  }

  async #change(pending: Pending, canvas: Uint32Array, rect: Rect): Promise<void> {
    const kept = await this.#step(canvas, rect);
    const cleared = await this.#stepOnCleared(pending, canvas);
    const clears = cleared !== null && codedBytes(cleared) < codedBytes(kept);
    this.#write(pending, clears);
    this.#follow(clears ? cleared : kept, canvas);
  }

  /**
   * The step when the last rectangle is cleared before it; null when that can't be worth it: unless something there
   * vanishes, no less changes than without clearing. Leaves `#shown` cleared, for `#follow` to set anew.
   */
  async #stepOnCleared({ rect }: Pending, canvas: Uint32Array): Promise<Coded | null> {
    if (!vanishes(this.#shown, canvas, this.#width, rect)) return null;
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      this.#shown.fill(0, y * this.#width + rect.x, y * this.#width + rect.x + rect.width);
    }
    return this.#step(canvas, changedRect(this.#shown, canvas, this.#width, this.#height) ?? NOTHING);
  }

  #step(after: Uint32Array, rect: Rect): Promise<Coded> {
    return this.#code({ before: this.#shown, after, canvasWidth: this.#width, rect });
  }

  /** Makes a coded step the last frame. */
  #follow(coded: Coded, canvas: Uint32Array): void {
    this.#shown.set(canvas);
    this.bytes += codedBytes(coded);
    this.#pending = { ...coded, durationMs: 0 };
  }

  /** Lets the last frame last longer; what does not fit into 24 bits goes to frames that change nothing. */
  async #last(whole: number): Promise<void> {
    let left = whole;
    for (let pending = this.#pending; pending; pending = this.#pending) {
      const room = Math.min(left, MAX_DURATION - pending.durationMs);
      pending.durationMs += room;
      left -= room;
      if (left === 0) return;
      this.#write(pending, false);
      this.#follow(await this.#step(this.#shown, NOTHING), this.#shown);
    }
  }

  #write({ rect, bitstream, blend, durationMs }: Pending, dispose: boolean): void {
    this.frames.push({ x: rect.x, y: rect.y, bitstream, durationMs, blend, dispose });
  }
}

/** One pixel, for a frame in which nothing changes. */
const NOTHING: Rect = { x: 0, y: 0, width: 1, height: 1 };
