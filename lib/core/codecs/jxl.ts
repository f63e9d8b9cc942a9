/** JPEG XL by libjxl. The encoder is jSquash's build with threads, the only one with SIMD; it uses none (`threads.ts`). */
import { typicalQuality, wholeNumbers, type Codec, type Format, type QualitySearch } from './codec.ts';
import { decoded, encoded, startEmscripten, startThreaded, type Decoder, type Encoder } from './emscripten.ts';
import { interpolate } from './same-look.ts';

const SEARCH: QualitySearch = {
  qualities: wholeNumbers(5, 99),
  typical: [
    [30, 8],
    [45, 18],
    [55, 30],
    [65, 48],
    [70, 58],
    [75, 68],
    [80, 77],
    [85, 84],
    [90, 91],
    [95, 97],
  ],
  wholeChroma: null,
  draft: null,
};

export const jxlFormat: Format = {
  facts: {
    format: 'jxl',
    encoder: 'libjxl',
    options: {
      quality: { kind: 'number', min: 0, max: 100, step: 1, default: 75, unit: 'cjxl quality' },
      /** 1 is fast, 9 is small. */
      effort: { kind: 'number', min: 1, max: 9, step: 1, default: 5, unit: 'effort' },
      progressive: { kind: 'boolean', default: false },
      lossless: { kind: 'boolean', default: false },
    },
  },

  search: SEARCH,

  optionsFor(aim) {
    if (aim === 'lossless') return { quality: 100, effort: 5, progressive: false, lossless: true };
    const quality = 'look' in aim ? typicalQuality(SEARCH, aim.look) : interpolate('jxl', aim.quality);
    return { quality, effort: 5, progressive: false, lossless: false };
  },
};

export const jxlCodec: Codec = {
  async decode(bytes, load) {
    const { default: factory } = await import('@jsquash/jxl/codec/dec/jxl_dec.js');
    const module = await startEmscripten<Decoder>('jxl-decoder', factory, load);
    return decoded(module.decode(bytes));
  },

  async encode(pixels, options, load) {
    const { default: factory } = await import('@jsquash/jxl/codec/enc/jxl_enc_mt_simd.js');
    const module = await startThreaded<Encoder>('jxl-encoder', factory, load, false);
    const { data, width, height } = pixels;
    return encoded(
      module.encode(data, width, height, {
        epf: -1,
        lossyPalette: false,
        decodingSpeedTier: 0,
        photonNoiseIso: 0,
        lossyModular: false,
        ...options,
      }),
    );
  },
};
