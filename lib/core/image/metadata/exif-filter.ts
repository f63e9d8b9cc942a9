/** What a metadata policy leaves of an EXIF block. */
import { copyBytes } from '../../bytes/bytes.ts';
import type { InputFormat } from '../inspection.ts';
import { ifReadable } from '../../bytes/reader.ts';
import { EXIF_KINDS, EXIF_TAG, orientationOf, saysAi, saysNothing, subDirectory } from './exif.ts';
import { orientationBlock, writeExif, type RawEntry } from './exif-writer.ts';
import { findEntry, TiffBlock, type Ifd, type IfdEntry } from './ifd.ts';
import { withoutPictures } from './exif-pictures.ts';
import { isProtected, type MetadataPolicy, type NewPixels, type Pixels } from './policy.ts';

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
  const own = protectedEntries(block, main);
  const swaps = pixels.are === 'encoded' && pixels.sidesSwapped === true;
  const kept = [...(swaps ? withSidesSwapped(own) : own), ...(turn ? [raw(block, turn)] : [])];
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

/** Dots an inch, and on the sensor, of columns and of rows. */
const DENSITY_TAGS = { main: [0x011a, 0x011b], exif: [0xa20e, 0xa20f] } as const;

/** A copy in which orientation, size and density are those of the new pixels. */
function withNewPixels(block: TiffBlock, main: Ifd, pixels: NewPixels): Uint8Array {
  // A thumbnail has no orientation of its own, so under the new one it would lie on its side.
  const isTurned = orientationOf(block, main) !== 1;
  const copy = pixels.reshaped || isTurned ? withoutPictures(block, main) : copyBytes(block.bytes);
  const view = new DataView(copy.buffer);
  const little = block.endianness === 'little';
  const set = (entry: IfdEntry | undefined, value: number): void => {
    if (!entry) return;
    if (entry.type === 3 && value < 65_536) view.setUint16(entry.valueAt, value, little);
    else if (entry.type === 4) view.setUint32(entry.valueAt, value, little);
  };
  const exif = subDirectory(block, main, EXIF_TAG.exifIfd);
  set(findEntry(main, EXIF_TAG.orientation), 1);
  for (const [i, side] of [pixels.width, pixels.height].entries()) {
    set(findEntry(main, SIZE_TAGS.main[i]!), side);
    set(findEntry(exif, SIZE_TAGS.exif[i]!), side);
  }
  if (!pixels.sidesSwapped) return copy;
  for (const [ifd, [tagX, tagY]] of [[main, DENSITY_TAGS.main] as const, [exif, DENSITY_TAGS.exif] as const]) {
    const [x, y] = [findEntry(ifd, tagX), findEntry(ifd, tagY)];
    if (!x || !y || x.length !== y.length || x.type !== y.type) continue;
    copy.set(block.value(y), x.valueAt);
    copy.set(block.value(x), y.valueAt);
  }
  return copy;
}

function withSidesSwapped(entries: readonly RawEntry[]): RawEntry[] {
  const [x, y] = DENSITY_TAGS.main;
  return entries.map((entry) => ({ ...entry, tag: entry.tag === x ? y : entry.tag === y ? x : entry.tag }));
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
