/** What a BMP file is: BITMAPFILEHEADER and its BITMAPINFOHEADER (versions 3 to 5) or BITMAPCOREHEADER, as in Windows GDI. */
import { CompressionError } from '../../errors.ts';
import type { IccProfile, Inspection } from '../inspection.ts';
import { readIcc } from '../metadata/icc.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';
import { bmpExtras } from '../metadata/clean-bmp.ts';
import { readDib } from './dib-header.ts';

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
    metadata: { kinds: bmpExtras(bytes).kinds, bytes: 0 },
  };
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
