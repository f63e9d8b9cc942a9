/** The pixels of a device-independent bitmap, exactly: Windows GDI's rows of 1 to 32 bits, RLE4, RLE8 and bit fields. */
import type { Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import type { DibHeader } from './dib-layout.ts';
import { copyColour, expandRunLengths } from './dib-runs.ts';

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
 * @throws CompressionError `truncated` when there is no whole row, `corrupt`
 */
export function readDibPixels(bytes: Uint8Array, header: DibHeader): DibPixels {
  const { width, height, bits, coding, topDown, pixelsAt: at } = header;
  const data = new Uint8ClampedArray(width * height * 4);
  const placeOf = (row: number): number => (topDown ? row : height - 1 - row) * width * 4;
  if (coding !== 'rows') {
    for (let i = 3; i < data.length; i += 4) data[i] = 255;
    const rows = expandRunLengths(bytes.subarray(at), header, data);
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

function indexedRow(row: Uint8Array, { width, bits, palette }: DibHeader, data: Uint8ClampedArray, to: number): void {
  const perByte = 8 / bits;
  const most = (1 << bits) - 1;
  for (let x = 0; x < width; x++) {
    const shift = 8 - bits * ((x % perByte) + 1);
    copyColour(palette, (row[Math.floor(x / perByte)]! >> shift) & most, data, to + x * 4);
  }
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

/** Of more than 8 bits the highest 8 count, as in Chromium. */
function channelOf(mask: number): { mask: number; shift: number; most: number } {
  const lowest = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  const count = 32 - Math.clz32(mask >>> lowest);
  const shift = lowest + Math.max(0, count - 8);
  return { mask, shift, most: Math.max(1, mask >>> shift) };
}
