/**
 * Fewer colours: the colours of one or more pictures are counted, a palette is chosen from them, and pixels are mapped to it.
 * The work is done by C of our own (`native/`): a histogram of exact colours, Wu's splitting and k-means in OKLab times alpha,
 * and error diffusion that keeps flat areas flat. The same pixels and options give the same bytes on every machine.
 */
import type { LoadWasm, Pixels } from '../../codecs/codec.ts';
import { CompressionError } from '../../errors.ts';
import { unpacked } from '../packed.ts';

/** A picture whose pixels are places in a palette. */
export interface IndexedPixels {
  readonly width: number;
  readonly height: number;
  /**
   * RGBA8, straight alpha, 1 to 256 colours. What is not opaque comes first, by rising alpha; a fully transparent colour is
   * 0, 0, 0, 0 and the first.
   */
  readonly palette: Uint8Array<ArrayBuffer>;
  /** One byte a pixel, row-major. */
  readonly indices: Uint8Array<ArrayBuffer>;
  /** Each pixel has the colour that it had, but for the colour under full transparency. */
  readonly isExact: boolean;
}

export interface QuantiseOptions {
  /** At most; 2 to 256, a fully transparent colour counted. */
  readonly colours: number;
  /** How much of what is wrong in a pixel is made good by its neighbours: 0 is nothing (flat steps), 1 is all (grain). */
  readonly dithering: number;
}

/** What `native/quantise.c` exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  prepare(width: number, rows: number): number;
  band_at(): number;
  indices_at(): number;
  count(rows: number): void;
  choose(colours: number): number;
  palette_at(): number;
  is_exact(): number;
  start(dithering: number): void;
  map(rows: number): void;
}

/** Pixels that go into the WASM memory at a time; a wide row is a band of its own. */
const BAND_PIXELS = 65_536;

/** For pictures of one width. Its memory, 12 MB and a few rows, goes with it. */
export class Quantiser {
  readonly #wasm: Exports;
  readonly #width: number;
  readonly #rows: number;
  #palette = new Uint8Array();

  /** @throws CompressionError `too-much-memory` */
  static async create(width: number, load: LoadWasm): Promise<Quantiser> {
    const { exports } = new WebAssembly.Instance(await load('quantise'));
    return new Quantiser(exports as unknown as Exports, width);
  }

  private constructor(wasm: Exports, width: number) {
    this.#wasm = wasm;
    this.#width = width;
    this.#rows = Math.max(1, Math.floor(BAND_PIXELS / width));
    if (!wasm.prepare(width, this.#rows)) throw new CompressionError('too-much-memory', { format: 'png', limit: 4096 });
  }

  /** Adds the colours of a picture; all that were added share the palette. */
  count(pixels: Pixels): void {
    this.#bands(pixels, (rows) => this.#wasm.count(rows));
  }

  /**
   * Chooses the palette that `map` uses from now on.
   *
   * @returns how many colours it has; fewer than asked for when the pictures have no more
   */
  choose(colours: number): number {
    const count = this.#wasm.choose(colours);
    this.#palette = new Uint8Array(this.#wasm.memory.buffer, this.#wasm.palette_at(), count * 4).slice();
    return count;
  }

  /** Of the palette that was chosen: packed. */
  get colours(): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#palette.slice().buffer);
  }

  map(pixels: Pixels, dithering: number): IndexedPixels {
    const { width, height } = pixels;
    const indices = new Uint8Array(width * height);
    this.#wasm.start(dithering);
    this.#bands(pixels, (rows, y) => {
      this.#wasm.map(rows);
      indices.set(new Uint8Array(this.#wasm.memory.buffer, this.#wasm.indices_at(), rows * width), y * width);
    });
    return { width, height, palette: this.#palette, indices, isExact: this.#wasm.is_exact() === 1 };
  }

  /** A band comes with one row more above and below; at the edge that is the edge row again. */
  #bands({ width, height, data }: Pixels, work: (rows: number, y: number) => void): void {
    if (width !== this.#width)
      throw new CompressionError('internal', {}, { cause: new Error(`width ${width}, not ${this.#width}`) });
    const rowBytes = width * 4;
    for (let y = 0; y < height; y += this.#rows) {
      const rows = Math.min(this.#rows, height - y);
      const band = new Uint8Array(this.#wasm.memory.buffer, this.#wasm.band_at(), rowBytes * (rows + 2));
      band.set(row(y - 1), 0);
      band.set(data.subarray(y * rowBytes, (y + rows) * rowBytes), rowBytes);
      band.set(row(y + rows), (rows + 1) * rowBytes);
      work(rows, y);
    }

    function row(at: number): Uint8ClampedArray {
      const from = Math.min(height - 1, Math.max(0, at)) * rowBytes;
      return data.subarray(from, from + rowBytes);
    }
  }
}

/**
 * One picture with fewer colours.
 *
 * @param pixels RGBA8, straight alpha
 * @throws CompressionError `too-much-memory`
 */
export async function quantise(pixels: Pixels, options: QuantiseOptions, load: LoadWasm): Promise<IndexedPixels> {
  const quantiser = await Quantiser.create(pixels.width, load);
  quantiser.count(pixels);
  quantiser.choose(options.colours);
  return quantiser.map(pixels, options.dithering);
}

/** The pixels that an indexed picture shows: RGBA8, straight alpha. */
export function pixelsOf({ width, height, palette, indices }: IndexedPixels): Pixels {
  const colours = new Uint32Array(palette.buffer, palette.byteOffset, palette.length / 4);
  const packed = new Uint32Array(width * height);
  for (let i = 0; i < packed.length; i++) packed[i] = colours[indices[i] ?? 0] ?? 0;
  return unpacked(packed, { width, height });
}
