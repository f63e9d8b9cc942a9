/** IPTC-NAA records (IIM 4.2) and the Photoshop image resources that carry them (Adobe Photoshop File Formats, "Image Resources"). */
import { CompressionError } from '../../errors.ts';
import type { MetadataKind } from '../inspection.ts';
import { latin1, Reader } from '../../bytes/reader.ts';

/** One `8BIM` block. */
export interface ImageResource {
  readonly id: number;
  readonly data: Uint8Array;
}

export interface IptcDataset {
  readonly record: number;
  readonly number: number;
  readonly data: Uint8Array;
}

export const IPTC_RESOURCE = 0x0404;

const MAX_RESOURCES = 2000;
const MAX_DATASETS = 20_000;

/**
 * Image resource blocks, as they follow "Photoshop 3.0\0" in JPEG's APP13.
 *
 * @throws CompressionError `corrupt` when a block goes past the end
 */
export function readImageResources(bytes: Uint8Array): ImageResource[] {
  const reader = new Reader(bytes, 'big', 'corrupt');
  const resources: ImageResource[] = [];
  for (let at = 0; at + 12 <= bytes.length && reader.is(at, '8BIM');) {
    if (resources.length >= MAX_RESOURCES) throw new CompressionError('corrupt');
    // A Pascal string padded to an even length, its length byte counted.
    const nameLength = (reader.u8(at + 6) + 2) & ~1;
    const length = reader.u32(at + 6 + nameLength);
    const dataAt = at + 10 + nameLength;
    resources.push({ id: reader.u16(at + 4), data: reader.slice(dataAt, length) });
    at = dataAt + length + (length & 1);
  }
  return resources;
}

export function writeImageResources(resources: readonly ImageResource[]): Uint8Array<ArrayBuffer> {
  const length = resources.reduce((sum, { data }) => sum + 12 + data.length + (data.length & 1), 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { id, data } of resources) {
    bytes.set([0x38, 0x42, 0x49, 0x4d], at);
    view.setUint16(at + 4, id);
    view.setUint32(at + 8, data.length);
    bytes.set(data, at + 12);
    at += 12 + data.length + (data.length & 1);
  }
  return bytes;
}

/**
 * IIM 4.2, 1.5: tag marker, record, dataset, and a length, which in the extended form tells how many bytes it has.
 *
 * @throws CompressionError `corrupt` when a dataset goes past the end
 */
export function readIptc(bytes: Uint8Array): IptcDataset[] {
  const reader = new Reader(bytes, 'big', 'corrupt');
  const datasets: IptcDataset[] = [];
  for (let at = 0; at + 5 <= bytes.length && reader.u8(at) === 0x1c;) {
    if (datasets.length >= MAX_DATASETS) throw new CompressionError('corrupt');
    let length = reader.u16(at + 3);
    let dataAt = at + 5;
    if (length & 0x8000) {
      const extended = length & 0x7fff;
      if (extended !== 4) throw new CompressionError('corrupt');
      length = reader.u32(dataAt);
      dataAt += extended;
    }
    datasets.push({ record: reader.u8(at + 1), number: reader.u8(at + 2), data: reader.slice(dataAt, length) });
    at = dataAt + length;
  }
  return datasets;
}

/** Datasets longer than the short form allows are left out: none that is worth keeping is. */
export function writeIptc(datasets: readonly IptcDataset[]): Uint8Array<ArrayBuffer> {
  const short = datasets.filter(({ data }) => data.length < 0x8000);
  const bytes = new Uint8Array(short.reduce((sum, { data }) => sum + 5 + data.length, 0));
  let at = 0;
  for (const { record, number, data } of short) {
    bytes.set([0x1c, record, number, data.length >> 8, data.length & 255], at);
    bytes.set(data, at + 5);
    at += 5 + data.length;
  }
  return bytes;
}

/** Dataset 1:90 says UTF-8 with the escape sequence of ISO 2022; without it the text is Latin-1 as a rule. */
export function iptcText(datasets: readonly IptcDataset[], { data }: IptcDataset): string {
  const utf8 = datasets.some(
    ({ record, number, data: value }) => record === 1 && number === 90 && latin1(value) === '\x1b%G',
  );
  return (utf8 ? new TextDecoder().decode(data) : latin1(data)).trim();
}

/** Of the application record (2). Envelope and version are of no kind. */
const KINDS: Readonly<Record<number, MetadataKind>> = {
  5: 'comment', // Object name
  25: 'comment', // Keywords
  26: 'gps', // Content location code
  27: 'gps', // Content location name
  40: 'rights', // Special instructions
  55: 'date', // Date created
  60: 'date', // Time created
  62: 'date', // Digital creation date
  63: 'date', // Digital creation time
  65: 'software', // Originating program
  70: 'software', // Program version
  80: 'artist', // By-line
  85: 'artist', // By-line title
  90: 'gps', // City
  92: 'gps', // Sublocation
  95: 'gps', // Province
  100: 'gps', // Country code
  101: 'gps', // Country name
  105: 'comment', // Headline
  110: 'credit', // Credit
  115: 'credit', // Source
  116: 'copyright', // Copyright notice
  118: 'artist', // Contact
  120: 'comment', // Caption
  122: 'comment', // Caption writer
};

export function iptcKind({ record, number, data }: IptcDataset): MetadataKind | null {
  return record === 2 && data.length > 0 ? (KINDS[number] ?? null) : null;
}

/** Kind of an image resource that is not IPTC: 0x0409 and 0x040c are thumbnails, the rest is Photoshop's own. */
export function resourceKind(id: number): MetadataKind {
  return id === 0x0409 || id === 0x040c ? 'thumbnail' : 'software';
}
