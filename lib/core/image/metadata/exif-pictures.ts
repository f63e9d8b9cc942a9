/** Small pictures in an EXIF block: the thumbnail (CIPA DC-008, 4.5.8), and those that makers hide in their notes. */
import { copyBytes } from '../../bytes/bytes.ts';
import { ifReadable } from '../../bytes/reader.ts';
import { isFrameHeader, MARKER, readJpegHeader, readJpegSegments } from '../formats/jpeg-segments.ts';
import { EXIF_TAG, subDirectory } from './exif.ts';
import { findEntry, type Ifd, type TiffBlock } from './ifd.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** TIFF 6.0: where a picture is, and how many bytes each part of it has. */
const STRIPS = { at: 0x0111, lengths: 0x0117 } as const;

/**
 * A copy without them: the directories behind the first are unlinked, their pictures and every JPEG stream in the block are
 * blanked out, and what is blank at the end is cut off. All else stays at its place, as maker notes may point anywhere.
 */
export function withoutPictures(block: TiffBlock, main: Ifd): Uint8Array<ArrayBuffer> {
  const copy = copyBytes(block.bytes);
  const used = usedRanges(block, main);
  const further = main.next ? ifReadable(() => furtherDirectories(block, main), []) : [];
  for (const range of further.flatMap((ifd) => [directoryRange(ifd), ...picturesOf(block, ifd)]))
    if (!used.some(({ start, end }) => range.start < end && start < range.end)) copy.fill(0, range.start, range.end);
  if (main.next) new DataView(copy.buffer).setUint32(main.at + 2 + main.count * 12, 0);
  const notes = findEntry(subDirectory(block, main, EXIF_TAG.exifIfd), EXIF_TAG.makerNote);
  const note = notes ? [{ start: notes.valueAt, end: notes.valueAt + notes.length }] : [];
  blankJpegs(copy, used);
  const end = Math.max(8, ...[...used, ...note].map((range) => range.end));
  return copy.subarray(end).some((byte) => byte !== 0) ? copy : copyBytes(copy, 0, end);
}

/** Of the directories that stay and of their values; the maker's notes, in which a picture may be, not counted. */
function usedRanges(block: TiffBlock, main: Ifd): Range[] {
  const exif = subDirectory(block, main, EXIF_TAG.exifIfd);
  const others = [EXIF_TAG.gpsIfd, EXIF_TAG.interoperabilityIfd].flatMap((tag) =>
    [main, exif].map((ifd) => ifd && subDirectory(block, ifd, tag)),
  );
  return [main, exif, ...others]
    .filter((ifd) => ifd !== undefined)
    .flatMap((ifd) => [
      directoryRange(ifd),
      ...ifd.entries
        .filter(({ tag }) => tag !== EXIF_TAG.makerNote)
        .map(({ valueAt, length }) => ({ start: valueAt, end: valueAt + length })),
    ]);
}

function directoryRange({ at, count }: Ifd): Range {
  return { start: at, end: at + 6 + count * 12 };
}

const MAX_FURTHER = 8;

function furtherDirectories(block: TiffBlock, main: Ifd): Ifd[] {
  const found: Ifd[] = [];
  for (let at = main.next; at !== 0 && found.length < MAX_FURTHER;) {
    const ifd = ifReadable(() => block.ifd(at), null);
    if (!ifd) break;
    found.push(ifd);
    at = ifd.next;
  }
  return found;
}

function picturesOf(block: TiffBlock, ifd: Ifd): Range[] {
  const numbers = (tag: number): number[] => {
    const entry = findEntry(ifd, tag);
    return entry ? block.numbers(entry) : [];
  };
  return [[EXIF_TAG.thumbnailAt, EXIF_TAG.thumbnailLength] as const, [STRIPS.at, STRIPS.lengths] as const].flatMap(
    ([atTag, lengthTag]) => {
      const lengths = numbers(lengthTag);
      return numbers(atTag).map((start, i) => ({ start, end: start + (lengths[i] ?? 0) }));
    },
  );
}

/** More than any maker writes: each costs a look through the rest of the block. */
const MAX_STREAMS = 32;

/** Minolta changes a stream's first byte (exiftool, lib/Image/ExifTool/Minolta.pm), so it begins with the second. */
function blankJpegs(bytes: Uint8Array, used: readonly Range[]): void {
  let tried = 0;
  for (let at = bytes.indexOf(MARKER.SOI, 1); at > 0 && tried < MAX_STREAMS; at = bytes.indexOf(MARKER.SOI, at + 1)) {
    if (bytes[at + 1] !== 0xff || (bytes[at + 2] ?? 0) < MARKER.SOF0) continue;
    tried++;
    const start = at - 1;
    const first = bytes[start]!;
    bytes[start] = 0xff;
    const length = streamLength(bytes.subarray(start));
    bytes[start] = first;
    if (!used.some((range) => start < range.end && range.start < start + length)) bytes.fill(0, start, start + length);
  }
}

/** 0 for what is no whole picture: segment upon segment up to a scan, with a frame and tables among them, and an end. */
function streamLength(bytes: Uint8Array): number {
  const header = ifReadable(() => readJpegHeader(bytes), []);
  const isPicture =
    header.some(({ marker }) => isFrameHeader(marker)) && header.some(({ marker }) => marker === MARKER.DQT);
  const layout = isPicture ? ifReadable(() => readJpegSegments(bytes), null) : null;
  return layout?.hasEnd ? layout.end : 0;
}
