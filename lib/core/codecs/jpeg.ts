/** JPEG by mozjpeg: progressive, 4:2:0, trellis quantisation. */
import { typicalQuality, wholeNumbers, type Codec, type Format, type QualitySearch } from './codec.ts';
import { decoded, encoded, startEmscripten, type Decoder, type Encoder } from './emscripten.ts';

/** jSquash's `MozJpegColorSpace.YCbCr`. */
const YCBCR = 3;

const SEARCH: QualitySearch = {
  qualities: wholeNumbers(5, 100),
  typical: [
    [30, 15],
    [45, 23],
    [55, 31],
    [65, 45],
    [70, 54],
    [75, 64],
    [80, 74],
    [85, 82],
    [90, 90],
    [95, 96],
  ],
  wholeChroma: { chroma_subsample: 1 },
  // The same coefficients but for a few, without the search for scans: `npm run bench -- drafts`.
  draft: {
    options: { progressive: false },
    curve: [
      [40, 20, 0.47, 0.7, 0.003],
      [45, 23, 0.65, 0.9, 0.01],
      [50, 26, 0.85, 0.9, 0.017],
      [55, 31, 1.13, 1.3, 0.023],
      [60, 38, 1.57, 1.1, 0.025],
      [65, 45, 1.89, 1.3, 0.016],
      [70, 57, 2.12, 1.2, -0.019],
      [75, 70, 2.04, 0.5, -0.057],
      [76, 77, 1.86, -0.2, -0.055],
      [80, 81, 1.73, 0, -0.068],
      [84, 87, 1.42, 0, -0.048],
      [85, 85, 1.25, 0, -0.035],
      [90, 90, 0.94, 0, -0.015],
      [95, 93, 0.88, -0.5, -0.03],
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
    if (aim === 'lossless' || 'quality' in aim)
      return { quality, progressive: true, chroma_subsample: chroma, quant_table: 3 };
    return {
      quality,
      progressive: true,
      chroma_subsample: chroma,
      // At an equal look 2 to 8 % fewer bytes than table 3, and up to 75 another 1 to 3 % by the two passes.
      quant_table: 5,
      ...(aim.look <= 75 && { trellis_multipass: true, trellis_opt_zero: true }),
    };
  },
};

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
