/** PNG: read by the Rust `png` crate, written by oxipng, which also works on a file as it is. */
import type * as Oxipng from '@jsquash/oxipng/codec/pkg/squoosh_oxipng.js';
import { withoutLongTexts } from '../image/formats/png-chunks.ts';
import type { Codec, Format, LoadWasm, OptionValues } from './codec.ts';
import { decoded, startBindgen } from './emscripten.ts';

const MOST_COLOURS = 256;
/** Gradients do not band with it, and it costs 5 % of the bytes at equal SSIMULACRA 2, which sees the grain and not the bands. */
const DITHERING = 0.8;

export const pngFormat: Format = {
  facts: {
    format: 'png',
    encoder: 'oxipng',
    options: {
      /** 0 is fast, 6 is small; 4 costs four times more than 2 for 1 %. */
      level: { kind: 'number', min: 0, max: 6, step: 1, default: 2, unit: 'effort' },
      interlace: { kind: 'boolean', default: false },
      /** Lets the colour under fully transparent pixels change. */
      optimiseAlpha: { kind: 'boolean', default: false },
      /** Of a palette, below lossless: at most so many. All 256 is as few as the aim's look allows. */
      colours: { kind: 'number', min: 2, max: MOST_COLOURS, step: 1, default: MOST_COLOURS, unit: 'colours' },
      /** 0 is flat steps, 1 is all of the error diffused. */
      dithering: { kind: 'number', min: 0, max: 1, step: 0.05, default: DITHERING, unit: 'share' },
    },
  },

  search: null,

  optionsFor(aim) {
    const exact = { level: 2, interlace: false, optimiseAlpha: false };
    return aim === 'lossless' ? exact : { ...exact, colours: MOST_COLOURS, dithering: DITHERING };
  },
};

export const pngCodec: Codec = {
  async decode(bytes, load) {
    const glue = await import('@jsquash/png/codec/pkg/squoosh_png.js');
    await startBindgen('png-decoder', glue.default, load);
    return decoded(glue.decode(withoutLongTexts(bytes)) as ImageData & { data: Uint8ClampedArray<ArrayBuffer> });
  },

  async encode(pixels, options, load) {
    const glue = await startOxipng(load);
    return own(glue.optimise_raw(pixels.data, pixels.width, pixels.height, ...oxipngArguments(options)));
  },
};

/** What is left of the options where every colour stays. */
export function withoutPalette({ colours: _colours, dithering: _dithering, ...rest }: OptionValues): OptionValues {
  return rest;
}

/**
 * Makes a PNG file smaller without decoding it to RGBA8: bit depth up to 16, palette, iCCP, other ancillary
 * chunks and APNG frames stay as they are.
 */
export async function optimisePng(
  bytes: Uint8Array<ArrayBuffer>,
  options: Readonly<Record<string, number | boolean>>,
  load: LoadWasm,
): Promise<Uint8Array<ArrayBuffer>> {
  const glue = await startOxipng(load);
  return own(glue.optimise(bytes, ...oxipngArguments(options)));
}

async function startOxipng(load: LoadWasm): Promise<Pick<typeof Oxipng, 'optimise' | 'optimise_raw'>> {
  const glue = await import('@jsquash/oxipng/codec/pkg/squoosh_oxipng.js');
  await startBindgen('oxipng', glue.default, load);
  return glue;
}

function oxipngArguments(
  options: Readonly<Record<string, number | boolean>>,
): [level: number, interlace: boolean, optimiseAlpha: boolean] {
  return [Number(options['level'] ?? 2), Boolean(options['interlace']), Boolean(options['optimiseAlpha'])];
}

/** wasm-bindgen slices its answer out of the WASM memory, which is never shared here. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
