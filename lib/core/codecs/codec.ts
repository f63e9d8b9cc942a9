/**
 * The contract that each format fulfils with one file in this folder: facts without WASM (a page may import
 * them), and a decoder and an encoder that load their glue only when they are called.
 */
import type { OutputFormat } from '../image/inspection.ts';
import { valueAt } from './curve.ts';

/** Decoded pixels: RGBA8, row-major, straight (not premultiplied) alpha, `data.length === width * height * 4`. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** One option of an encoder, as a settings page and a validator need it. */
export type OptionFact =
  | {
      readonly kind: 'number';
      readonly min: number;
      readonly max: number;
      readonly step: number;
      readonly default: number;
      readonly unit: string;
    }
  | { readonly kind: 'boolean'; readonly default: boolean }
  | { readonly kind: 'choice'; readonly choices: readonly number[]; readonly default: number };

export type OptionValues = Readonly<Record<string, number | boolean>>;

/** What holds for one encoder; what holds for its format is in `lib/core/image/format-facts.ts`. */
export interface EncoderFacts {
  readonly format: OutputFormat;
  /** Name and version line of the encoder, for the receipt. */
  readonly encoder: string;
  readonly options: Readonly<Record<string, OptionFact>>;
}

/** The WASM modules by name, the codecs' and the project's own (scripts/native.mjs); `lib/engine/wasm.ts` knows where a build keeps them, a Node test reads them from disk. */
export const WASM_NAMES = [
  'jpeg-decoder',
  'jpeg-encoder',
  'png-decoder',
  'oxipng',
  'webp-decoder',
  'webp-encoder',
  'avif-decoder',
  'avif-encoder',
  'jxl-decoder',
  'jxl-encoder',
  'resize',
  'heif-decoder',
  'jpeg',
  'look',
  'planes',
  'quantise',
] as const;
export type WasmName = (typeof WASM_NAMES)[number];
/** Gives a compiled module; called at most once a name in each worker. */
export type LoadWasm = (name: WasmName) => Promise<WebAssembly.Module>;

export type EncoderAim = { readonly quality: number } | { readonly look: number } | 'lossless';

export interface QualitySearch {
  /** Values of the encoder's `quality` that differ, from worst to best. */
  readonly qualities: readonly number[];
  /** Which quality gives which look on a typical photograph, both rising: where a search begins. */
  readonly typical: readonly (readonly [look: number, quality: number])[];
  /** Options that keep the colours at full size, where they are halved otherwise. */
  readonly wholeChroma: OptionValues | null;
  /** Null where none is cheap and near enough. */
  readonly draft: Draft | null;
}

/** A way to encode that costs less (WebP's about half) and looks nearly the same at the same quality. */
export interface Draft {
  readonly options: OptionValues;
  /**
   * By look: the quality to try, how many qualities more a point of look takes about there, what is added after all, and by how
   * much of the points' square more the quality rises.
   */
  readonly curve: readonly DraftPoint[];
}

type DraftPoint = readonly [look: number, quality: number, perPoint: number, added: number, bend: number];

/** From 0 (or `from`) to 100. */
export function wholeNumbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** The quality that typically gives the look. */
export function typicalQuality(search: QualitySearch, look: number): number {
  return search.qualities[nearestSetting(search, valueAt(search.typical, look))] ?? 0;
}

/** The index of the quality that is nearest. */
export function nearestSetting({ qualities }: QualitySearch, wanted: number): number {
  const nearest = qualities.reduce((one, other) => (Math.abs(other - wanted) < Math.abs(one - wanted) ? other : one));
  return qualities.indexOf(nearest);
}

/** The point of a draft's curve at a look, without the look. */
export function draftPointAt(
  { curve }: Draft,
  look: number,
): readonly [quality: number, perPoint: number, added: number, bend: number] {
  return [valueAt(curve, look), valueAt(curve, look, 2), valueAt(curve, look, 3), valueAt(curve, look, 4)];
}

/** A format as a plan sees it: no WASM, so a page may import it. */
export interface Format {
  readonly facts: EncoderFacts;
  /**
   * The encoder's options for a quality of 1 to 100 on JPEG's scale, for a look (SSIMULACRA 2; the quality is a first guess then,
   * to be searched from), or for no loss at all.
   */
  optionsFor(aim: EncoderAim): OptionValues;
  /** What a search for a look or a size goes through; null for an encoder that knows no loss. */
  readonly search: QualitySearch | null;
}

/** The work itself, by WASM. */
export interface Codec {
  /**
   * @param bytes a whole file of this format.
   * @returns the stored pixels; the orientation is applied only where the format's facts say that it decodes upright.
   * @throws whatever the WASM throws, `ExitStatus` and numbers included: the worker wraps it and is replaced after.
   */
  decode(bytes: Uint8Array<ArrayBuffer>, load: LoadWasm): Promise<Pixels>;
  encode(pixels: Pixels, options: OptionValues, load: LoadWasm): Promise<Uint8Array<ArrayBuffer>>;
}
