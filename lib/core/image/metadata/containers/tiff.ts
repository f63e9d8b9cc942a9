/** Metadata in TIFF: tags of its directories (TIFF 6.0; CIPA DC-008, 4.6), beside those of the picture. */
import { ifReadable, type Endianness } from '../../../bytes/reader.ts';
import {
  allDirectories,
  isPictureTag,
  readPages,
  RESOLUTION_TAGS,
  SUB_IFDS,
  type TiffPage,
} from '../../formats/tiff-pages.ts';
import { EMPTY_METADATA, type MetadataSet } from '../metadata-set.ts';
import { EXIF_KINDS, EXIF_TAG, gpsEntries, saysNothing, subDirectory } from '../exif.ts';
import { raw } from '../exif-filter.ts';
import { writeExif, type RawEntry } from '../exif-writer.ts';
import { findEntry, TiffBlock, type Ifd, type IfdEntry } from '../ifd.ts';
import { joinIptc, readImageResources, splitResources, writeImageResources, type ImageResource } from '../iptc.ts';
import { joinExif, readEntries, swapped, type ExifEntries } from '../join-exif.ts';
import { joinXmp } from '../join-xmp.ts';
import type { MetadataContainer } from './container.ts';
import { movedData, OFFSET_TAGS, pictureRanges } from './tiff-data.ts';
import { TiffFile } from './tiff-writer.ts';

const TAG = { xmp: 700, iptc: 33_723, imageResources: 34_377, icc: 34_675, c2pa: 52_545 } as const;

/** BigTIFF's numbers of 8 bytes, which an EXIF block has not: nothing but offsets is told in them. */
const BIG_TYPES: readonly number[] = [16, 17, 18];

/** Of all pages together: as much metadata as is looked into. */
const MAX_METADATA = 16_000_000;

/** Of a page's directory: the orientation, and what an EXIF block may hold beside it (0x0128 is the unit of resolution). */
function isExifTag(tag: number): boolean {
  const own: readonly number[] = Object.values(TAG);
  return !own.includes(tag) && (tag === EXIF_TAG.orientation || tag === 0x0128 || EXIF_KINDS[tag] !== undefined);
}

export const tiffContainer: MetadataContainer = {
  extract(bytes) {
    const block = new TiffBlock(bytes, 'tiff');
    const directories = allDirectories(readPages(block));
    const values = (tag: number): Uint8Array[] =>
      withinBudget(directories.flatMap((ifd) => findEntry(ifd, tag) ?? []).map((entry) => block.value(entry)));
    const resources = splitResources(
      values(TAG.imageResources).flatMap((value) => ifReadable(() => readImageResources(value), [])),
    );
    const profile = findEntry(directories[0], TAG.icc);
    return {
      ...EMPTY_METADATA,
      exif: joinExif(withinBudget([...directories.flatMap((ifd) => exifOf(block, ifd) ?? []), ...resources.exif])),
      xmp: joinXmp([...values(TAG.xmp), ...resources.xmp]),
      iptc: joinIptc([...values(TAG.iptc), resources.iptc ?? new Uint8Array()]),
      resources: resources.rest,
      icc: profile ? block.value(profile) : null,
    };
  },

  /**
   * Strips and tiles are copied, directories are written anew: what no tag of the picture points to is not in the new file.
   * `rest` makes no difference, since a set holds all of a TIFF that is not its picture.
   */
  write(bytes, metadataSet) {
    return Promise.resolve().then(() => {
      const block = new TiffBlock(bytes, 'tiff');
      const pages = readPages(block);
      const own = ownEntries(metadataSet, block.endianness);
      const file = new TiffFile(
        { little: block.endianness === 'little', big: block.isBig },
        bytes.length + own.length + 1_000_000,
      );
      const { parts, map } = movedData(bytes, pictureRanges(block, allDirectories(pages)), file.length);
      file.add(parts);
      const moved = (offset: number): number => ifReadable(() => map.get(offset), 0);
      const writePage = (
        page: TiffPage,
        more: readonly RawEntry[],
        isKept: (tag: number) => boolean,
      ): ReturnType<TiffFile['directory']> => {
        const children = page.children.map((child) => writePage(child, [], () => true).at);
        return file.directory([...pictureEntries(block, page.ifd, file, moved, children, isKept), ...more]);
      };
      let linkAt = file.firstAt;
      for (const [i, page] of pages.entries()) {
        const more = i === 0 ? [...own.entries, ...directoriesOf(own, file)] : [];
        const { at, nextAt } = writePage(page, more, (tag) => i > 0 || tag !== TAG.icc || metadataSet.icc !== null);
        file.link(linkAt, at);
        linkAt = nextAt;
      }
      return file.finished();
    });
  },
};

function withinBudget(blocks: readonly Uint8Array[]): Uint8Array[] {
  let total = 0;
  return blocks.filter(({ length }) => (total += length) <= MAX_METADATA);
}

const INSIDE_EXIF: readonly number[] = [EXIF_TAG.interoperabilityIfd, EXIF_TAG.gpsIfd];

function exifOf(block: TiffBlock, ifd: Ifd): Uint8Array | null {
  const rawOf = (entries: readonly IfdEntry[]): RawEntry[] =>
    entries.filter(({ type }) => !BIG_TYPES.includes(type)).map((entry) => raw(block, entry));
  return writeExif(
    {
      main: rawOf(ifd.entries.filter(({ tag }) => isExifTag(tag))),
      // A directory inside a directory would be lost, and its pointer with it.
      exif: rawOf(
        (subDirectory(block, ifd, EXIF_TAG.exifIfd)?.entries ?? []).filter(({ tag }) => !INSIDE_EXIF.includes(tag)),
      ),
      gps: rawOf(gpsEntries(block, ifd)),
    },
    block.endianness,
  );
}

/** The tags of the picture, with the offsets of the new file. */
function pictureEntries(
  block: TiffBlock,
  ifd: Ifd,
  file: TiffFile,
  moved: (offset: number) => number,
  children: readonly number[],
  isKept: (tag: number) => boolean,
): RawEntry[] {
  const resolution = findEntry(ifd, RESOLUTION_TAGS[0] ?? 0);
  const ofScreen = !resolution || saysNothing(block, resolution, 'physical-size');
  const kept = ifd.entries.filter(
    ({ tag }) => (isPictureTag(tag) && isKept(tag)) || (RESOLUTION_TAGS.includes(tag) && ofScreen),
  );
  const entries = new Map<number, RawEntry>();
  for (const entry of kept) {
    // Of a tag that stands there twice the first counts, as it does for our readers.
    if (entries.has(entry.tag)) continue;
    if (entry.tag === SUB_IFDS) {
      if (children.length > 0) entries.set(entry.tag, file.offsets(entry.tag, children));
    } else if (OFFSET_TAGS.includes(entry.tag))
      entries.set(entry.tag, file.offsets(entry.tag, block.numbers(entry, Infinity).map(moved)));
    else entries.set(entry.tag, raw(block, entry));
  }
  return [...entries.values()];
}

interface OwnEntries extends Pick<ExifEntries, 'exif' | 'gps'> {
  readonly entries: readonly RawEntry[];
  /** Bytes of all values. */
  readonly length: number;
}

/** What the metadataSet puts into the first directory. */
function ownEntries({ exif, xmp, iptc, resources }: MetadataSet, endianness: Endianness): OwnEntries {
  const found = exif && ifReadable(() => readEntries(exif), null);
  const list = (part: 'main' | 'exif' | 'gps'): RawEntry[] =>
    (found?.[part] ?? []).map((entry) => (found?.endianness === endianness ? entry : swapped(entry)));
  const block = (tag: number, type: number, value: Uint8Array | null): RawEntry[] =>
    value && value.length > 0 ? [{ tag, type, count: value.length, value }] : [];
  const entries = [
    // The orientation is a tag of the picture, and is there.
    ...list('main').filter(({ tag }) => !isPictureTag(tag)),
    ...block(TAG.xmp, 1, xmp),
    ...block(TAG.iptc, 7, iptc),
    ...block(TAG.imageResources, 7, resourceBytes(resources)),
  ];
  const all = [...entries, ...list('exif'), ...list('gps')];
  return {
    entries,
    exif: list('exif'),
    gps: list('gps'),
    length: all.reduce((sum, { value }) => sum + value.length + 32, 0),
  };
}

function resourceBytes(resources: readonly ImageResource[]): Uint8Array | null {
  return resources.length > 0 ? writeImageResources(resources) : null;
}

/** Written before the directory that points to them. */
function directoriesOf({ exif, gps }: OwnEntries, file: TiffFile): RawEntry[] {
  const pointer = (tag: number, entries: readonly RawEntry[]): RawEntry[] =>
    entries.length > 0 ? [file.offsets(tag, [file.directory(entries).at])] : [];
  return [...pointer(EXIF_TAG.exifIfd, exif), ...pointer(EXIF_TAG.gpsIfd, gps)];
}
