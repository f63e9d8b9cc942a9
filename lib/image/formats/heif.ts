/** What an AVIF or HEIC file is: ISO/IEC 23008-12 (HEIF), 23000-22 (MIAF), and the AVIF specification 1.1. */
import { CompressionError } from '../../errors.ts';
import type { Inspection, Orientation } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { latin1, Reader } from '../reader.ts';
import { asFullBox, findBox, readBoxes, type Box } from './isobmff.ts';
import { readHeifMeta, type HeifMeta } from './heif-meta.ts';

/**
 * The orientation is that of `irot` and `imir`. EXIF's is ignored, as 23008-12, 6.5.10 asks: it tells of the camera.
 *
 * @throws CompressionError `truncated` when a box or the coded picture goes past the end of the file, `corrupt`
 */
export function inspectHeif(bytes: Uint8Array, format: 'avif' | 'heic'): Inspection {
  const boxes = readBoxes(bytes, 0, bytes.length, 'truncated');
  const metaBox = findBox(boxes, 'meta');
  if (!metaBox) throw new CompressionError(findBox(boxes, 'mdat') ? 'corrupt' : 'truncated');
  const meta = readHeifMeta(bytes, metaBox);
  const picture = readPicture(bytes, meta, meta.primary);
  if (!picture.width || !picture.height) throw new CompressionError('corrupt');
  checkExtents(bytes, meta);
  const findings = new Findings();
  return {
    format,
    bytes: bytes.length,
    width: picture.width,
    height: picture.height,
    orientation: picture.orientation,
    bitDepth: picture.depth,
    colour: { model: picture.monochrome ? 'grey' : 'rgb', profile: null, cicp: null, gamma: null, chromaticities: null },
    alpha: hasAlpha(bytes, meta),
    animation: null,
    coding: { lossless: null, quality: null, progressive: false, exotic: null },
    metadata: findings.toMetadata(),
  };
}

interface Picture {
  width: number;
  height: number;
  orientation: Orientation;
  depth: number;
  monochrome: boolean;
}

function readPicture(bytes: Uint8Array, meta: HeifMeta, id: number): Picture {
  const picture: Picture = { width: 0, height: 0, orientation: 1, depth: 0, monochrome: false };
  let turns = 0;
  let mirror: number | null = null;
  // A grid has its size, and its tiles have the coding.
  const tile = meta.references.find(({ type, from }) => type === 'dimg' && from === id)?.to[0];
  for (const box of [...propertiesOf(meta, id), ...(tile === undefined ? [] : propertiesOf(meta, tile))]) {
    const reader = new Reader(bytes.subarray(0, box.end), 'big', 'corrupt');
    if (box.type === 'ispe' && picture.width === 0) {
      picture.width = reader.u32(box.dataAt + 4);
      picture.height = reader.u32(box.dataAt + 8);
    } else if (box.type === 'pixi' && picture.depth === 0 && reader.u8(box.dataAt + 4) > 0) {
      picture.depth = reader.u8(box.dataAt + 5);
      picture.monochrome = reader.u8(box.dataAt + 4) === 1;
    } else if (box.type === 'av1C') {
      // AV1-ISOBMFF, 2.3.3: high_bitdepth, twelve_bit, monochrome.
      const flags = reader.u8(box.dataAt + 2);
      picture.depth ||= (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12;
      picture.monochrome = (flags & 0x10) !== 0;
    } else if (box.type === 'hvcC') {
      // ISO/IEC 14496-15, 8.3.3.1.2: chromaFormat, bitDepthLumaMinus8.
      picture.depth ||= (reader.u8(box.dataAt + 17) & 7) + 8;
      picture.monochrome = (reader.u8(box.dataAt + 16) & 3) === 0;
    }
  }
  for (const box of propertiesOf(meta, id)) {
    const reader = new Reader(bytes.subarray(0, box.end), 'big', 'corrupt');
    if (box.type === 'irot') turns = reader.u8(box.dataAt) & 3;
    if (box.type === 'imir') mirror = reader.u8(box.dataAt) & 1;
  }
  picture.orientation = orientationFrom(turns, mirror);
  picture.depth ||= 8;
  return picture;
}

/**
 * EXIF's orientation for `irot` (quarter turns anticlockwise) and then `imir` (0: top and bottom change places, 1: left
 * and right do): 23008-12, 6.5.10 and 6.5.12. Turned first, then mirrored, as MIAF, 7.3.6.7 orders.
 */
export function orientationFrom(turns: number, mirror: number | null): Orientation {
  const table: readonly (readonly [Orientation, Orientation, Orientation])[] = [[1, 4, 2], [8, 5, 7], [3, 2, 4], [6, 7, 5]];
  return table[turns & 3]![mirror === null ? 0 : mirror === 0 ? 1 : 2];
}

export function propertiesOf(meta: HeifMeta, id: number): Box[] {
  return (meta.associations.get(id) ?? []).flatMap(({ index }) => meta.properties[index - 1] ?? []);
}

/** An auxiliary item that says alpha, of the primary item or of one of its tiles. */
function hasAlpha(bytes: Uint8Array, meta: HeifMeta): boolean {
  return meta.references.some(({ type, from }) => type === 'auxl' && auxiliaryType(bytes, meta, from).endsWith(':alpha'))
    || meta.references.some(({ type, from }) => type === 'auxl' && auxiliaryType(bytes, meta, from) === 'urn:mpeg:hevc:2015:auxid:1');
}

/** The URN in `auxC`, '' when the item has none. */
export function auxiliaryType(bytes: Uint8Array, meta: HeifMeta, id: number): string {
  const box = propertiesOf(meta, id).find(({ type }) => type === 'auxC');
  if (!box) return '';
  const { dataAt, end } = asFullBox(bytes, box);
  return latin1(bytes.subarray(dataAt, Math.min(end, dataAt + 256))).split('\0', 1)[0] ?? '';
}

function checkExtents(bytes: Uint8Array, meta: HeifMeta): void {
  for (const [id, { method, dataReference, extents }] of meta.locations) {
    const type = meta.items.get(id)?.type;
    if (method !== 0 || dataReference !== 0 || type === 'Exif' || type === 'mime') continue;
    if (extents.some(({ offset, length }) => offset + length > bytes.length)) throw new CompressionError('truncated');
  }
}
