/** The table's left side: a small file of each kind that is read, made when it is asked for. */
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { codecs, formats } from '../../lib/core/codecs/registry.ts';
import { ico } from '../images/hand-built.ts';
import { loadWasm } from '../node-wasm.ts';
import { picture } from '../unit/core/codecs/pictures.ts';
import { pattern, SIZE as HEIC_SIZE } from '../unit/core/decoders/heic/pattern.ts';
import { bmpFile } from '../unit/core/decoders/bitmaps.ts';
import { tiffFile } from '../unit/core/decoders/tiff-files.ts';
import { inFolder, isInstalled, run } from './programs.ts';
import { seen } from './seen.ts';

export interface Input {
  readonly name: string;
  readonly make: () => Promise<Uint8Array>;
  /** What it shows, where no independent decoder reads the format. */
  readonly truth?: () => Promise<Pixels>;
  /** Levels by which two right decoders of this very file differ; 0 for most. */
  readonly decoders?: { readonly mean: number; readonly max: number };
  /** Mean levels that one lossy encoding may cost, where the picture is harder than a simple photograph. */
  readonly hard?: number;
  readonly alpha?: true;
}

/** Not square, and no multiple of 8 or 16. */
const WIDTH = 83;
const HEIGHT = 59;
const opaque = picture(WIDTH, HEIGHT);
const translucent = picture(WIDTH, HEIGHT, 'partial');

const raw = ({ width, height, data }: Pixels): Sharp => sharp(data, { raw: { width, height, channels: 4 } });
const photo = (): Sharp => raw(opaque).removeAlpha();
const file =
  (as: (image: Sharp) => Sharp, of: Sharp = photo()): (() => Promise<Uint8Array>) =>
  async () =>
    new Uint8Array(await as(of.clone()).toBuffer());

/** Four levels a channel: few enough for a palette. */
const poster: Pixels = {
  ...opaque,
  data: opaque.data.map((value, i) => (i % 4 === 3 ? 255 : Math.round(value / 85) * 85)),
};
/** Sixteen bits of which the low ones matter. */
const deep = (): Sharp =>
  sharp(
    Uint16Array.from(opaque.data, (value, i) => Math.min(65_535, value * 257 + ((i * 7919) % 257))),
    { raw: { width: WIDTH, height: HEIGHT, channels: 4 } },
  )
    .removeAlpha()
    .toColourspace('rgb16');
const grey = (): Sharp => photo().toColourspace('b-w');
const flatGrey = (): Sharp =>
  raw({ ...opaque, data: opaque.data.map((value, i, all) => (i % 4 === 3 ? value : all[i - (i % 4)]!)) })
    .removeAlpha()
    .toColourspace('b-w');

const inks = (): Sharp => photo().toColourspace('cmyk').withIccProfile('cmyk');
/** libvips compensates black in its own way; lcms's own program is 0.3 and 6 away, which the tests of the reader hold to single inks. */
const INKS = { mean: 2.3, max: 20 };

/** Four bytes a pixel, 255 is full ink. */
async function bareInkSamples(): Promise<Buffer> {
  return photo().toColourspace('cmyk').raw().toBuffer();
}

async function bareInks(): Promise<Uint8Array> {
  const samples = await bareInkSamples();
  return tiffFile({ width: WIDTH, height: HEIGHT, bits: 8, samples: 4, photometric: 5 }, [samples]);
}

/** What browsers show where nothing is said of the inks: light is what each of them lets through. */
async function multiplied(): Promise<Pixels> {
  const samples = await bareInkSamples();
  const data = Uint8ClampedArray.from({ length: samples.length }, (_, i) =>
    i % 4 === 3 ? 255 : Math.round(((255 - samples[i]!) * (255 - samples[i - (i % 4) + 3]!)) / 255),
  );
  return { width: WIDTH, height: HEIGHT, data };
}

/** Chroma of 4:2:0 is spread by each decoder in its own way. */
const SUBSAMPLED = { mean: 1.5, max: 50 };

async function bmp(): Promise<Uint8Array> {
  const stride = Math.ceil((WIDTH * 3) / 4) * 4;
  const rows: number[] = [];
  for (let y = HEIGHT - 1; y >= 0; y--) {
    const row = Array.from({ length: WIDTH }, (_, x) =>
      [2, 1, 0].map((c) => opaque.data[(y * WIDTH + x) * 4 + c]!),
    ).flat();
    rows.push(...row, ...new Array<number>(stride - row.length).fill(0));
  }
  return bmpFile({ width: WIDTH, height: HEIGHT, bits: 24 }, rows);
}

async function icon(): Promise<Uint8Array> {
  const data = new Uint8Array(await raw(translucent).png().toBuffer());
  const small = new Uint8Array(await raw(translucent).resize(16, 16).png().toBuffer());
  return ico([
    { width: 16, height: 16, data: small },
    { width: WIDTH, height: HEIGHT, data },
  ]);
}

const heic = (name: string) => async (): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(`../unit/core/decoders/heic/${name}.heic`, import.meta.url)));
const heicTruth = (alpha: boolean) => async (): Promise<Pixels> => ({
  ...HEIC_SIZE,
  data: new Uint8ClampedArray(pattern(alpha)),
});

/** By libjxl's own encoder, or where that is absent by the codec under test. */
function jxl(pixels: Pixels, ...options: string[]): () => Promise<Uint8Array> {
  return async () => {
    if (!isInstalled('cjxl'))
      return codecs.jxl.encode(
        pixels,
        formats.jxl.optionsFor(options.includes('0') ? 'lossless' : { quality: 90 }),
        loadWasm,
      );
    const png = await raw(pixels).png().toBuffer();
    return cjxl(png, 'png', ...options);
  };
}

/** A JPEG is packed again, its coefficients kept, unless the options say otherwise. */
export function cjxl(bytes: Uint8Array, extension: 'png' | 'jpg', ...options: string[]): Promise<Uint8Array> {
  return inFolder(`in.${extension}`, bytes, (path, folder) => {
    run('cjxl', path, `${folder}/out.jxl`, '--quiet', ...options);
    return new Uint8Array(readFileSync(`${folder}/out.jxl`));
  });
}

export const INPUTS: readonly Input[] = [
  { name: 'JPEG 4:2:0', make: file((image) => image.jpeg({ quality: 90 })) },
  {
    name: 'JPEG 4:4:4 progressive',
    make: file((image) => image.jpeg({ quality: 90, chromaSubsampling: '4:4:4', progressive: true })),
  },
  { name: 'grey JPEG', make: file((image) => image.jpeg({ quality: 90 }), grey()) },
  { name: 'PNG', make: file((image) => image.png()) },
  { name: 'interlaced PNG', make: file((image) => image.png({ progressive: true })) },
  { name: 'palette PNG', make: file((image) => image.png({ palette: true, dither: 0 }), raw(poster)) },
  { name: 'grey PNG', make: file((image) => image.png(), flatGrey()) },
  {
    name: 'grey PNG of 16 bits',
    make: file((image) => image.png(), deep().toColourspace('grey16')),
    decoders: { mean: 0.6, max: 1 },
  },
  { name: 'PNG of 16 bits', make: file((image) => image.png(), deep()), decoders: { mean: 0.6, max: 1 } },
  { name: 'PNG with alpha', make: file((image) => image.png(), raw(translucent)), alpha: true },
  { name: 'WebP', make: file((image) => image.webp({ quality: 90 })) },
  {
    name: 'WebP without loss, with alpha',
    make: file((image) => image.webp({ lossless: true, exact: true }), raw(translucent)),
    alpha: true,
  },
  { name: 'WebP with alpha', make: file((image) => image.webp({ quality: 90 }), raw(translucent)), alpha: true },
  { name: 'AVIF 4:4:4', make: file((image) => image.avif({ quality: 80 })), decoders: { mean: 0.1, max: 2 } },
  {
    name: 'AVIF 4:2:0',
    make: file((image) => image.avif({ quality: 80, chromaSubsampling: '4:2:0' })),
    decoders: SUBSAMPLED,
  },
  { name: 'AVIF with alpha', make: file((image) => image.avif({ lossless: true }), raw(translucent)), alpha: true },
  {
    name: 'AVIF of 10 bits',
    make: file((image) => image.avif({ quality: 90, bitdepth: 10 }), deep()),
    decoders: { mean: 0.6, max: 2 },
  },
  {
    name: 'AVIF of 12 bits',
    make: file((image) => image.avif({ quality: 90, bitdepth: 12 }), deep()),
    decoders: { mean: 0.6, max: 2 },
  },
  { name: 'JPEG XL', make: jxl(opaque, '-d', '1'), decoders: { mean: 0.3, max: 3 } },
  { name: 'JPEG XL without loss, with alpha', make: jxl(translucent, '-d', '0'), alpha: true },
  { name: 'GIF', make: file((image) => image.gif({ dither: 0 }), raw(poster)) },
  { name: 'BMP', make: bmp, truth: async () => opaque },
  { name: 'icon of two sizes', make: icon, truth: async () => translucent, alpha: true },
  { name: 'TIFF', make: file((image) => image.tiff({ compression: 'lzw' })) },
  {
    name: 'TIFF with alpha, tiled',
    make: file(
      (image) => image.tiff({ compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 32 }),
      raw(translucent),
    ),
    alpha: true,
  },
  {
    name: 'TIFF of 16 bits',
    make: file((image) => image.tiff({ compression: 'deflate', predictor: 'horizontal' }), deep()),
    decoders: { mean: 0.6, max: 1 },
  },
  { name: 'BigTIFF', make: file((image) => image.tiff({ compression: 'lzw', bigtiff: true })) },
  {
    name: 'TIFF of floating point',
    make: file((image) => image.toColourspace('scrgb').tiff({ compression: 'deflate', predictor: 'float' })),
    decoders: { mean: 0.1, max: 1 },
  },
  { name: 'TIFF with JPEG in RGB in it', make: file((image) => image.tiff({ compression: 'jpeg', quality: 95 })) },
  { name: 'TIFF with JPEG 4:2:0 in it', make: file((image) => image.tiff({ compression: 'jpeg', quality: 80 })) },
  {
    name: 'TIFF of CMYK with a profile',
    make: file((image) => image.tiff({ compression: 'lzw' }), inks()),
    decoders: INKS,
  },
  {
    name: 'TIFF of CMYK with a profile, JPEG in it',
    make: file((image) => image.tiff({ compression: 'jpeg', quality: 90 }), inks()),
    decoders: INKS,
  },
  { name: 'TIFF of CMYK without a profile', make: bareInks, truth: () => multiplied() },
  { name: 'HEIC', make: heic('opaque'), truth: heicTruth(false), decoders: { mean: 0.5, max: 2 }, hard: 7.5 },
  {
    name: 'HEIC of 10 bits',
    make: heic('ten-bits'),
    truth: heicTruth(false),
    decoders: { mean: 0.5, max: 2 },
    hard: 7.5,
  },
  {
    name: 'HEIC with alpha',
    make: heic('alpha'),
    truth: heicTruth(true),
    decoders: { mean: 0.5, max: 2 },
    hard: 7.5,
    alpha: true,
  },
];

/** What the file shows, by someone else's word. */
export function truthOf(input: Input, bytes: Uint8Array): Promise<Pixels> {
  return input.truth?.() ?? seen(bytes);
}
