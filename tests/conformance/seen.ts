/**
 * A file as a person sees it: upright, in sRGB, 8 bits. Read by decoders that are not ours: libvips with lcms, and for
 * JPEG XL libjxl's own program, or where that is absent the codec under test.
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { codecs } from '../../lib/core/codecs/registry.ts';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { loadWasm } from '../node-wasm.ts';
import { withProfile } from '../unit/core/colour/pictures.ts';
import { inFolder, isInstalled, run } from './programs.ts';

export interface SeenOptions {
  /** The negative control: the numbers as stored, whatever the profile says. */
  readonly ignoreProfile?: boolean;
}

/** RGBA8, straight alpha; of an animation its first frame. */
export async function seen(bytes: Uint8Array, { ignoreProfile = false }: SeenOptions = {}): Promise<Pixels> {
  if (isJxl(bytes)) {
    if (!isInstalled('djxl')) return codecs.jxl.decode(new Uint8Array(bytes), loadWasm);
    return seen(await jxlAsPng(bytes), { ignoreProfile });
  }
  const image = sharp(ignoreProfile ? bytes : await ofEightBits(bytes), { ignoreIcc: ignoreProfile, failOn: 'error' });
  const { data, info } = await image
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** libvips leaves a profile on 16 bits alone: the same numbers in 8 bits, with the profile. */
async function ofEightBits(bytes: Uint8Array): Promise<Uint8Array> {
  const { depth, icc, format, channels } = await sharp(bytes).metadata();
  if (format !== 'png' || depth !== 'ushort' || !icc) return bytes;
  const { data, info } = await sharp(bytes, { ignoreIcc: true })
    .toColourspace(channels < 3 ? 'grey16' : 'rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const eight = Uint8Array.from(new Uint16Array(data.buffer, data.byteOffset, data.length / 2), (value) =>
    Math.round(value / 257),
  );
  const image = sharp(eight, {
    raw: { width: info.width, height: info.height, channels: info.channels as 1 | 2 | 3 | 4 },
  });
  return withProfile(new Uint8Array(await (channels < 3 ? image.toColourspace('b-w') : image).png().toBuffer()), icc);
}

/** Upright, as djxl writes it, its colour space in the file. */
function jxlAsPng(bytes: Uint8Array): Promise<Uint8Array> {
  return inFolder('picture.jxl', bytes, (file, folder) => {
    run('djxl', file, `${folder}/picture.png`, '--quiet');
    return new Uint8Array(readFileSync(`${folder}/picture.png`));
  });
}

/** The bare codestream, or the container. */
function isJxl(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0x0a) || Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'JXL ';
}

/** The eight ways a picture can be stored, undone by libvips: `stored` turned upright. */
export async function turned({ width, height, data }: Pixels, orientation: number): Promise<Pixels> {
  const png = await sharp(data, { raw: { width, height, channels: 4 } })
    .withMetadata({ orientation })
    .png({ compressionLevel: 1 })
    .toBuffer();
  return seen(png);
}
