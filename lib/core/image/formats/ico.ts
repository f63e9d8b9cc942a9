/** What a Windows icon holds: ICONDIR and ICONDIRENTRY; each entry is a PNG, or a BMP without its file header. */
import { CompressionError } from '../../errors.ts';
import { METADATA_KINDS, type Inspection } from '../inspection.ts';
import { isPng, picturesOf } from '../metadata/clean-ico.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';
import { readDib } from './dib-header.ts';
import { inspectPng } from './png.ts';

export interface IconEntry {
  readonly width: number;
  readonly height: number;
  /** Bits a pixel, as far as the directory tells. */
  readonly bits: number;
  /** Of the picture in the file. */
  readonly at: number;
  readonly length: number;
}

/**
 * Size, depth and alpha are those of the picture that is used: the largest, and of that size the deepest.
 *
 * @throws CompressionError `truncated` when that picture begins past the end of the file, `corrupt`
 */
export function inspectIco(bytes: Uint8Array): Inspection {
  const entry = largestIcon(bytes);
  if (entry.at >= bytes.length) throw new CompressionError('truncated');
  // Many writers state a wrong length, or none.
  const picture = bytes.subarray(entry.at, entry.length === 0 ? bytes.length : entry.at + entry.length);
  const png = new Reader(picture).is(0, '\x89PNG') ? inspectPng(picture) : null;
  const dib = png ? null : readDib(new Reader(picture, 'little', 'corrupt'), 0, true);
  const bits = dib?.bits ?? 32;
  return {
    format: 'ico',
    bytes: bytes.length,
    width: png?.width ?? dib?.width ?? entry.width,
    // The header in an icon counts the rows of the picture and of its mask.
    height: png?.height ?? (dib ? Math.max(1, Math.floor(dib.height / 2)) : entry.height),
    orientation: 1,
    bitDepth: png?.bitDepth ?? Math.min(8, bits),
    colour: png?.colour ?? {
      model: bits <= 8 ? 'palette' : 'rgb',
      profile: null,
      cicp: null,
      gamma: null,
      chromaticities: null,
    },
    // A bitmap in an icon always has its mask.
    alpha: png?.alpha ?? true,
    animation: null,
    coding: { lossless: true, quality: null, progressive: false, unsupportedCoding: null },
    metadata: metadataOf(bytes),
  };
}

/** Of all pictures that are PNG files, not of the one that is used alone. */
function metadataOf(bytes: Uint8Array): Inspection['metadata'] {
  const all = picturesOf(bytes)
    .filter(isPng)
    .flatMap((picture) => ifReadable(() => inspectPng(picture).metadata, []));
  return {
    kinds: METADATA_KINDS.filter((kind) => all.some(({ kinds }) => kinds.includes(kind))),
    bytes: all.reduce((sum, metadata) => sum + metadata.bytes, 0),
  };
}

/** Bits for this many colours, of which 0 stands for 256 and more, as in Chromium. */
function bitsOf(colours: number): number {
  return Math.ceil(Math.log2(colours || 256));
}

/** @throws CompressionError `truncated`, `corrupt` */
export function largestIcon(bytes: Uint8Array): IconEntry {
  const reader = new Reader(bytes, 'little');
  const count = reader.u16(4);
  // Of a cursor the place for bits has the hot spot.
  const saysBits = reader.u16(2) === 1;
  let best: IconEntry | null = null;
  for (let i = 0; i < count; i++) {
    const at = 6 + i * 16;
    const entry = {
      // 0 stands for 256.
      width: reader.u8(at) || 256,
      height: reader.u8(at + 1) || 256,
      bits: (saysBits && reader.u16(at + 6)) || bitsOf(reader.u8(at + 2)),
      length: reader.u32(at + 8),
      at: reader.u32(at + 12),
    };
    const larger =
      !best ||
      entry.width * entry.height > best.width * best.height ||
      (entry.width * entry.height === best.width * best.height && entry.bits > best.bits);
    if (larger) best = entry;
  }
  if (!best) throw new CompressionError('corrupt');
  return best;
}
