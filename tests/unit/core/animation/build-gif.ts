/** GIF files byte by byte (GIF89a): every disposal, interlacing, local colours, frames past the screen. */
import { bytesOf, u16le } from '../../../images/hand-built.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

export interface GifFrame {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  /** Colour indices, row by row. */
  readonly indices: readonly number[];
  /** In hundredths of a second; null leaves the graphic control extension out. */
  readonly delay?: number | null;
  readonly disposal?: number;
  readonly transparent?: number;
  readonly interlaced?: boolean;
  readonly palette?: readonly Rgb[];
  /** The first byte of the image data; the default fits the palette. */
  readonly minimumCodeSize?: number;
  /** Image data as it is, instead of the packed indices. */
  readonly data?: Uint8Array;
}

export interface GifFile {
  readonly width: number;
  readonly height: number;
  readonly palette?: readonly Rgb[] | null;
  readonly background?: number;
  /** NETSCAPE2.0: how often to play again; 0 is for ever. */
  readonly again?: number;
  readonly trailer?: boolean;
  readonly frames: readonly GifFrame[];
}

export const COLOURS: readonly Rgb[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
];

export function gif({
  width,
  height,
  palette = COLOURS,
  background = 0,
  again,
  trailer = true,
  frames,
}: GifFile): Uint8Array<ArrayBuffer> {
  return own(
    bytesOf(
      'GIF89a',
      u16le(width),
      u16le(height),
      palette ? 0x80 | tableSize(palette) : 0,
      background,
      0,
      colourTable(palette),
      ...(again === undefined ? [] : [bytesOf([0x21, 0xff, 11], 'NETSCAPE2.0', [3, 1], u16le(again), 0)]),
      ...frames.map((frame) => frameBytes(frame, palette?.length ?? 4)),
      trailer ? [0x3b] : [],
    ),
  );
}

function frameBytes(frame: GifFrame, globalColours: number): Uint8Array {
  const { x = 0, y = 0, width, height, delay = 10, disposal = 1, transparent, interlaced = false, palette } = frame;
  const control =
    delay === null
      ? []
      : bytesOf([0x21, 0xf9, 4, (disposal << 2) | (transparent === undefined ? 0 : 1)], u16le(delay), [
          transparent ?? 0,
          0,
        ]);
  const codeSize = frame.minimumCodeSize ?? Math.max(2, Math.ceil(Math.log2(palette?.length ?? globalColours)));
  const indices = interlaced ? interlacedRows(frame) : frame.indices;
  return bytesOf(
    control,
    [0x2c],
    u16le(x),
    u16le(y),
    u16le(width),
    u16le(height),
    (palette ? 0x80 | tableSize(palette) : 0) | (interlaced ? 0x40 : 0),
    colourTable(palette ?? null),
    [codeSize],
    subBlocks(frame.data ?? lzwLiterals(indices, codeSize)),
    0,
  );
}

/** Each index as a literal, with a clear code before the table grows the codes. */
export function lzwLiterals(indices: readonly number[], codeSize: number, end = true): Uint8Array {
  const clear = 1 << codeSize;
  const codes: number[] = [];
  indices.forEach((index, i) => {
    if (i % (clear - 2) === 0) codes.push(clear);
    codes.push(index);
  });
  if (end) codes.push(clear + 1);
  return packCodes(codes.map((code) => [code, codeSize + 1]));
}

/** Codes with their widths, least significant bit first (Appendix F). */
export function packCodes(codes: readonly (readonly [code: number, bits: number])[]): Uint8Array {
  const bytes: number[] = [];
  let held = 0,
    count = 0;
  for (const [code, bits] of codes) {
    held |= code << count;
    count += bits;
    for (; count >= 8; count -= 8, held >>>= 8) bytes.push(held & 255);
  }
  if (count > 0) bytes.push(held & 255);
  return new Uint8Array(bytes);
}

function interlacedRows({ width, height, indices }: GifFrame): number[] {
  const rows: number[] = [];
  for (const [start, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const) {
    for (let y = start; y < height; y += step) rows.push(...indices.slice(y * width, (y + 1) * width));
  }
  return rows;
}

function subBlocks(data: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const block = data.subarray(at, at + 255);
    blocks.push(bytesOf(block.length, block));
  }
  return bytesOf(...blocks);
}

function tableSize(palette: readonly Rgb[]): number {
  return Math.max(0, Math.ceil(Math.log2(palette.length)) - 1);
}

function colourTable(palette: readonly Rgb[] | null): Uint8Array {
  if (!palette) return new Uint8Array();
  const table = new Uint8Array(3 << (tableSize(palette) + 1));
  palette.forEach((colour, i) => table.set(colour, i * 3));
  return table;
}

function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
