/**
 * Device-independent bitmaps, exactly: the pixels of a BMP file and of an icon's entries. Windows GDI: BITMAPCOREHEADER,
 * BITMAPINFOHEADER (versions 3 to 5), RLE4, RLE8 and bit fields.
 */
import type { Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import { MAX_PIXELS } from '../image/limits.ts';
import { Reader } from '../bytes/reader.ts';
import { expandRunLengths } from './dib-runs.ts';

const BI_RLE8 = 1;
const BI_RLE4 = 2;
const BI_BITFIELDS = 3;
const BI_ALPHABITFIELDS = 6;

/** BITMAPV4HEADER, the first that knows alpha: browsers take the fourth byte for it, bit fields or not. */
const V4 = 108;

export interface DibHeader {
  readonly width: number;
  /** Rows of the picture; in an icon those of the mask are not counted. */
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Red, green, blue, alpha; 0 where there is none. */
  readonly masks: readonly [number, number, number, number];
  /** RGBA8 colours, for 8 bits a pixel and fewer. */
  readonly palette: Uint8Array;
  /** Where header, masks and palette end. */
  readonly end: number;
}

/**
 * @param icon the header's height counts the rows of the mask too, and 32 bits have alpha
 * @throws CompressionError `truncated`, `corrupt`, `unsupported-variant`, `too-many-pixels`
 */
export function readDibHeader(bytes: Uint8Array, at: number, icon: boolean): DibHeader {
  const reader = new Reader(bytes, 'little');
  const size = reader.u32(at);
  const core = size === 12;
  if (!core && (size < 16 || size > 1024)) throw new CompressionError('corrupt');
  const width = core ? reader.u16(at + 4) : reader.i32(at + 4);
  const rows = core ? reader.u16(at + 6) : reader.i32(at + 8);
  const bits = reader.u16(at + (core ? 10 : 14));
  const compression = size >= 20 ? reader.u32(at + 16) : 0;
  const height = icon ? Math.floor(Math.abs(rows) / 2) : Math.abs(rows);
  if (width <= 0 || height <= 0) throw new CompressionError('corrupt');
  if (width * height > MAX_PIXELS)
    throw new CompressionError('too-many-pixels', { width, height, limit: MAX_PIXELS / 1e6 });
  if (!allowed(bits, compression))
    throw new CompressionError('unsupported-variant', {
      format: 'BMP',
      feature: `${bits} bits, compression ${compression}`,
    });
  // Version 3 headers keep the masks behind them, later ones inside at the same place.
  const fields = compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS;
  const maskCount = size >= 56 || compression === BI_ALPHABITFIELDS ? 4 : 3;
  const mask = (i: number): number => (i < maskCount ? reader.u32(at + 40 + i * 4) : 0);
  const masks = fields ? ([mask(0), mask(1), mask(2), mask(3)] as const) : defaultMasks(bits, icon || size >= V4);
  const paletteAt = at + size + (fields && size === 40 ? maskCount * 4 : 0);
  const used = size >= 36 ? reader.u32(at + 32) : 0;
  const colours = bits <= 8 ? Math.min(used || 1 << bits, 1 << bits) : 0;
  const entry = core ? 3 : 4;
  const palette = new Uint8Array(4 << Math.min(8, bits));
  for (let i = 0; i < colours; i++) {
    const from = paletteAt + i * entry;
    palette.set([reader.u8(from + 2), reader.u8(from + 1), reader.u8(from), 255], i * 4);
  }
  return {
    width,
    height,
    topDown: rows < 0,
    bits,
    compression,
    masks,
    palette,
    end: paletteAt + (bits <= 8 ? colours : 0) * entry,
  };
}

export interface DibPixels extends Pixels {
  /** Rows came to an end before the picture did; what is missing is transparent. */
  readonly incomplete: boolean;
  /** Some pixel's alpha is not 0. */
  readonly hasAlpha: boolean;
}

/**
 * Pixels that run-length coding passes over are black, as in Chromium. Alpha of 0 everywhere is no alpha: many writers
 * leave the byte empty.
 *
 * @param at of the first stored row
 * @throws CompressionError `truncated` when there is no whole row, `corrupt`
 */
export function readDibPixels(bytes: Uint8Array, at: number, header: DibHeader): DibPixels {
  const { width, height, bits, compression, topDown } = header;
  const data = new Uint8ClampedArray(width * height * 4);
  const placeOf = (row: number): number => (topDown ? row : height - 1 - row) * width * 4;
  if (compression === BI_RLE8 || compression === BI_RLE4) {
    for (let i = 3; i < data.length; i += 4) data[i] = 255;
    const rows = expandRunLengths(bytes.subarray(at), header, data, compression === BI_RLE4);
    if (rows === 0) throw new CompressionError('truncated');
    for (let row = rows; row < height; row++) data.fill(0, placeOf(row), placeOf(row) + width * 4);
    return { width, height, data, incomplete: rows < height, hasAlpha: false };
  }
  const stride = Math.ceil((width * bits) / 32) * 4;
  // The padding of the last row may be missing, and nothing is lost with it.
  const spare = stride - Math.ceil((width * bits) / 8);
  const rows = Math.min(height, Math.floor((bytes.length - at + spare) / stride));
  if (rows < 1) throw new CompressionError('truncated');
  for (let y = 0; y < rows; y++) {
    const row = bytes.subarray(at + y * stride);
    const to = placeOf(y);
    if (bits <= 8) indexedRow(row, header, data, to);
    else if (bits === 24) bgrRow(row, width, data, to);
    else maskedRow(row, header, data, to);
  }
  const hasAlpha = header.masks[3] !== 0 && usesAlpha(data);
  if (header.masks[3] !== 0 && !hasAlpha)
    for (let y = 0; y < rows; y++) for (let i = 0; i < width; i++) data[placeOf(y) + i * 4 + 3] = 255;
  return { width, height, data, incomplete: rows < height, hasAlpha };
}

function usesAlpha(data: Uint8ClampedArray): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) return true;
  return false;
}

function allowed(bits: number, compression: number): boolean {
  if (compression === BI_RLE8) return bits === 8;
  if (compression === BI_RLE4) return bits === 4;
  if (compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS) return bits === 16 || bits === 32;
  return compression === 0 && [1, 2, 4, 8, 16, 24, 32].includes(bits);
}

/** Without bit fields 16 bits are 5 each, 32 bits are 8 each; the fourth byte may be alpha. */
function defaultMasks(bits: number, alpha: boolean): DibHeader['masks'] {
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, alpha && bits === 32 ? 0xff000000 : 0];
}

function indexedRow(row: Uint8Array, { width, bits, palette }: DibHeader, data: Uint8ClampedArray, to: number): void {
  const perByte = 8 / bits;
  const most = (1 << bits) - 1;
  for (let x = 0; x < width; x++) {
    const shift = 8 - bits * ((x % perByte) + 1);
    copyColour(palette, (row[Math.floor(x / perByte)]! >> shift) & most, data, to + x * 4);
  }
}

/** An index past the palette is black, as everywhere. */
export function copyColour(palette: Uint8Array, index: number, data: Uint8ClampedArray, to: number): void {
  for (let c = 0; c < 3; c++) data[to + c] = palette[index * 4 + c] ?? 0;
  data[to + 3] = 255;
}

function bgrRow(row: Uint8Array, width: number, data: Uint8ClampedArray, to: number): void {
  for (let x = 0; x < width; x++) {
    data[to + x * 4] = row[x * 3 + 2]!;
    data[to + x * 4 + 1] = row[x * 3 + 1]!;
    data[to + x * 4 + 2] = row[x * 3]!;
    data[to + x * 4 + 3] = 255;
  }
}

function maskedRow(row: Uint8Array, { width, bits, masks }: DibHeader, data: Uint8ClampedArray, to: number): void {
  const channels = masks.map(channelOf);
  for (let x = 0; x < width; x++) {
    const i = (x * bits) / 8;
    const word =
      bits === 16
        ? row[i]! | (row[i + 1]! << 8)
        : (row[i]! | (row[i + 1]! << 8) | (row[i + 2]! << 16) | (row[i + 3]! << 24)) >>> 0;
    for (let c = 0; c < 4; c++) {
      const { mask, shift, most } = channels[c]!;
      const value = (((word & mask) >>> shift) * 255) / most;
      data[to + x * 4 + c] = mask === 0 ? (c === 3 ? 255 : 0) : Math.round(value);
    }
  }
}

function channelOf(mask: number): { mask: number; shift: number; most: number } {
  const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  return { mask, shift, most: Math.max(1, mask >>> shift) };
}
