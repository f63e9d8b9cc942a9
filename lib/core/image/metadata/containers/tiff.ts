/** Metadata in TIFF, which is read and never written. */
import { CompressionError } from '../../../errors.ts';
import { ifReadable } from '../../../bytes/reader.ts';
import { EMPTY_METADATA } from '../metadata-set.ts';
import { EXIF_KINDS, EXIF_TAG, subDirectory } from '../exif.ts';
import { raw } from '../exif-filter.ts';
import { writeExif } from '../exif-writer.ts';
import { findEntry, TiffBlock, type Ifd, type IfdEntry } from '../ifd.ts';
import { IPTC_RESOURCE, readImageResources } from '../iptc.ts';
import type { MetadataContainer } from './container.ts';

const TAG = { xmp: 700, iptc: 33_723, imageResources: 34_377, icc: 34_675 } as const;

/** BigTIFF's numbers of 8 bytes, which an EXIF block has not: nothing but offsets is told in them. */
const BIG_TYPES: readonly number[] = [16, 17, 18];

/** Of the main directory: the orientation, and what an EXIF block may hold beside it (0x0128 is the unit of resolution). */
function isExifTag(tag: number): boolean {
  const own: readonly number[] = Object.values(TAG);
  return !own.includes(tag) && (tag === EXIF_TAG.orientation || tag === 0x0128 || EXIF_KINDS[tag] !== undefined);
}

export const tiffContainer: MetadataContainer = {
  extract(bytes) {
    const block = new TiffBlock(bytes, 'tiff');
    const main = block.ifd(block.firstIfd);
    const value = (tag: number): Uint8Array | null => {
      const entry = findEntry(main, tag);
      return entry ? block.value(entry) : null;
    };
    const entriesOf = (ifd: Ifd | undefined): IfdEntry[] =>
      (ifd?.entries ?? []).filter(({ type }) => !BIG_TYPES.includes(type));
    const directory = (tag: number): ReturnType<typeof raw>[] =>
      entriesOf(subDirectory(block, main, tag)).map((entry) => raw(block, entry));
    const photoshop = value(TAG.imageResources);
    const resources = photoshop ? ifReadable(() => readImageResources(photoshop), []) : [];
    return {
      ...EMPTY_METADATA,
      exif: writeExif(
        {
          main: entriesOf(main)
            .filter(({ tag }) => isExifTag(tag))
            .map((entry) => raw(block, entry)),
          // A directory inside a directory would be lost, and its pointer with it.
          exif: directory(EXIF_TAG.exifIfd).filter(({ tag }) => tag !== EXIF_TAG.interoperabilityIfd),
          gps: directory(EXIF_TAG.gpsIfd),
        },
        block.endianness,
      ),
      xmp: value(TAG.xmp),
      iptc: value(TAG.iptc) ?? resources.find(({ id }) => id === IPTC_RESOURCE)?.data ?? null,
      resources: resources.filter(({ id }) => id !== IPTC_RESOURCE),
      icc: value(TAG.icc),
    };
  },

  write() {
    return Promise.reject(new CompressionError('unsupported-format', { format: 'TIFF' }));
  },
};
