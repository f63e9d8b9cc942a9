/** Writes a GIF around coded images (GIF89a; the numbers in brackets are its sections). */
import { joinBytes, latin1Bytes } from '../bytes/bytes.ts';
import { CompressionError } from '../errors.ts';
import type { GifPalette } from './gif-coder.ts';
import type { Rect } from './movie.ts';

export interface GifImage {
  readonly rect: Rect;
  /** Null for the file's. */
  readonly palette: GifPalette | null;
  readonly transparent: number | null;
  readonly minimumCodeSize: number;
  /** Of LZW, not in sub-blocks. */
  readonly data: Uint8Array;
  /** Hundredths of a second, 0 to 65 535. */
  readonly delay: number;
  /** Its rectangle is cleared before the next. */
  readonly clears: boolean;
}

export interface GifFile {
  readonly width: number;
  readonly height: number;
  /** Times the whole plays; 0 is for ever. */
  readonly loops: number;
  readonly palette: GifPalette | null;
  readonly images: readonly GifImage[];
}

const MAX_SIDE = 0xffff;
export const MAX_DELAY = 0xffff;

/** @throws CompressionError `unsupported-variant` for a side that the format can't state */
export function writeGif({ width, height, loops, palette, images }: GifFile): Uint8Array<ArrayBuffer> {
  if (width > MAX_SIDE || height > MAX_SIDE)
    throw new CompressionError('unsupported-variant', { format: 'gif', feature: `${width} x ${height} px` });
  const bits = palette ? tableBits(palette) : 1;
  // 18: size, flags (a table, 8 bits a primary, bits of the table), background, aspect.
  const screen = Uint8Array.of(...u16(width), ...u16(height), (palette ? 0x80 : 0) | 0x70 | (bits - 1), 0, 0);
  return joinBytes([
    latin1Bytes('GIF89a'),
    screen,
    ...(palette ? [colourTable(palette)] : []),
    ...(loops === 1 || images.length === 1 ? [] : [loopBlock(loops)]),
    ...images.flatMap(imageBlocks),
    Uint8Array.of(0x3b),
  ]);
}

/** NETSCAPE2.0 says how often to play again, and 0 for ever; without it a GIF plays once. */
function loopBlock(loops: number): Uint8Array {
  const again = loops === 0 ? 0 : Math.min(MAX_DELAY, loops - 1);
  return joinBytes([Uint8Array.of(0x21, 0xff, 11), latin1Bytes('NETSCAPE2.0'), Uint8Array.of(3, 1, ...u16(again), 0)]);
}

function imageBlocks(image: GifImage): Uint8Array[] {
  const { rect, palette, transparent, delay, clears } = image;
  // 23: disposal 1 keeps the image, 2 clears it.
  const flags = ((clears ? 2 : 1) << 2) | (transparent === null ? 0 : 1);
  // 20: position, size, flags of an own table.
  const ownTable = palette ? 0x80 | (tableBits(palette) - 1) : 0;
  return [
    Uint8Array.of(0x21, 0xf9, 4, flags, ...u16(delay), transparent ?? 0, 0),
    Uint8Array.of(0x2c, ...[rect.x, rect.y, rect.width, rect.height].flatMap(u16), ownTable),
    ...(palette ? [colourTable(palette)] : []),
    Uint8Array.of(image.minimumCodeSize),
    subBlocks(image.data),
  ];
}

/** Bits of an index into the table, 1 to 8: its size is a power of two. */
function tableBits({ colours, transparent }: GifPalette): number {
  return Math.max(1, Math.ceil(Math.log2(colours.length + (transparent === null ? 0 : 1))));
}

/** 19, 21: red, green, blue; what is not used is black. */
function colourTable(palette: GifPalette): Uint8Array {
  const table = new Uint8Array(3 << tableBits(palette));
  palette.colours.forEach((colour, i) => table.set([colour & 255, (colour >>> 8) & 255, (colour >>> 16) & 255], i * 3));
  return table;
}

/** 15: up to 255 bytes each, then an empty one. */
function subBlocks(data: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(data.length + Math.ceil(data.length / 255) + 1);
  let to = 0;
  for (let from = 0; from < data.length; from += 255) {
    const part = data.subarray(from, from + 255);
    blocks[to] = part.length;
    blocks.set(part, to + 1);
    to += part.length + 1;
  }
  return blocks;
}

function u16(value: number): [number, number] {
  return [value & 255, value >>> 8];
}
