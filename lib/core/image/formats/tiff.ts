/** What a TIFF file is: TIFF 6.0, and BigTIFF. Its first directory is the picture that is used. */
import { CompressionError } from '../../errors.ts';
import type { Colour, Inspection, MetadataKind } from '../inspection.ts';
import { EXIF_KINDS, EXIF_TAG, factsOf, orientationOf, saysNothing } from '../metadata/exif.ts';
import { Findings } from '../metadata/findings.ts';
import { findEntry, TiffBlock, type Ifd } from '../metadata/ifd.ts';
import { ifReadable } from '../../bytes/reader.ts';
import { allDirectories, isPictureTag, readPages, RESOLUTION_TAGS } from './tiff-pages.ts';

const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  stripAt: 273,
  samples: 277,
  stripLength: 279,
  tileAt: 324,
  tileLength: 325,
  extraSamples: 338,
  sampleFormat: 339,
  xmp: 700,
  iptc: 33_723,
  imageResources: 34_377,
  icc: 34_675,
  /** C2PA 2.1, A.3.2. */
  c2pa: 52_545,
} as const;

/** Strips or tiles of the largest picture that is read, at one row a strip. */
const MAX_PARTS = 65_536;

/**
 * @throws CompressionError `truncated` when the directory or a strip goes past the end of the file, `corrupt`
 */
export function inspectTiff(bytes: Uint8Array): Inspection {
  const file = new TiffBlock(bytes, 'tiff');
  if (file.firstIfd + 2 > bytes.length) throw new CompressionError('truncated');
  const ifd = file.ifd(file.firstIfd);
  const number = (tag: number): number | undefined => file.number(findEntry(ifd, tag));
  const width = number(TAG.width) ?? 0;
  const height = number(TAG.height) ?? 0;
  if (width === 0 || height === 0) throw new CompressionError('corrupt');
  checkParts(file, ifd);
  const compression = number(TAG.compression) ?? 1;
  const samples = number(TAG.samples) ?? 1;
  const photometric = number(TAG.photometric) ?? (samples >= 3 ? 2 : 0);
  const extra = findEntry(ifd, TAG.extraSamples);
  const findings = new Findings();
  for (const directory of allDirectories(readPages(file))) readMetadata(file, directory, findings);
  const unsupported = unsupportedSamples(number(TAG.photometric), number(TAG.sampleFormat));
  const profile = unsupported === LAB ? undefined : findEntry(ifd, TAG.icc);
  return {
    format: 'tiff',
    bytes: bytes.length,
    width,
    height,
    orientation: orientationOf(file, ifd),
    bitDepth: number(TAG.bits) ?? 1,
    colour: {
      model: modelOf(number(TAG.photometric)),
      profile: profile ? findings.icc(file.value(profile)) : null,
      cicp: null,
      gamma: null,
      chromaticities: null,
    },
    alpha: tiffAlpha(extra && file.numbers(extra, 8), samples, photometric) !== null,
    animation: null,
    // 6 and 7 are JPEG, 34892 is lossy JPEG of DNG, 50001 WebP.
    coding: {
      lossless: ![6, 7, 34892, 50001].includes(compression),
      quality: null,
      progressive: false,
      unsupportedCoding: unsupported,
    },
    metadata: findings.toMetadata(),
  };
}

/** Tags of other programs, beside EXIF's. What is neither here nor of the picture is some program's own. */
const KINDS: Readonly<Record<number, MetadataKind>> = {
  285: 'comment', // PageName
  32_932: 'comment', // Annotations of Wang and eiStream
  33_550: 'georeference', // GeoTIFF (OGC 19-008r4): scale, tie points, transformation, keys and their parameters
  33_922: 'georeference',
  34_264: 'georeference',
  34_735: 'georeference',
  34_736: 'georeference',
  34_737: 'georeference',
  37_724: 'software', // Photoshop's layers
  42_112: 'comment', // GDAL's metadata
  50_735: 'serial-number', // DNG: CameraSerialNumber
  50_827: 'file-path', // DNG: OriginalRawFileName
};

/** A directory is itself an EXIF block; further pages are no thumbnail, and the blocks in it are read for what they are. */
function readMetadata(file: TiffBlock, ifd: Ifd, findings: Findings): void {
  const facts = ifReadable(() => factsOf(file, ifd), null);
  if (facts) findings.add(...facts.kinds.filter((kind) => !['thumbnail', 'xmp', 'iptc'].includes(kind)));
  for (const entry of ifd.entries) {
    const value = file.value(entry);
    if (entry.tag === TAG.xmp) findings.xmp(value);
    else if (entry.tag === TAG.imageResources) findings.imageResources(value);
    else if (entry.tag === TAG.c2pa) findings.c2pa(value);
    else if (EXIF_KINDS[entry.tag]) findings.count(value.length);
    if (entry.tag === TAG.iptc) findings.iptc(value);
    if (entry.tag === EXIF_TAG.exifIfd) findings.add('exif');
    const kind = KINDS[entry.tag] ?? (isKnown(entry.tag) ? null : 'software');
    if (kind && !saysNothing(file, entry, kind)) findings.add(kind);
  }
}

function isKnown(tag: number): boolean {
  const blocks: readonly number[] = [...Object.values(TAG), ...Object.values(EXIF_TAG), ...RESOLUTION_TAGS];
  return isPictureTag(tag) || EXIF_KINDS[tag] !== undefined || blocks.includes(tag);
}

/** TIFF 6.0, PhotometricInterpretation: 0 and 1 grey, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr, 8 CIELab. */
function modelOf(photometric: number | undefined): Colour['model'] {
  if (photometric === 3) return 'palette';
  if (photometric === 5) return 'cmyk';
  return photometric === 0 || photometric === 1 || photometric === 4 ? 'grey' : 'rgb';
}

/** Samples that are colour, by PhotometricInterpretation. The colours of raw cameras are not read. */
export const TIFF_COLOURS: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 4: 1, 5: 4, 6: 3, 8: 3, 9: 3 };

/**
 * Which sample is alpha: TIFF 6.0, section 18, where 1 is associated alpha, 2 unassociated and 0 anything. One sample more
 * than greys or RGB have, and no tag for it, is alpha as it is, as libtiff, libvips and Pillow have it.
 */
export function tiffAlpha(
  extra: readonly number[] | undefined,
  samples: number,
  photometric: number,
): { readonly sample: number; readonly associated: boolean } | null {
  const colours = TIFF_COLOURS[photometric] ?? samples;
  if (!extra || extra.length === 0)
    return samples - colours === 1 && photometric <= 2 ? { sample: colours, associated: false } : null;
  const index = extra.findIndex((kind) => kind === 1 || kind === 2);
  return index >= 0 && colours + index < samples ? { sample: colours + index, associated: extra[index] === 1 } : null;
}

const LAB = 'L*a*b*';

/** What the reader turns into sRGB by itself: floating point (section 19), CIE and ICC L*a*b* (section 23), whose profile would say nothing new. */
function unsupportedSamples(photometric: number | undefined, sampleFormat: number | undefined): string | null {
  if (photometric === 8 || photometric === 9) return LAB;
  return sampleFormat === 3 ? 'floating point' : null;
}

/** Tags below this describe the picture (JPEGTables is 347); above are metadata, whose loss is no reason to refuse it. */
const LAST_PICTURE_TAG = 600;

function checkParts(file: TiffBlock, ifd: Ifd): void {
  if (ifd.cutOff.some((tag) => tag < LAST_PICTURE_TAG)) throw new CompressionError('truncated');
  for (const [atTag, lengthTag] of [
    [TAG.stripAt, TAG.stripLength],
    [TAG.tileAt, TAG.tileLength],
  ] as const) {
    const starts = findEntry(ifd, atTag);
    const lengths = findEntry(ifd, lengthTag);
    if (!starts) continue;
    const sizes = lengths ? file.numbers(lengths, MAX_PARTS) : [];
    for (const [i, start] of file.numbers(starts, MAX_PARTS).entries()) {
      if (start + (sizes[i] ?? 0) > file.bytes.length) throw new CompressionError('truncated');
    }
  }
}
