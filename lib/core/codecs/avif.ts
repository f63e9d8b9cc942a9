/** AVIF by libavif and libaom, with threads for a large picture where there are some (`threads.ts`). */
import { typicalQuality, type Codec, type Format, type QualitySearch } from './codec.ts';
import { decoded, encoded, startEmscripten, startThreaded, type Decoder, type Encoder } from './emscripten.ts';
import { interpolate } from './same-look.ts';
import { onThreads } from './threads.ts';

const ALPHA_QUALITY = 80;

const SEARCH: QualitySearch = {
  // libaom has 64 quantisers: qualities between two of these give the same bytes (libavif's avifQualityToQuantizer).
  qualities: Array.from({ length: 64 }, (_, step) => Math.round((step * 100) / 63)),
  typical: [
    [30, 22],
    [45, 32],
    [55, 41],
    [65, 51],
    [70, 57],
    [75, 63],
    [80, 70],
    [85, 77],
    [90, 86],
    [95, 95],
  ],
  wholeChroma: { subsample: 3, enableSharpYUV: false },
  draft: null,
};

export const avifFormat: Format = {
  facts: {
    format: 'avif',
    encoder: 'libavif (libaom)',
    options: {
      quality: { kind: 'number', min: 0, max: 100, step: 1, default: 50, unit: 'libavif quality' },
      /** 0 is small, 10 is fast. 8 is a trap: twice the bytes of 7 on some photographs. */
      speed: { kind: 'choice', choices: [0, 1, 2, 3, 4, 5, 6, 7, 9, 10], default: 6 },
      /** 1 is 4:2:0, 3 is 4:4:4. */
      subsample: { kind: 'choice', choices: [1, 3], default: 1 },
      lossless: { kind: 'boolean', default: false },
    },
  },

  search: SEARCH,

  optionsFor(aim) {
    if (aim === 'lossless') return { quality: 100, speed: 6, subsample: 3, lossless: true };
    if ('quality' in aim) {
      const quality = interpolate('avif', aim.quality);
      return { quality, speed: 6, subsample: 1, lossless: false, qualityAlpha: Math.max(quality, ALPHA_QUALITY) };
    }
    const quality = typicalQuality(SEARCH, aim.look);
    // Sharp YUV saves 2 % at an equal look from 70 on.
    return {
      quality,
      speed: 6,
      subsample: aim.look >= 85 ? 3 : 1,
      lossless: false,
      enableSharpYUV: aim.look >= 70 && aim.look < 85,
      // Soft shadows in alpha show rings long before colours do.
      qualityAlpha: Math.max(quality, ALPHA_QUALITY),
    };
  },
};

export const avifCodec: Codec = {
  async decode(bytes, load) {
    const { default: factory } = await import('@jsquash/avif/codec/dec/avif_dec.js');
    const module = await startEmscripten<Decoder>('avif-decoder', factory, load);
    return decoded(module.decode(bytes, 8));
  },

  async encode(pixels, options, load) {
    const { default: factory } = await import('@jsquash/avif/codec/enc/avif_enc_mt.js');
    const module = await startThreaded<Encoder>('avif-encoder', factory, load, true);
    const { data, width, height } = pixels;
    return encoded(
      onThreads('avif', width * height, () =>
        module.encode(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height, {
          qualityAlpha: -1,
          denoiseLevel: 0,
          tileColsLog2: 0,
          tileRowsLog2: 0,
          chromaDeltaQ: false,
          sharpness: 0,
          tune: 0,
          enableSharpYUV: false,
          bitDepth: 8,
          ...options,
        }),
      ),
    );
  },
};
