/** The formats that are written, by name. A page imports `formats` and gets no codec with it; a worker imports `codecs`. */
import type { OutputFormat } from '../image/inspection.ts';
import { avifCodec, avifFormat } from './avif.ts';
import type { Codec, Format, OptionValues } from './codec.ts';
import { isTuned, jpegCodec, jpegFormat } from './jpeg.ts';
import { jxlCodec, jxlFormat } from './jxl.ts';
import { pngCodec, pngFormat } from './png.ts';
import { webpCodec, webpFormat } from './webp.ts';

export const formats: Readonly<Record<OutputFormat, Format>> = {
  jpeg: jpegFormat,
  png: pngFormat,
  webp: webpFormat,
  avif: avifFormat,
  jxl: jxlFormat,
};

export const codecs: Readonly<Record<OutputFormat, Codec>> = {
  jpeg: jpegCodec,
  png: pngCodec,
  webp: webpCodec,
  avif: avifCodec,
  jxl: jxlCodec,
};

/** What wrote, or is to write, a file with these options: for the receipt. */
export function encoderName(format: OutputFormat, options: OptionValues): string {
  return format === 'jpeg' && isTuned(options) ? 'CompressImage JPEG' : formats[format].facts.encoder;
}
