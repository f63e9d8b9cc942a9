/**
 * What follows the first image of a JPEG file: further images (CIPA DC-007), such as gain maps, and the video of a
 * motion photo.
 */
import { copyBytes, joinBytes } from '../../../bytes/bytes.ts';
import {
  furtherImageKind,
  furtherImageStarts,
  partOf,
  payloadOf,
  readMultiPicture,
  SIGNATURE,
  videoAt,
  type FurtherImage,
  type JpegPart,
} from '../../formats/jpeg-parts.ts';
import { readJpegHeader, readJpegSegments, type JpegLayout, type JpegSegment } from '../../formats/jpeg-segments.ts';
import { ifReadable, indexOfText, startsWith } from '../../../bytes/reader.ts';
import { filterXmp } from '../xmp-filter.ts';
import { readXmp, writeXmp } from '../xmp.ts';
import { hideMovieMetadata } from './movie-metadata.ts';

/**
 * The bytes after the image that are kept, or null when there are none or they are only thumbnails and leavings. When the
 * rest is dropped, the metadata of the further images and the place of the video are blanked out in the copy, byte
 * for byte, so that nothing that points into it goes astray.
 */
export function trailerOf(bytes: Uint8Array, layout: JpegLayout, rest: 'keep' | 'drop'): Uint8Array | null {
  if (layout.end >= bytes.length) return null;
  if (rest === 'keep') return bytes.subarray(layout.end);
  const images = readMultiPicture(bytes, layout)
    .slice(1)
    .filter(({ start }) => start >= layout.end);
  const video = videoAt(bytes, layout);
  if (
    !images.some((image) => isPartOfPicture(bytes, image)) &&
    !hasGainMapMark(bytes, layout) &&
    !isMotionPhoto(bytes, layout, video)
  )
    return null;
  const trailer = copyBytes(bytes, layout.end);
  for (const start of furtherImageStarts(bytes, layout)) blankImageMetadata(trailer.subarray(start - layout.end));
  if (video >= 0) hideMovieMetadata(trailer, video - layout.end);
  return video < 0 && images.length > 0 ? withoutStrays(bytes, trailer, layout.end, images) : trailer;
}

/** What lies between the images of the index is blanked out, and what lies after the last is cut off. */
function withoutStrays(
  bytes: Uint8Array,
  trailer: Uint8Array,
  at: number,
  images: readonly FurtherImage[],
): Uint8Array {
  let covered = at;
  for (const { start, end } of images.toSorted((a, b) => a.start - b.start)) {
    if (start > covered) trailer.fill(0, covered - at, start - at);
    // An index may tell too few bytes of an image.
    const own = ifReadable(() => start + readJpegSegments(bytes.subarray(start)).end, end);
    covered = Math.max(covered, end, own);
  }
  const after = trailer.subarray(covered - at);
  return after.some((byte) => byte !== 0) ? trailer.subarray(0, covered - at) : trailer;
}

/** Panorama, disparity and multi-angle (0x0200xx) are pictures too. */
function isPartOfPicture(bytes: Uint8Array, image: FurtherImage): boolean {
  return image.type >> 16 === 2 || furtherImageKind(bytes, image) === 'gain-map';
}

function hasGainMapMark(bytes: Uint8Array, { segments }: JpegLayout): boolean {
  return segments.some((segment) => {
    const part = partOf(bytes, segment);
    return (
      part === 'gainMap' || (part === 'xmp' && indexOfText(payloadOf(bytes, segment, part), '/hdr-gain-map/') >= 0)
    );
  });
}

function isMotionPhoto(bytes: Uint8Array, { segments, end }: JpegLayout, video: number): boolean {
  if (video < 0) return false;
  return (
    indexOfText(bytes, 'MotionPhoto_Data', end) >= 0 ||
    segments.some(
      (segment) =>
        partOf(bytes, segment) === 'xmp' &&
        ['MotionPhoto', 'MicroVideo'].some(
          (name) => indexOfText(bytes.subarray(segment.dataAt, segment.end), name) >= 0,
        ),
    )
  );
}

/** An EXIF block without entries, and spaces for the rest. */
const EMPTY_EXIF = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0] as const;

const BLANKED: readonly JpegPart[] = [
  'exif',
  'xmp',
  'extendedXmp',
  'comment',
  'photoshop',
  'oldPhotoshop',
  'vendor',
  'jfxx',
];

/** How the image is to be shown, in no more bytes; null where nothing says it, or there is no room. */
function packetForViewers(packet: Uint8Array): Uint8Array | null {
  const kept = filterXmp(packet, 'strip', { are: 'untouched', format: 'jpeg' });
  if (!kept || kept.length <= packet.length) return kept;
  const bare = writeXmp(readXmp(kept), 'bare');
  return bare && bare.length <= packet.length ? bare : null;
}

function blankImageMetadata(image: Uint8Array): void {
  for (const segment of ifReadable(() => readJpegHeader(image), [])) {
    const part = partOf(image, segment);
    // Boxes of APP11 that are no metadata are parts of the picture: see `stays` beside.
    const isBlank = BLANKED.includes(part) || (part === 'jumbf' && startsWith(image, 'jumb', segment.dataAt + 12));
    if (!isBlank) continue;
    const payload = payloadOf(image, segment, part);
    const shown = part === 'xmp' ? packetForViewers(payload) : null;
    payload.fill(part === 'comment' || part === 'xmp' ? 0x20 : 0);
    if (shown) payload.set(shown);
    if (part === 'exif' && payload.length >= EMPTY_EXIF.length) payload.set(EMPTY_EXIF);
  }
}

/** Image and trailer together; the index of further images, if there is one, tells their new places. */
export function withMovedImages(
  bytes: Uint8Array,
  layout: JpegLayout,
  image: Uint8Array,
  trailer: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const file = joinBytes([image, trailer]);
  const oldBase = indexBase(bytes, layout.segments);
  const newBase = indexBase(file, readJpegSegments(file).segments);
  if (oldBase < 0 || newBase < 0) return file;
  const little = startsWith(file, 'II', newBase);
  const view = new DataView(file.buffer);
  for (const { start, entryAt } of readMultiPicture(bytes, layout)) {
    const at = newBase + entryAt - oldBase;
    if (start === 0) view.setUint32(at + 4, image.length, little);
    else if (start >= layout.end) view.setUint32(at + 8, start - layout.end + image.length - newBase, little);
  }
  return file;
}

/** What the offsets in the index of further images are counted from; -1 without one. */
function indexBase(bytes: Uint8Array, segments: readonly JpegSegment[]): number {
  const index = segments.find((segment) => partOf(bytes, segment) === 'mpf');
  return index ? index.dataAt + SIGNATURE.mpf.length : -1;
}
