/**
 * JPEG by mozjpeg: 4:2:0, trellis quantisation. For a look or a size `lib/core/jpeg` encodes it, from which fewer bytes
 * look the same; progressive scans are always written there.
 */
import {
  typicalQuality,
  wholeNumbers,
  type Codec,
  type Format,
  type OptionValues,
  type QualitySearch,
} from './codec.ts';
import { decoded, encoded, startEmscripten, type Decoder, type Encoder } from './emscripten.ts';

/** jSquash's `MozJpegColorSpace.YCbCr`. */
const YCBCR = 3;

const SEARCH: QualitySearch = {
  qualities: wholeNumbers(5, 100),
  typical: [
    [30, 15],
    [45, 22],
    [55, 29],
    [65, 41],
    [70, 50],
    [75, 60],
    [80, 70],
    [85, 77],
    [90, 85],
    [95, 92],
  ],
  wholeChroma: { chroma_subsample: 1 },
  // The same coefficients, without the search for scans.
  draft: {
    options: { progressive: false },
    curve: [
      [40, 20, 0.45, 0, 0.003],
      [45, 22, 0.6, 0, 0.004],
      [55, 29, 0.93, 0, 0.005],
      [60, 34, 1.25, 0, 0.01],
      [65, 41, 1.53, 0, 0.003],
      [70, 50, 1.98, 0, -0.017],
      [75, 60, 2.3, 0, -0.07],
      [80, 70, 2.03, 0, -0.064],
      [84, 78, 1.41, 0, -0.03],
      [85, 75, 1.6, 0, -0.045],
      [90, 85, 1.12, 0, -0.04],
      [95, 90, 0.8, 0, -0.03],
    ],
  },
};

export const jpegFormat: Format = {
  facts: {
    format: 'jpeg',
    encoder: 'mozjpeg',
    options: {
      quality: { kind: 'number', min: 1, max: 100, step: 1, default: 75, unit: 'libjpeg quality' },
      progressive: { kind: 'boolean', default: true },
      /** 1 is 4:4:4, 2 is 4:2:0. */
      chroma_subsample: { kind: 'choice', choices: [1, 2], default: 2 },
      /** mozjpeg's table number; 3 is its default (ImageMagick's table by N. Robidoux). */
      quant_table: { kind: 'number', min: 0, max: 8, step: 1, default: 3, unit: 'table' },
    },
  },

  search: SEARCH,

  optionsFor(aim) {
    const quality = aim === 'lossless' ? 100 : 'look' in aim ? typicalQuality(SEARCH, aim.look) : aim.quality;
    // 4:2:0 cannot reach the look of the highest settings at any quality: there the chroma stays whole.
    const chroma = aim === 'lossless' || ('look' in aim ? aim.look >= 85 : quality >= 93) ? 1 : 2;
    const options = { quality, progressive: true, chroma_subsample: chroma };
    return aim === 'lossless' || 'quality' in aim ? { ...options, quant_table: 3 } : { ...options, tuned: true };
  },
};

/** Whether it is written by `lib/core/jpeg`, whose qualities look as mozjpeg's do; a table that a person has chosen is mozjpeg's. */
export function isTuned(options: OptionValues): boolean {
  return options['tuned'] === true && options['quant_table'] === undefined;
}

export const jpegCodec: Codec = {
  async decode(bytes, load) {
    const { default: factory } = await import('@jsquash/jpeg/codec/dec/mozjpeg_dec.js');
    const module = await startEmscripten<Decoder>('jpeg-decoder', factory, load);
    return decoded(module.decode(bytes, false));
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
