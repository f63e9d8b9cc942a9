import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompressionError } from '../../../../lib/core/errors.ts';
import { bmpReader } from '../../../../lib/core/decoders/bmp.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { bmpFile, pixelsOf, type BmpShape } from './bitmaps.ts';

const WHITE_RED = [
  [255, 255, 255],
  [255, 0, 0],
  [0, 128, 0],
  [1, 2, 3],
] as const;

const RGB = [0xff0000, 0xff00, 0xff];

function whoseFourthByte(shapes: Record<string, [Partial<BmpShape>, boolean]>): typeof FILES {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, [shape, isAlpha]]) => [
      `32 bits, whose fourth byte ${name}`,
      {
        shape: { width: 3, height: 1, bits: 32, ...shape },
        rows: [3, 2, 1, 0, 60, 50, 40, 128, 90, 80, 70, 255],
        pixels: [isAlpha ? '01020300 28323c80 46505aff' : '010203ff 28323cff 46505aff'],
      },
    ]),
  );
}

/** Each as Chromium 156 shows it, but for alpha that is empty, where that shows nothing. */
const FILES: Record<string, { shape: BmpShape; rows: number[]; pixels: string[] }> = {
  '1 bit': {
    shape: {
      width: 9,
      height: 2,
      bits: 1,
      palette: [
        [0, 0, 0],
        [255, 255, 255],
      ],
    },
    rows: [0b10101010, 0b10000000, 0, 0, 0b00000001, 0, 0, 0],
    pixels: [
      '000000ff 000000ff 000000ff 000000ff 000000ff 000000ff 000000ff ffffffff 000000ff',
      'ffffffff 000000ff ffffffff 000000ff ffffffff 000000ff ffffffff 000000ff ffffffff',
    ],
  },
  '4 bits': {
    shape: { width: 3, height: 1, bits: 4, palette: WHITE_RED },
    rows: [0x12, 0x30, 0, 0],
    pixels: ['ff0000ff 008000ff 010203ff'],
  },
  '8 bits, an index past the palette': {
    shape: { width: 3, height: 1, bits: 8, palette: WHITE_RED },
    rows: [3, 200, 0, 0],
    pixels: ['010203ff 000000ff ffffffff'],
  },
  '8 bits with the old header': {
    shape: {
      width: 2,
      height: 1,
      bits: 8,
      headerSize: 12,
      palette: Array.from({ length: 256 }, (_, i) => [i, 255 - i, 7] as const),
    },
    rows: [1, 254, 0, 0],
    pixels: ['01fe07ff fe0107ff'],
  },
  '16 bits, 5 each': {
    shape: { width: 3, height: 1, bits: 16 },
    rows: [0xff, 0x7f, 0x00, 0x40, 0x10, 0x00, 0, 0],
    pixels: ['ffffffff 840000ff 000084ff'],
  },
  '16 bits by masks, 5-6-5': {
    shape: { width: 2, height: 1, bits: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f], headerSize: 40 },
    rows: [0xff, 0xff, 0x00, 0x04],
    pixels: ['ffffffff 008200ff'],
  },
  '24 bits, from the top': {
    shape: { width: 1, height: 2, bits: 24, topDown: true },
    rows: [3, 2, 1, 0, 6, 5, 4, 0],
    pixels: ['010203ff', '040506ff'],
  },
  '32 bits, whose fourth byte is nothing': {
    shape: { width: 2, height: 1, bits: 32 },
    rows: [3, 2, 1, 77, 6, 5, 4, 0],
    pixels: ['010203ff 040506ff'],
  },
  '32 bits with alpha by masks': {
    shape: {
      width: 2,
      height: 1,
      bits: 32,
      compression: 3,
      headerSize: 124,
      masks: [0xff0000, 0xff00, 0xff, 0xff000000],
    },
    rows: [3, 2, 1, 77, 200, 5, 4, 0],
    pixels: ['0102034d 0405c800'],
  },
  '32 bits with an alpha mask and empty alpha': {
    shape: {
      width: 2,
      height: 1,
      bits: 32,
      compression: 3,
      headerSize: 56,
      masks: [0xff0000, 0xff00, 0xff, 0xff000000],
    },
    rows: [3, 2, 1, 0, 6, 5, 4, 0],
    pixels: ['010203ff 040506ff'],
  },
  ...whoseFourthByte({
    'is nothing, of version 4 without a mask for it': [{ headerSize: 108, masks: [...RGB, 0] }, false],
    'is alpha, of version 4 with a mask for it': [{ headerSize: 108, masks: [...RGB, 0xff000000] }, true],
    'is alpha, of version 4 with another mask': [{ headerSize: 108, masks: [...RGB, 0xff] }, true],
    'is nothing, of version 3 with a mask and no bit fields': [{ headerSize: 56, masks: [...RGB, 0xff000000] }, false],
    'is alpha, of version 3 with bit fields': [{ headerSize: 56, compression: 3, masks: [...RGB, 0xff000000] }, true],
    'is nothing, of bit fields in 52 bytes': [{ headerSize: 52, compression: 3, masks: RGB }, false],
    'is alpha, of BI_ALPHABITFIELDS': [{ compression: 6, masks: [...RGB, 0xff000000] }, true],
  }),
  '16 bits of version 4, whose mask for alpha is nothing': {
    shape: { width: 2, height: 1, bits: 16, headerSize: 108, masks: [0x7c00, 0x3e0, 0x1f, 0x8000] },
    rows: [0xff, 0x7f, 0x10, 0x80],
    pixels: ['ffffffff 000084ff'],
  },
  '10 bits each, of which the highest 8 count': {
    shape: { width: 2, height: 1, bits: 32, compression: 3, masks: [0x3ff00000, 0xffc00, 0x3ff] },
    rows: [3 | (130 << 10) | (511 << 20), 2 | (700 << 10) | (1021 << 20)].flatMap((word) => [
      word & 255,
      (word >> 8) & 255,
      (word >> 16) & 255,
      word >>> 24,
    ]),
    pixels: ['7f2000ff ffaf00ff'],
  },
  '8 bits, whose palette ends where the rows begin': {
    shape: { width: 4, height: 1, bits: 8, colours: 0, palette: WHITE_RED },
    rows: [0, 1, 2, 3],
    pixels: ['ffffffff ff0000ff 008000ff 010203ff'],
  },
  'RLE24 of OS/2': {
    shape: { width: 5, height: 2, bits: 24, compression: 4, headerSize: 64 },
    rows: [2, 10, 20, 30, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 3, 40, 50, 60, 0, 1],
    pixels: ['3c3228ff 3c3228ff 3c3228ff 000000ff 000000ff', '1e140aff 1e140aff 030201ff 060504ff 090807ff'],
  },
  '10 bits each by masks': {
    shape: { width: 1, height: 1, bits: 32, compression: 3, masks: [0x3ff00000, 0xffc00, 0x3ff] },
    rows: [0xff, 0x03, 0x08, 0x00],
    pixels: ['0080ffff'],
  },
  'RLE8 with a run, a jump, an absolute run and the end': {
    shape: { width: 4, height: 3, bits: 8, compression: 1, palette: WHITE_RED },
    rows: [4, 1, 0, 0, 0, 2, 1, 0, 2, 2, 0, 0, 0, 3, 3, 2, 1, 0, 0, 1],
    pixels: [
      '010203ff 008000ff ff0000ff 000000ff',
      '000000ff 008000ff 008000ff 000000ff',
      'ff0000ff ff0000ff ff0000ff ff0000ff',
    ],
  },
  RLE4: {
    shape: { width: 5, height: 1, bits: 4, compression: 2, palette: WHITE_RED },
    rows: [3, 0x12, 0, 1],
    pixels: ['ff0000ff 008000ff ff0000ff 000000ff 000000ff'],
  },
};

describe('BMP', () => {
  it.each(Object.entries(FILES))('%s', async (_, { shape, rows, pixels }) => {
    const found = await bmpReader.read(bmpFile(shape, rows), loadWasm);
    const expected = pixelsOf(pixels);
    expect([found.width, found.height]).toEqual([expected.width, expected.height]);
    expect(Buffer.from(found.data).toString('hex')).toBe(Buffer.from(expected.data).toString('hex'));
    const seesThrough = expected.data.some((value, i) => i % 4 === 3 && value < 255);
    if (seesThrough) expect(inspect(bmpFile(shape, rows)).alpha).toBe(true);
  });

  it('has no alpha where a header of version 4 has no mask for it', () => {
    const file = bmpFile({ width: 1, height: 1, bits: 32, headerSize: 108, masks: [...RGB, 0] }, [1, 2, 3, 4]);
    expect(inspect(file).alpha).toBe(false);
  });

  it.each([
    ['JPEG', bmpFile({ width: 4, height: 4, bits: 0, compression: 4 }, [0xff, 0xd8])],
    ['JPEG', bmpFile({ width: 4, height: 4, bits: 24, compression: 4 }, [0xff, 0xd8])],
    ['PNG', bmpFile({ width: 4, height: 4, bits: 0, compression: 5 }, [0x89, 0x50])],
  ])('with a %s inside, which no browser shows: an error that says so', async (feature, file) => {
    const error = { code: 'unsupported-variant', parameters: { format: 'BMP', feature } };
    expect(() => inspect(file)).toThrow(expect.objectContaining(error));
    await expect(bmpReader.read(file, loadWasm)).rejects.toMatchObject(error);
  });

  it.each([
    ['rows that are missing', bmpFile({ width: 4, height: 4, bits: 24 }, [1, 2, 3]), 'truncated'],
    ['codes that never come', bmpFile({ width: 4, height: 4, bits: 8, compression: 1 }, [4]), 'truncated'],
    ['a size of no memory', bmpFile({ width: 100_000, height: 100_000, bits: 1 }, []), 'too-many-pixels'],
    ['64 bits', bmpFile({ width: 1, height: 1, bits: 64 }, []), 'unsupported-variant'],
    ['a header that is cut off', bmpFile({ width: 1, height: 1, bits: 24 }, []).slice(0, 20), 'truncated'],
  ])('%s: an error', async (_, file, code) => {
    await expect(bmpReader.read(file, loadWasm)).rejects.toMatchObject({ code });
  });

  it('ends any damaged file in pixels or a CompressionError', async () => {
    const files = Object.values(FILES).map(({ shape, rows }) => bmpFile(shape, rows));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (file, changes) => {
          const bytes = file.slice();
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          await bmpReader.read(bytes, loadWasm).catch((thrown: unknown) => {
            if (!(thrown instanceof CompressionError)) throw thrown;
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
