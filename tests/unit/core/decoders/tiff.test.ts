import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import sharp, { type Sharp, type TiffOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { CompressionError } from '../../../../lib/core/errors.ts';
import { findEntry, TiffBlock } from '../../../../lib/core/image/metadata/ifd.ts';
import type { Picture } from '../../../../lib/core/decoders/picture.ts';
import { tiffReader } from '../../../../lib/core/decoders/tiff.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { sharpProfile } from '../colour/pictures.ts';
import { tiffFile, type TiffShape } from './tiff-files.ts';

const [WIDTH, HEIGHT] = [75, 41];

function raw(channels: 1 | 3 | 4): Sharp {
  const data = Uint8Array.from(
    { length: WIDTH * HEIGHT * channels },
    (_, i) => Math.imul(Math.floor(i / channels) * 3 + (i % channels) * 50, 40_503) >>> 8,
  );
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

function deep(channels: 1 | 3 | 4): Sharp {
  const data = Uint16Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => Math.imul(i, 40_503));
  const image = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } });
  return channels === 1 ? image.toColourspace('grey16') : image.toColourspace('rgb16');
}

const tiff = async (image: Sharp, options: TiffOptions): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await image.tiff(options).toBuffer());

/** As libtiff reads it. */
async function truth(file: Uint8Array, failOn: 'warning' | 'none' = 'warning'): Promise<Buffer> {
  return sharp(file, { failOn }).toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer();
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
    [
      'black is zero',
      () => raw(1).toColourspace('b-w'),
      { compression: 'deflate', predictor: 'none', bitdepth: 1, miniswhite: false },
    ],
    ['white is zero', () => raw(1).toColourspace('b-w'), { compression: 'deflate', miniswhite: true }],
  ])('%s', async (_, image, options) => {
    const file = await tiff(image(), options);
    expect(largest(await tiffReader.read(file, loadWasm), await truth(file))).toBe(0);
  });

  it.each<[string, () => Sharp, TiffOptions]>([
    ['4:2:0', () => raw(3).blur(1), { quality: 80 }],
    // libvips writes RGB from here on.
    ['RGB', () => raw(3).blur(1), { quality: 95 }],
    ['grey', () => raw(1).blur(1).toColourspace('b-w'), { quality: 80 }],
    ['4:2:0 in tiles', () => raw(3).blur(1), { quality: 70, tile: true, tileWidth: 32, tileHeight: 32 }],
    ['4:2:0 in BigTIFF', () => raw(3).blur(1), { quality: 80, bigtiff: true }],
  ])('JPEG inside, %s', async (_, image, options) => {
    const file = await tiff(image(), { compression: 'jpeg', ...options });
    expect(largest(await tiffReader.read(file, loadWasm), await truth(file))).toBe(0);
  });

  it.each<[string, TiffOptions]>([
    ['uncompressed', { compression: 'none' }],
    ['LZW in tiles', { compression: 'lzw', tile: true, tileWidth: 32, tileHeight: 16 }],
  ])('BigTIFF, %s', async (_, options) => {
    const file = await tiff(raw(4), { bigtiff: true, ...options });
    expect(file[2]).toBe(43);
    expect(largest(await tiffReader.read(file, loadWasm), await truth(file))).toBe(0);
  });

  it.each<[string, TiffOptions]>([
    ['uncompressed', { compression: 'none' }],
    ['deflate with its own predictor', { compression: 'deflate', predictor: 'float' }],
    ['LZW with a predictor', { compression: 'lzw', predictor: 'horizontal' }],
    ['deflate in tiles', { compression: 'deflate', predictor: 'float', tile: true, tileWidth: 32, tileHeight: 32 }],
  ])('floating point, %s', async (_, options) => {
    const file = await tiff(raw(3).toColourspace('scrgb'), options);
    expect((await sharp(file).metadata()).depth).toBe('float');
    const found = await tiffReader.read(file, loadWasm);
    // libvips encodes by a table.
    expect(largest(found, await truth(file))).toBeLessThanOrEqual(1);
    expect(found.notes).toEqual([]);
  });

  // libvips takes 4:4:4 for RGB, so it is no judge of that.
  it.each<[string, number[]]>([
    ['4:2:0', [2, 2]],
    ['4:2:2', [2, 1]],
    ['4:1:1', [4, 1]],
    ['4:4:0', [1, 2]],
  ])('YCbCr, %s', async (_, [across = 1, down = 1]) => {
    const [width, height] = [23, 13];
    const units = Math.ceil(width / across) * Math.ceil(height / down);
    const data = Array.from(
      { length: units * (across * down + 2) },
      (_, i) => ((Math.imul(i, 40_503) >>> 8) % 120) + 70,
    );
    const file = tiffFile(
      { width, height, bits: 8, samples: 3, photometric: 6, more: [[530, 'short', [across, down]]] },
      [data],
    );
    const found = await tiffReader.read(file, loadWasm);
    const expected = await truth(file);
    expect(found.data.length).toBe(expected.length);
    // libtiff rounds on the way.
    expect(
      expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found.data[i]!)), 0),
    ).toBeLessThanOrEqual(1);
  });

  it.each([
    ['deflate', 'horizontal'],
    ['none', 'none'],
  ] as const)('16 bits (%s, %s), rounded', async (compression, predictor) => {
    const data = Uint16Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => Math.imul(i, 40_503));
    const found = await tiffReader.read(await tiff(deep(3), { compression, predictor }), loadWasm);
    const expected = Uint8Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) =>
      i % 4 === 3 ? 255 : Math.round((data[(i >> 2) * 3 + (i % 4)]! * 255) / 65535),
    );
    expect(largest(found, expected)).toBe(0);
  });

  it('CMYK with a profile, as lcms has it', async () => {
    const file = await tiff(raw(3).blur(2).toColourspace('cmyk').withIccProfile('cmyk'), { compression: 'lzw' });
    const found = await tiffReader.read(file, loadWasm);
    const expected = await truth(file);
    let sum = 0;
    expected.forEach((value, i) => {
      sum += Math.abs(value - found.data[i]!);
    });
    expect(sum / expected.length).toBeLessThan(1);
    // lcms samples four dimensions on a coarse grid first.
    expect(largest(found, expected)).toBeLessThanOrEqual(20);
  });
});

/** Percent of each ink, and what `transicc -t0 -b -o*sRGB` (lcms 2.14) makes of them by sharp's profile. */
const INKS = [
  [
    [0, 0, 0, 0],
    [255, 255, 255],
  ],
  [
    [0, 0, 0, 40],
    [155, 155, 155],
  ],
  [
    [20, 40, 60, 0],
    [197, 143, 103],
  ],
  [
    [60, 60, 20, 20],
    [97, 85, 123],
  ],
  [
    [0, 0, 0, 100],
    [18, 4, 23],
  ],
] as const;

it.each([8, 16] as const)("CMYK of %i bits by its profile, as lcms's own program has it", async (bits) => {
  const icc = [...(await sharpProfile('cmyk'))];
  const samples = INKS.flatMap(([inks]) => inks.flatMap((percent) => new Array<number>(bits / 8).fill(percent * 2.55)));
  const { data } = await tiffReader.read(
    tiffFile({ width: INKS.length, height: 1, bits, samples: 4, photometric: 5, more: [[34_675, 'undefined', icc]] }, [
      samples,
    ]),
    loadWasm,
  );
  const errors = INKS.flatMap(([, rgb], i) => rgb.map((value, c) => Math.abs(value - data[i * 4 + c]!)));
  expect(Math.max(...errors)).toBeLessThanOrEqual(2);
});

describe('TIFF that libvips does not write', () => {
  const colours = [10, 20, 30, 40, 50, 60, 70, 80, 90];

  it('JPEG in planes', async () => {
    const whole = { width: 40, height: 24 };
    const colours = await raw(3)
      .blur(1)
      .extract({ left: 0, top: 0, ...whole })
      .raw()
      .toBuffer();
    const planes = await Promise.all(
      [0, 1, 2].map(
        async (channel) =>
          new Uint8Array(
            await sharp(
              colours.filter((_value, i) => i % 3 === channel),
              { raw: { ...whole, channels: 1 } },
            )
              .toColourspace('b-w')
              .jpeg({ quality: 95 })
              .toBuffer(),
          ),
      ),
    );
    const file = tiffFile({ ...whole, bits: 8, samples: 3, photometric: 2, planar: true, compression: 7 }, planes);
    const found = await tiffReader.read(file, loadWasm);
    for (const [channel, plane] of planes.entries()) {
      const expected = await sharp(plane).toColourspace('b-w').raw().toBuffer();
      expect(expected.every((value, i) => found.data[i * 4 + channel] === value)).toBe(true);
    }
  });

  it.each([
    ['YCbCr', 6, '4:2:0'],
    ['RGB', 2, '4:4:4'],
  ] as const)('JPEG with colours in %s, whatever its own header says', async (_, photometric, chromaSubsampling) => {
    const size = { width: WIDTH, height: HEIGHT };
    // sharp's JPEG says JFIF, which means YCbCr; as RGB the same numbers are untransformed.
    const jpeg = new Uint8Array(await raw(3).blur(1).jpeg({ quality: 90, chromaSubsampling }).toBuffer());
    const file = tiffFile({ ...size, bits: 8, samples: 3, photometric, compression: 7 }, [jpeg]);
    expect(largest(await tiffReader.read(file, loadWasm), await truth(photometric === 6 ? jpeg : file))).toBe(0);
  });

  it('JPEG of the old kind that is a whole file', async () => {
    const jpeg = new Uint8Array(await raw(3).blur(1).jpeg({ quality: 85 }).toBuffer());
    const file = tiffFile(
      {
        width: WIDTH,
        height: HEIGHT,
        bits: 8,
        samples: 3,
        photometric: 6,
        compression: 6,
        more: [
          [513, 'long', [8]],
          [514, 'long', [jpeg.length]],
        ],
      },
      [jpeg],
    );
    expect(largest(await tiffReader.read(file, loadWasm), await truth(jpeg))).toBe(0);
  });

  it('JPEG that ends early is refused, and one that lacks its last marker is not', async () => {
    const shape = { width: WIDTH, height: HEIGHT, bits: 8, samples: 3, photometric: 6, compression: 7 };
    const jpeg = new Uint8Array(await raw(3).jpeg({ quality: 90 }).toBuffer());
    const whole = await tiffReader.read(tiffFile(shape, [jpeg]), loadWasm);
    expect((await tiffReader.read(tiffFile(shape, [jpeg.subarray(0, -2)]), loadWasm)).data).toEqual(whole.data);
    await expect(tiffReader.read(tiffFile(shape, [jpeg.subarray(0, -400)]), loadWasm)).rejects.toMatchObject({
      code: 'truncated',
    });
  });

  it('YCbCr of video range, by its own coefficients', async () => {
    const video = { width: 3, height: 1, bits: 8, samples: 3, photometric: 6 };
    const more = [
      [529, 'rational', [21, 72, 7]],
      [530, 'short', [1, 1]],
      [532, 'rational', [1600, 23500, 12800, 24000, 12800, 24000]],
    ] as const;
    const found = await tiffReader.read(
      tiffFile({ ...video, more }, [[16, 128, 128, 235, 128, 128, 126, 128, 240]]),
      loadWasm,
    );
    // Red of 110 x 255 / 219 + 127 x 1.58; green loses 0.21 of that over 0.72.
    expect([...found.data]).toEqual([0, 0, 0, 255, 255, 255, 255, 255, 255, 70, 128, 255]);
  });

  /** L*, a* and b*, and what `transicc -t1 -i*Lab -o*sRGB` (lcms 2.14) makes of them; the last two are beyond sRGB. */
  const LAB = [
    [
      [100, 0, 0],
      [255, 255, 255],
    ],
    [
      [50, 0, 0],
      [119, 119, 119],
    ],
    [
      [50, 60, 40],
      [214, 60, 55],
    ],
    [
      [80, -50, 50],
      [114, 222, 97],
    ],
    [
      [30, 20, -60],
      [31, 63, 166],
    ],
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
    [
      [60, -20, -30],
      [54, 156, 197],
    ],
    [
      [60, -30, -30],
      [0, 161, 197],
    ],
    [
      [90, 5, 80],
      [255, 221, 54],
    ],
  ] as const;
  const twos = (value: number, bits: number): number => (value < 0 ? value + 2 ** bits : value);
  const bytes = (value: number): number[] => [value & 255, value >> 8];

  it.each<[string, number, number, (lab: readonly number[]) => number[]]>([
    ['CIE, 8 bits', 8, 8, ([l = 0, a = 0, b = 0]) => [Math.round(l * 2.55), twos(a, 8), twos(b, 8)]],
    [
      'CIE, 16 bits',
      8,
      16,
      ([l = 0, a = 0, b = 0]) => [Math.round(l * 655.35), twos(a * 256, 16), twos(b * 256, 16)].flatMap(bytes),
    ],
    ['ICC, 8 bits', 9, 8, ([l = 0, a = 0, b = 0]) => [Math.round(l * 2.55), a + 128, b + 128]],
    [
      'ICC, 16 bits',
      9,
      16,
      ([l = 0, a = 0, b = 0]) => [Math.round(l * 652.8), (a + 128) * 256, (b + 128) * 256].flatMap(bytes),
    ],
  ])('L*a*b*, %s, as lcms has it', async (_, photometric, bits, coded) => {
    const { data } = await tiffReader.read(
      tiffFile({ width: LAB.length, height: 1, bits, samples: 3, photometric }, [LAB.flatMap(([lab]) => coded(lab))]),
      loadWasm,
    );
    const errors = LAB.flatMap(([, rgb], i) => rgb.map((value, c) => Math.abs(value - data[i * 4 + c]!)));
    // 8 bits of L*a*b* are rounded themselves.
    expect(Math.max(...errors)).toBeLessThanOrEqual(bits === 8 ? 1 : 0);
  });

  const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

  it('floating point beyond white, below black and not a number is cut off, and says so', async () => {
    const file = tiffFile({ width: 4, height: 1, bits: 32, samples: 1, photometric: 1, sampleFormat: 3 }, [
      floats(0.5, 7, -1, NaN),
    ]);
    const found = await tiffReader.read(file, loadWasm);
    expect([0, 4, 8, 12].map((i) => found.data[i])).toEqual([188, 255, 0, 0]);
    expect(found.notes).toEqual([{ kind: 'lost', code: 'range-clipped' }]);
  });

  it('floating point of 16 bits, big-endian', async () => {
    // 1, 0.5, 2^-24 and infinity.
    const file = tiffFile(
      { bigEndian: true, width: 4, height: 1, bits: 16, samples: 1, photometric: 1, sampleFormat: 3 },
      [[0x3c, 0, 0x38, 0, 0, 1, 0x7c, 0]],
    );
    const found = await tiffReader.read(file, loadWasm);
    expect([0, 4, 8, 12].map((i) => found.data[i])).toEqual([255, 188, 0, 255]);
  });

  it('floating point with alpha that the colours were multiplied with', async () => {
    const file = tiffFile(
      { width: 1, height: 1, bits: 32, samples: 4, photometric: 2, sampleFormat: 3, extraSamples: 1 },
      [floats(0.25, 0.5, 0, 0.5)],
    );
    expect([...(await tiffReader.read(file, loadWasm)).data]).toEqual([188, 255, 0, 128]);
  });

  it('big-endian and 16 bits', async () => {
    const file = tiffFile({ bigEndian: true, width: 3, height: 1, bits: 16, samples: 3, photometric: 2 }, [
      colours.flatMap((value) => [value, value]),
    ]);
    expect([...(await tiffReader.read(file, loadWasm)).data]).toEqual([
      10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255,
    ]);
  });

  it('in planes', async () => {
    const file = tiffFile({ width: 3, height: 1, bits: 8, samples: 3, photometric: 2, planar: true }, [
      [10, 40, 70],
      [20, 50, 80],
      [30, 60, 90],
    ]);
    expect([...(await tiffReader.read(file, loadWasm)).data]).toEqual([
      10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255,
    ]);
  });

  it('with alpha that the colours were multiplied with', async () => {
    const file = tiffFile({ width: 2, height: 1, bits: 8, samples: 4, photometric: 2, extraSamples: 1 }, [
      [50, 100, 25, 128, 0, 0, 0, 0],
    ]);
    expect([...(await tiffReader.read(file, loadWasm)).data]).toEqual([100, 199, 50, 128, 0, 0, 0, 0]);
  });

  it('with a palette', async () => {
    const map = [0xffff, 0, 0x8080, 0, 0, 0xffff, 0x4040, 0, 0, 0, 0x2020, 0].flatMap((value) => [value]);
    const file = tiffFile({ width: 3, height: 1, bits: 2, samples: 1, photometric: 3, colourMap: map }, [[0b00011000]]);
    expect([...(await tiffReader.read(file, loadWasm)).data]).toEqual([
      255, 0, 0, 255, 0, 255, 0, 255, 128, 64, 32, 255,
    ]);
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
    [
      'inks in floating point',
      tiffFile({ width: 1, height: 1, bits: 16, samples: 4, photometric: 5, sampleFormat: 3 }, [
        [0, 0, 0, 0, 0, 0, 0, 0],
      ]),
      'unsupported-variant',
    ],
    [
      'signed numbers',
      tiffFile({ width: 1, height: 1, bits: 16, samples: 1, photometric: 1, sampleFormat: 2 }, [[0, 0]]),
      'unsupported-variant',
    ],
    [
      'LogLuv',
      tiffFile({ width: 1, height: 1, bits: 16, samples: 3, photometric: 32845 }, [[0, 0, 0, 0, 0, 0]]),
      'unsupported-variant',
    ],
    [
      'JPEG that claims another size',
      tiffFile({ width: 8, height: 8, bits: 8, samples: 1, photometric: 1, compression: 7 }, [
        jpegClaiming(60_000, 60_000),
      ]),
      'corrupt',
    ],
    [
      'JPEG without a frame',
      tiffFile({ width: 8, height: 8, bits: 8, samples: 1, photometric: 1, compression: 7 }, [
        [0xff, 0xd8, 0xff, 0xd9],
      ]),
      'corrupt',
    ],
    [
      'a strip past the end',
      tiffFile({ width: 400, height: 400, bits: 8, samples: 1, photometric: 1, stripLength: 160_000 }, [[0]]),
      'truncated',
    ],
    [
      'a size of no memory',
      tiffFile({ width: 60_000, height: 60_000, bits: 8, samples: 1, photometric: 1 }, [[0]]),
      'too-many-pixels',
    ],
  ])('%s: an error', async (_, file, code) => {
    await expect(tiffReader.read(file, loadWasm)).rejects.toMatchObject({ code });
  });
});

/** A frame header of one component, and a scan of nothing. */
function jpegClaiming(width: number, height: number): number[] {
  return [
    0xff,
    0xd8,
    0xff,
    0xc0,
    0,
    11,
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    1,
    1,
    0x11,
    0,
    0xff,
    0xda,
    0,
    8,
    1,
    1,
    0,
    0,
    63,
    0,
  ];
}

// Without fax: utif2 can be led into loops, which the pool ends by its watchdog.
it('a damaged TIFF ends in pixels or a CompressionError', async () => {
  const files = await Promise.all([
    tiff(raw(3), { compression: 'lzw' }),
    tiff(raw(4), { compression: 'deflate' }),
    tiff(raw(3), { compression: 'packbits' }),
    tiff(raw(3), { compression: 'none', tile: true, tileWidth: 16, tileHeight: 16 }),
    tiff(raw(3), { compression: 'jpeg' }),
    tiff(raw(4), { compression: 'lzw', bigtiff: true }),
    tiff(raw(3).toColourspace('scrgb'), { compression: 'deflate', predictor: 'float' }),
    tiffFile({ width: 20, height: 10, bits: 8, samples: 3, photometric: 6 }, [new Uint8Array(300)]),
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      async (file, changes) => {
        const bytes = file.slice();
        // Directories are at the end: half of the damage goes there.
        for (const [at, value] of changes) bytes[at % 2 ? at % bytes.length : bytes.length - 1 - (at % 300)] = value;
        await tiffReader.read(bytes, loadWasm).catch((thrown: unknown) => {
          if (!(thrown instanceof CompressionError)) throw thrown;
        });
      },
    ),
    { numRuns: 200 },
  );
}, 30_000);

const PARTS_MISSING = { kind: 'lost', code: 'picture-parts-missing' };
const FAULTY = { kind: 'info', code: 'file-faulty' };

describe('TIFF with faults', () => {
  const grey = { width: 4, height: 2, bits: 8, samples: 1, photometric: 1 };
  const rows = [10, 20, 30, 40, 50, 60, 70, 80];
  const greys = async (file: Uint8Array<ArrayBuffer>): Promise<[number[], readonly unknown[]]> => {
    const { data, notes } = await tiffReader.read(file, loadWasm);
    return [[...data].filter((_, i) => i % 4 === 0), notes];
  };
  /** In strips of one row: the lengths of both as stated. */
  const inStrips = (lengths: readonly number[], more: TiffShape = grey): Uint8Array<ArrayBuffer> =>
    tiffFile({ ...more, rowsPerStrip: 1, stripLengths: lengths }, [rows.slice(0, 4), rows.slice(4)]);

  it.each([
    ['a strip of length 0', tiffFile({ ...grey, stripLength: 0 }, [rows])],
    ['strips of length 0', inStrips([0, 0])],
    ['strips of which one has no length', inStrips([4])],
  ])('%s ends where the next begins', async (_, file) => {
    expect(await greys(file)).toEqual([rows, []]);
  });

  it.each([
    ['a strip that is too short', inStrips([4, 2]), [10, 20, 30, 40, 50, 60, 0, 0]],
    ['a strip too few', tiffFile({ ...grey, rowsPerStrip: 1 }, [rows.slice(0, 4)]), [10, 20, 30, 40, 0, 0, 0, 0]],
    [
      'LZW that ends early',
      tiffFile({ ...grey, compression: 5 }, [[0x80, 0x02, 0x82, 0x81, 0xe0]]),
      [10, 20, 30, 0, 0, 0, 0, 0],
    ],
    [
      'packbits that end early',
      tiffFile({ ...grey, compression: 32_773 }, [[2, 10, 20, 30, 0xfe]]),
      [10, 20, 30, 0, 0, 0, 0, 0],
    ],
    [
      'a plane too few',
      tiffFile({ ...grey, samples: 3, photometric: 2, planar: true }, [rows, rows]),
      [10, 20, 30, 40, 50, 60, 70, 80],
    ],
    [
      'YCbCr that ends early',
      tiffFile({ ...grey, samples: 3, photometric: 6, more: [[530, 'short', [1, 1]]] }, [[10, 128, 128, 20, 128, 128]]),
      null,
    ],
  ])('%s: the rest is missing, and said to be', async (_, file, expected) => {
    const [found, notes] = await greys(file);
    if (expected) expect(found).toEqual(expected);
    expect(notes).toEqual([PARTS_MISSING]);
  });

  it('a whole file says nothing of it', async () => {
    const file = await tiff(raw(3), { compression: 'lzw', tile: true, tileWidth: 32, tileHeight: 32 });
    expect((await tiffReader.read(file, loadWasm)).notes).toEqual([]);
  });

  it.each([
    ['past the end', 0xffff_fff0],
    ['into nothing', 8],
  ])('a second directory that is %s does not take the first with it', async (_, next) => {
    const file = tiffFile({ ...grey, nextDirectory: next }, [[0, 0, 0, 0, 50, 60, 70, 80]]);
    expect(await greys(file)).toEqual([[0, 0, 0, 0, 50, 60, 70, 80], [FAULTY]]);
  });

  it('LZW of before TIFF 6.0, the lowest bit first', async () => {
    const { data, info } = await raw(3).raw().toBuffer({ resolveWithObject: true });
    const shape = { width: info.width, height: info.height, bits: 8, samples: 3, photometric: 2, compression: 5 };
    const file = tiffFile(shape, [oldLzw(data)]);
    expect(largest(await tiffReader.read(file, loadWasm), await truth(file, 'none'))).toBe(0);
  });

  it('fax with a predictor, which it has no use for', async () => {
    const file = await tiff(raw(1).toColourspace('b-w'), { compression: 'ccittfax4', bitdepth: 1 });
    const block = new TiffBlock(file, 'tiff');
    const [page] = block.chain().ifds;
    const [at = 0, length = 0, photometric = 0] = [273, 279, 262].map((tag) => block.number(findEntry(page, tag)));
    const predicted = tiffFile(
      { width: WIDTH, height: HEIGHT, bits: 1, samples: 1, photometric, compression: 4, more: [[317, 'short', [2]]] },
      [file.subarray(at, at + length)],
    );
    expect(largest(await tiffReader.read(predicted, loadWasm), await truth(file))).toBe(0);
  });

  it.each([
    ['the highest bit first', 1],
    ['the lowest bit first', 2],
  ])('fax of group 3 whose first row has no mark before it, %s', async (_, fillOrder) => {
    const mark = '000000000001';
    // 8 white; 3 white, 5 black; 8 white.
    const bits = ['10011', '1000' + '0011', '10011'].join(mark) + mark;
    const bytes = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) =>
      Number.parseInt(fillOrder === 1 ? byte : [...byte].reverse().join(''), 2),
    );
    const shape = { width: 8, height: 3, bits: 1, samples: 1, photometric: 0, compression: 3 };
    const read = (strip: readonly number[]): Promise<Picture> =>
      tiffReader.read(tiffFile({ ...shape, more: [[266, 'short', [fillOrder]]] }, [strip]), loadWasm);
    const white = new Array<number>(8).fill(255);
    const { data } = await read(bytes);
    const found = [...data].filter((_value, i) => i % 4 === 0);
    expect(found).toEqual([...white, 255, 255, 255, 0, 0, 0, 0, 0, ...white]);
    const marked = await read([0, fillOrder === 1 ? 1 : 0x80, ...bytes]);
    expect(marked.data).toEqual(data);
  });

  it('a palette without its colours is refused', async () => {
    const file = tiffFile({ ...grey, photometric: 3 }, [rows]);
    await expect(tiffReader.read(file, loadWasm)).rejects.toMatchObject({ code: 'corrupt' });
  });
});

/** Codes of 9 to 12 bits from the lowest, which grow when the next one does not fit. */
function oldLzw(data: Uint8Array): number[] {
  const out: number[] = [];
  let [word, count, width] = [0, 0, 9];
  const put = (code: number): void => {
    word |= code << count;
    for (count += width; count >= 8; count -= 8, word >>>= 8) out.push(word & 255);
  };
  let table = new Map<string, number>();
  let next = 258;
  const codeOf = (text: string): number => (text.length === 1 ? text.charCodeAt(0) : table.get(text)!);
  put(256);
  let known = '';
  for (const byte of data) {
    const longer = known + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      known = longer;
      continue;
    }
    put(codeOf(known));
    table.set(longer, next++);
    // The decoder is one behind.
    if (next - 1 === 1 << width && width < 12) width++;
    if (next === 4095) {
      put(256);
      [table, next, width] = [new Map(), 258, 9];
    }
    known = String.fromCharCode(byte);
  }
  put(codeOf(known));
  put(257);
  return [...out, word & 255, (word >> 8) & 255];
}

it('shows no sign of utif2 before a TIFF comes', async () => {
  const source = await readFile(new URL('../../../../lib/core/decoders/tiff.ts', import.meta.url), 'utf8');
  expect(source.match(/^import (?!type).*utif2/m)).toBeNull();
});
