/** The header of a device-independent bitmap, in a BMP file or in an icon: BITMAPCOREHEADER, BITMAPINFOHEADER and its versions 4 and 5. */
import { CompressionError } from '../../errors.ts';
import type { Reader } from '../../bytes/reader.ts';

export const BI = { rgb: 0, rle8: 1, rle4: 2, bitFields: 3, jpeg: 4, png: 5, alphaBitFields: 6 } as const;

/** `rle24` is OS/2's, whose number Windows gave to JPEG. */
export type DibCoding = 'rows' | 'rle4' | 'rle8' | 'rle24';

export interface Dib {
  readonly size: number;
  readonly width: number;
  /** Of the picture; in an icon the header's own height counts the mask too. */
  readonly height: number;
  readonly topDown: boolean;
  /** Bits a pixel. */
  readonly bits: number;
  readonly compression: number;
  readonly coding: DibCoding;
  /** 0 for a picture without alpha. */
  readonly alphaMask: number;
}

/**
 * @param at of the header's size field
 * @param icon it stands in an icon
 * @throws CompressionError `truncated`, `corrupt`, `unsupported-variant`
 */
export function readDib(reader: Reader, at: number, icon: boolean): Dib {
  const size = reader.u32(at);
  const core = size === 12;
  if (!core && (size < 16 || size > 1024)) throw new CompressionError('corrupt');
  const width = core ? reader.u16(at + 4) : reader.i32(at + 4);
  // A negative height means rows from the top.
  const rows = core ? reader.u16(at + 6) : reader.i32(at + 8);
  const bits = reader.u16(at + (core ? 10 : 14));
  const compression = size >= 20 ? reader.u32(at + 16) : BI.rgb;
  if (width <= 0 || rows === 0) throw new CompressionError('corrupt');
  const coding = codingOf(size, bits, compression);
  return {
    size,
    width,
    height: Math.abs(rows),
    topDown: rows < 0,
    bits,
    compression,
    coding,
    alphaMask: alphaMaskOf(reader, at, { size, bits, compression, icon }),
  };
}

/** @throws CompressionError `corrupt`, `unsupported-variant` */
function codingOf(size: number, bits: number, compression: number): DibCoding {
  if (compression === BI.rle8 && bits === 8) return 'rle8';
  if (compression === BI.rle4 && bits === 4) return 'rle4';
  if (compression === BI.jpeg && bits === 24 && isOs2(size)) return 'rle24';
  // A whole file inside says its bits itself, so that the header may say 0.
  if (compression === BI.jpeg || compression === BI.png) throw unsupported(compression === BI.jpeg ? 'JPEG' : 'PNG');
  if (![1, 2, 4, 8, 16, 24, 32, 64].includes(bits)) throw new CompressionError('corrupt');
  const fields = compression === BI.bitFields || compression === BI.alphaBitFields;
  if ((compression === BI.rgb && bits < 64) || (fields && (bits === 16 || bits === 32))) return 'rows';
  throw unsupported(`${bits} bits, compression ${compression}`);
}

/** BITMAPCOREHEADER2: of 16 to 64 bytes, but none of Windows' own. */
function isOs2(size: number): boolean {
  return size >= 16 && size <= 64 && ![40, 52, 56].includes(size);
}

function unsupported(feature: string): CompressionError {
  return new CompressionError('unsupported-variant', { format: 'BMP', feature });
}

/**
 * As Chromium has it. Bit fields have one for alpha in headers of version 3 with alpha (56 bytes), 4 and 5, and by
 * BI_ALPHABITFIELDS; of 32 bits without bit fields the fourth byte is alpha where a header of version 4 or 5 has a mask for
 * it, whatever that is, and in an icon where the header has no place for a mask.
 */
function alphaMaskOf(
  reader: Reader,
  at: number,
  { size, bits, compression, icon }: Pick<Dib, 'size' | 'bits' | 'compression'> & { readonly icon: boolean },
): number {
  const mask = (): number => reader.u32(at + 52);
  if (compression === BI.alphaBitFields) return mask();
  if (compression === BI.bitFields) return size >= 56 ? mask() : 0;
  if (compression !== BI.rgb || bits !== 32) return 0;
  const hasMask = size >= 108 || (icon && size >= 56);
  const fourthByte = hasMask ? mask() !== 0 : icon;
  return fourthByte ? 0xff000000 : 0;
}
