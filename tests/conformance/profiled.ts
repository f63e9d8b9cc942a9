/** Pictures whose numbers mean something else than sRGB, in each format that can say so. */
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import type { DeepPixels } from '../../lib/core/colour/deep-pixels.ts';
import { SRGB_TO_XYZ } from '../../lib/core/colour/matrix.ts';
import { powerCurve } from '../../lib/core/colour/tone-curve.ts';
import { profileFor } from '../../lib/core/colour/write-profile.ts';
import { iccSegments, withJpegSegments } from '../images/containers.ts';
import { sharpProfile, tagged, withProfile } from '../unit/core/colour/pictures.ts';
import { adobeRgb, displayP3, proPhoto, tableProfile } from '../unit/core/colour/profiles.ts';
import { pattern, SIZE as HEIC_SIZE } from '../unit/core/decoders/heic/pattern.ts';
import { codedHeif, profiledHeif } from './heif-turn.ts';
import { cjxl } from './inputs.ts';
import { isInstalled } from './programs.ts';

/** Saturated, dark and pale colours and all greys, without hard edges: 64 x 48. */
function wheel(): Pixels {
  const [width, height] = [64, 48];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = (shift: number): number => 0.5 + 0.5 * Math.sin((x / width + shift) * 2 * Math.PI);
      const [dark, pale] = [Math.min(1, (y + 1) / 24), Math.max(0, (y - 24) / 24)];
      data.set(
        [0, 1 / 3, 2 / 3].map((shift) => 255 * (pale + (1 - pale) * dark * share(shift))),
        (y * width + x) * 4,
      );
      data[(y * width + x) * 4 + 3] = 255;
    }
  }
  return { width, height, data };
}

/** The same in 16 bits. */
function deepWheel(): DeepPixels {
  const { width, height, data } = wheel();
  return { width, height, data: Uint16Array.from(data, (value) => value * 257) };
}

const PROFILES: readonly { readonly name: string; readonly icc: () => Promise<Uint8Array> }[] = [
  { name: 'Display P3', icc: () => sharpProfile('p3') },
  { name: 'Display P3 of our making', icc: async () => profileFor(displayP3, 'Display P3') },
  { name: 'Adobe RGB', icc: async () => profileFor(adobeRgb, 'Adobe RGB (1998)') },
  { name: 'ProPhoto RGB', icc: async () => profileFor(proPhoto, 'ROMM RGB') },
  {
    name: 'gamma 1.8',
    icc: async () =>
      profileFor(
        { kind: 'rgb', curves: [powerCurve(1.8), powerCurve(1.8), powerCurve(1.8)], toXyz: SRGB_TO_XYZ },
        'gamma 1.8',
      ),
  },
];

const CONTAINERS_BY_FORMAT: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  JPEG: (image) => image.jpeg({ quality: 98, chromaSubsampling: '4:4:4' }),
  PNG: (image) => image.png(),
  WebP: (image) => image.webp({ lossless: true }),
  AVIF: (image) => image.avif({ lossless: true }),
  TIFF: (image) => image.tiff({ compression: 'lzw' }),
};

export interface Profiled {
  readonly name: string;
  readonly make: () => Promise<Uint8Array>;
  /** The same picture in a file that libvips reads as its profile says, where it does not do so with `make`'s. */
  readonly witness?: () => Promise<Uint8Array>;
  readonly alpha?: true;
  /** Levels by which the numbers in the file are not those of the witness. */
  readonly coding?: { readonly mean: number; readonly max: number };
}

/** YCbCr of 8 bits is up to 2 levels off, of which a profile that is steep in the darks makes many, as with JPEG. */
const heicCoding = (profile: string): { mean: number; max: number } => ({
  mean: 0.5,
  max: profile.startsWith('ProPhoto') ? 28 : 12,
});

/** libvips leaves a profile on 16 bits alone, so the same numbers in 8 bits are the witness. */
export const PROFILED: readonly Profiled[] = [
  ...PROFILES.flatMap(({ name, icc }): Profiled[] => [
    ...Object.entries(CONTAINERS_BY_FORMAT).map(([container, as]) => ({
      name: `${name} in ${container}`,
      make: async () => new Uint8Array(await as(sharp(await tagged(wheel(), await icc())).keepIccProfile()).toBuffer()),
    })),
    {
      name: `${name} in PNG of 16 bits`,
      make: async () => tagged(deepWheel(), await icc()),
      witness: async () => tagged(wheel(), await icc()),
    },
    ...(isInstalled('cjxl') && isInstalled('djxl')
      ? [{ name: `${name} in JPEG XL`, make: async () => cjxl(await tagged(wheel(), await icc()), 'png', '-d', '0') }]
      : []),
  ]),
  ...PROFILES.flatMap(({ name, icc }): Profiled[] =>
    (['opaque', 'ten-bits'] as const).map((file) => ({
      name: `${name} in HEIC (${file})`,
      make: async () => profiledHeif(await heic(file), await icc()),
      witness: async () => tagged(heicPattern(), await icc()),
      coding: heicCoding(name),
    })),
  ),
  ...(['opaque', 'ten-bits'] as const).map((file) => ({
    name: `Display P3 by code points in HEIC (${file})`,
    make: async () => codedHeif(await heic(file), 12, 13),
    witness: () => tagged(heicPattern(), profileFor(displayP3, 'Display P3')),
    coding: heicCoding('Display P3'),
  })),
  { name: 'grey of gamma 1.8 in PNG', make: () => tagged(wheel(), greyProfile(), 'grey') },
  { name: 'grey of gamma 1.8 in JPEG', make: greyJpeg },
  // A PNG encoder makes these grey, where a profile of RGB would count for nothing.
  ...[
    { name: 'gamma 1.8', icc: ofGammas(1.8, 1.8, 1.8) },
    // No profile of one curve can say these: the picture has to stay one of colours.
    { name: 'three gammas', icc: ofGammas(1.8, 2, 1.6) },
    { name: 'tables', icc: tableProfile('mft2') },
  ].flatMap(({ name, icc }): Profiled[] => [
    { name: `RGB profile of ${name} on greys in PNG`, make: () => tagged(greys(), icc) },
    {
      name: `RGB profile of ${name} on greys with alpha in PNG`,
      make: async () => withProfile(new Uint8Array(await raw(translucent()).png().toBuffer()), icc),
      alpha: true,
    },
    {
      name: `RGB profile of ${name} on greys of 16 bits in PNG`,
      make: () => tagged(deepGreys(), icc),
      witness: () => tagged(greys(), icc),
    },
    {
      name: `RGB profile of ${name} on greys in WebP`,
      make: async () =>
        new Uint8Array(
          await sharp(await tagged(greys(), icc))
            .keepIccProfile()
            .webp({ lossless: true })
            .toBuffer(),
        ),
    },
  ]),
];

async function heic(name: 'opaque' | 'ten-bits'): Promise<Uint8Array> {
  return new Uint8Array(await readFile(new URL(`../unit/core/decoders/heic/${name}.heic`, import.meta.url)));
}

const raw = ({ width, height, data }: Pixels): Sharp => sharp(data, { raw: { width, height, channels: 4 } });

const heicPattern = (): Pixels => ({ ...HEIC_SIZE, data: new Uint8ClampedArray(pattern(false)) });

function ofGammas(red: number, green: number, blue: number): Uint8Array {
  return profileFor(
    { kind: 'rgb', curves: [powerCurve(red), powerCurve(green), powerCurve(blue)], toXyz: SRGB_TO_XYZ },
    'gammas',
  );
}

function greys(): Pixels {
  const { data, ...size } = wheel();
  return { ...size, data: data.map((value, i, all) => (i % 4 === 3 ? value : all[i - (i % 4)]!)) };
}

/** Steps of which the low bytes matter, at most a hundredth of a level from the eight bits. */
function deepGreys(): DeepPixels {
  const { data, ...size } = greys();
  return {
    ...size,
    data: Uint16Array.from(data, (value, i) =>
      Math.min(65_535, value * 257 + (i % 4 === 3 ? 0 : Math.floor(i / 4) % 3)),
    ),
  };
}

function translucent(): Pixels {
  const { data, ...size } = greys();
  return { ...size, data: data.map((value, i) => (i % 4 === 3 ? 255 - (Math.floor(i / 4) % 64) : value)) };
}

async function greyJpeg(): Promise<Uint8Array> {
  const { width, height, data } = wheel();
  const grey = await sharp(data, { raw: { width, height, channels: 4 } })
    .extractChannel(0)
    .toColourspace('b-w')
    .jpeg({ quality: 98 })
    .toBuffer();
  return withJpegSegments(grey, ...iccSegments(greyProfile()));
}

/** profileFor writes three channels; a grey profile has one curve and a space of its own. */
function greyProfile(): Uint8Array {
  const profile = profileFor({ kind: 'grey', curve: powerCurve(1.8) }, 'Grey');
  const text = Buffer.from(profile.buffer);
  text.write('GRAY', 16, 'latin1');
  text.write('kTRC', text.indexOf('rTRC'), 'latin1');
  return profile;
}
