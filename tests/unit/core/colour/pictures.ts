/** Pictures whose numbers mean something else than sRGB, and what lcms (inside sharp) says they look like in sRGB. */
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import type { DeepPixels } from '../../../../lib/core/colour/deep-pixels.ts';

const SIDE = 128;

/** Smooth, saturated and dark colours, greys, and every value of each channel: 128 x 128, opaque. */
export function colours(): Pixels {
  const data = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const grey = y < 8 ? x * 2 + (y & 1) : null;
      const noise = Math.imul(x * 131 + y * 65_537, 2_654_435_761) >>> 24;
      data.set([grey ?? x * 2, grey ?? y * 2, grey ?? noise, 255], (y * SIDE + x) * 4);
    }
  }
  return { width: SIDE, height: SIDE, data };
}

/** The same shapes in 16 bits. */
export function deepColours(): DeepPixels {
  const { width, height, data } = colours();
  return {
    width,
    height,
    data: Uint16Array.from(data, (value, i) =>
      i % 4 === 3 ? 65535 : Math.min(65535, value * 257 + ((i * 7919) % 257)),
    ),
  };
}

export function greys(): Pixels {
  const data = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) data.set([i, i, i, 255], i * 4);
  return { width: 256, height: 1, data };
}

/** A PNG of these very numbers that carries the profile. */
export async function tagged(
  pixels: Pixels | DeepPixels,
  icc: Uint8Array,
  as: 'rgb' | 'grey' = 'rgb',
): Promise<Uint8Array> {
  const deep = pixels.data instanceof Uint16Array;
  let image = sharp(pixels.data as Uint8ClampedArray | Uint16Array, {
    raw: { width: pixels.width, height: pixels.height, channels: 4 },
  }).removeAlpha();
  if (as === 'grey') image = image.extractChannel(0).toColourspace('b-w');
  else if (deep) image = image.toColourspace('rgb16');
  return withProfile(new Uint8Array(await image.png().toBuffer()), icc);
}

/** iCCP goes before anything but IHDR: PNG (Third Edition), 11.3.2.3. */
export function withProfile(png: Uint8Array, icc: Uint8Array): Uint8Array {
  const data = Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(icc)]);
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write('iCCP', 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return new Uint8Array(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]));
}

/** sRGB by libvips and lcms: three bytes a pixel. */
export async function lcmsSrgb(file: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(file).toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' }).toBuffer());
}

/** Levels by which RGBA pixels differ from RGB ones. */
export function difference({ data }: Pixels, rgb: Uint8Array): { mean: number; max: number } {
  let [sum, max] = [0, 0];
  for (let i = 0; i < data.length / 4; i++) {
    for (let c = 0; c < 3; c++) {
      const error = Math.abs(data[i * 4 + c]! - rgb[i * 3 + c]!);
      sum += error;
      max = Math.max(max, error);
    }
  }
  return { mean: sum / ((data.length / 4) * 3), max };
}

/** The ICC profile that sharp itself writes under this name. */
export async function sharpProfile(name: 'p3' | 'srgb' | 'cmyk'): Promise<Uint8Array<ArrayBuffer>> {
  const file = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .withIccProfile(name)
    .jpeg()
    .toBuffer();
  const { icc } = await sharp(file).metadata();
  if (!icc) throw new Error(`sharp wrote no profile for ${name}`);
  return new Uint8Array(icc);
}
