/** BMP files and icons, written bit by bit. */
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';

export interface BmpShape {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  readonly topDown?: boolean;
  readonly headerSize?: number;
  /** Red, green, blue, alpha; what a header has no place for stands behind it. */
  readonly masks?: readonly number[];
  /** Stated, where that is not the palette's. */
  readonly colours?: number;
  /** Red, green, blue. */
  readonly palette?: readonly (readonly [number, number, number])[];
}

const u16 = (value: number): number[] => [value & 255, (value >>> 8) & 255];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];

/** Rows as coded, from the bottom, or from the top when the shape says so. */
export function bmpFile(shape: BmpShape, rows: readonly number[]): Uint8Array<ArrayBuffer> {
  const header = dibHeader(shape, shape.height);
  return new Uint8Array([
    0x42,
    0x4d,
    ...u32(14 + header.length + rows.length),
    ...u32(0),
    ...u32(14 + header.length),
    ...header,
    ...rows,
  ]);
}

/** An entry of an icon: no file header, and the mask's rows behind the picture's. */
export function iconBitmap(shape: BmpShape, rows: readonly number[], mask: readonly number[]): number[] {
  return [...dibHeader(shape, shape.height * 2), ...rows, ...mask];
}

export function icoFile(
  entries: readonly {
    readonly width: number;
    readonly height: number;
    readonly bits: number;
    readonly colours?: number | undefined;
    readonly data: readonly number[] | Uint8Array;
  }[],
): Uint8Array<ArrayBuffer> {
  let at = 6 + entries.length * 16;
  const directory = entries.flatMap(({ width, height, bits, colours = 0, data }) => {
    const entry = [width & 255, height & 255, colours, 0, ...u16(1), ...u16(bits), ...u32(data.length), ...u32(at)];
    at += data.length;
    return entry;
  });
  return new Uint8Array([
    ...u16(0),
    ...u16(1),
    ...u16(entries.length),
    ...directory,
    ...entries.flatMap(({ data }) => [...data]),
  ]);
}

function dibHeader(
  {
    width,
    height: _,
    bits,
    compression = 0,
    topDown = false,
    headerSize = 40,
    masks = [],
    palette = [],
    ...stated
  }: BmpShape,
  rows: number,
): number[] {
  const colours = palette.flatMap(([red, green, blue]) =>
    headerSize === 12 ? [blue, green, red] : [blue, green, red, 0],
  );
  if (headerSize === 12) return [...u32(12), ...u16(width), ...u16(rows), ...u16(1), ...u16(bits), ...colours];
  const header = [
    ...u32(headerSize),
    ...u32(width),
    ...u32(topDown ? -rows >>> 0 : rows),
    ...u16(1),
    ...u16(bits),
    ...u32(compression),
    ...u32(0),
    ...u32(2835),
    ...u32(2835),
    ...u32(stated.colours ?? palette.length),
    ...u32(0),
    ...masks.flatMap(u32),
  ];
  while (header.length < headerSize) header.push(0);
  return [...header.slice(0, Math.max(headerSize, 40 + masks.length * 4)), ...colours];
}

/** RGBA, one hex word a pixel: `ff000080` is half red. */
export function pixelsOf(rows: readonly string[]): Pixels {
  const words = rows.map((row) => row.trim().split(/\s+/));
  const data = words.flat().flatMap((word) => [0, 2, 4, 6].map((at) => Number.parseInt(word.slice(at, at + 2), 16)));
  return { width: words[0]?.length ?? 0, height: words.length, data: new Uint8ClampedArray(data) };
}
