/** What an AVIF or HEIC file is: ISO/IEC 23008-12 (HEIF), 23000-22 (MIAF), and the AVIF specification 1.1. */
import { CompressionError } from '../../errors.ts';
import type { Inspection } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { endOfBoxes, findBox, readFileBoxes } from './isobmff.ts';
import { readHeifMetadata } from './heif-metadata.ts';
import { readHeifMeta, type HeifMeta } from './heif-meta.ts';
import { readMovie } from './heif-movie.ts';
import { auxiliaryType, cleanAperture, readPicture, type HeifPicture } from './heif-picture.ts';

/**
 * The orientation is that of `irot` and `imir`. EXIF's is not asked, as 23008-12, 6.5.10 and A.2.3 have it: the
 * properties of the picture are what counts.
 *
 * @throws CompressionError `truncated` when a box or the coded picture goes past the end of the file, `corrupt`
 */
export function inspectHeif(bytes: Uint8Array, format: 'avif' | 'heic'): Inspection {
  const boxes = readFileBoxes(bytes);
  const metaBox = findBox(boxes, 'meta');
  const movieBox = findBox(boxes, 'moov');
  if (!metaBox && !movieBox) throw new CompressionError(findBox(boxes, 'mdat') ? 'corrupt' : 'truncated');
  const meta = metaBox && readHeifMeta(bytes, metaBox);
  const movie = movieBox && readMovie(bytes, movieBox);
  const picture = meta ? readPicture(bytes, meta, meta.primary) : movie?.picture;
  // libheif crops by itself; of an AVIF browsers show the aperture where it begins at the corner, or else the whole.
  if (meta && picture && format === 'avif') Object.assign(picture, cleanAperture(bytes, meta, picture));
  if (!picture?.width || !picture.height) throw new CompressionError('corrupt');
  if (meta) checkExtents(bytes, meta);
  const findings = new Findings();
  readHeifMetadata(bytes, boxes, meta, findings);
  findings.trailing(bytes.subarray(endOfBoxes(bytes)));
  return {
    format,
    bytes: bytes.length,
    width: picture.width,
    height: picture.height,
    orientation: picture.orientation,
    bitDepth: picture.depth,
    colour: {
      model: picture.monochrome ? 'grey' : 'rgb',
      profile: picture.icc && findings.icc(picture.icc),
      cicp: picture.cicp,
      gamma: null,
      chromaticities: null,
    },
    alpha: (meta ? hasAlpha(bytes, meta) : false) || (movie?.alpha ?? false),
    animation: movie?.animation ?? null,
    coding: {
      lossless: null,
      quality: null,
      progressive: false,
      unsupportedCoding: unsupportedCodingOf(picture, meta),
    },
    metadata: findings.toMetadata(),
  };
}

/** An auxiliary item that says alpha, of the primary item or of what it is derived from, such as its tiles. */
function hasAlpha(bytes: Uint8Array, meta: HeifMeta): boolean {
  const parts = partsOf(meta);
  return meta.references.some(({ type, from, to }) => {
    const urn =
      type === 'auxl' && isPicture(meta, from) && to.some((id) => parts.has(id))
        ? auxiliaryType(bytes, meta, from)
        : '';
    return urn === 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha' || urn === 'urn:mpeg:hevc:2015:auxid:1';
  });
}

/** An overlay of grids of tiles is the deepest that is met. */
const MAX_DERIVATIONS = 3;

/** The primary item, and the items that it is made of (`dimg`, 23008-12, 6.6). */
function partsOf({ primary, references }: HeifMeta): ReadonlySet<number> {
  const parts = new Set([primary]);
  for (let depth = 0; depth < MAX_DERIVATIONS; depth++) {
    for (const { type, from, to } of references)
      if (type === 'dimg' && parts.has(from)) for (const id of to) parts.add(id);
  }
  return parts;
}

function isPicture({ items }: HeifMeta, id: number): boolean {
  const type = items.get(id)?.type;
  return type !== undefined && type !== 'Exif' && type !== 'mime';
}

/** A HEIF file may hold other codings than the two that its readers know. */
function unsupportedCodingOf({ coding }: HeifPicture, meta: HeifMeta | undefined): string | null {
  if (meta && coding && !['av01', 'hvc1', 'hev1'].includes(coding)) return coding.trim();
  return null;
}

function checkExtents(bytes: Uint8Array, meta: HeifMeta): void {
  for (const [id, { method, dataReference, extents }] of meta.locations) {
    const type = meta.items.get(id)?.type;
    if (method !== 0 || dataReference !== 0 || type === 'Exif' || type === 'mime') continue;
    if (extents.some(({ offset, length }) => offset + length > bytes.length)) throw new CompressionError('truncated');
  }
}
