/**
 * How much a picture looks like another: SSIMULACRA 2, computed by the C of this folder. What the reference's side needs is
 * computed once and kept for all that are compared with it. Memory: 4 bytes a pixel for the picture, 4 for its smaller
 * sizes and 36 for the reference (72 with alpha), some 44 MB for a megapixel; it is the worker's, and used again.
 */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { startNative } from '../codecs/emscripten.ts';
import { CHANNELS, needsOf, SCALES, scalesOf, scoreOf, SUMS } from './score.ts';

/** What lib/core/look/native exports; numbers that are positions are bytes in its memory. */
interface Native {
  readonly memory: WebAssembly.Memory;
  light(): number;
  needs(): number;
  sums(): number;
  pixels(): number;
  open(width: number, height: number, scales: number, backgrounds: number, bandRows: number, bandEvery: number): number;
  /** Rows of the full size that the last comparison took in. */
  looked_at(): number;
  keep(which: number, background: number): void;
  compare(which: number, background: number): void;
}

/** A reference that pictures of its size are compared with. */
export interface LookReference {
  /**
   * @param picture of the reference's size.
   * @returns SSIMULACRA 2: 100 for no difference, 90 where none is seen, 70 for high, 50 for medium quality. With alpha, in either
   *   of the two, the lower one over black and over white.
   * @throws Error when the size differs, or when another reference was taken since: a worker keeps one.
   */
  compare(picture: Pixels): number;
  /** False once another reference was taken: a worker keeps one. */
  isKept(): boolean;
}

/** Under this a side has no error maps: such a picture is repeated, each time mirrored, until it is that long. */
const LEAST_SIDE = 8;
/**
 * From so many pixels on the full size, which has three quarters of the work and little of the weight, is looked at in bands; of the
 * smaller sizes every row is. What that is off by is in docs/LOOKS.md.
 */
const LARGE = 400_000;
const BANDS = { rows: 42, every: 128 };
const OPAQUE = -1;
const BACKGROUNDS = [0, 255];

let latest: symbol | null = null;

/**
 * Takes a reference, in place of the one that the worker had.
 * @param reference any size from 1 x 1 on.
 * @throws RangeError when there is no memory for it.
 */
export async function takeReference(reference: Pixels, load: LoadWasm): Promise<LookReference> {
  const native = await startNative<Native>('look', load);
  const self = (latest = Symbol('reference'));
  const kept = enlarged(reference);
  const { width, height } = kept;
  const scales = scalesOf(width, height);
  fillTables(native, scales);
  const bands = width * height < LARGE ? { rows: height, every: height } : BANDS;
  let backgrounds = hasAlpha(kept) ? 2 : 1;
  const open = (): void => {
    if (native.open(width, height, scales, backgrounds, bands.rows, bands.every) !== 1)
      throw new RangeError('no memory for a look');
    write(native, kept);
    for (let which = 0; which < backgrounds; which++) native.keep(which, backgroundOf(which, backgrounds));
  };
  open();
  return {
    isKept: () => latest === self,
    compare(picture) {
      if (latest !== self) throw new Error('another reference was taken since');
      if (picture.width !== reference.width || picture.height !== reference.height)
        throw new Error('a picture of another size cannot be compared');
      const compared = enlarged(picture);
      if (backgrounds === 1 && hasAlpha(compared)) {
        backgrounds = 2;
        open();
      }
      write(native, compared);
      let lowest = 100;
      for (let which = 0; which < backgrounds; which++) {
        native.compare(which, backgroundOf(which, backgrounds));
        const sums = new Float64Array(native.memory.buffer, native.sums(), SCALES * CHANNELS * SUMS);
        lowest = Math.min(lowest, scoreOf(sums, areas(width, height, scales, native.looked_at())));
      }
      return lowest;
    },
  };
}

function backgroundOf(which: number, backgrounds: number): number {
  return backgrounds === 1 ? OPAQUE : (BACKGROUNDS[which] ?? OPAQUE);
}

/** Linear light of each value of sRGB (IEC 61966-2-1), and which maps of which plane have a weight. */
function fillTables(native: Native, scales: number): void {
  const light = new Float32Array(native.memory.buffer, native.light(), 256);
  for (let value = 0; value < 256; value++) {
    const encoded = value / 255;
    light[value] = encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
  }
  const needs = new Uint8Array(native.memory.buffer, native.needs(), SCALES * CHANNELS);
  for (let scale = 0; scale < SCALES; scale++) {
    for (let channel = 0; channel < CHANNELS; channel++)
      needs[scale * CHANNELS + channel] = scale < scales ? needsOf(scales, scale, channel) : 0;
  }
}

function write(native: Native, { data }: Pixels): void {
  new Uint8ClampedArray(native.memory.buffer, native.pixels(), data.length).set(data);
}

/** Pixels of each scale; an odd side is rounded up when it is halved. */
function areas(width: number, height: number, scales: number, rows: number): number[] {
  return Array.from(
    { length: scales },
    (_, scale) => Math.ceil(width / 2 ** scale) * (scale === 0 ? rows : Math.ceil(height / 2 ** scale)),
  );
}

function hasAlpha({ data }: Pixels): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

function enlarged(pixels: Pixels): Pixels {
  if (pixels.width >= LEAST_SIDE && pixels.height >= LEAST_SIDE) return pixels;
  const width = Math.max(LEAST_SIDE, pixels.width);
  const height = Math.max(LEAST_SIDE, pixels.height);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (mirrored(y, pixels.height) * pixels.width + mirrored(x, pixels.width)) * 4;
      data.set(pixels.data.subarray(from, from + 4), (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

function mirrored(at: number, length: number): number {
  const within = at % (2 * length);
  return within < length ? within : 2 * length - 1 - within;
}
