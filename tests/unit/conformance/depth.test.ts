/** Bits a channel, grey and palettes: kept where the format has them and the file gets no larger by it, and said where not. */
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { OUTPUT_FORMATS } from '../../../lib/image/inspection.ts';
import { compress, notesOf } from '../../conformance/compress.ts';
import { encoded, gradient, SIZE } from '../../images/pictures.ts';

/** Sixteen bits that no eight can hold. */
const deep = (channels: 1 | 2 | 3 | 4): Sharp => sharp(
  Uint16Array.from({ length: SIZE.width * SIZE.height * channels }, (_, i) => (i * 9973) % 65_536),
  { raw: { ...SIZE, channels } },
).toColourspace(channels < 3 ? 'grey16' : 'rgb16');

/** IHDR: bit depth and colour type (PNG, Third Edition, 11.2.1). */
const kindOf = (png: Uint8Array): { depth: number; type: number } => ({ depth: png[24]!, type: png[25]! });
const samples = async (png: Uint8Array): Promise<Buffer> => sharp(png).raw({ depth: 'ushort' }).toBuffer();

describe('a PNG of 16 bits', () => {
  it.each([['grey', 1, 0], ['grey with alpha', 2, 4], ['colour', 3, 2], ['colour with alpha', 4, 6]] as const)('%s stays one, sample by sample', async (_, channels, type) => {
    const png = await encoded(deep(channels).png({ compressionLevel: 1 }));
    expect(kindOf(png)).toEqual({ depth: 16, type });
    const { bytes, receipt } = await compress(png);
    expect(kindOf(bytes)).toEqual({ depth: 16, type });
    expect((await samples(bytes)).equals(await samples(png))).toBe(true);
    expect(notesOf(receipt)).not.toContain('depth-reduced');
  });

  it('becomes one of 8 where the low bits say nothing', async () => {
    const eight = await gradient().raw().toBuffer();
    const png = await encoded(sharp(Uint16Array.from(eight, (value) => value * 257), { raw: { ...SIZE, channels: 3 } }).toColourspace('rgb16').png());
    expect(kindOf(png).depth).toBe(16);
    const { bytes } = await compress(png);
    expect(kindOf(bytes).depth).toBeLessThanOrEqual(8);
    expect((await samples(bytes)).length).toBe((await samples(png)).length);
  });

  it.each(OUTPUT_FORMATS.filter((format) => format !== 'png'))('as %s has 8, and the receipt says so', async (format) => {
    const { bytes, receipt } = await compress(await encoded(deep(3).png()), { format });
    expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'depth-reduced', parameters: { from: 16, to: 8 } });
    if (format !== 'jxl') expect((await sharp(bytes).metadata()).depth).toBe('uchar');
  });
});

it.each([10, 12] as const)('an AVIF of %i bits becomes one of 8 when it is encoded again, and the receipt says so', async (bitdepth) => {
  const avif = await encoded(deep(3).avif({ quality: 100, bitdepth }));
  const { receipt } = await compress(avif, { format: 'png' });
  expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'depth-reduced', parameters: { from: bitdepth, to: 8 } });
});

it('a TIFF of 16 bits: the receipt says what is lost', async () => {
  const { receipt } = await compress(await encoded(deep(3).tiff({ compression: 'lzw' })), { format: 'webp' });
  expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'depth-reduced', parameters: { from: 16, to: 8 } });
});

/** In three channels that are the same. */
const greys = (): Sharp => sharp(Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => Math.floor(i / 3) % 251), { raw: { ...SIZE, channels: 3 } });

describe('PNG colour types', () => {
  const few = (): Sharp => gradient().png({ palette: true, colours: 16, dither: 0 });
  it.each([
    ['a palette stays one', () => few(), [3]],
    ['grey stays grey, or a palette of greys', () => gradient().toColourspace('b-w').png(), [0, 3]],
    ['grey with alpha stays so, or a palette', () => gradient(SIZE, 4).toColourspace('b-w').png(), [4, 3]],
    ['colours of which there are few get a palette', () => gradient().threshold(128, { greyscale: false }).png({ palette: false }), [3]],
    ['grey in three channels becomes grey', () => greys().png({ palette: false }), [0, 3]],
  ] as const)('%s', async (_, make, types) => {
    const png = await encoded(make());
    const { bytes } = await compress(png);
    expect(types as readonly number[]).toContain(kindOf(bytes).type);
    expect(bytes.length).toBeLessThanOrEqual(png.length);
    const rgba = (file: Uint8Array): Promise<Buffer> => sharp(file).toColourspace('srgb').ensureAlpha().raw().toBuffer();
    expect((await rgba(bytes)).equals(await rgba(png))).toBe(true);
  });

  it('a palette becomes true colour in no other format\'s file without need: WebP without loss holds the same pixels', async () => {
    const png = await encoded(few());
    const { bytes, receipt } = await compress(png, { format: 'webp', aim: { kind: 'lossless' } });
    const [before, after] = await Promise.all([png, bytes].map((file) => sharp(file).removeAlpha().raw().toBuffer()));
    expect(after?.equals(before ?? Buffer.alloc(0))).toBe(true);
    expect(notesOf(receipt)).toContain('lossless');
  });
});
