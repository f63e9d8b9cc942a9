/** The header of a device-independent bitmap, in a BMP file or in an icon: BITMAPCOREHEADER, BITMAPINFOHEADER and its versions 4 and 5. */
import { CompressionError } from '../../errors.ts';
import type { Reader } from '../../bytes/reader.ts';

const BI_RGB = 0;

export interface Dib {
  readonly width: number;
  /** Of the picture; in an icon the header's own height counts the mask too. */
  readonly height: number;
  /** Bits a pixel. */
  readonly bits: number;
  readonly compression: number;
  readonly alphaMask: number;
}

/**
 * @param at of the header's size field
 * @throws CompressionError `truncated`, `corrupt`
 */
export function readDib(reader: Reader, at: number): Dib {
  const size = reader.u32(at);
  const core = size === 12;
  if (!core && (size < 16 || size > 1024)) throw new CompressionError('corrupt');
  const width = core ? reader.u16(at + 4) : reader.i32(at + 4);
  // A negative height means rows from the top.
  const height = Math.abs(core ? reader.u16(at + 6) : reader.i32(at + 8));
  const bits = reader.u16(at + (core ? 10 : 14));
  const compression = size >= 20 ? reader.u32(at + 16) : 0;
  // Version 3 with alpha (56), 4 (108) and 5 (124).
  const fields = size >= 56 && (compression === 3 || compression === 6);
  // Browsers take the fourth byte for alpha where the header knows of it, bit fields or not.
  const alphaMask = fields
    ? reader.u32(at + 52)
    : size >= 108 && bits === 32 && compression === BI_RGB
      ? 0xff000000
      : 0;
  if (width <= 0 || height <= 0 || ![1, 2, 4, 8, 16, 24, 32].includes(bits)) throw new CompressionError('corrupt');
  return { width, height, bits, compression, alphaMask };
}
