import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import sharp, { type Sharp, type TiffOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { CompressionError } from '../../../lib/errors.ts';
import type { Picture } from '../../../lib/inputs/picture.ts';
import { tiffReader } from '../../../lib/inputs/tiff.ts';
import { loadWasm } from '../../node-wasm.ts';
import { tiffFile } from './tiff-files.ts';

const [WIDTH, HEIGHT] = [75, 41];

function raw(channels: 1 | 3 | 4): Sharp {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => Math.imul(Math.floor(i / channels) * 3 + i % channels * 50, 40_503) >>> 8);
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

function deep(channels: 1 | 3 | 4): Sharp {
  const data = Uint16Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => Math.imul(i, 40_503));
  const image = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } });
  return channels === 1 ? image.toColourspace('grey16') : image.toColourspace('rgb16');
}

const tiff = async (image: Sharp, options: TiffOptions): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await image.tiff(options).toBuffer());

/** As libtiff reads it. */
async function truth(file: Uint8Array): Promise<Buffer> {
  return sharp(file).toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer();
}

function largest(found: Picture, expected: Uint8Array): number {
  expect([found.width, found.height, found.data.length]).toEqual([WIDTH, HEIGHT, expected.length]);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found.data[i]!)), 0);
}

describe('TIFF gives the pixels that libtiff gives', () => {
  it.each<[string, () => Sharp, TiffOptions]>([
    ['uncompressed', () => raw(3), { compression: 'none' }],
    ['LZW', () => raw(3), { compression: 'lzw', predictor: 'none' }],
    ['LZW with a predictor', () => raw(4), { compression: 'lzw', predictor: 'horizontal' }],
    ['deflate', () => raw(3), { compression: 'deflate', predictor: 'none' }],
    ['deflate with a predictor and alpha', () => raw(4), { compression: 'deflate', predictor: 'horizontal' }],
    ['deflate in tiles', () => raw(3), { compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 16 }],
    ['LZW in tiles', () => raw(4), { compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 32 }],
    ['packbits', () => raw(3), { compression: 'packbits' }],
    ['grey', () => raw(1).toColourspace('b-w'), { compression: 'lzw' }],
    ['4 bits a pixel', () => raw(1).toColourspace('b-w'), { compression: 'lzw', predictor: 'none', bitdepth: 4 }],
    ['black and white, fax group 4', () => raw(1).toColourspace('b-w'), { compression: 'ccittfax4', bitdepth: 1 }],
    ['black is zero', () => raw(1).toColourspace('b-w'), { compression: 'deflate', predictor: 'none', bitdepth: 1, miniswhite: false }],
    ['white is zero', () => raw(1).toColourspace('b-w'), { compression: 'deflate', miniswhite: true }],
  ])('%s', async (_, image, options) => {
    const file = await tiff(image(), options);
    expect(largest(await tiffReader.read(file, loadWasm), await truth(file))).toBe(0);
  });

  it('JPEG inside, but for its decoder\'s rounding', async () => {
    const file = await tiff(raw(3).blur(3), { compression: 'jpeg', quality: 90 });
    expect(largest(await tiffReader.read(file, loadWasm), await truth(file))).toBeLessThanOrEqual(4);
  });

  it.each([['deflate', 'horizontal'], ['none', 'none']] as const)('16 bits (%s, %s), rounded', async (compression, predictor) => {
    const data = Uint16Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => Math.imul(i, 40_503));
    const found = await tiffReader.read(await tiff(deep(3), { compression, predictor }), loadWasm);
    const expected = Uint8Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => (i % 4 === 3 ? 255 : Math.round(data[(i >> 2) * 3 + i % 4]! * 255 / 65535)));
    expect(largest(found, expected)).toBe(0);
  });

  it('CMYK with a profile, as lcms has it', async () => {
    const file = await tiff(raw(3).blur(2).toColourspace('cmyk').withIccProfile('cmyk'), { compression: 'lzw' });
    const found = await tiffReader.read(file, loadWasm);
    const expected = await truth(file);
    let sum = 0;
    expected.forEach((value, i) => { sum += Math.abs(value - found.data[i]!); });
    expect(sum / expected.length).toBeLessThan(1);
    // lcms samples four dimensions on a coarse grid first.
    expect(largest(found, expected)).toBeLessThanOrEqual(20);
  });
});

describe('TIFF that libvips does not write', () => {
  const colours = [10, 20, 30, 40, 50, 60, 70, 80, 90];

  it('big-endian and 16 bits', async () => {
    const file = tiffFile({ bigEndian: true, width: 3, height: 1, bits: 16, samples: 3, photometric: 2 }, [colours.flatMap((value) => [value, value])]);
    expect([...(await tiffReader.read(file, loadWasm)).data]).toEqual([10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255]);
  });

  it('in planes', async () => {
    const file = tiffFile({ width: 3, height: 1, bits: 8, samples: 3, photometric: 2, planar: true }, [[10, 40, 70], [20, 50, 80], [30, 60, 90]]);
    expect([...(await tiffReader.read(file, loadWasm)).data]).toEqual([10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255]);
  });

  it('with alpha that the colours were multiplied with', async () => {
    const file = tiffFile({ width: 2, height: 1, bits: 8, samples: 4, photometric: 2, extraSamples: 1 }, [[50, 100, 25, 128, 0, 0, 0, 0]]);
    expect([...(await tiffReader.read(file, loadWasm)).data]).toEqual([100, 199, 50, 128, 0, 0, 0, 0]);
  });

  it('with a palette', async () => {
    const map = [0xffff, 0, 0x8080, 0, 0, 0xffff, 0x4040, 0, 0, 0, 0x2020, 0].flatMap((value) => [value]);
    const file = tiffFile({ width: 3, height: 1, bits: 2, samples: 1, photometric: 3, colourMap: map }, [[0b00011000]]);
    expect([...(await tiffReader.read(file, loadWasm)).data]).toEqual([255, 0, 0, 255, 0, 255, 0, 255, 128, 64, 32, 255]);
  });

  it('of several pages gives the first, and says so', async () => {
    const file = tiffFile({ width: 1, height: 1, bits: 8, samples: 1, photometric: 1, pages: 3 }, [[7]]);
    const found = await tiffReader.read(file, loadWasm);
    expect([...found.data]).toEqual([7, 7, 7, 255]);
    expect(found.notes).toEqual([{ kind: 'lost', code: 'first-page-only', parameters: { pages: 3 } }]);
  });

  it('whose directories go in a circle ends', async () => {
    const file = tiffFile({ width: 1, height: 1, bits: 8, samples: 1, photometric: 1, pages: 2, circle: true }, [[7]]);
    expect((await tiffReader.read(file, loadWasm)).notes).toHaveLength(1);
  });

  it.each([
    ['floating point', tiffFile({ width: 1, height: 1, bits: 16, samples: 1, photometric: 1, sampleFormat: 3 }, [[0, 0]]), 'unsupported-variant'],
    ['L*a*b*', tiffFile({ width: 1, height: 1, bits: 8, samples: 3, photometric: 8 }, [[0, 0, 0]]), 'unsupported-variant'],
    ['a strip past the end', tiffFile({ width: 400, height: 400, bits: 8, samples: 1, photometric: 1, stripLength: 160_000 }, [[0]]), 'truncated'],
    ['a size of no memory', tiffFile({ width: 60_000, height: 60_000, bits: 8, samples: 1, photometric: 1 }, [[0]]), 'too-many-pixels'],
  ])('%s: an error', async (_, file, code) => {
    await expect(tiffReader.read(file, loadWasm)).rejects.toMatchObject({ code });
  });
});

// Without JPEG and fax: utif2 can be led into loops, which the pool ends by its watchdog.
it('a damaged TIFF ends in pixels or a CompressionError', async () => {
  const files = await Promise.all([
    tiff(raw(3), { compression: 'lzw' }), tiff(raw(4), { compression: 'deflate' }), tiff(raw(3), { compression: 'packbits' }),
    tiff(raw(3), { compression: 'none', tile: true, tileWidth: 16, tileHeight: 16 }),
  ]);
  await fc.assert(fc.asyncProperty(fc.constantFrom(...files), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), async (file, changes) => {
    const bytes = file.slice();
    // Directories are at the end: half of the damage goes there.
    for (const [at, value] of changes) bytes[at % 2 ? at % bytes.length : bytes.length - 1 - at % 300] = value;
    await tiffReader.read(bytes, loadWasm).catch((thrown: unknown) => {
      if (!(thrown instanceof CompressionError)) throw thrown;
    });
  }), { numRuns: 200 });
}, 30_000);

it('shows no sign of utif2 before a TIFF comes', async () => {
  const source = await readFile(new URL('../../../lib/inputs/tiff.ts', import.meta.url), 'utf8');
  expect(source.match(/^import (?!type).*utif2/m)).toBeNull();
});
