/** What a metadata policy leaves of an EXIF block. */
import { copyBytes } from '../../bytes/bytes.ts';
import type { InputFormat } from '../inspection.ts';
import { ifReadable } from '../../bytes/reader.ts';
import { EXIF_KINDS, EXIF_TAG, orientationOf, saysAi, saysNothing, subDirectory } from './exif.ts';
import { orientationBlock, writeExif, type RawEntry } from './exif-writer.ts';
import { findEntry, TiffBlock, type Ifd, type IfdEntry } from './ifd.ts';
import { isProtected, type MetadataPolicy, type Pixels } from './policy.ts';

/** Where EXIF alone tells how to turn the picture: the others have properties or fields of their own. */
const TURNED_BY_EXIF: readonly InputFormat[] = ['jpeg', 'png', 'webp', 'tiff'];

/** ResolutionUnit goes with XResolution and YResolution. */
const RESOLUTION_UNIT = 0x0128;

/**
 * The block with what the policy lets through, or null when nothing is left. `keep` changes the numbers that are no
 * longer true in place, so that maker notes with absolute offsets stay readable; `protect` writes a new block.
 */
export function filterExif(bytes: Uint8Array, policy: MetadataPolicy, pixels: Pixels): Uint8Array | null {
  const { block, main } = opened(bytes);
  // Nobody can say what a damaged block would do to new pixels.
  if (!block || !main) return policy === 'keep' && pixels.are === 'untouched' ? bytes : null;
  if (policy === 'keep') return pixels.are === 'untouched' ? bytes : withNewPixels(block, main, pixels);
  const orientation =
    pixels.are === 'untouched' && TURNED_BY_EXIF.includes(pixels.format) ? orientationOf(block, main) : 1;
  if (policy === 'strip') return orientation === 1 ? null : orientationBlock(orientation);
  const turn = orientation === 1 ? undefined : findEntry(main, EXIF_TAG.orientation);
  const exif = subDirectory(block, main, EXIF_TAG.exifIfd);
  const kept = [...protectedEntries(block, main), ...(turn ? [raw(block, turn)] : [])];
  return writeExif({ main: kept, exif: protectedEntries(block, exif) }, block.endianness);
}

/** With its main directory, each as far as it can be read. */
function opened(bytes: Uint8Array): { block: TiffBlock | null; main: Ifd | null } {
  const block = ifReadable(() => new TiffBlock(bytes), null);
  return { block, main: block && ifReadable(() => block.ifd(block.firstIfd), null) };
}

function protectedEntries(block: TiffBlock, ifd: Ifd | undefined): RawEntry[] {
  const entries = (ifd?.entries ?? []).filter((entry) => {
    const kind = EXIF_KINDS[entry.tag];
    if (entry.tag === EXIF_TAG.userComment) return saysAi(block.value(entry));
    return kind !== undefined && isProtected(kind) && !saysNothing(block, entry, kind);
  });
  const unit = entries.some(({ tag }) => EXIF_KINDS[tag] === 'physical-size')
    ? findEntry(ifd, RESOLUTION_UNIT)
    : undefined;
  // A directory that lists a tag twice would make readers disagree.
  return [...new Map([...entries, ...(unit ? [unit] : [])].map((entry) => [entry.tag, raw(block, entry)])).values()];
}

export function raw(block: TiffBlock, entry: IfdEntry): RawEntry {
  return { tag: entry.tag, type: entry.type, count: entry.count, value: block.value(entry) };
}

/** ImageWidth and ImageLength of the main directory, PixelXDimension and PixelYDimension of the Exif one. */
const SIZE_TAGS = { main: [0x0100, 0x0101], exif: [0xa002, 0xa003] } as const;

/** A copy in which orientation and size are those of the new pixels. */
function withNewPixels(block: TiffBlock, main: Ifd, size: { width: number; height: number }): Uint8Array {
  const turned = orientationOf(block, main) !== 1;
  const thumbnail = turned ? ifReadable(() => block.ifd(main.next), null) : null;
  const copy = copyBytes(block.bytes, 0, thumbnail ? endWithoutThumbnail(block, main, thumbnail) : undefined);
  const view = new DataView(copy.buffer);
  const little = block.endianness === 'little';
  const set = (entry: IfdEntry | undefined, value: number): void => {
    if (!entry || entry.valueAt + entry.length > copy.length) return;
    if (entry.type === 3 && value < 65_536) view.setUint16(entry.valueAt, value, little);
    else if (entry.type === 4) view.setUint32(entry.valueAt, value, little);
  };
  const exif = subDirectory(block, main, EXIF_TAG.exifIfd);
  set(findEntry(main, EXIF_TAG.orientation), 1);
  for (const [i, side] of [size.width, size.height].entries()) {
    set(findEntry(main, SIZE_TAGS.main[i]!), side);
    set(findEntry(exif, SIZE_TAGS.exif[i]!), side);
  }
  // A thumbnail has no orientation of its own, so under the new one it would lie on its side: its directory is unlinked.
  if (turned && main.next) view.setUint32(main.at + 2 + main.count * 12, 0, little);
  return copy;
}

/** The block for a picture that nobody turned by it, though it tells a turn. */
export function withoutTurn(bytes: Uint8Array): Uint8Array {
  const { block, main } = opened(bytes);
  const entry = block && main && orientationOf(block, main) !== 1 ? findEntry(main, EXIF_TAG.orientation) : undefined;
  if (!block || !entry) return bytes;
  const copy = copyBytes(bytes);
  new DataView(copy.buffer).setUint16(entry.valueAt, 1, block.endianness === 'little');
  return copy;
}

/** Cuts the thumbnail off where it is the last thing in the block, as cameras write it. */
function endWithoutThumbnail(block: TiffBlock, main: Ifd, thumbnail: Ifd): number {
  const at = block.number(findEntry(thumbnail, EXIF_TAG.thumbnailAt));
  const length = block.number(findEntry(thumbnail, EXIF_TAG.thumbnailLength)) ?? 0;
  if (at === undefined || at + length < block.bytes.length - 1) return block.bytes.length;
  const tags = [EXIF_TAG.exifIfd, EXIF_TAG.gpsIfd] as const;
  const others = [main, ...tags.map((tag) => subDirectory(block, main, tag))].filter((ifd) => ifd !== undefined);
  const ends = others.flatMap((ifd) => [
    ifd.at + 6 + ifd.count * 12,
    ...ifd.entries.map((entry) => entry.valueAt + entry.length),
  ]);
  return ends.every((end) => end <= at) && at > 8 ? at : block.bytes.length;
}
