/** Writing EXIF blocks: TIFF 6.0, section 2, and CIPA DC-008 (EXIF 3.0), 4.6. */
import type { Endianness } from '../../bytes/reader.ts';
import { EXIF_TAG } from './exif.ts';

/** An entry with its value in the byte order of the block that it goes into. */
export interface RawEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: Uint8Array;
}

export interface ExifDirectories {
  readonly main: readonly RawEntry[];
  readonly exif?: readonly RawEntry[];
  readonly gps?: readonly RawEntry[];
}

/** Values of a hostile block overlap, so that a copy of each can be far more than the block. */
const MAX_BLOCK_BYTES = 16_000_000;

/** A block of these directories; null when there are no entries, or absurdly much in them. The pointers to the others are added to `main`. */
export function writeExif(
  { main, exif = [], gps = [] }: ExifDirectories,
  endianness: Endianness,
): Uint8Array<ArrayBuffer> | null {
  if (main.length + exif.length + gps.length === 0) return null;
  const little = endianness === 'little';
  const pointers = [[EXIF_TAG.exifIfd, exif] as const, [EXIF_TAG.gpsIfd, gps] as const].filter(
    ([, entries]) => entries.length > 0,
  );
  const entries = [...main, ...pointers.map(([tag]) => ({ tag, type: 4, count: 1, value: new Uint8Array(4) }))];
  let at = 8 + sizeOf(entries);
  const length = pointers.reduce((sum, [, directory]) => sum + sizeOf(directory), at);
  if (length > MAX_BLOCK_BYTES) return null;
  const bytes = new Uint8Array(length);
  bytes.set(little ? [0x49, 0x49, 42, 0, 8, 0, 0, 0] : [0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
  for (const [tag, directory] of pointers) {
    const pointer = entries.find((entry) => entry.tag === tag);
    if (pointer) new DataView(pointer.value.buffer, pointer.value.byteOffset).setUint32(0, at, little);
    writeDirectory(bytes, at, directory, little);
    at += sizeOf(directory);
  }
  writeDirectory(bytes, 8, entries, little);
  return bytes;
}

/** The smallest block that tells an orientation. */
export function orientationBlock(orientation: number): Uint8Array<ArrayBuffer> {
  const entry = { tag: EXIF_TAG.orientation, type: 3, count: 1, value: new Uint8Array([0, orientation]) };
  return writeExif({ main: [entry] }, 'big')!; // Null only without entries.
}

/** Of the directory and of the values that it has to point to, each at an even offset. */
function sizeOf(entries: readonly RawEntry[]): number {
  return entries.reduce((sum, { value }) => sum + 12 + (value.length > 4 ? value.length + (value.length & 1) : 0), 6);
}

function writeDirectory(bytes: Uint8Array, at: number, entries: readonly RawEntry[], little: boolean): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Sorted by tag, as TIFF demands.
  const sorted = entries.toSorted((a, b) => a.tag - b.tag);
  let valueAt = at + 6 + sorted.length * 12;
  view.setUint16(at, sorted.length, little);
  for (const [i, { tag, type, count, value }] of sorted.entries()) {
    const entryAt = at + 2 + i * 12;
    view.setUint16(entryAt, tag, little);
    view.setUint16(entryAt + 2, type, little);
    view.setUint32(entryAt + 4, count, little);
    if (value.length <= 4) bytes.set(value, entryAt + 8);
    else {
      view.setUint32(entryAt + 8, valueAt, little);
      bytes.set(value, valueAt);
      valueAt += value.length + (value.length & 1);
    }
  }
}
