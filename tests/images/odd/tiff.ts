/** TIFF files as few writers make them: TIFF 6.0, sections 8 (FillOrder) and 18 (ExtraSamples). */
import { deflateSync } from 'node:zlib';
import { tiffFile, type TiffShape } from '../../unit/core/decoders/tiff-files.ts';
import { picture, withAlphaOf, type OddFile } from './odd-file.ts';

const SIZE = { width: 8, height: 4 };
const COLOURS = picture(SIZE.width, SIZE.height, (x, y) => [x * 30, y * 60, x * y * 9, 255]);
const GREYS = picture(SIZE.width, SIZE.height, (x, y) => [x * 8 + y, x * 8 + y, x * 8 + y, 255]);
const STRIPES = picture(SIZE.width, SIZE.height, (x, y) => ((x + y) % 3 === 0 ? [255, 255, 255, 255] : [0, 0, 0, 255]));

const reversed = (bytes: Iterable<number>): number[] =>
  [...bytes].map((byte) => Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2));

const FILL_ORDER = [266, 'short', [2]] as const;
const channels = (pixels: { readonly data: ArrayLike<number> }, of: readonly number[]): number[] =>
  Array.from({ length: pixels.data.length / 4 }, (_, i) => of.map((c) => pixels.data[i * 4 + c]!)).flat();

const RGB = channels(COLOURS, [0, 1, 2]);
const GREY = channels(GREYS, [0]);
const DEEP = GREY.flatMap((value) => [value, value]);
const BITS = Array.from({ length: SIZE.height }, (_, y) =>
  Array.from({ length: 8 }, (__, x) => ((x + y) % 3 === 0 ? 0x80 >> x : 0)).reduce((a, b) => a | b),
);
/** Literal runs of up to 128 bytes. */
const packBits = (bytes: readonly number[]): number[] => {
  const packed: number[] = [];
  for (let at = 0; at < bytes.length; at += 128)
    packed.push(Math.min(128, bytes.length - at) - 1, ...bytes.slice(at, at + 128));
  return packed;
};
/** Nine bits a code, first bit first, cleared before the codes would grow (section 13). */
const lzw = (bytes: readonly number[]): number[] => {
  const codes = [256, ...bytes, 257].map((code) => code.toString(2).padStart(9, '0')).join('');
  return Array.from({ length: Math.ceil(codes.length / 8) }, (_, i) =>
    Number.parseInt(codes.slice(i * 8, i * 8 + 8).padEnd(8, '0'), 2),
  );
};

export function oddTiffs(): OddFile[] {
  const rgb: TiffShape = { ...SIZE, bits: 8, samples: 3, photometric: 2 };
  const grey: TiffShape = { ...SIZE, bits: 8, samples: 1, photometric: 1 };
  const turned = (shape: TiffShape, data: Iterable<number>): Uint8Array =>
    tiffFile({ ...shape, more: [FILL_ORDER] }, [reversed(data)]);
  const alphaAt = (x: number): number => (x < 4 ? 255 : 100);
  const rgba = COLOURS.data.map((value, i) => (i % 4 === 3 ? alphaAt(((i - 3) / 4) % SIZE.width) : value));
  const halfClear = withAlphaOf(COLOURS, alphaAt);
  const four: TiffShape = { ...rgb, samples: 4 };
  const files: readonly (readonly [string, Uint8Array, OddFile['right']])[] = [
    ['sound', tiffFile(rgb, [RGB]), COLOURS],
    ['bits reversed', turned(rgb, RGB), COLOURS],
    ['bits reversed, grey', turned(grey, GREY), GREYS],
    ['bits reversed, 1 bit', turned({ ...grey, bits: 1 }, BITS), STRIPES],
    ['bits reversed, 16 bits', turned({ ...grey, bits: 16 }, DEEP), GREYS],
    ['bits reversed, 16 bits, big-endian', turned({ ...grey, bits: 16, bigEndian: true }, DEEP), GREYS],
    ['bits reversed, deflate', turned({ ...rgb, compression: 8 }, deflateSync(Uint8Array.from(RGB))), COLOURS],
    ['bits reversed, PackBits', turned({ ...rgb, compression: 32773 }, packBits(RGB)), COLOURS],
    ['bits reversed, LZW', turned({ ...rgb, compression: 5 }, lzw(RGB)), COLOURS],
    [
      'bits reversed, planes',
      tiffFile(
        { ...rgb, planar: true, more: [FILL_ORDER] },
        [0, 1, 2].map((c) => reversed(channels(COLOURS, [c]))),
      ),
      COLOURS,
    ],
    ['a fill order of 1', tiffFile({ ...rgb, more: [[266, 'short', [1]]] }, [RGB]), COLOURS],
    ['a fill order of 3', tiffFile({ ...rgb, more: [[266, 'short', [3]]] }, [RGB]), COLOURS],
    ['a fourth sample without a tag', tiffFile(four, [[...rgba]]), halfClear],
    ['a fourth sample that is alpha', tiffFile({ ...four, extraSamples: 2 }, [[...rgba]]), halfClear],
    ['a fourth sample that is anything', tiffFile({ ...four, extraSamples: 0 }, [[...rgba]]), COLOURS],
    ['a fourth sample of an unknown kind', tiffFile({ ...four, extraSamples: 9 }, [[...rgba]]), COLOURS],
    [
      'a second sample without a tag',
      tiffFile({ ...grey, samples: 2 }, [GREY.flatMap((value, i) => [value, alphaAt(i % SIZE.width)])]),
      withAlphaOf(GREYS, alphaAt),
    ],
    ['the tag without a sample', tiffFile({ ...rgb, extraSamples: 2 }, [RGB]), COLOURS],
  ];
  return files.map(([name, bytes, right]) => ({ name, bytes, right }));
}
