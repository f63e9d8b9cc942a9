/** What a TIFF file is: TIFF 6.0. Its first directory is the picture that is used. */
import { CompressionError } from '../../errors.ts';
import type { Colour, Inspection } from '../inspection.ts';
import { EXIF_KINDS, orientationOf, readExif } from '../metadata/exif.ts';
import { Findings } from '../metadata/findings.ts';
import { findEntry, TiffBlock, type Ifd } from '../metadata/ifd.ts';
import { ifReadable, startsWith } from '../reader.ts';

const TAG = {
  width: 256, height: 257, bits: 258, compression: 259, photometric: 262,
  stripAt: 273, samples: 277, stripLength: 279, tileAt: 324, tileLength: 325, extraSamples: 338,
} as const;

/** Strips or tiles of the largest picture that is read, at one row a strip. */
const MAX_PARTS = 65_536;

/**
 * @throws CompressionError `truncated` when the directory or a strip goes past the end of the file, `corrupt`,
 * `unsupported-variant` for BigTIFF
 */
export function inspectTiff(bytes: Uint8Array): Inspection {
  if (startsWith(bytes, 'II+') || startsWith(bytes, 'MM\0+')) {
    throw new CompressionError('unsupported-variant', { format: 'TIFF', feature: 'BigTIFF' });
  }
  const file = new TiffBlock(bytes);
  if (file.firstIfd + 2 > bytes.length) throw new CompressionError('truncated');
  const ifd = file.ifd(file.firstIfd);
  const number = (tag: number): number | undefined => file.number(findEntry(ifd, tag));
  const width = number(TAG.width) ?? 0;
  const height = number(TAG.height) ?? 0;
  if (width === 0 || height === 0) throw new CompressionError('corrupt');
  checkParts(file, ifd);
  const compression = number(TAG.compression) ?? 1;
  const findings = new Findings();
  const facts = ifReadable(() => readExif(bytes), null);
  if (facts) findings.add(...facts.kinds.filter((kind) => kind !== 'thumbnail'));
  for (const { tag, length } of ifd.entries) if (EXIF_KINDS[tag]) findings.count(length);
  return {
    format: 'tiff',
    bytes: bytes.length,
    width,
    height,
    orientation: orientationOf(file, ifd),
    bitDepth: number(TAG.bits) ?? 1,
    colour: { model: modelOf(number(TAG.photometric)), profile: null, cicp: null, gamma: null, chromaticities: null },
    // 1 and 2 are associated and unassociated alpha; 0 is anything.
    alpha: [1, 2].includes(number(TAG.extraSamples) ?? 0),
    animation: null,
    // 6 and 7 are JPEG, 34892 is lossy JPEG of DNG, 50001 WebP.
    coding: { lossless: ![6, 7, 34892, 50001].includes(compression), quality: null, progressive: false, exotic: null },
    metadata: findings.toMetadata(),
  };
}

/** TIFF 6.0, PhotometricInterpretation: 0 and 1 grey, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr, 8 CIELab. */
function modelOf(photometric: number | undefined): Colour['model'] {
  if (photometric === 3) return 'palette';
  if (photometric === 5) return 'cmyk';
  return photometric === 0 || photometric === 1 || photometric === 4 ? 'grey' : 'rgb';
}

/** Tags below this describe the picture (JPEGTables is 347); above are metadata, whose loss is no reason to refuse it. */
const LAST_PICTURE_TAG = 600;

function checkParts(file: TiffBlock, ifd: Ifd): void {
  if (ifd.cutOff.some((tag) => tag < LAST_PICTURE_TAG)) throw new CompressionError('truncated');
  for (const [atTag, lengthTag] of [[TAG.stripAt, TAG.stripLength], [TAG.tileAt, TAG.tileLength]] as const) {
    const starts = findEntry(ifd, atTag);
    const lengths = findEntry(ifd, lengthTag);
    if (!starts) continue;
    const sizes = lengths ? file.numbers(lengths, MAX_PARTS) : [];
    for (const [i, start] of file.numbers(starts, MAX_PARTS).entries()) {
      if (start + (sizes[i] ?? 0) > file.bytes.length) throw new CompressionError('truncated');
    }
  }
}
