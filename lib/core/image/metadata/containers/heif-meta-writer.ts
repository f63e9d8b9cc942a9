/** Writing the `meta` box of a HEIF file anew: ISO/IEC 14496-12, 8.11, and 23008-12, 9.3. */
import { CompressionError } from '../../../errors.ts';
import { bigEndian16, bigEndian32, copyBytes, latin1Bytes } from '../../../bytes/bytes.ts';
import type { HeifAssociation, HeifLocation, HeifMeta, HeifReference } from '../../formats/heif-meta.ts';
import { childrenOf, findBox, type Box } from '../../formats/isobmff.ts';
import { startsWith } from '../../../bytes/reader.ts';
import { box, fullBox } from './box.ts';

export interface NewItem {
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
}

export interface HeifChange {
  /** Ids of items that go, with their data. */
  readonly removed: readonly number[];
  /** Items that describe the primary picture. */
  readonly added: readonly NewItem[];
  /** The primary picture's profile. */
  readonly icc: Uint8Array | null;
  readonly dropsBox: (box: Box) => boolean;
  readonly dropsProperty: (property: Box) => boolean;
}

/**
 * @param moved where an offset of the old file is in the new one
 * @param newDataAt where in the new file the data of the added items is, one after the other
 */
export function metaBox(
  bytes: Uint8Array,
  meta: HeifMeta,
  change: HeifChange,
  moved: (offset: number) => number,
  newDataAt: number,
): Uint8Array {
  const ids = newIds(meta, change);
  const properties = changedProperties(bytes, meta, change);
  const writers: Readonly<Record<string, (old: Box) => Uint8Array>> = {
    iinf: (old) => itemInfo(bytes, old, change, ids),
    iloc: () => itemLocations(meta, change, ids, moved, newDataAt),
    iref: () => itemReferences(meta, change, ids),
    iprp: (old) => itemProperties(bytes, old, properties),
    idat: (old) => itemData(bytes, meta, old, change.removed),
  };
  const children = meta.children.map((child) => writers[child.type]?.(child) ?? bytes.subarray(child.start, child.end));
  const wantsReferences = !findBox(meta.children, 'iref') && ids.length > 0;
  const head = bytes.subarray(meta.box.dataAt, meta.box.dataAt + 4);
  return box('meta', head, ...children, ...(wantsReferences ? [itemReferences(meta, change, ids)] : []));
}

function newIds(meta: HeifMeta, { removed, added: { length: count } }: HeifChange): number[] {
  let highest = meta.primary;
  for (const id of [...meta.items.keys(), ...meta.locations.keys()])
    if (!removed.includes(id)) highest = Math.max(highest, id);
  if (count > 0 && (!findBox(meta.children, 'iinf') || !findBox(meta.children, 'iloc')))
    throw new CompressionError('corrupt');
  return Array.from({ length: count }, (_, i) => highest + 1 + i);
}

/** 8.11.6. Kept entries are copied as they are. */
function itemInfo(bytes: Uint8Array, old: Box, { removed, added }: HeifChange, ids: readonly number[]): Uint8Array {
  const version = bytes[old.dataAt] ?? 0;
  const entries = childrenOf(bytes, { ...old, dataAt: old.dataAt + 4 + (version === 0 ? 2 : 4) })
    .filter((entry) => entry.type !== 'infe' || !removed.includes(idOf(bytes, entry)))
    .map(({ start, end }) => bytes.subarray(start, end));
  const more = added.map(({ type, contentType }, i) => {
    const id = ids[i] ?? 0;
    const wide = id > 0xffff;
    return fullBox(
      'infe',
      wide ? 3 : 2,
      0,
      wide ? bigEndian32(id) : bigEndian16(id),
      bigEndian16(0),
      latin1Bytes(`${type}\0${contentType && `${contentType}\0`}`),
    );
  });
  const all = [...entries, ...more];
  return fullBox('iinf', version, 0, version === 0 ? bigEndian16(all.length) : bigEndian32(all.length), ...all);
}

function idOf(bytes: Uint8Array, { dataAt }: Box): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return (bytes[dataAt] ?? 0) < 3 ? view.getUint16(dataAt + 4) : view.getUint32(dataAt + 4);
}

/** 8.11.3, with every base offset folded into its extents. */
function itemLocations(
  meta: HeifMeta,
  { removed, added }: HeifChange,
  ids: readonly number[],
  moved: (offset: number) => number,
  newDataAt: number,
): Uint8Array {
  const locations: [number, HeifLocation][] = [...meta.locations].filter(([id]) => !removed.includes(id));
  let at = newDataAt;
  for (const [i, { data }] of added.entries()) {
    locations.push([
      ids[i] ?? 0,
      { method: 0, dataReference: 0, extents: [{ index: 0, offset: at, length: data.length }] },
    ]);
    at += data.length;
  }
  const isNew = (id: number): boolean => ids.includes(id);
  const wide = locations.some(([id]) => id > 0xffff) || locations.length > 0xffff;
  const indexed = locations.some(([, { extents }]) => extents.some(({ index }) => index !== 0));
  const id = (value: number): Uint8Array => (wide ? bigEndian32(value) : bigEndian16(value));
  const entries = locations.flatMap(([item, { method, dataReference, extents }]) => [
    id(item),
    bigEndian16(method),
    bigEndian16(dataReference),
    bigEndian16(extents.length),
    ...extents.flatMap(({ index, offset, length }) => [
      ...(indexed ? [size32(index)] : []),
      size32(method === 0 && dataReference === 0 && !isNew(item) ? moved(offset) : offset),
      size32(length),
    ]),
  ]);
  // Sizes of offset, length, base offset and index, in bytes.
  return fullBox('iloc', wide ? 2 : 1, 0, new Uint8Array([0x44, indexed ? 0x04 : 0]), id(locations.length), ...entries);
}

/** Files of more than 4 GB are none that are read. */
function size32(value: number): Uint8Array {
  if (value > 0xffff_ffff) throw new CompressionError('corrupt');
  return bigEndian32(value);
}

/** 8.11.12; each added item describes (`cdsc`) the primary picture. */
function itemReferences(meta: HeifMeta, { removed }: HeifChange, ids: readonly number[]): Uint8Array {
  const kept = meta.references
    .filter(({ from }) => !removed.includes(from))
    .map(({ type, from, to }) => ({ type, from, to: to.filter((id) => !removed.includes(id)) }))
    .filter(({ to }) => to.length > 0);
  const all: HeifReference[] = [...kept, ...ids.map((id) => ({ type: 'cdsc', from: id, to: [meta.primary] }))];
  const wide = all.some(({ from, to }) => from > 0xffff || to.some((id) => id > 0xffff));
  const id = (value: number): Uint8Array => (wide ? bigEndian32(value) : bigEndian16(value));
  return fullBox(
    'iref',
    wide ? 1 : 0,
    0,
    ...all.map(({ type, from, to }) => box(type, id(from), bigEndian16(to.length), ...to.map(id))),
  );
}

interface Properties {
  readonly boxes: readonly Uint8Array[];
  readonly associations: ReadonlyMap<number, readonly HeifAssociation[]>;
}

/**
 * Of the primary picture the profile is replaced, added or taken away; what other pictures share with it goes with it. Free
 * space keeps the place of what goes, so that the numbers of the properties after it stay.
 */
function changedProperties(bytes: Uint8Array, meta: HeifMeta, change: HeifChange): Properties {
  const { icc, removed } = change;
  const boxes = meta.properties.map(({ start, end }) => bytes.subarray(start, end));
  const associations = new Map([...meta.associations].filter(([id]) => !removed.includes(id)));
  const drop = (gone: number): void => {
    boxes[gone - 1] = box('free');
    for (const [id, list] of associations)
      associations.set(
        id,
        list.filter(({ index }) => index !== gone),
      );
  };
  for (const [i, property] of meta.properties.entries()) if (change.dropsProperty(property)) drop(i + 1);
  const own = associations.get(meta.primary) ?? [];
  const at = own.map(({ index }) => index).find((index) => isProfile(bytes, meta.properties[index - 1]));
  if (at !== undefined) {
    if (icc) boxes[at - 1] = profileBox(icc);
    else drop(at);
  } else if (icc) {
    boxes.push(profileBox(icc));
    associations.set(meta.primary, [...own, { index: boxes.length, essential: false }]);
  }
  return { boxes, associations };
}

function isProfile(bytes: Uint8Array, property: Box | undefined): boolean {
  return property?.type === 'colr' && ['prof', 'rICC'].some((kind) => startsWith(bytes, kind, property.dataAt));
}

/** 14496-12, 12.1.5. */
function profileBox(icc: Uint8Array): Uint8Array {
  return box('colr', latin1Bytes('prof'), icc);
}

/** 23008-12, 9.3.1. */
function itemProperties(bytes: Uint8Array, old: Box, { boxes, associations }: Properties): Uint8Array {
  const others = childrenOf(bytes, old)
    .filter(({ type }) => type !== 'ipco' && type !== 'ipma')
    .map(({ start, end }) => bytes.subarray(start, end));
  const wideIds = [...associations.keys()].some((id) => id > 0xffff);
  const wideIndices = boxes.length > 127;
  // Items in ascending order, as 9.3.1 demands.
  const entries = [...associations]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([id, list]) => [
      wideIds ? bigEndian32(id) : bigEndian16(id),
      new Uint8Array([Math.min(list.length, 255)]),
      ...list
        .slice(0, 255)
        .map(({ index, essential }) =>
          wideIndices
            ? bigEndian16(index | (essential ? 0x8000 : 0))
            : new Uint8Array([index | (essential ? 0x80 : 0)]),
        ),
    ]);
  const ipma = fullBox('ipma', wideIds ? 1 : 0, wideIndices ? 1 : 0, bigEndian32(associations.size), ...entries);
  return box('iprp', box('ipco', ...boxes), ipma, ...others);
}

/** The data of removed items is blanked out: others are found by their place in here. */
function itemData(bytes: Uint8Array, meta: HeifMeta, old: Box, removed: readonly number[]): Uint8Array {
  const copy = copyBytes(bytes, old.start, old.end);
  const header = old.dataAt - old.start;
  for (const id of removed) {
    const location = meta.locations.get(id);
    if (location?.method !== 1) continue;
    for (const { offset, length } of location.extents)
      copy.fill(0, header + offset, length === 0 ? undefined : header + offset + length);
  }
  return copy;
}
