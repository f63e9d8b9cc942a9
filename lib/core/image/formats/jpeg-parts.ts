/** What the application segments of a JPEG file carry, and what follows its end. */
import { joinBytes } from '../../bytes/bytes.ts';
import { TiffBlock, findEntry } from '../metadata/ifd.ts';
import { ifReadable, indexOfText, startsWith } from '../../bytes/reader.ts';
import { MARKER, readJpegHeader, readJpegSegments, type JpegLayout, type JpegSegment } from './jpeg-segments.ts';

/** How the payload of each application segment begins. */
export const SIGNATURE = {
  /** EXIF 3.0, 4.7.2.1; the second zero is a pad. */
  exif: 'Exif\0',
  /** XMP part 3, 1.1.3. */
  xmp: 'http://ns.adobe.com/xap/1.0/\0',
  extendedXmp: 'http://ns.adobe.com/xmp/extension/\0',
  /** ICC.1:2022, B.4. */
  icc: 'ICC_PROFILE\0',
  /** CIPA DC-007, 5.2. */
  mpf: 'MPF\0',
  /** ISO 21496-1. */
  gainMap: 'urn:iso:std:iso:ts:21496:-1\0',
  photoshop: 'Photoshop 3.0\0',
  /** Photoshop 2.5: eight more bytes stand before the resources (exiftool, lib/Image/ExifTool.pm). */
  oldPhotoshop: 'Adobe_Photoshop2.5:',
  jfif: 'JFIF\0',
  jfxx: 'JFXX\0',
  adobe: 'Adobe',
  /** ISO/IEC 19566-5, D.2: JUMBF boxes. */
  jumbf: 'JP',
} as const;

export type JpegPart = keyof typeof SIGNATURE | 'comment' | 'vendor' | 'coding';

/** What a segment carries; `vendor` is an application segment of no known kind, `coding` belongs to the picture. */
export function partOf(bytes: Uint8Array, { marker, dataAt, end }: JpegSegment): JpegPart {
  if (marker === MARKER.COM) return 'comment';
  if (marker < MARKER.APP0 || marker > 0xef) return 'coding';
  const payload = bytes.subarray(dataAt, end);
  const is = (part: keyof typeof SIGNATURE): boolean => startsWith(payload, SIGNATURE[part]);
  return PARTS[marker]?.find(is) ?? 'vendor';
}

const PARTS: Readonly<Record<number, readonly (keyof typeof SIGNATURE)[]>> = {
  [MARKER.APP0]: ['jfif', 'jfxx'],
  [MARKER.APP1]: ['exif', 'xmp', 'extendedXmp'],
  [MARKER.APP2]: ['icc', 'mpf', 'gainMap'],
  [MARKER.APP11]: ['jumbf'],
  [MARKER.APP13]: ['photoshop', 'oldPhotoshop'],
  [MARKER.APP14]: ['adobe'],
};

/** The payload past its signature, if it has one. */
export function payloadOf(bytes: Uint8Array, segment: JpegSegment, part: JpegPart): Uint8Array {
  if (part === 'comment' || part === 'vendor' || part === 'coding') return bytes.subarray(segment.dataAt, segment.end);
  // EXIF's signature is followed by a pad byte of any value.
  const skip = SIGNATURE[part].length + (part === 'exif' ? 1 : part === 'oldPhotoshop' ? 8 : 0);
  return bytes.subarray(Math.min(segment.end, segment.dataAt + skip), segment.end);
}

/** Whether an APP11 segment begins a manifest store: its description box has C2PA's type (C2PA 2.1, 11.1.4.2), or that of its forerunner. */
export function isC2pa(payload: Uint8Array): boolean {
  const head = payload.subarray(0, 128);
  return indexOfText(head, 'jumdc2pa') >= 0 || indexOfText(head, 'jumdcacb') >= 0;
}

/**
 * The profile's bytes, put together from numbered parts (ICC.1:2022, B.4). Null when there is none or a part is missing.
 */
export function joinIcc(bytes: Uint8Array, { segments }: JpegLayout): Uint8Array | null {
  const parts = new Map<number, Uint8Array>();
  let count = 0;
  for (const segment of segments) {
    if (partOf(bytes, segment) !== 'icc') continue;
    const payload = payloadOf(bytes, segment, 'icc');
    if (payload.length < 2) continue;
    count = payload[1]!;
    if (!parts.has(payload[0]!)) parts.set(payload[0]!, payload.subarray(2));
  }
  if (count === 0) return null;
  const inOrder = Array.from({ length: count }, (_, i) => parts.get(i + 1));
  return inOrder.every((part) => part !== undefined) ? joinBytes(inOrder) : null;
}

/** An image that follows the first one, as the multi-picture index lists it (CIPA DC-007, 5.2.3). */
export interface FurtherImage {
  /** Low 24 bits of the attribute: 0x030000 the primary itself, 0x010001 and 0x010002 large thumbnails, 0 undefined. */
  readonly type: number;
  /** In the file. */
  readonly start: number;
  readonly end: number;
  /** Of its 16-byte entry in the file. */
  readonly entryAt: number;
}

const MAX_FURTHER_IMAGES = 16;

/** All entries of the index, the primary image's own first; [] when there is no index or it is damaged. */
export function readMultiPicture(bytes: Uint8Array, { segments }: JpegLayout): FurtherImage[] {
  const segment = segments.find((candidate) => partOf(bytes, candidate) === 'mpf');
  if (!segment) return [];
  const base = segment.dataAt + SIGNATURE.mpf.length;
  return ifReadable(() => {
    const block = new TiffBlock(payloadOf(bytes, segment, 'mpf'));
    const entry = findEntry(block.ifd(block.firstIfd), 0xb002);
    const images: FurtherImage[] = [];
    for (let i = 0; entry && i < Math.min(MAX_FURTHER_IMAGES, entry.length / 16); i++) {
      const at = entry.valueAt + i * 16;
      const size = block.reader.u32(at + 4);
      const offset = block.reader.u32(at + 8);
      // The primary's offset is 0 by definition, not relative to the index.
      const start = i === 0 && offset === 0 ? 0 : base + offset;
      images.push({
        type: block.reader.u32(at) & 0xffffff,
        start,
        end: Math.min(bytes.length, start + size),
        entryAt: base + at,
      });
    }
    return images;
  }, []);
}

/** Where images begin that follow the first: those of the index, and those that stand one behind the other. */
export function furtherImageStarts(bytes: Uint8Array, layout: JpegLayout): number[] {
  const starts = new Set(readMultiPicture(bytes, layout).map(({ start }) => start));
  for (let at = layout.end, i = 0; i < MAX_FURTHER_IMAGES && startsWith(bytes, '\xff\xd8', at); i++) {
    starts.add(at);
    const from = at;
    at += ifReadable(() => readJpegSegments(bytes.subarray(from)).end, bytes.length);
  }
  return [...starts].filter((start) => start >= layout.end && startsWith(bytes, '\xff\xd8', start));
}

/** What a further image is for, by its own metadata. */
export function furtherImageKind(
  bytes: Uint8Array,
  { type, start, end }: FurtherImage,
): 'gain-map' | 'depth-map' | 'thumbnail' | null {
  if (type === 0x010001 || type === 0x010002) return 'thumbnail';
  const image = bytes.subarray(start, end);
  for (const segment of ifReadable(() => readJpegHeader(image), [])) {
    const part = partOf(image, segment);
    if (part === 'gainMap') return 'gain-map';
    if (part !== 'xmp') continue;
    const packet = payloadOf(image, segment, part);
    if (['/hdr-gain-map/', '/HDRGainMap/'].some((namespace) => indexOfText(packet, namespace) >= 0)) return 'gain-map';
    if (indexOfText(packet, 'epth') >= 0) return 'depth-map';
  }
  return null;
}

/** Where the video of a motion photo begins: at the first `ftyp` box after the image. -1 when there is none. */
export function videoAt(bytes: Uint8Array, { end }: JpegLayout): number {
  const at = indexOfText(bytes, 'ftyp', end);
  return at - 4 >= end ? at - 4 : -1;
}
