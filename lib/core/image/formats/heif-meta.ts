/** The `meta` box of a HEIF file (AVIF, HEIC): ISO/IEC 14496-12, 8.11, and ISO/IEC 23008-12, 9.3. */
import { CompressionError } from '../../errors.ts';
import { latin1, Reader } from '../../bytes/reader.ts';
import { asFullBox, childrenOf, findBox, type Box } from './isobmff.ts';

export interface HeifMeta {
  readonly box: Box;
  readonly children: readonly Box[];
  readonly primary: number;
  readonly items: ReadonlyMap<number, HeifItem>;
  readonly locations: ReadonlyMap<number, HeifLocation>;
  /** The boxes of `ipco`; an association's index of 1 is the first. */
  readonly properties: readonly Box[];
  readonly associations: ReadonlyMap<number, readonly HeifAssociation[]>;
  readonly references: readonly HeifReference[];
}

export interface HeifItem {
  readonly id: number;
  /** E.g. `av01`, `hvc1`, `grid`, `Exif`, `mime`. */
  readonly type: string;
  readonly name: string;
  /** Of a `mime` item. */
  readonly contentType: string;
}

export interface HeifLocation {
  /** 0: in the file. 1: in `idat`. 2: in another item. */
  readonly method: number;
  /** 0 when the data is in this very file. */
  readonly dataReference: number;
  readonly extents: readonly { readonly index: number; readonly offset: number; readonly length: number }[];
}

export interface HeifAssociation {
  readonly index: number;
  readonly essential: boolean;
}

export interface HeifReference {
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

/** Grids of the largest picture that is read have some hundreds of tiles. */
const MAX_ITEMS = 5000;
const MAX_EXTENTS = 16_384;
const MAX_REFERRED = 65_536;
const MAX_PROPERTIES_OF_AN_ITEM = 255;

/** @throws CompressionError `corrupt` */
export function readHeifMeta(bytes: Uint8Array, box: Box): HeifMeta {
  const children = childrenOf(bytes, asFullBox(bytes, box));
  const part = <T>(type: string, read: (bytes: Uint8Array, box: Box) => T, otherwise: T): T => {
    const child = findBox(children, type);
    return child ? read(bytes, child) : otherwise;
  };
  const iprp = findBox(children, 'iprp');
  const inIprp = iprp ? childrenOf(bytes, iprp) : [];
  const ipco = findBox(inIprp, 'ipco');
  return {
    box,
    children,
    primary: part('pitm', readPrimary, 0),
    items: part('iinf', readItems, new Map()),
    locations: part('iloc', readLocations, new Map()),
    properties: ipco ? childrenOf(bytes, ipco) : [],
    associations: readAssociations(
      bytes,
      inIprp.filter(({ type }) => type === 'ipma'),
    ),
    references: part('iref', readReferences, []),
  };
}

function readPrimary(bytes: Uint8Array, box: Box): number {
  const { version, dataAt } = asFullBox(bytes, box);
  const reader = within(bytes, box);
  return version === 0 ? reader.u16(dataAt) : reader.u32(dataAt);
}

/** 14496-12, 8.11.6. */
function readItems(bytes: Uint8Array, box: Box): Map<number, HeifItem> {
  const { version, dataAt } = asFullBox(bytes, box);
  const items = new Map<number, HeifItem>();
  for (const entry of childrenOf(bytes, { ...box, dataAt: dataAt + (version === 0 ? 2 : 4) })) {
    if (entry.type !== 'infe') continue;
    const item = readItem(bytes, entry);
    // An identifier is of one item alone (8.11.6.1).
    if (items.size >= MAX_ITEMS || items.has(item.id)) throw new CompressionError('corrupt');
    items.set(item.id, item);
  }
  return items;
}

function readItem(bytes: Uint8Array, box: Box): HeifItem {
  const { version, dataAt } = asFullBox(bytes, box);
  const reader = within(bytes, box);
  const id = version < 3 ? reader.u16(dataAt) : reader.u32(dataAt);
  const typeAt = dataAt + (version < 3 ? 4 : 6);
  // Versions 0 and 1 have no item type.
  const type = version < 2 ? 'mime' : reader.ascii(typeAt, 4);
  const [name = '', contentType = ''] = latin1(
    bytes.subarray(version < 2 ? typeAt : typeAt + 4, Math.min(box.end, typeAt + 512)),
  ).split('\0', 3);
  return { id, type, name, contentType };
}

/** 14496-12, 8.11.3. */
function readLocations(bytes: Uint8Array, box: Box): Map<number, HeifLocation> {
  const { version, dataAt } = asFullBox(bytes, box);
  const reader = within(bytes, box);
  const sizes = reader.u16(dataAt);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15] as const;
  const indexSize = version === 0 ? 0 : sizes & 15;
  let at = dataAt + 2;
  const next = (size: number): number => {
    const value = readSized(reader, at, size);
    at += size;
    return value;
  };
  const count = next(version < 2 ? 2 : 4);
  if (count > MAX_ITEMS) throw new CompressionError('corrupt');
  const locations = new Map<number, HeifLocation>();
  let extentsRead = 0;
  for (let i = 0; i < count; i++) {
    const id = next(version < 2 ? 2 : 4);
    if (locations.has(id)) throw new CompressionError('corrupt');
    const method = version === 0 ? 0 : next(2) & 15;
    const dataReference = next(2);
    const base = next(baseSize);
    const extentCount = next(2);
    extentsRead += extentCount;
    if (extentsRead > MAX_EXTENTS) throw new CompressionError('corrupt');
    const extents = Array.from({ length: extentCount }, () => ({
      index: next(indexSize),
      offset: base + next(offsetSize),
      length: next(lengthSize),
    }));
    locations.set(id, { method, dataReference, extents });
  }
  return locations;
}

function readSized(reader: Reader, at: number, size: number): number {
  if (size === 0) return 0;
  if (size === 2) return reader.u16(at);
  if (size === 4) return reader.u32(at);
  if (size === 8) return reader.u64(at);
  throw new CompressionError('corrupt');
}

/** 23008-12, 9.3.1: which properties belong to which item. */
function readAssociations(bytes: Uint8Array, boxes: readonly Box[]): Map<number, HeifAssociation[]> {
  const associations = new Map<number, HeifAssociation[]>();
  for (const box of boxes) {
    const { version, flags, dataAt } = asFullBox(bytes, box);
    const reader = within(bytes, box);
    const wide = (flags & 1) === 1;
    const count = reader.u32(dataAt);
    let at = dataAt + 4;
    for (let i = 0; i < count; i++) {
      const id = version < 1 ? reader.u16(at) : reader.u32(at);
      at += version < 1 ? 2 : 4;
      const list = associations.get(id) ?? [];
      for (let left = reader.u8(at++); left > 0; left--) {
        const value = wide ? reader.u16(at) : reader.u8(at);
        at += wide ? 2 : 1;
        list.push(
          wide
            ? { essential: value >= 0x8000, index: value & 0x7fff }
            : { essential: value >= 0x80, index: value & 0x7f },
        );
      }
      associations.set(id, list.slice(0, MAX_PROPERTIES_OF_AN_ITEM));
      if (associations.size > MAX_ITEMS) throw new CompressionError('corrupt');
    }
  }
  return associations;
}

/** 14496-12, 8.11.12. */
function readReferences(bytes: Uint8Array, box: Box): HeifReference[] {
  const full = asFullBox(bytes, box);
  const reader = within(bytes, box);
  const size = full.version === 0 ? 2 : 4;
  let referred = 0;
  return childrenOf(bytes, full).map(({ type, dataAt }) => {
    const count = reader.u16(dataAt + size);
    referred += count;
    if (referred > MAX_REFERRED) throw new CompressionError('corrupt');
    const to = Array.from({ length: count }, (_, i) => readSized(reader, dataAt + size + 2 + i * size, size));
    return { type, from: readSized(reader, dataAt, size), to };
  });
}

function within(bytes: Uint8Array, box: Box): Reader {
  return new Reader(bytes.subarray(0, box.end), 'big', 'corrupt');
}
