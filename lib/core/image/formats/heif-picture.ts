/** The properties of one picture in a HEIF file: ISO/IEC 23008-12, 6.5. */
import type { Cicp, Orientation } from '../inspection.ts';
import { latin1, Reader } from '../../bytes/reader.ts';
import type { HeifMeta } from './heif-meta.ts';
import { asFullBox, type Box } from './isobmff.ts';

export interface HeifPicture {
  width: number;
  height: number;
  orientation: Orientation;
  /** Bits a channel. */
  depth: number;
  monochrome: boolean;
  cicp: Cicp | null;
  icc: Uint8Array | null;
  /** Item type of the coded picture or of the first tile, e.g. `av01`; '' when unknown. */
  coding: string;
}

/** Derivations that wrap other pictures: grid, overlay, identity, tone map (23008-12, 6.6). */
const DERIVED = ['grid', 'iovl', 'iden', 'tmap'];

/** Of item `id`; what a derived picture does not tell is its first tile's. */
export function readPicture(bytes: Uint8Array, meta: HeifMeta, id: number): HeifPicture {
  const picture = emptyPicture();
  const own = propertiesOf(meta, id);
  const type = meta.items.get(id)?.type ?? '';
  const tile = DERIVED.includes(type)
    ? meta.references.find((reference) => reference.type === 'dimg' && reference.from === id)?.to[0]
    : undefined;
  let turns = 0;
  let mirror: number | null = null;
  for (const box of [...own, ...(tile === undefined ? [] : propertiesOf(meta, tile))])
    readProperty(bytes, box, picture);
  for (const box of own) {
    const reader = new Reader(bytes.subarray(0, box.end), 'big', 'corrupt');
    if (box.type === 'irot') turns = reader.u8(box.dataAt) & 3;
    if (box.type === 'imir') mirror = reader.u8(box.dataAt) & 1;
  }
  picture.orientation = orientationFrom(turns, mirror);
  picture.coding = tile === undefined ? type : (meta.items.get(tile)?.type ?? '');
  picture.depth ||= 8;
  return picture;
}

export function emptyPicture(): HeifPicture {
  return { width: 0, height: 0, orientation: 1, depth: 0, monochrome: false, cicp: null, icc: null, coding: '' };
}

/** Fills in what the box tells and `picture` does not know yet: a picture's own property comes before its tile's. */
export function readProperty(bytes: Uint8Array, box: Box, picture: HeifPicture): void {
  const reader = new Reader(bytes.subarray(0, box.end), 'big', 'corrupt');
  const at = box.dataAt;
  if (box.type === 'ispe' && picture.width === 0) {
    picture.width = reader.u32(at + 4);
    picture.height = reader.u32(at + 8);
  } else if (box.type === 'pixi' && picture.depth === 0 && reader.u8(at + 4) > 0) {
    picture.depth = reader.u8(at + 5);
    picture.monochrome = reader.u8(at + 4) === 1;
  } else if (box.type === 'av1C') {
    // AV1-ISOBMFF, 2.3.3: high_bitdepth, twelve_bit, monochrome.
    const flags = reader.u8(at + 2);
    picture.depth ||= (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12;
    picture.monochrome = (flags & 0x10) !== 0;
  } else if (box.type === 'hvcC') {
    // ISO/IEC 14496-15, 8.3.3.1.2: chromaFormat, bitDepthLumaMinus8.
    picture.depth ||= (reader.u8(at + 17) & 7) + 8;
    picture.monochrome = (reader.u8(at + 16) & 3) === 0;
  } else if (box.type === 'colr') readColour(reader, box, picture);
}

/** ISO/IEC 14496-12, 12.1.5: code points, and beside them or alone a profile. */
function readColour(reader: Reader, { dataAt, end }: Box, picture: HeifPicture): void {
  const kind = reader.ascii(dataAt, 4);
  if (kind === 'nclx') {
    picture.cicp ??= {
      primaries: reader.u16(dataAt + 4),
      transfer: reader.u16(dataAt + 6),
      matrix: reader.u16(dataAt + 8),
      fullRange: (reader.u8(dataAt + 10) & 0x80) !== 0,
    };
  } else if (kind === 'prof' || kind === 'rICC') picture.icc ??= reader.bytes.subarray(dataAt + 4, end);
}

/**
 * EXIF's orientation for `irot` (quarter turns anticlockwise) and then `imir` (0: top and bottom change places, 1: left
 * and right do): 23008-12, 6.5.10 and 6.5.12. Turned first, then mirrored, as MIAF, 7.3.6.7 orders.
 */
export function orientationFrom(turns: number, mirror: number | null): Orientation {
  const table: readonly (readonly [Orientation, Orientation, Orientation])[] = [
    [1, 4, 2],
    [8, 5, 7],
    [3, 2, 4],
    [6, 7, 5],
  ];
  return table[turns & 3]![mirror === null ? 0 : mirror === 0 ? 1 : 2];
}

/**
 * What `clap` leaves of the primary picture where that is a rectangle from its corner, as Chromium (156) has it: 14496-12,
 * 12.1.4.1, and MIAF, 7.3.6.7.
 */
export function cleanAperture(
  bytes: Uint8Array,
  meta: HeifMeta,
  { width, height }: Pick<HeifPicture, 'width' | 'height'>,
): { width: number; height: number } {
  const box = propertiesOf(meta, meta.primary).find(({ type }) => type === 'clap');
  if (!box || box.end - box.dataAt < 32) return { width, height };
  const reader = new Reader(bytes);
  const [across, down] = [0, 8].map((at) => reader.u32(box.dataAt + at) / reader.u32(box.dataAt + at + 4)) as [
    number,
    number,
  ];
  // Of the centre, from the picture's own.
  const [x, y] = [16, 24].map((at) => reader.i32(box.dataAt + at) / reader.i32(box.dataAt + at + 4)) as [
    number,
    number,
  ];
  const fits =
    Number.isInteger(across) && Number.isInteger(down) && across >= 1 && down >= 1 && across <= width && down <= height;
  const fromCorner = (width - across) / 2 + x === 0 && (height - down) / 2 + y === 0;
  return fits && fromCorner ? { width: across, height: down } : { width, height };
}

/** In the order of association. */
export function propertiesOf(meta: HeifMeta, id: number): Box[] {
  return (meta.associations.get(id) ?? []).flatMap(({ index }) => meta.properties[index - 1] ?? []);
}

/** The URN in `auxC`, '' when the item has none. */
export function auxiliaryType(bytes: Uint8Array, meta: HeifMeta, id: number): string {
  const box = propertiesOf(meta, id).find(({ type }) => type === 'auxC');
  if (!box) return '';
  const { dataAt, end } = asFullBox(bytes, box);
  return latin1(bytes.subarray(dataAt, Math.min(end, dataAt + 256))).split('\0', 1)[0] ?? '';
}
