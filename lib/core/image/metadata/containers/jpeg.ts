/** Metadata in JPEG: application segments (ITU-T T.81, B.2.4.6), and what follows the image. */
import { CompressionError } from '../../../errors.ts';
import { bigEndian16, bigEndian32, copyBytes, joinBytes, latin1Bytes } from '../../../bytes/bytes.ts';
import { readJpegMetadata } from '../../formats/jpeg-metadata.ts';
import { isC2pa, joinIcc, partOf, payloadOf, SIGNATURE, type JpegPart } from '../../formats/jpeg-parts.ts';
import { utf8OrLatin1 } from '../../formats/text.ts';
import { MARKER, readJpegSegments, type JpegLayout, type JpegSegment } from '../../formats/jpeg-segments.ts';
import { ifReadable, Reader, startsWith } from '../../../bytes/reader.ts';
import { EMPTY_METADATA, MAX_COMMENTS, type Comment, type MetadataSet } from '../metadata-set.ts';
import { isScreenResolution } from '../exif.ts';
import { withoutTurn } from '../exif-filter.ts';
import { IPTC_RESOURCE, readImageResources, splitResources, writeImageResources } from '../iptc.ts';
import { joinExif } from '../join-exif.ts';
import { joinXmp, splitXmp } from '../join-xmp.ts';
import { MAX_JPEG_EXIF } from '../portable.ts';
import type { MetadataContainer } from './container.ts';
import { trailerOf, withMovedImages } from './jpeg-trailer.ts';

export const jpegContainer: MetadataContainer = {
  extract(bytes) {
    const layout = readJpegSegments(bytes);
    const metadata = readJpegMetadata(bytes, layout);
    const photoshop = metadata.resources;
    const resources = splitResources(photoshop ? ifReadable(() => readImageResources(photoshop), []) : []);
    const jfifSegment = layout.segments.find((segment) => partOf(bytes, segment) === 'jfif');
    const jfif = jfifSegment && payloadOf(bytes, jfifSegment, 'jfif');
    return {
      ...EMPTY_METADATA,
      // Browsers do not turn a picture by the EXIF among Photoshop's resources.
      exif: joinExif([...metadata.exif, ...resources.exif.map(withoutTurn)]),
      xmp: joinXmp([...(metadata.xmp ? [metadata.xmp] : []), ...resources.xmp]),
      icc: joinIcc(bytes, layout),
      iptc: resources.iptc,
      resources: resources.rest,
      comments: commentsOf(bytes, layout),
      density: jfif ? ifReadable(() => densityOf(jfif), null) : null,
    };
  },

  write(bytes, metadataSet, rest) {
    return Promise.resolve().then(() => {
      const layout = readJpegSegments(bytes);
      const trailer = trailerOf(bytes, layout, rest);
      const signatures = signatureNumbers(bytes, layout);
      const head = copySegments(
        bytes,
        layout,
        (segment, part) =>
          part === 'mpf' ? rest === 'keep' || trailer !== null : stays(bytes, segment, part, rest, signatures),
        metadataSet,
        rest,
      );
      // A reader of the new file shall not have to guess.
      const end =
        layout.hasEnd && bytes[layout.end - 1] === MARKER.EOI
          ? []
          : [new Uint8Array(bytes.at(-1) === 0xff ? [MARKER.EOI] : [0xff, MARKER.EOI])];
      const image = joinBytes([...head, ...end]);
      return trailer === null ? image : withMovedImages(bytes, layout, image, trailer);
    });
  },
};

/** T.871, 10.1: unit (1 inch, 2 cm) and two numbers. */
function densityOf(jfif: Uint8Array): MetadataSet['density'] {
  const reader = new Reader(jfif, 'big', 'corrupt');
  const unit = reader.u8(2);
  const scale = unit === 2 ? 2.54 : 1;
  const [x, y] = [reader.u16(3) * scale, reader.u16(5) * scale];
  return unit === 0 || isScreenResolution(x) ? null : { x, y };
}

function commentsOf(bytes: Uint8Array, { segments }: JpegLayout): Comment[] {
  return segments
    .filter(({ marker }) => marker === MARKER.COM)
    .slice(0, MAX_COMMENTS)
    .map(({ dataAt, end }) => {
      const data = bytes.subarray(dataAt, end);
      return { keyword: 'Comment', text: utf8OrLatin1(data).replace(/\0+$/, '') };
    });
}

function stays(
  bytes: Uint8Array,
  segment: JpegSegment,
  part: JpegPart,
  rest: 'keep' | 'drop',
  signatures: ReadonlySet<number>,
): boolean {
  if (['coding', 'adobe', 'gainMap', 'jfif'].includes(part)) return true;
  if (part === 'jfxx' || part === 'vendor') return rest === 'keep';
  // APP11 is also where JPEG XT (ISO/IEC 18477-3, B) has parts of the picture; boxes of type `jumb` are metadata.
  if (part === 'jumbf')
    return (
      !signatures.has(boxNumber(bytes, segment)) && (rest === 'keep' || !startsWith(bytes, 'jumb', segment.dataAt + 12))
    );
  return false;
}

/** Of the boxes that are C2PA manifests: one goes over several segments of the same number, and only the first says what it is. */
function signatureNumbers(bytes: Uint8Array, { segments }: JpegLayout): Set<number> {
  const first = segments.filter(
    (segment) => partOf(bytes, segment) === 'jumbf' && isC2pa(bytes.subarray(segment.dataAt, segment.end)),
  );
  return new Set(first.map((segment) => boxNumber(bytes, segment)));
}

/** ISO/IEC 19566-5, D.2: the box instance number, after "JP". */
function boxNumber(bytes: Uint8Array, { dataAt, end }: JpegSegment): number {
  return end - dataAt < 4 ? -1 : (bytes[dataAt + 2]! << 8) | bytes[dataAt + 3]!;
}

/** The image up to its end, with the set's segments after SOI or, where there is one, JFIF's segment, which wants to be first. */
function copySegments(
  bytes: Uint8Array,
  layout: JpegLayout,
  isKept: (segment: JpegSegment, part: JpegPart) => boolean,
  metadataSet: MetadataSet,
  rest: 'keep' | 'drop',
): Uint8Array[] {
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  const { segments } = layout;
  const jfif = segments[0] && partOf(bytes, segments[0]) === 'jfif' ? segments[0] : null;
  if (jfif) parts.push(jfifSegment(bytes, jfif, metadataSet, rest));
  else if (metadataSet.density) parts.push(newJfif(metadataSet.density));
  parts.push(...segmentsFor(metadataSet));
  const firstScan = segments.findIndex(({ marker }) => marker === MARKER.SOS);
  // Stray bytes between the segments of the header belong to nothing.
  for (const segment of segments.slice(jfif ? 1 : 0, firstScan)) {
    if (isKept(segment, partOf(bytes, segment))) parts.push(bytes.subarray(segment.start, segment.end));
  }
  let at = segments[firstScan]?.start ?? layout.end;
  for (const segment of segments.slice(firstScan)) {
    if (isKept(segment, partOf(bytes, segment))) continue;
    parts.push(bytes.subarray(at, segment.start));
    at = segment.end;
  }
  parts.push(bytes.subarray(at, layout.end));
  return parts;
}

/** With the set's density; without its thumbnail when the rest is dropped. */
function jfifSegment(
  bytes: Uint8Array,
  { start, end, dataAt }: JpegSegment,
  { density }: MetadataSet,
  rest: 'keep' | 'drop',
): Uint8Array {
  const old = copyBytes(bytes, start, end);
  if (end - dataAt < 14) return old;
  const found = densityOf(old.subarray(4 + SIGNATURE.jfif.length));
  const segment = rest === 'drop' ? copyBytes(old, 0, 18) : old;
  const view = new DataView(segment.buffer);
  if (rest === 'drop') {
    view.setUint16(2, 16);
    view.setUint16(16, 0);
  }
  if (density) setDensity(view, 1, density.x, density.y);
  else if (found && rest === 'drop') setDensity(view, 0, 1, 1);
  return segment;
}

function newJfif(density: { x: number; y: number }): Uint8Array {
  const segment = joinBytes([
    new Uint8Array([0xff, MARKER.APP0, 0, 16]),
    latin1Bytes(SIGNATURE.jfif),
    new Uint8Array([1, 2, 0, 0, 0, 0, 0, 0, 0]),
  ]);
  setDensity(new DataView(segment.buffer), 1, density.x, density.y);
  return segment;
}

function setDensity(view: DataView, unit: number, x: number, y: number): void {
  view.setUint8(11, unit);
  view.setUint16(12, Math.min(65_535, Math.max(1, Math.round(x))));
  view.setUint16(14, Math.min(65_535, Math.max(1, Math.round(y))));
}

/** Two bytes of length count themselves. */
const MAX_PAYLOAD = 65_533;

function segmentsFor({ exif, xmp, icc, iptc, resources, comments }: MetadataSet): Uint8Array[] {
  const room = (part: keyof typeof SIGNATURE, more = 0): number => MAX_PAYLOAD - SIGNATURE[part].length - more;
  const own = iptc ? [{ id: IPTC_RESOURCE, data: iptc }] : [];
  const photoshop = writeImageResources([...own, ...resources]);
  return [
    // What is longer than a segment, `portableTo` has cut down.
    ...(exif && exif.length <= MAX_JPEG_EXIF ? [segment(MARKER.APP1, SIGNATURE.exif, new Uint8Array(1), exif)] : []),
    ...(xmp ? xmpSegments(xmp, room('xmp'), room('extendedXmp', 40)) : []),
    ...(icc ? iccSegments(icc, room('icc', 2)) : []),
    ...parts(photoshop, room('photoshop')).map((part) => segment(MARKER.APP13, SIGNATURE.photoshop, part)),
    ...comments.map(({ keyword, text }) =>
      segment(
        MARKER.COM,
        '',
        new TextEncoder().encode(keyword === 'Comment' ? text : `${keyword}: ${text}`).subarray(0, MAX_PAYLOAD),
      ),
    ),
  ];
}

function parts(data: Uint8Array, room: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(data.length / room) }, (_, i) => data.subarray(i * room, (i + 1) * room));
}

/** XMP part 3, 1.1.3.1: what is too long for a segment goes on in others, named by the digest of the continuation. */
function xmpSegments(xmp: Uint8Array, room: number, extendedRoom: number): Uint8Array[] {
  const split = splitXmp(xmp, room);
  if (!split) return [];
  const { packet, continuation } = split;
  const packetSegment = segment(MARKER.APP1, SIGNATURE.xmp, packet);
  if (!continuation) return [packetSegment];
  return [
    packetSegment,
    ...parts(continuation.bytes, extendedRoom).map((part, i) =>
      segment(
        MARKER.APP1,
        SIGNATURE.extendedXmp,
        latin1Bytes(continuation.guid),
        bigEndian32(continuation.bytes.length),
        bigEndian32(i * extendedRoom),
        part,
      ),
    ),
  ];
}

/** ICC.1:2022, B.4: number and count, both from 1. */
function iccSegments(icc: Uint8Array, room: number): Uint8Array[] {
  const count = Math.ceil(icc.length / room);
  if (count > 255) throw new CompressionError('unsupported-variant', { format: 'JPEG', feature: 'ICC' });
  return Array.from({ length: count }, (_, i) =>
    segment(MARKER.APP2, SIGNATURE.icc, new Uint8Array([i + 1, count]), icc.subarray(i * room, (i + 1) * room)),
  );
}

function segment(marker: number, signature: string, ...payload: readonly Uint8Array[]): Uint8Array {
  const data = joinBytes([latin1Bytes(signature), ...payload]);
  return joinBytes([new Uint8Array([0xff, marker]), bigEndian16(data.length + 2), data]);
}
