/** Codes images of a GIF by the C beside the quantiser (lib/core/pixels/quantise/native/lzw.h). */
import type { LoadWasm } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';

interface Exports {
  readonly memory: WebAssembly.Memory;
  prepare_images(pixels: number): number;
  target_at(): number;
  shown_at(): number;
  written_at(): number;
  packed_at(): number;
  palette_at(): number;
  set(colours: number): void;
  write(pixels: number, minimumBits: number, transparent: number, bound: number, unchanged: number): number;
}

export interface GifImageInput {
  /** Packed; opaque, or 0. */
  readonly target: Uint32Array;
  /** The canvas under it, packed the same way. A pixel whose target is 0 has nothing under it. */
  readonly shown: Uint32Array;
  readonly palette: GifPalette;
  /** How far a pixel may be from its target, as a distance in OKLab; 0 is not at all. */
  readonly loss: number;
}

/** At most 255 colours where something is transparent, 256 where nothing is. */
export interface GifPalette {
  /** 0xFFBBGGRR. */
  readonly colours: Uint32Array;
  /** The index of "nothing", which is past the colours; null when each pixel is drawn. */
  readonly transparent: number | null;
}

export interface GifImageData {
  readonly minimumCodeSize: number;
  /** Of LZW, not in sub-blocks. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Of each pixel. */
  readonly indices: Uint8Array<ArrayBuffer>;
}

/**
 * How a pixel is coded that may be drawn, or let what is shown already shine through: as the strings of the dictionary fall, which is
 * best for what moves all over, or always the latter, which is best for text and drawings (by up to a quarter).
 */
const EITHER = 0;
const KEPT = 1;

/** Its memory, 14 bytes a pixel, goes with it. */
export class GifCoder {
  readonly #wasm: Exports;

  /** @param pixels of the largest image. @throws CompressionError `too-much-memory` */
  static async create(pixels: number, load: LoadWasm): Promise<GifCoder> {
    const { exports } = new WebAssembly.Instance(await load('quantise'));
    return new GifCoder(exports as unknown as Exports, pixels);
  }

  private constructor(wasm: Exports, pixels: number) {
    this.#wasm = wasm;
    if (!wasm.prepare_images(pixels)) throw new CompressionError('too-much-memory', { format: 'gif', limit: 4096 });
  }

  code({ target, shown, palette: { colours, transparent }, loss }: GifImageInput): GifImageData {
    const wasm = this.#wasm;
    const numbers = (at: number, length: number): Uint32Array => new Uint32Array(wasm.memory.buffer, at, length);
    numbers(wasm.palette_at(), colours.length).set(colours);
    wasm.set(colours.length);
    numbers(wasm.target_at(), target.length).set(target);
    numbers(wasm.shown_at(), target.length).set(shown);
    const minimumCodeSize = codeSizeFor({ colours, transparent });
    const write = (unchanged: number): GifImageData => {
      const bytes = wasm.write(target.length, minimumCodeSize, transparent ?? -1, loss * loss, unchanged);
      return {
        minimumCodeSize,
        data: new Uint8Array(wasm.memory.buffer, wasm.packed_at(), bytes).slice(),
        indices: new Uint8Array(wasm.memory.buffer, wasm.written_at(), target.length).slice(),
      };
    };
    const either = write(EITHER);
    if (transparent === null || !shown.some((colour) => colour !== 0)) return either;
    const kept = write(KEPT);
    return kept.data.length < either.data.length ? kept : either;
  }
}

/** Bits of an index; at least 2 (GIF89a, Appendix F). */
function codeSizeFor({ colours, transparent }: GifPalette): number {
  return Math.max(2, Math.ceil(Math.log2(Math.max(2, colours.length + (transparent === null ? 0 : 1)))));
}
