/** Which decoder reads a still picture, and what it does by itself. */
import { FORMAT_FACTS } from '../image/format-facts.ts';
import type { InputFormat, Inspection } from '../image/inspection.ts';

/**
 * wasm: the codec of its format. deep: the same with all its bits, more than 8 a channel. reader: `lib/core/decoders`.
 * first-frame: our own decoder of animations and GIF (the codecs of AVIF and JPEG XL give the first frame by themselves). browser: the browser's, in the worker. document: the browser's, in a page.
 */
export type Decoder = 'wasm' | 'deep' | 'reader' | 'first-frame' | 'browser' | 'document';

export function decoderFor({ format, animation, bitDepth, coding }: Inspection): Decoder {
  switch (format) {
    case 'svg':
      return 'document';
    case 'gif':
      return 'first-frame';
    case 'bmp':
    case 'ico':
    case 'heic':
    case 'tiff':
      return 'reader';
    case 'jpeg':
      // mozjpeg's decoder throws on CMYK and its like; the browser reads them and converts to sRGB.
      return coding.unsupportedCoding === null ? 'wasm' : 'browser';
    case 'jxl':
      return 'wasm';
    case 'webp':
      return animation ? 'first-frame' : 'wasm';
    case 'png':
      return animation ? 'first-frame' : bitDepth > 8 ? 'deep' : 'wasm';
    case 'avif':
      return bitDepth > 8 ? 'deep' : 'wasm';
  }
}

/** HEIC's reader, JPEG XL's codec and the browser give upright pixels. */
export function turnsByItself(decoder: Decoder, format: InputFormat): boolean {
  if (decoder === 'browser' || decoder === 'document') return true;
  return decoder !== 'first-frame' && FORMAT_FACTS[format].decodesUpright;
}
