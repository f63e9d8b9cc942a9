/** What a BMP file is: BITMAPFILEHEADER and its BITMAPINFOHEADER (versions 3 to 5) or BITMAPCOREHEADER, as in Windows GDI. */
import { CompressionError } from '../../errors.ts';
import type { IccProfile, Inspection } from '../inspection.ts';
import { readIcc } from '../metadata/icc.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';
import { bmpExtras } from '../metadata/clean-bmp.ts';
import { readDib } from './dib-header.ts';

/** @throws CompressionError `truncated` when not one row of an uncompressed picture is there, `corrupt`, `unsupported-variant` */
export function inspectBmp(bytes: Uint8Array): Inspection {
  const reader = new Reader(bytes, 'little');
  const dib = readDib(reader, 14, false);
  const pixelsAt = reader.u32(10);
  // What is shown of a file that was cut begins with a whole row, whose padding nobody misses.
  const needed = dib.coding === 'rows' ? Math.ceil((dib.width * dib.bits) / 8) : 1;
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
      // Browsers do not look at the end points and gammas of a header of version 4.
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
