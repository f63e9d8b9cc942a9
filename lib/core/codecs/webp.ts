/** WebP by libwebp, the SIMD build. */
import { typicalQuality, wholeNumbers, type Codec, type Format, type QualitySearch } from './codec.ts';
import { decoded, encoded, startEmscripten, type Decoder, type Encoder } from './emscripten.ts';

const SEARCH: QualitySearch = {
  qualities: wholeNumbers(0, 100),
  typical: [
    [25, 8],
    [45, 25],
    [55, 36],
    [65, 54],
    [70, 66],
    [75, 74],
    [80, 81],
    [85, 86],
    [90, 91],
    [95, 97],
  ],
  wholeChroma: null,
  // Without trellis quantisation. Methods 0 and 2 cost half of this and say little: they are off by 1 to 3 points either way.
  draft: {
    options: { method: 3 },
    curve: [
      [40, 17, 0.85, 0.3, 0],
      [55, 34, 1.55, -0.5, 0],
      [65, 55, 2.45, -0.2, -0.04],
      [70, 68, 2.35, -0.6, -0.09],
      [74, 75, 1.9, -0.3, -0.07],
      [75, 77, 1.65, -0.2, -0.1],
      [80, 83, 1.15, -0.1, -0.05],
      [85, 88, 0.97, 0, -0.02],
      [90, 93, 0.9, 0, 0],
      [95, 97, 0.85, 0, 0],
    ],
  },
};

export const webpFormat: Format = {
  facts: {
    format: 'webp',
    encoder: 'libwebp',
    options: {
      quality: { kind: 'number', min: 0, max: 100, step: 1, default: 75, unit: 'libwebp quality' },
      /** Effort: 0 is fast, 6 is small. */
      method: { kind: 'number', min: 0, max: 6, step: 1, default: 4, unit: 'effort' },
      lossless: { kind: 'choice', choices: [0, 1], default: 0 },
      /** Keeps the colour under fully transparent pixels. */
      exact: { kind: 'choice', choices: [0, 1], default: 0 },
      use_sharp_yuv: { kind: 'choice', choices: [0, 1], default: 0 },
    },
  },

  search: SEARCH,

  optionsFor(aim) {
    if (aim === 'lossless') return { quality: 75, method: 4, lossless: 1, exact: 1, use_sharp_yuv: 0 };
    if ('quality' in aim) return { quality: aim.quality, method: 4, lossless: 0, exact: 0, use_sharp_yuv: 0 };
    const quality = typicalQuality(SEARCH, aim.look);
    // At an equal look method 6 saves 2 to 4 %, sharp YUV another 1 to 4 % from 75 on and nothing below.
    return { quality, method: 6, lossless: 0, exact: 0, use_sharp_yuv: aim.look >= 75 ? 1 : 0 };
  },
};

export const webpCodec: Codec = {
  async decode(bytes, load) {
    const { default: factory } = await import('@jsquash/webp/codec/dec/webp_dec.js');
    const module = await startEmscripten<Decoder>('webp-decoder', factory, load);
    return decoded(module.decode(bytes));
  },

  async encode(pixels, options, load) {
    const { default: factory } = await import('@jsquash/webp/codec/enc/webp_enc_simd.js');
    const module = await startEmscripten<Encoder>('webp-encoder', factory, load);
    return encoded(
      module.encode(pixels.data, pixels.width, pixels.height, {
        target_size: 0,
        target_PSNR: 0,
        sns_strength: 50,
        filter_strength: 60,
        filter_sharpness: 0,
        filter_type: 1,
        partitions: 0,
        segments: 4,
        pass: 1,
        show_compressed: 0,
        preprocessing: 0,
        autofilter: 0,
        partition_limit: 0,
        alpha_compression: 1,
        alpha_filtering: 1,
        alpha_quality: 100,
        image_hint: 0,
        emulate_jpeg_size: 0,
        thread_level: 0,
        low_memory: 0,
        near_lossless: 100,
        use_delta_palette: 0,
        ...options,
      }),
    );
  },
};
