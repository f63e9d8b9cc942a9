/**
 * Rebuilding a HEIF file with other items: ISO/IEC 14496-12, 8.11. The coded pictures move and are not touched; every
 * offset to them (`iloc`, `stco`, `co64`) is corrected.
 */
import { CompressionError } from '../../../errors.ts';
import { bigEndian32, copyBytes, joinBytes, latin1Bytes } from '../../../bytes/bytes.ts';
import type { HeifMeta } from '../../formats/heif-meta.ts';
import { childrenOf, readFileBoxes, type Box } from '../../formats/isobmff.ts';
import { ifReadable, Reader } from '../../../bytes/reader.ts';
import { box } from './box.ts';
import { metaBox, type HeifChange } from './heif-meta-writer.ts';
import { OffsetMap, type Range } from './offset-map.ts';

/** @throws CompressionError `unsupported-variant` for fragmented files, `corrupt` */
export function rewriteHeif(bytes: Uint8Array, meta: HeifMeta, change: HeifChange): Uint8Array<ArrayBuffer> {
  const boxes = readFileBoxes(bytes).filter((box) => !change.dropsBox(box));
  if (boxes.some(({ type }) => type === 'moof'))
    throw new CompressionError('unsupported-variant', { format: 'HEIF', feature: 'moof' });
  const cuts = dataOf(meta, change.removed, bytes.length);
  const newData = change.added.length > 0 ? box('mdat', ...change.added.map(({ data }) => data)) : new Uint8Array();

  // The length of `meta` does not hang on the offsets in it, so that a first writing tells where everything will be.
  const length = metaBox(bytes, meta, change, (offset) => offset, 0).length;
  const map = new OffsetMap();
  let at = 0;
  let newDataAt = 0;
  const pieces: Piece[] = [];
  for (const one of boxes) {
    const kept = one.type === 'mdat' ? keptRanges(one, cuts) : [{ start: one.dataAt, end: one.end }];
    const headerLength = one.type === 'mdat' ? 16 : one.dataAt - one.start;
    const isMeta = one.start === meta.box.start;
    if (one.type === 'mdat' && kept.every(({ start, end }) => start === end)) continue;
    pieces.push({ box: one, kept });
    let dataAt = at + headerLength;
    for (const { start, end } of kept) {
      if (!isMeta) map.add(start, end, dataAt);
      dataAt += end - start;
    }
    at = isMeta ? at + length : dataAt;
    if (isMeta) {
      newDataAt = at + 8;
      at += newData.length;
    }
  }
  const moved = (offset: number): number => map.get(offset);
  return joinBytes(
    pieces.flatMap(({ box: one, kept }) => {
      if (one.start === meta.box.start) return [metaBox(bytes, meta, change, moved, newDataAt), newData];
      if (one.type === 'mdat')
        return [longHeader('mdat', kept), ...kept.map(({ start, end }) => bytes.subarray(start, end))];
      if (one.type === 'moov') return [withMovedSamples(bytes, one, moved)];
      return [explicitSize(bytes.subarray(one.start, one.end), one)];
    }),
  );
}

interface Piece {
  readonly box: Box;
  /** Of the payload. */
  readonly kept: readonly Range[];
}

/** Where in the file the data of removed items is that no other item shares. */
function dataOf(meta: HeifMeta, removed: readonly number[], fileLength: number): Range[] {
  const ranges: Range[] = [];
  const others: Range[] = [];
  for (const [id, { method, dataReference, extents }] of meta.locations) {
    if (method !== 0 || dataReference !== 0) continue;
    for (const { offset, length } of extents) {
      const range = { start: offset, end: length === 0 ? fileLength : offset + length };
      (removed.includes(id) && length > 0 ? ranges : others).push(range);
    }
  }
  const shared = mergeRanges(others);
  let i = 0;
  return mergeRanges(ranges).filter((range) => {
    while (i < shared.length && shared[i]!.end <= range.start) i++;
    return i === shared.length || shared[i]!.start >= range.end;
  });
}

function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && range.start <= last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else merged.push(range);
  }
  return merged;
}

/** What is left of a box's payload without the cuts that lie in it wholly. */
function keptRanges({ dataAt, end }: Box, cuts: readonly Range[]): Range[] {
  const kept: Range[] = [];
  let at = dataAt;
  for (const cut of cuts) {
    if (cut.start < at || cut.end > end) continue;
    kept.push({ start: at, end: cut.start });
    at = cut.end;
  }
  return [...kept, { start: at, end }];
}

/** With a 64-bit size, so that the header's length is the same for every payload. */
function longHeader(type: string, ranges: readonly Range[]): Uint8Array {
  const length = ranges.reduce((sum, { start, end }) => sum + end - start, 16);
  const header = joinBytes([bigEndian32(1), latin1Bytes(type), new Uint8Array(8)]);
  new DataView(header.buffer).setBigUint64(8, BigInt(length));
  return header;
}

/** A box that went "as far as the file does" may have others after it now. */
function explicitSize(copy: Uint8Array, { dataAt, start, end }: Box): Uint8Array {
  if (dataAt - start !== 8) return copy;
  return joinBytes([bigEndian32(end - start), copy.subarray(4)]);
}

/** A copy of the movie whose chunk offsets (14496-12, 8.7.5) are the new ones. */
function withMovedSamples(bytes: Uint8Array, movie: Box, moved: (offset: number) => number): Uint8Array {
  const copy = copyBytes(bytes, movie.start, movie.end);
  const view = new DataView(copy.buffer);
  if (movie.dataAt - movie.start === 8) view.setUint32(0, copy.length);
  for (const table of chunkTables(bytes, movie, 0)) {
    const reader = new Reader(bytes.subarray(0, table.end), 'big', 'corrupt');
    const size = table.type === 'co64' ? 8 : 4;
    const count = reader.u32(table.dataAt + 4);
    if (count > MAX_CHUNKS) throw new CompressionError('corrupt');
    for (let i = 0; i < count; i++) {
      const at = table.dataAt + 8 + i * size;
      const offset = moved(size === 8 ? reader.u64(at) : reader.u32(at));
      if (size === 8) view.setBigUint64(at - movie.start, BigInt(offset));
      else view.setUint32(at - movie.start, offset);
    }
  }
  return copy;
}

/** Of a track; each is at least one frame. */
const MAX_CHUNKS = 1_000_000;

const CONTAINERS = ['trak', 'mdia', 'minf', 'stbl'];

function chunkTables(bytes: Uint8Array, parent: Box, depth: number): Box[] {
  if (depth > CONTAINERS.length) return [];
  return ifReadable(() => childrenOf(bytes, parent), []).flatMap((child) => {
    if (child.type === 'stco' || child.type === 'co64') return [child];
    return CONTAINERS.includes(child.type) ? chunkTables(bytes, child, depth + 1) : [];
  });
}
