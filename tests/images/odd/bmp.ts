/** BMP files and icons as few writers make them, or with a fault: Windows GDI. */
import { deflateSync } from 'node:zlib';
import { bmpFile, icoFile, iconBitmap } from '../../unit/core/decoders/bitmaps.ts';
import { bytesOf, pngChunk, u16le, u32be, u32le } from '../hand-built.ts';
import { picture, withAlphaOf, type OddFile } from './odd-file.ts';

const [WIDTH, HEIGHT] = [6, 5];
const SHOWN = picture(WIDTH, HEIGHT, (x, y) => [x * 40, y * 50, x * y * 10, 255]);

/** Rows from the bottom, blue first; the fourth byte as told. */
function rows32(alpha: number): number[] {
  const rows: number[] = [];
  for (let y = HEIGHT - 1; y >= 0; y--) for (let x = 0; x < WIDTH; x++) rows.push(x * y * 10, y * 50, x * 40, alpha);
  return rows;
}
function rows24(): number[] {
  const rows: number[] = [];
  for (let y = HEIGHT - 1; y >= 0; y--) {
    for (let x = 0; x < WIDTH; x++) rows.push(x * y * 10, y * 50, x * 40);
    while (rows.length % 4) rows.push(0);
  }
  return rows;
}
const MASKS = [0xff0000, 0xff00, 0xff, 0xff000000];
const shape = { width: WIDTH, height: HEIGHT, bits: 32 };
const PALETTE: readonly (readonly [number, number, number])[] = [
  [1, 2, 3],
  [200, 100, 50],
];
const indexed = { width: WIDTH, height: HEIGHT, bits: 8, palette: PALETTE };
const rle = { ...indexed, compression: 1 };
/** A row of five codes, each ended. */
const RLE = Array.from({ length: HEIGHT }, () => [6, 1, 0, 0]).flat();

const RLE24 = Array.from({ length: HEIGHT }, () => [6, 10, 20, 30, 0, 0]).flat();

function edited(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

export function oddBmps(): OddFile[] {
  const v5 = (alpha: number, compression = 3): Uint8Array =>
    bmpFile({ ...shape, headerSize: 124, compression, masks: MASKS }, rows32(alpha));
  const plain24 = bmpFile({ ...shape, bits: 24 }, rows24());
  const files: readonly (readonly [string, Uint8Array, OddFile['right']])[] = [
    ['sound', plain24, SHOWN],
    ['V5 with alpha all zero', v5(0), SHOWN],
    ['V5 with alpha', v5(255), SHOWN],
    ['V5 with half alpha', v5(128), withAlphaOf(SHOWN, () => 128)],
    ['V5 without bit fields, alpha all zero', v5(0, 0), 'shown'],
    ['V5 without bit fields, half alpha', v5(128, 0), 'shown'],
    ['V4 with alpha all zero', bmpFile({ ...shape, headerSize: 108, compression: 3, masks: MASKS }, rows32(0)), SHOWN],
    [
      'V4 without bit fields and a mask for alpha',
      bmpFile({ ...shape, headerSize: 108, masks: [...MASKS.slice(0, 3), 0] }, rows32(128)),
      SHOWN,
    ],
    [
      'V4 with half alpha',
      bmpFile({ ...shape, headerSize: 108, compression: 3, masks: MASKS }, rows32(128)),
      withAlphaOf(SHOWN, () => 128),
    ],
    [
      'V4 with red and blue changed',
      bmpFile({ ...shape, headerSize: 108, compression: 3, masks: [0xff, 0xff00, 0xff0000, 0] }, rows32(9)),
      'shown',
    ],
    [
      'V3 of 56 with half alpha',
      bmpFile({ ...shape, headerSize: 56, compression: 3, masks: MASKS }, rows32(128)),
      'shown',
    ],
    ['V3 of 40 with half alpha', bmpFile({ ...shape, headerSize: 40, compression: 0 }, rows32(128)), 'shown'],
    ['alpha bit fields', bmpFile({ ...shape, headerSize: 40, compression: 6, masks: MASKS }, rows32(128)), 'shown'],
    [
      'masks of 10 bits',
      bmpFile({ ...shape, headerSize: 56, compression: 3, masks: [0x3ff00000, 0xffc00, 0x3ff, 0] }, rows32(0x11)),
      'shown',
    ],
    [
      'masks that overlap',
      bmpFile({ ...shape, headerSize: 56, compression: 3, masks: [0xffff00, 0xff00, 0xff, 0] }, rows32(0)),
      'shown',
    ],
    [
      'masks of holes',
      bmpFile({ ...shape, headerSize: 56, compression: 3, masks: [0xf0f000, 0xff00, 0xff, 0] }, rows32(0)),
      'shown',
    ],
    ['masks of 0', bmpFile({ ...shape, headerSize: 56, compression: 3, masks: [0, 0, 0, 0] }, rows32(0)), 'shown'],
    ['from the top', bmpFile({ ...shape, bits: 24, topDown: true }, rows24()), 'shown'],
    ['from the top, run lengths', bmpFile({ ...rle, topDown: true }, RLE), 'shown'],
    ['rows missing', plain24.subarray(0, -30), 'shown'],
    ['half a row missing', plain24.subarray(0, -8), 'shown'],
    ['no rows', plain24.subarray(0, 54), 'shown'],
    ['run lengths', bmpFile(rle, [...RLE, 0, 1]), 'shown'],
    [
      'run lengths of 24 bits',
      bmpFile({ ...shape, bits: 24, compression: 4, headerSize: 64 }, [...RLE24, 0, 1]),
      'shown',
    ],
    ['run lengths without an end', bmpFile(rle, RLE), 'shown'],
    ['run lengths cut', bmpFile(rle, RLE.slice(0, 9)), 'shown'],
    ['run lengths past the row', bmpFile(rle, [200, 1, 0, 0, 6, 1, 0, 0, 6, 1, 0, 1]), 'shown'],
    ['run lengths with a jump', bmpFile(rle, [2, 1, 0, 2, 1, 1, 3, 1, 0, 1]), 'shown'],
    ['run lengths with a jump past the end', bmpFile(rle, [2, 1, 0, 2, 1, 99, 3, 1, 0, 1]), 'shown'],
    ['an absolute run that is cut', bmpFile(rle, [...RLE.slice(0, 8), 0, 6, 1, 1]), 'shown'],
    [
      'an index past the palette',
      bmpFile(
        indexed,
        Array.from({ length: 40 }, (_, i) => i % 5),
      ),
      'shown',
    ],
    [
      'a palette of more than 256 colours',
      edited(bmpFile(indexed, new Array<number>(40).fill(1)), 46, u32le(300)),
      'shown',
    ],
    ['a data offset of 0', edited(plain24, 10, u32le(0)), 'shown'],
    ['a data offset into the header', edited(plain24, 10, u32le(20)), 'shown'],
    ['a data offset past the end', edited(plain24, 10, u32le(4000)), 'shown'],
    ['a wrong file size', edited(plain24, 2, u32le(9)), SHOWN],
    ['planes of 0', edited(plain24, 26, u16le(0)), 'shown'],
    [
      '16 bits of 5',
      bmpFile(
        { ...shape, bits: 16 },
        Array.from({ length: 60 }, (_, i) => (i * 37) & 255),
      ),
      'shown',
    ],
    [
      '16 bits of 5 6 5',
      bmpFile(
        { ...shape, bits: 16, compression: 3, headerSize: 56, masks: [0xf800, 0x7e0, 0x1f, 0] },
        Array.from({ length: 60 }, (_, i) => (i * 37) & 255),
      ),
      'shown',
    ],
    [
      '2 bits',
      bmpFile(
        {
          ...shape,
          bits: 2,
          palette: [
            [0, 0, 0],
            [80, 0, 0],
            [0, 90, 0],
            [255, 255, 255],
          ],
        },
        Array.from({ length: 20 }, (_, i) => (i * 37) & 255),
      ),
      'shown',
    ],
    ['a width of 0', edited(plain24, 18, u32le(0)), 'refused'],
    ['a negative width', edited(plain24, 18, u32le(0xfffffffa)), 'shown'],
    ['an OS/2 header', bmpFile({ ...shape, bits: 24, headerSize: 12 }, rows24()), SHOWN],
    ['a header of 64 bytes', bmpFile({ ...shape, bits: 24, headerSize: 64 }, rows24()), 'shown'],
    [
      'a header of 16 bytes',
      bytesOf(
        'BM',
        u32le(120),
        u32le(0),
        u32le(30),
        u32le(16),
        u32le(WIDTH),
        u32le(HEIGHT),
        u16le(1),
        u16le(24),
        rows24(),
      ),
      'shown',
    ],
  ];
  return files.map(([name, bytes, right]) => ({ name, bytes, right }));
}

export function oddIcons(): OddFile[] {
  const width = 4;
  const height = 4;
  const [red, none] = [[0, 0, 255], new Array<number>(16).fill(0)];
  const bitmap = (bits: number, rows: readonly number[], mask: readonly number[], more = {}): number[] =>
    iconBitmap({ width, height, bits, ...more }, rows, mask);
  const icon = (data: readonly number[] | Uint8Array, bits = 32): Uint8Array =>
    icoFile([{ width, height, bits, data }]);
  const rgb = Array.from({ length: 16 }, () => red).flat();
  const rgba = (alpha: number): number[] => Array.from({ length: 16 }, () => [...red, alpha]).flat();
  const half = Array.from({ length: 4 }, () => [0b11000000, 0, 0, 0]).flat();
  const opaque = picture(width, height, () => [255, 0, 0, 255]);
  const masked = withAlphaOf(opaque, (x) => (x < 2 ? 0 : 255));
  const png = bytesOf(
    '\x89PNG\r\n\x1a\n',
    pngChunk('IHDR', bytesOf(u32be(4), u32be(4), [8, 2, 0, 0, 0])),
    pngChunk(
      'IDAT',
      deflateSync(Uint8Array.from({ length: 4 * 13 }, (_, i) => (i % 13 === 0 ? 0 : (i % 13) % 3 === 1 ? 255 : 0))),
    ),
    pngChunk('IEND', new Uint8Array()),
  );
  const files: readonly (readonly [string, Uint8Array, OddFile['right']])[] = [
    ['sound', icon(bitmap(24, rgb, none), 24), opaque],
    ['a mask', icon(bitmap(24, rgb, half), 24), masked],
    ['a mask beside alpha', icon(bitmap(32, rgba(255), half)), 'shown'],
    ['a mask beside alpha of 0', icon(bitmap(32, rgba(0), half)), 'shown'],
    ['a mask beside half alpha', icon(bitmap(32, rgba(128), half)), 'shown'],
    ['alpha of 0 and no mask', icon(bitmap(32, rgba(0), none)), 'shown'],
    ['a mask cut off', icon(bitmap(24, rgb, []), 24), 'shown'],
    ['half a mask', icon(bitmap(24, rgb, half.slice(0, 8)), 24), 'shown'],
    ['rows cut off', icon(bitmap(24, rgb.slice(0, 24), []), 24), 'shown'],
    [
      'a height that is not doubled',
      icon([...bytesOf(u32le(40), u32le(4), u32le(4), u16le(1), u16le(24), new Uint8Array(24)), ...rgb, ...half], 24),
      'shown',
    ],
    ['a PNG', icon(png), opaque],
    ['a PNG without IEND', icon(png.subarray(0, -12)), opaque],
    ['a PNG of another size than its entry', icoFile([{ width: 16, height: 16, bits: 32, data: png }]), opaque],
    ['a length past the end', edited(icon(bitmap(24, rgb, none), 24), 14, u32le(5000)), 'shown'],
    ['a length of 0', edited(icon(bitmap(24, rgb, none), 24), 14, u32le(0)), 'shown'],
    ['a PNG with a length past the end', edited(icon(png), 14, u32le(5000)), 'shown'],
    ['an offset past the end', edited(icon(bitmap(24, rgb, none), 24), 18, u32le(5000)), 'refused'],
    ['a count past the entries', edited(icon(bitmap(24, rgb, none), 24), 4, u16le(3)), 'shown'],
    ['a reserved byte of the entry', edited(icon(bitmap(24, rgb, none), 24), 9, [7]), 'shown'],
    ['a cursor', edited(icon(bitmap(24, rgb, none), 24), 2, [2]), 'shown'],
    [
      'two pictures, the larger past the end',
      icoFile([
        { width: 4, height: 4, bits: 24, data: bitmap(24, rgb, none) },
        { width: 32, height: 32, bits: 32, data: [] },
      ]),
      'shown',
    ],
  ];
  return files.map(([name, bytes, right]) => ({ name, bytes, right }));
}
