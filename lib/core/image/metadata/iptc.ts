/** IPTC-NAA records (IIM 4.2) and the Photoshop image resources that carry them (Adobe Photoshop File Formats, "Image Resources"). */
import { CompressionError } from '../../errors.ts';
import type { MetadataKind } from '../inspection.ts';
import { bigEndian16, bigEndian32, copyBytes, joinBytes, latin1Bytes } from '../../bytes/bytes.ts';
import { utf8OrLatin1 } from '../formats/text.ts';
import { ifReadable, latin1, Reader } from '../../bytes/reader.ts';

/** One `8BIM` block. */
export interface ImageResource {
  readonly id: number;
  readonly data: Uint8Array;
  /** Absent: `8BIM`. */
  readonly signature?: string;
  /** Latin-1, at most 255 characters; paths have one. Absent: none. */
  readonly name?: string;
}

export interface IptcDataset {
  readonly record: number;
  readonly number: number;
  readonly data: Uint8Array;
}

export const IPTC_RESOURCE = 0x0404;
/** A block of EXIF and a packet of XMP among the resources: Photoshop writes them into PSD, programs copy them from there. */
export const EXIF_RESOURCE = 0x0422;
export const XMP_RESOURCE = 0x0424;
/** ResolutionInfo: dots of columns, its unit and that of the width, then the same of rows and the height. */
export const RESOLUTION_RESOURCE = 0x03ed;

const MAX_RESOURCES = 2000;
const MAX_DATASETS = 20_000;

/** Photoshop's own, and those of ImageReady, Photo Mechanic and others, which exiftool reads alike. */
const SIGNATURES = ['8BIM', 'PHUT', 'DCSR', 'AgHg', 'MeSa'];

/**
 * Image resource blocks, as they follow "Photoshop 3.0\0" in JPEG's APP13, all segments joined. What is damaged ends the
 * list; of a block that goes past the end there is as much as there is.
 *
 * @throws CompressionError `corrupt` when there are more than any program writes
 */
export function readImageResources(bytes: Uint8Array): ImageResource[] {
  const reader = new Reader(bytes, 'big', 'corrupt');
  const resources: ImageResource[] = [];
  for (let at = 0; at + 12 <= bytes.length;) {
    const signature = latin1(bytes.subarray(at, at + 4));
    if (!SIGNATURES.includes(signature)) {
      // A block of odd length whose writer left out the pad byte, before or after another's.
      const next = [at - 1, at + 1].find((near) => SIGNATURES.includes(latin1(bytes.subarray(near, near + 4))));
      if (next === undefined || resources.length === 0) break;
      at = next;
      continue;
    }
    if (resources.length >= MAX_RESOURCES) throw new CompressionError('corrupt');
    // A Pascal string padded to an even length, its length byte counted.
    const nameLength = reader.u8(at + 6);
    const lengthAt = at + 6 + ((nameLength + 2) & ~1);
    if (lengthAt + 4 > bytes.length) break;
    const length = reader.u32(lengthAt);
    const dataAt = lengthAt + 4;
    resources.push({
      id: reader.u16(at + 4),
      data: bytes.subarray(dataAt, dataAt + length),
      ...(signature !== '8BIM' && { signature }),
      ...(nameLength > 0 && { name: latin1(bytes.subarray(at + 7, at + 7 + nameLength)) }),
    });
    at = dataAt + length + (length & 1);
  }
  return resources;
}

/** Resources that are blocks of metadata by themselves, and the others. */
export interface SplitResources {
  readonly exif: readonly Uint8Array[];
  readonly xmp: readonly Uint8Array[];
  readonly iptc: Uint8Array | null;
  readonly rest: readonly ImageResource[];
}

export function splitResources(resources: readonly ImageResource[]): SplitResources {
  const all = (wanted: number): Uint8Array[] => resources.filter(({ id }) => id === wanted).map(({ data }) => data);
  const blocks: readonly number[] = [IPTC_RESOURCE, EXIF_RESOURCE, XMP_RESOURCE];
  return {
    exif: all(EXIF_RESOURCE),
    xmp: all(XMP_RESOURCE),
    iptc: iptcOf(resources),
    rest: resources.filter(({ id }) => !blocks.includes(id)),
  };
}

/** The IPTC datasets of all blocks that have some, as one; null when none has. */
function iptcOf(resources: readonly ImageResource[]): Uint8Array | null {
  return joinIptc(resources.filter(({ id }) => id === IPTC_RESOURCE).map(({ data }) => data));
}

export function writeImageResources(resources: readonly ImageResource[]): Uint8Array<ArrayBuffer> {
  return joinBytes(
    resources.flatMap(({ id, data, signature = '8BIM', name = '' }) => [
      latin1Bytes(signature),
      bigEndian16(id),
      new Uint8Array([name.length]),
      latin1Bytes(name),
      new Uint8Array((name.length + 1) & 1),
      bigEndian32(data.length),
      data,
      new Uint8Array(data.length & 1),
    ]),
  );
}

/**
 * IIM 4.2, 1.5: tag marker, record, dataset, and a length, which in the extended form tells how many bytes it has.
 *
 * What is damaged ends the list.
 *
 * @throws CompressionError `corrupt` when there are more than any program writes
 */
export function readIptc(given: Uint8Array): IptcDataset[] {
  const bytes = given[0] !== 0x1c && given[3] === 0x1c ? swappedLongs(given) : given;
  const reader = new Reader(bytes, 'big', 'corrupt');
  const datasets: IptcDataset[] = [];
  for (let at = 0; at + 5 <= bytes.length && reader.u8(at) === 0x1c;) {
    if (datasets.length >= MAX_DATASETS) throw new CompressionError('corrupt');
    let length = reader.u16(at + 3);
    let dataAt = at + 5;
    if (length & 0x8000) {
      const extended = length & 0x7fff;
      if (extended < 1 || extended > 4 || dataAt + extended > bytes.length) break;
      length = bytes.subarray(dataAt, dataAt + extended).reduce((sum, byte) => sum * 256 + byte, 0);
      dataAt += extended;
    }
    if (dataAt + length > bytes.length) break;
    datasets.push({ record: reader.u8(at + 1), number: reader.u8(at + 2), data: reader.slice(dataAt, length) });
    at = dataAt + length;
  }
  return datasets;
}

/** Old writers of TIFF say LONG of it, and readers of theirs turned each four bytes round (exiftool, Image/ExifTool/Exif.pm). */
function swappedLongs(given: Uint8Array): Uint8Array {
  const bytes = copyBytes(given);
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  return bytes;
}

/** Data of 32 kB and more gets the extended form (IIM 4.2, 1.5). */
export function writeIptc(datasets: readonly IptcDataset[]): Uint8Array<ArrayBuffer> {
  return joinBytes(
    datasets.flatMap(({ record, number, data }) => [
      new Uint8Array([0x1c, record, number]),
      data.length < 0x8000 ? bigEndian16(data.length) : joinBytes([bigEndian16(0x8004), bigEndian32(data.length)]),
      data,
    ]),
  );
}

/** Several lists as one, each dataset once; in UTF-8 where any of them has more than ASCII. Null when there is nothing in them. */
export function joinIptc(blocks: readonly Uint8Array[]): Uint8Array | null {
  const [first, ...more] = blocks.filter(({ length }) => length > 0);
  if (!first || more.length === 0) return first ?? null;
  const lists = [first, ...more].map((block) => ifReadable(() => readIptc(block), []));
  const inUtf8 =
    lists.some(isUtf8) || lists.some((list) => list.some((dataset) => isText(dataset) && !isAscii(dataset)));
  const found = new Map<string, IptcDataset>();
  if (inUtf8) found.set('1:90', { record: 1, number: 90, data: latin1Bytes(UTF8_MARK) });
  for (const list of lists) {
    for (const { record, number, data } of list) {
      if (inUtf8 && record === 1 && number === 90) continue;
      const converted = inUtf8 && !isUtf8(list) && isText({ record, number });
      const said = converted
        ? new TextEncoder().encode(utf8OrLatin1(data, fillsField({ record, number, data })))
        : data;
      const key = `${record}:${number}${number === 90 && record === 1 ? '' : `:${latin1(said)}`}`;
      if (!found.has(key)) found.set(key, { record, number, data: said });
    }
  }
  return writeIptc([...found.values()].toSorted((a, b) => a.record - b.record));
}

/** Of the application record, all but its version, a caption that is drawn, and the preview (IIM 4.2, 6). */
function isText({ record, number }: Pick<IptcDataset, 'record' | 'number'>): boolean {
  return record === 2 && ![0, 125, 200, 201, 202].includes(number);
}

function isAscii({ data }: IptcDataset): boolean {
  return data.every((byte) => byte < 0x80);
}

/** Dataset 1:90 says UTF-8 with this escape sequence of ISO 2022. */
const UTF8_MARK = '\x1b%G';

function isUtf8(datasets: readonly IptcDataset[]): boolean {
  return datasets.some(({ record, number, data }) => record === 1 && number === 90 && latin1(data) === UTF8_MARK);
}

/** Where dataset 1:90 does not say UTF-8, many write it nevertheless. Fields of a fixed length are filled up with NUL. */
export function iptcText(datasets: readonly IptcDataset[], dataset: IptcDataset): string {
  const isCut = fillsField(dataset);
  const text = isUtf8(datasets)
    ? new TextDecoder().decode(dataset.data, { stream: isCut })
    : utf8OrLatin1(dataset.data, isCut);
  return text.replace(/\0+$/, '').trim();
}

/** Bytes that a field has (IIM 4.2, 6); of the others the text is whole. */
const MOST_BYTES: Readonly<Record<number, number>> = {
  ...{ 5: 64, 25: 64, 40: 256, 80: 32, 85: 32, 90: 32, 92: 32, 95: 32, 101: 64, 103: 32, 105: 256 },
  ...{ 110: 32, 115: 32, 116: 128, 118: 128, 120: 2000, 122: 32 },
};
/** A character of UTF-8 that did not fit leaves up to three. */
const LEFT_OVER = 3;

/** Its text may have been longer, and its last character of UTF-8 may have been cut. */
export function fillsField({ record, number, data }: IptcDataset): boolean {
  return record === 2 && data.length >= (MOST_BYTES[number] ?? Infinity) - LEFT_OVER;
}

/** Of the application record (2); what is not here is a comment. Its version (2:0) is of no kind. */
const KINDS: Readonly<Record<number, MetadataKind>> = {
  5: 'comment', // Object name
  25: 'comment', // Keywords
  26: 'place', // Content location code
  27: 'place', // Content location name
  40: 'rights', // Special instructions
  55: 'date', // Date created
  60: 'date', // Time created
  62: 'date', // Digital creation date
  63: 'date', // Digital creation time
  65: 'software', // Originating program
  70: 'software', // Program version
  80: 'artist', // By-line
  85: 'artist', // By-line title
  90: 'place', // City
  92: 'place', // Sublocation
  95: 'place', // Province
  100: 'place', // Country code
  101: 'place', // Country name
  105: 'comment', // Headline
  110: 'credit', // Credit
  115: 'credit', // Source
  116: 'copyright', // Copyright notice
  118: 'artist', // Contact
  120: 'comment', // Caption
  122: 'comment', // Caption writer
  200: 'thumbnail', // Preview's file format
  201: 'thumbnail', // Preview's file format version
  202: 'thumbnail', // Preview
};

export function iptcKind({ record, number, data }: IptcDataset): MetadataKind | null {
  if (data.length === 0) return null;
  if (record === 2) return number === 0 ? null : (KINDS[number] ?? 'comment');
  // The envelope's names of services and numbers of one item; its version, file format and character set say nothing.
  if (record === 1) return [0, 20, 22, 90].includes(number) ? null : number === 100 ? 'serial-number' : 'software';
  return record >= 3 && record <= 6 ? null : 'software';
}

/** Without a small picture of the object, and without the object itself (records 7 to 9); null when nothing else is in it. */
export function withoutPreview(iptc: Uint8Array): Uint8Array | null {
  const datasets = ifReadable(() => readIptc(iptc), []);
  const kept = datasets.filter((dataset) => dataset.record < 7 && iptcKind(dataset) !== 'thumbnail');
  return kept.length === datasets.length ? iptc : kept.length > 0 ? writeIptc(kept) : null;
}

/** Kind of an image resource that is not IPTC: 0x0409 and 0x040c are thumbnails, the rest is Photoshop's own. */
export function resourceKind(id: number): MetadataKind {
  return id === 0x0409 || id === 0x040c ? 'thumbnail' : 'software';
}
