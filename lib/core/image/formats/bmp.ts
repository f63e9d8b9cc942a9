/** What a BMP file is: BITMAPFILEHEADER and its BITMAPINFOHEADER (versions 3 to 5) or BITMAPCOREHEADER, as in Windows GDI. */
import { CompressionError } from '../../errors.ts';
import type { IccProfile, Inspection } from '../inspection.ts';
import { readIcc } from '../metadata/icc.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';

const BI_RGB = 0;
const BI_JPEG = 4;
const BI_PNG = 5;

/** @throws CompressionError `truncated` when not one row of an uncompressed picture is there, `corrupt`, `unsupported-variant` */
export function inspectBmp(bytes: Uint8Array): Inspection {
  const reader = new Reader(bytes, 'little');
  const dib = readDib(reader, 14);
  const pixelsAt = reader.u32(10);
  if (dib.compression === BI_JPEG || dib.compression === BI_PNG) {
    throw new CompressionError('unsupported-variant', {
      format: 'BMP',
      feature: dib.compression === BI_JPEG ? 'JPEG' : 'PNG',
    });
  }
  // What is shown of a file that was cut begins with a whole row, whose padding nobody misses.
  const needed = dib.compression === BI_RGB ? Math.ceil((dib.width * dib.bits) / 8) : 1;
  if (pixelsAt + needed > bytes.length) throw new CompressionError('truncated');
  return {
    format: 'bmp',
    bytes: bytes.length,
    width: dib.width,
    height: dib.height,
    orientation: 1,
    bitDepth: depthOf(dib.bits),
    colour: {
      model: dib.bits <= 8 ? 'palette' : 'rgb',
      profile: readProfile(reader, 14),
      cicp: null,
      gamma: null,
      chromaticities: null,
    },
    alpha: dib.alphaMask !== 0,
    animation: null,
    coding: { lossless: true, quality: null, progressive: false, unsupportedCoding: null },
    metadata: { kinds: [], bytes: 0 },
  };
}

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

/** BITMAPV5HEADER: a colour space type of "MBED" and the place of the profile, counted from the header. */
function readProfile(reader: Reader, at: number): IccProfile | null {
  if (reader.u32(at) < 124 || reader.u32(at + 56) !== 0x4d424544) return null;
  return ifReadable(() => readIcc(reader.slice(at + reader.u32(at + 112), reader.u32(at + 116))), null);
}

/** Bits a channel; of a palette, bits an index. 16 bits a pixel are 5 or 6 a channel and decode to 8. */
function depthOf(bits: number): number {
  return bits < 8 ? bits : 8;
}
