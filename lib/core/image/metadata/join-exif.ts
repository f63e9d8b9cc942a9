/** Several EXIF blocks of one file as one: no format allows them, and programs that add a second do not look for the first. */
import { ifReadable, type Endianness } from '../../bytes/reader.ts';
import { copyBytes } from '../../bytes/bytes.ts';
import { EXIF_KINDS, EXIF_TAG, gpsEntries, readExif, saysNothing, subDirectory } from './exif.ts';
import { raw } from './exif-filter.ts';
import { writeExif, type RawEntry } from './exif-writer.ts';
import { TiffBlock, TYPE_SIZE, type IfdEntry } from './ifd.ts';

/**
 * The first readable block, with the entries of the others that it has not. The orientation is the first's alone, as it is
 * for an inspection. Null when there is no block.
 */
export function joinExif(blocks: readonly Uint8Array[]): Uint8Array | null {
  const readable = blocks.filter((block) => ifReadable(() => readExif(block), null));
  const [first, ...more] = readable;
  if (!first) return blocks[0] ?? null;
  if (more.length === 0) return first;
  let own = readEntries(first);
  const { endianness } = own;
  const lists = more.map(readEntries);
  // The numbers and their unit are of one block: that which says them first.
  const resolution = [own, ...lists].find(({ main }) => main.some((entry) => isResolution(entry)));
  if (resolution && resolution !== own) own = { ...own, main: own.main.filter(({ tag }) => !RESOLUTION.includes(tag)) };
  const missing = (part: 'main' | 'exif' | 'gps'): RawEntry[] => {
    const found = new Map(own[part].map((entry) => [entry.tag, entry]));
    const before = found.size;
    for (const list of lists) {
      for (const entry of list[part]) {
        const says = part === 'gps' || EXIF_KINDS[entry.tag] !== undefined || isUnit(entry);
        const isOfAnother = RESOLUTION.includes(entry.tag) && resolution !== list;
        if (says && !isOfAnother && entry.tag !== EXIF_TAG.orientation && !found.has(entry.tag))
          found.set(entry.tag, list.endianness === endianness ? entry : swapped(entry));
      }
    }
    return [...found.values()].slice(before);
  };
  const [main, exif, gps] = [missing('main'), missing('exif'), missing('gps')];
  if (main.length + exif.length + gps.length === 0) return first;
  return writeExif(
    { main: [...own.main, ...main], exif: [...own.exif, ...exif], gps: [...own.gps, ...gps] },
    endianness,
  );
}

/** XResolution, YResolution, and the unit of both, which says nothing by itself. */
const RESOLUTION: readonly number[] = [0x011a, 0x011b, 0x0128];

function isUnit({ tag }: RawEntry): boolean {
  return tag === 0x0128;
}

function isResolution(entry: RawEntry): boolean {
  return RESOLUTION.includes(entry.tag) && !isUnit(entry);
}

/** The block without its thumbnail and the maker's notes, which are the longest in it; null when it cannot be read. */
export function withoutBulk(bytes: Uint8Array): Uint8Array | null {
  const entries = ifReadable(() => readEntries(bytes), null);
  if (!entries) return null;
  const { endianness, main, exif, gps } = entries;
  return writeExif({ main, exif: exif.filter(({ tag }) => tag !== EXIF_TAG.makerNote), gps }, endianness);
}

export interface ExifEntries {
  readonly endianness: Endianness;
  readonly main: readonly RawEntry[];
  readonly exif: readonly RawEntry[];
  readonly gps: readonly RawEntry[];
}

/** What points into a block is left out: the thumbnail, and directories that are written anew. */
const POINTERS: readonly number[] = [
  EXIF_TAG.exifIfd,
  EXIF_TAG.gpsIfd,
  EXIF_TAG.interoperabilityIfd,
  EXIF_TAG.thumbnailAt,
  EXIF_TAG.thumbnailLength,
  // SubIFDs: TIFF 6.0, supplement 1.
  0x014a,
];

/** All that says something, by directory. @throws CompressionError `corrupt` */
export function readEntries(bytes: Uint8Array): ExifEntries {
  const block = new TiffBlock(bytes);
  const main = block.ifd(block.firstIfd);
  const list = (entries: readonly IfdEntry[] = []): RawEntry[] =>
    entries
      .filter((entry) => {
        const kind = EXIF_KINDS[entry.tag];
        return !POINTERS.includes(entry.tag) && !(kind && saysNothing(block, entry, kind));
      })
      .map((entry) => raw(block, entry));
  return {
    endianness: block.endianness,
    main: list(main.entries),
    exif: list(subDirectory(block, main, EXIF_TAG.exifIfd)?.entries),
    gps: list(gpsEntries(block, main)),
  };
}

/** The value in the other byte order; a rational is two numbers of four bytes. */
export function swapped(entry: RawEntry): RawEntry {
  const size = entry.type === 5 || entry.type === 10 ? 4 : (TYPE_SIZE[entry.type] ?? 1);
  const value = copyBytes(entry.value);
  for (let at = 0; at + size <= value.length; at += size) value.subarray(at, at + size).reverse();
  return { ...entry, value };
}
