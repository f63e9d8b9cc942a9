/** JPEG by mozjpeg: progressive, 4:2:0, trellis quantisation. */
import type { Codec, Format } from './codec.ts';
import { encoded, startEmscripten, type Decoder, type Encoder } from './emscripten.ts';

/** jSquash's `MozJpegColorSpace.YCbCr`. */
const YCBCR = 3;

export const jpegFormat: Format = {
  facts: {
    format: 'jpeg',
    encoder: 'mozjpeg',
    heapFactor: 4.2,
    options: {
      quality: { kind: 'number', min: 1, max: 100, step: 1, default: 75, unit: 'libjpeg quality' },
      progressive: { kind: 'boolean', default: true },
      /** 1 is 4:4:4, 2 is 4:2:0. */
      chroma_subsample: { kind: 'choice', choices: [1, 2], default: 2 },
      /** mozjpeg's table number; 3 is its default (ImageMagick's table by N. Robidoux). */
      quant_table: { kind: 'number', min: 0, max: 8, step: 1, default: 3, unit: 'table' },
    },
  },

  optionsFor(aim) {
    const quality = aim === 'lossless' ? 100 : aim.quality;
    // 4:2:0 cannot reach the look of the highest settings at any quality: there the chroma stays whole.
    return { quality, progressive: true, chroma_subsample: quality >= 93 ? 1 : 2, quant_table: 3 };
  },
};

export const jpegCodec: Codec = {
  async decode(bytes, load) {
    const { default: factory } = await import('@jsquash/jpeg/codec/dec/mozjpeg_dec.js');
    const module = await startEmscripten<Decoder>('jpeg-decoder', factory, load);
    return module.decode(bytes, false);
  },

  async encode(pixels, options, load) {
    const { default: factory } = await import('@jsquash/jpeg/codec/enc/mozjpeg_enc.js');
    const module = await startEmscripten<Encoder>('jpeg-encoder', factory, load);
    return encoded(
      module.encode(pixels.data, pixels.width, pixels.height, {
        baseline: false,
        arithmetic: false,
        optimize_coding: true,
        smoothing: 0,
        color_space: YCBCR,
        trellis_multipass: false,
        trellis_opt_zero: false,
        trellis_opt_table: false,
        trellis_loops: 1,
        // Left on, quality 80 and more silently gets 4:4:4 and grows by 11 to 32 %.
        auto_subsample: false,
        separate_chroma_quality: false,
        chroma_quality: 75,
        ...options,
      }),
    );
  },
};
