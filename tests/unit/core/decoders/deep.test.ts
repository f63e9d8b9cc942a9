import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { avifCodec } from '../../../../lib/core/codecs/avif.ts';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { pngCodec, pngFormat } from '../../../../lib/core/codecs/png.ts';
import { eightBits, toEightBits } from '../../../../lib/core/colour/deep-pixels.ts';
import { readDeep } from '../../../../lib/core/decoders/deep.ts';
import { loadWasm } from '../../../node-wasm.ts';

const SIDE = 256;

/** Every 16-bit value, as grey. */
async function everyValue(format: 'png' | 'avif', bits: 10 | 12 = 10): Promise<Uint8Array<ArrayBuffer>> {
  const data = Uint16Array.from({ length: SIDE * SIDE * 3 }, (_, i) => Math.floor(i / 3));
  const image = sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } }).toColourspace('rgb16');
  return new Uint8Array(
    await (format === 'png' ? image.png() : image.avif({ lossless: true, bitdepth: bits })).toBuffer(),
  );
}

const rounded = (value: number): number => Math.round((value * 255) / 65535);

describe('16 bits', () => {
  it('become 8 by rounding, for every value', () => {
    for (let value = 0; value < 65536; value++)
      if (eightBits(value) !== rounded(value)) expect(eightBits(value)).toBe(rounded(value));
  });

  it('of a PNG are all there, and stay there when the decoder runs again', async () => {
    const file = await everyValue('png');
    const deep = await readDeep('png', file, loadWasm);
    await readDeep('png', file, loadWasm);
    expect([deep.width, deep.height, deep.data.length]).toEqual([SIDE, SIDE, SIDE * SIDE * 4]);
    expect(deep.data.every((value, i) => value === (i % 4 === 3 ? 65535 : i >> 2))).toBe(true);
  });

  it('of a PNG are rounded, where the 8-bit decoder cuts them off', async () => {
    const file = await everyValue('png');
    const wrong = ({ data }: Pixels): number =>
      data.filter((value, i) => i % 4 === 0 && value !== rounded(i >> 2)).length;
    expect(wrong(toEightBits(await readDeep('png', file, loadWasm)))).toBe(0);
    expect(wrong(await pngCodec.decode(file, loadWasm))).toBeGreaterThan(10_000);
  });
});

it.each([10, 12] as const)('%i bits of an AVIF are rounded to 8, by either way', async (bits) => {
  const file = await everyValue('avif', bits);
  const deep = await readDeep('avif', file, loadWasm);
  const plain = await avifCodec.decode(file, loadWasm);
  expect(deep.data[deep.data.length - 1]).toBe(65535);
  expect(new Set(deep.data).size).toBeGreaterThan(1000);
  expect(Buffer.from(toEightBits(deep).data).equals(Buffer.from(plain.data))).toBe(true);
});

describe('PNG is written', () => {
  const png = async (pixel: (i: number) => readonly [number, number, number, number]): Promise<Uint8Array> => {
    const data = new Uint8ClampedArray(Array.from({ length: 64 * 64 }, (_, i) => pixel(i)).flat());
    const file = await pngCodec.encode({ width: 64, height: 64, data }, pngFormat.optionsFor('lossless'), loadWasm);
    const back = await sharp(file).ensureAlpha().toColourspace('srgb').raw().toBuffer();
    expect(back.equals(Buffer.from(data))).toBe(true);
    return file;
  };
  /** IHDR: bit depth and colour type. */
  const kind = (file: Uint8Array): number[] => [...file.subarray(24, 26)];

  it('as grey where all is grey', async () => {
    expect(kind(await png((i) => [i % 251, i % 251, i % 251, 255]))).toEqual([8, 0]);
  });
  it('with a palette where colours are few', async () => {
    expect(kind(await png((i) => (i % 3 === 0 ? [255, 0, 0, 255] : [0, 0, Math.floor(i / 512) * 20, 255])))[1]).toBe(3);
  });
  it('with one bit a pixel in black and white', async () => {
    expect(kind(await png((i) => ((i * 7) % 5 === 0 ? [0, 0, 0, 255] : [255, 255, 255, 255])))).toEqual([1, 0]);
  });
  it('without alpha where nothing is transparent', async () => {
    expect(kind(await png((i) => [i % 256, (i * 7) % 256, i >> 4, 255]))[1]).toBe(2);
  });
});
