/** Metadata in AVIF and HEIC: items of the `meta` box (ISO/IEC 23008-12, annex A), and the profile in `colr`. */
import { CompressionError } from '../../../errors.ts';
import { joinBytes } from '../../../bytes/bytes.ts';
import { C2PA_UUID, exifBlock, itemData, PICTURE_BOXES, TELLING_PROPERTIES } from '../../formats/heif-metadata.ts';
import { readHeifMeta, type HeifItem, type HeifMeta } from '../../formats/heif-meta.ts';
import { readPicture } from '../../formats/heif-picture.ts';
import { findBox, readBoxes, readFileBoxes, type Box } from '../../formats/isobmff.ts';
import { startsWith } from '../../../bytes/reader.ts';
import { EMPTY_METADATA, type MetadataSet } from '../metadata-set.ts';
import { joinExif } from '../join-exif.ts';
import { joinXmp } from '../join-xmp.ts';
import type { MetadataContainer } from './container.ts';
import { rewriteHeif } from './heif-file.ts';
import type { NewItem } from './heif-meta-writer.ts';
import { hideMovieMetadata } from './movie-metadata.ts';

const XMP_TYPE = 'application/rdf+xml';

export const heifContainer: MetadataContainer = {
  extract(bytes) {
    const meta = metaOf(bytes);
    if (!meta) return EMPTY_METADATA;
    const exif = blocksOf(bytes, meta, isExif).flatMap((data) => exifBlock(data) ?? []);
    return {
      ...EMPTY_METADATA,
      exif: joinExif(exif),
      xmp: joinXmp(blocksOf(bytes, meta, isXmp)),
      icc: readPicture(bytes, meta, meta.primary).icc,
    };
  },

  write(bytes, metadataSet, rest) {
    return Promise.resolve().then(() => {
      const meta = metaOf(bytes);
      if (!meta) throw new CompressionError('unsupported-variant', { format: 'HEIF', feature: 'moov' });
      const file = rewriteHeif(bytes, meta, {
        removed: [...meta.items.values()].filter((item) => goes(meta, item, rest)).map(({ id }) => id),
        added: itemsFor(metadataSet),
        icc: metadataSet.icc,
        dropsBox: (one) => isC2pa(bytes, one) || (rest === 'drop' && isOfProgram(meta, one)),
        dropsProperty: ({ type }) => rest === 'drop' && TELLING_PROPERTIES.includes(type),
      });
      if (rest === 'drop') {
        // The sequence's own, and that of a motion photo's video (Google's "Motion Photo format", "Video metadata").
        hideMovieMetadata(file, 0);
        const video = findBox(readBoxes(file, 0, file.length, 'truncated'), 'mpvd');
        if (video) hideMovieMetadata(file, video.dataAt);
      }
      return file;
    });
  },
};

function metaOf(bytes: Uint8Array): HeifMeta | null {
  const box = findBox(readFileBoxes(bytes), 'meta');
  return box ? readHeifMeta(bytes, box) : null;
}

function isExif({ type }: HeifItem): boolean {
  return type === 'Exif';
}

function isXmp({ type, contentType }: HeifItem): boolean {
  return type === 'mime' && contentType === XMP_TYPE;
}

/** The blocks that describe the primary picture, those before that say nothing of what they describe. */
function blocksOf(bytes: Uint8Array, meta: HeifMeta, is: (item: HeifItem) => boolean): Uint8Array[] {
  const described = (item: HeifItem): readonly number[] =>
    meta.references.filter(({ type, from }) => type === 'cdsc' && from === item.id).flatMap(({ to }) => to);
  const items = [...meta.items.values()].filter(is).map((item) => ({ id: item.id, of: described(item) }));
  const own = items.filter(({ of }) => of.includes(meta.primary));
  const loose = items.filter(({ of }) => of.length === 0);
  return [...own, ...loose].flatMap(({ id }) => itemData(bytes, meta, id) ?? []);
}

/** The XMP of a gain map or a depth map tells how to apply it, so that what describes another picture stays. */
function goes(meta: HeifMeta, item: HeifItem, rest: 'keep' | 'drop'): boolean {
  if (isThumbnail(meta, item)) return rest === 'drop';
  if (!isExif(item) && !isXmp(item)) return false;
  const described = meta.references
    .filter(({ type, from }) => type === 'cdsc' && from === item.id)
    .flatMap(({ to }) => to);
  return isExif(item) || described.length === 0 || described.includes(meta.primary);
}

function isThumbnail(meta: HeifMeta, { id }: HeifItem): boolean {
  return meta.references.some(({ type, from }) => type === 'thmb' && from === id);
}

/** 23008-12, A.2.1: EXIF begins with where its TIFF header is. */
function itemsFor({ exif, xmp }: MetadataSet): NewItem[] {
  return [
    ...(exif ? [{ type: 'Exif', contentType: '', data: joinBytes([new Uint8Array(4), exif]) }] : []),
    ...(xmp ? [{ type: 'mime', contentType: XMP_TYPE, data: xmp }] : []),
  ];
}

/** Beside the pictures; one that holds the data of an item is none, whatever it is called. */
function isOfProgram({ locations }: HeifMeta, { type, dataAt, end }: Box): boolean {
  if (PICTURE_BOXES.includes(type)) return false;
  return ![...locations.values()].some(
    ({ method, extents }) => method === 0 && extents.some(({ offset }) => offset >= dataAt && offset < end),
  );
}

function isC2pa(bytes: Uint8Array, { type, dataAt }: Box): boolean {
  return type === 'uuid' && startsWith(bytes, C2PA_UUID, dataAt);
}
