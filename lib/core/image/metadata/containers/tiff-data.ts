/** Where in a TIFF file the coded pictures of all its directories are: TIFF 6.0, sections 3, 15 and 22. */
import type { Ifd, IfdEntry, TiffBlock } from '../ifd.ts';
import { findEntry } from '../ifd.ts';
import { OffsetMap, type Range } from './offset-map.ts';

/** Offsets of strips, tiles, and the stream of the old coding of JPEG, each with the tag of its lengths. */
const DATA_TAGS: readonly (readonly [at: number, length: number])[] = [
  [273, 279],
  [324, 325],
  [513, 514],
];

/** Tables of the old coding of JPEG: quantisation has 64 bytes; Huffman has 16 counts and as many bytes as they say. */
const QUANTISATION_TABLES = 519;
const HUFFMAN_TABLES: readonly number[] = [520, 521];

export const OFFSET_TAGS: readonly number[] = [...DATA_TAGS.map(([at]) => at), QUANTISATION_TABLES, ...HUFFMAN_TABLES];

/** @returns ascending, none touching another: hostile ones overlap, and a copy of each could fill memory */
export function pictureRanges(block: TiffBlock, directories: readonly Ifd[]): Range[] {
  const ranges: Range[] = [];
  const add = (start: number, length: number): void => {
    const end = Math.min(block.bytes.length, start + length);
    if (start >= 0 && end > start) ranges.push({ start, end });
  };
  const all = (entry: IfdEntry | undefined): number[] => (entry ? block.numbers(entry, Infinity) : []);
  const unknown: number[] = [];
  for (const ifd of directories) {
    for (const [atTag, lengthTag] of DATA_TAGS) {
      const lengths = all(findEntry(ifd, lengthTag));
      for (const [i, start] of all(findEntry(ifd, atTag)).entries()) {
        if (lengths[i]) add(start, lengths[i]);
        else unknown.push(start);
      }
    }
    for (const start of all(findEntry(ifd, QUANTISATION_TABLES))) add(start, 64);
    for (const tag of HUFFMAN_TABLES) {
      for (const start of all(findEntry(ifd, tag))) {
        const counts = block.bytes.subarray(start, start + 16);
        add(
          start,
          counts.reduce((sum, count) => sum + count, 16),
        );
      }
    }
  }
  // A strip without a length goes as far as the next thing in the file, which is what readers take of it at most.
  const starts = unknown.length > 0 ? structureStarts(block, directories, ranges).concat(unknown) : [];
  starts.sort((a, b) => a - b);
  for (const start of unknown) add(start, (starts.find((next) => next > start) ?? block.bytes.length) - start);
  return merged(ranges);
}

function structureStarts(block: TiffBlock, directories: readonly Ifd[], ranges: readonly Range[]): number[] {
  return [
    ...directories.flatMap(({ at, entries }) => [at, ...entries.map(({ valueAt }) => valueAt)]),
    ...ranges.map(({ start }) => start),
    block.bytes.length,
  ];
}

function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && start <= last.end) result[result.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else result.push({ start, end });
  }
  return result;
}

/**
 * The data one range after the other from `at` on, each at an even offset.
 *
 * @returns the bytes, and where an offset of the old file is in the new one
 */
export function movedData(
  bytes: Uint8Array,
  ranges: readonly Range[],
  at: number,
): { parts: Uint8Array[]; map: OffsetMap; end: number } {
  const map = new OffsetMap();
  const parts: Uint8Array[] = [];
  let to = at;
  for (const { start, end } of ranges) {
    map.add(start, end, to);
    const odd = (end - start) & 1;
    parts.push(bytes.subarray(start, end), new Uint8Array(odd));
    to += end - start + odd;
  }
  return { parts, map, end: to };
}
