/** The metadata in a HEIF file: items of the `meta` box (ISO/IEC 23008-12, annex A), and boxes beside it. */
import { joinBytes } from '../../bytes/bytes.ts';
import type { Findings } from '../metadata/findings.ts';
import { ifReadable, Reader, startsWith } from '../../bytes/reader.ts';
import type { HeifLocation, HeifMeta } from './heif-meta.ts';
import { auxiliaryType } from './heif-picture.ts';
import { findBox, type Box } from './isobmff.ts';

/** C2PA 2.1, A.5: the `uuid` box of a manifest store. */
export const C2PA_UUID = '\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81';

/**
 * Boxes of a file's own level that have to do with its pictures (14496-12, table 1; 23008-12; `mpvd` is the video of a
 * motion photo). What is not here is free space, or some program's own, such as Samsung's `sefd`.
 */
export const PICTURE_BOXES: readonly string[] = [
  'ftyp', 'styp', 'etyp', 'meta', 'mini', 'moov', 'moof', 'mfra', 'mdat', 'imda', 'idat', 'sidx', 'ssix', 'pdin', 'mpvd',
]; // prettier-ignore

/** A description by the user, times of creation and of change (23008-12, 6.5.20, 6.5.18, 6.5.19). */
export const TELLING_PROPERTIES = ['udes', 'crtt', 'mdft'];

/** An XMP packet or an EXIF block has some kB, seldom a few MB. */
const MAX_ITEM_BYTES = 32_000_000;

export function readHeifMetadata(
  bytes: Uint8Array,
  boxes: readonly Box[],
  meta: HeifMeta | undefined,
  findings: Findings,
): void {
  for (const box of boxes) {
    if (box.type === 'uuid' && startsWith(bytes, C2PA_UUID, box.dataAt))
      findings.c2pa(bytes.subarray(box.dataAt, box.end));
    else if (!PICTURE_BOXES.includes(box.type) && isFilled(bytes, box))
      findings.add(isFree(box) ? 'trailing-data' : 'software');
    // Google's and Samsung's motion photos in HEIF.
    if (box.type === 'mpvd') findings.add('motion-photo');
  }
  if (!meta) return;
  for (const { type } of meta.properties)
    if (TELLING_PROPERTIES.includes(type)) findings.add(type === 'udes' ? 'comment' : 'date');
  for (const { id, type, contentType } of meta.items.values()) {
    if (type === 'tmap') findings.add('gain-map');
    if (type !== 'Exif' && type !== 'mime') continue;
    const data = itemData(bytes, meta, id);
    if (type === 'Exif') {
      const block = data && exifBlock(data);
      if (block) findings.exif(block);
      else findings.add('exif');
    } else if (contentType === 'application/rdf+xml') {
      if (data) findings.xmp(data);
      else findings.add('xmp');
    }
  }
  for (const { type, from } of meta.references) {
    const urn = type === 'auxl' ? auxiliaryType(bytes, meta, from) : '';
    if (urn.includes('hdrgainmap')) findings.add('gain-map');
    if (urn.endsWith(':depth') || urn === 'urn:mpeg:hevc:2015:auxid:2' || urn.includes('disparity'))
      findings.add('depth-map');
    if (type === 'thmb') findings.add('thumbnail');
  }
}

/** 14496-12, 8.1.2. */
function isFree({ type }: Box): boolean {
  return type === 'free' || type === 'skip';
}

function isFilled(bytes: Uint8Array, { dataAt, end }: Box): boolean {
  return bytes.subarray(dataAt, end).some((byte) => byte !== 0);
}

/** 23008-12, A.2.1: four bytes tell where after them the TIFF header is. */
export function exifBlock(data: Uint8Array): Uint8Array | null {
  const at = data.length < 4 ? -1 : 4 + new Reader(data).u32(0);
  return at >= 4 && at < data.length ? data.subarray(at) : null;
}

/** The bytes of an item, put together from its extents; null when they are elsewhere, cut off or too many. */
export function itemData(bytes: Uint8Array, meta: HeifMeta, id: number): Uint8Array | null {
  const location = meta.locations.get(id);
  if (!location || location.dataReference !== 0 || location.method > 1) return null;
  const parts = ifReadable(() => extentsOf(bytes, meta, location), null);
  const length = parts?.reduce((sum, part) => sum + part.length, 0) ?? 0;
  if (!parts || length > MAX_ITEM_BYTES) return null;
  return parts.length === 1 ? parts[0]! : joinBytes(parts);
}

/** 14496-12, 8.11.3.3: a length of 0 is all of the source. */
function extentsOf(bytes: Uint8Array, meta: HeifMeta, { method, extents }: HeifLocation): Uint8Array[] {
  const idat = findBox(meta.children, 'idat');
  const source = method === 0 ? bytes : idat ? bytes.subarray(idat.dataAt, idat.end) : new Uint8Array();
  const reader = new Reader(source);
  return extents.map(({ offset, length }) => reader.slice(offset, length || source.length - offset));
}
