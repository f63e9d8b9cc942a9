/**
 * What the codecs' WASM memories grow to, and how large a picture may be for that. Where a memory ends before the picture
 * does, the codec fails after all its work and without a reason: so it is looked at before.
 *
 * Figures are the peak as a multiple of the RGBA8 size, measured on pictures of 4 megapixels with each growth of the memory kept
 * within 5 % of what was asked for; those of JPEG XL are of larger ones.
 */
import { CompressionError } from '../errors.ts';
import type { OutputFormat } from '../image/inspection.ts';
import type { OptionValues } from './codec.ts';
import { formats } from './registry.ts';

/** Where jSquash's memories end: 2 GB; those of its Rust at 4 GB, which `MAX_PIXELS` stays below. */
const HEAP_END = 2 ** 31;

const BYTES_A_PIXEL = 4;

/** @param alpha whether a pixel is not opaque; not asked of JPEG */
export function encoderHeap(format: OutputFormat, options: OptionValues, alpha: boolean): number {
  switch (format) {
    case 'webp':
      // Alpha is coded without loss, by another encoder with its own copies.
      if (options['lossless'] === 1) return alpha ? 8 : 5.3;
      return (alpha ? 7 : 2.7) + (options['use_sharp_yuv'] === 1 ? 2.5 : 0);
    case 'jpeg':
      return options['chroma_subsample'] === 2 ? 3.8 : 5.4;
    case 'avif':
      return options['subsample'] === 1 ? 8 : 12;
    case 'jxl':
      return 26;
    case 'png':
      return 6;
  }
}

/** What the writer of scans holds in a memory of its own, over what mozjpeg spares where it looks for none. */
export function scansHeap(format: OutputFormat, options: OptionValues): number {
  if (format !== 'jpeg' || options['progressive'] === false) return 0;
  return options['chroma_subsample'] === 2 ? 0.3 : 0.6;
}

export function decoderHeap(format: OutputFormat, alpha: boolean): number {
  switch (format) {
    case 'webp':
      return alpha ? 2.6 : 1.3;
    case 'jpeg':
      return 2.5;
    case 'avif':
      return alpha ? 9.2 : 5;
    case 'jxl':
      return 15;
    case 'png':
      return 2;
  }
}

/** Pixels that a memory with this heap has room for. */
function most(heap: number): number {
  return Math.floor(HEAP_END / (BYTES_A_PIXEL * heap));
}

/** What saves memory for a little worse a picture at the same bytes. */
const SPARING: Partial<Record<OutputFormat, OptionValues>> = {
  webp: { use_sharp_yuv: 0 },
  jpeg: { chroma_subsample: 2 },
  avif: { subsample: 1, enableSharpYUV: false },
};

/**
 * Options to be used in place of an encoder's usual ones where its memory has no room for these; none where it has, or where
 * the person has set them.
 */
export function sparingOptions(format: OutputFormat, pixels: number, alpha: boolean, set: OptionValues): OptionValues {
  const sparing = SPARING[format];
  if (!sparing || Object.keys(sparing).some((name) => name in set)) return {};
  const costly = { ...formats[format].optionsFor({ look: 90 }), use_sharp_yuv: 1, subsample: 3 };
  return pixels > most(encoderHeap(format, costly, alpha)) ? sparing : {};
}

/** @throws CompressionError `too-much-memory` with the megapixels for which there is room */
export function checkEncoder(format: OutputFormat, pixels: number, options: OptionValues, alpha: boolean): void {
  check(format, pixels, encoderHeap(format, options, alpha));
}

/** Whether there is room for a picture of so many pixels, be it with alpha. */
export function hasRoomForAlpha(format: OutputFormat, pixels: number, options: OptionValues): boolean {
  return pixels <= most(encoderHeap(format, options, true));
}

/** @throws CompressionError `too-much-memory` with the megapixels for which there is room */
export function checkDecoder(format: OutputFormat, pixels: number, alpha: boolean): void {
  check(format, pixels, decoderHeap(format, alpha));
}

function check(format: OutputFormat, pixels: number, heap: number): void {
  // JPEG XL and PNG have bounds of their own, in `limits.ts`.
  if (format === 'png' || format === 'jxl') return;
  if (pixels > most(heap))
    throw new CompressionError('too-much-memory', { format, limit: Math.floor(most(heap) / 1e6) });
}
