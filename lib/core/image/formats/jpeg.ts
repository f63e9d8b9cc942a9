/** What a JPEG file is: ITU-T T.81, with JFIF (T.871), Adobe's APP14 and EXIF's APP1. */
import { CompressionError } from '../../errors.ts';
import type { Inspection, Orientation } from '../inspection.ts';
import { isScreenResolution, readExif } from '../metadata/exif.ts';
import { Findings } from '../metadata/findings.ts';
import { ifReadable, indexOfText, Reader, startsWith } from '../../bytes/reader.ts';
import {
  adobeTransform,
  colourModel,
  unsupportedCoding,
  isLossless,
  isProgressive,
  qualityOf,
  readFrame,
} from './jpeg-frame.ts';
import { readJpegMetadata } from './jpeg-metadata.ts';
import {
  furtherImageKind,
  furtherImageStarts,
  isC2pa,
  joinIcc,
  partOf,
  payloadOf,
  readMultiPicture,
  videoAt,
  type JpegPart,
} from './jpeg-parts.ts';
import { MARKER, readJpegHeader, readJpegSegments, type JpegLayout, type JpegSegment } from './jpeg-segments.ts';

/**
 * What follows EOI is no fault: gain maps, motion photos and garbage stand there. A file without EOI may be cut: how much
 * of its picture came is found out when it is worked on.
 *
 * @throws CompressionError `truncated`, `corrupt`
 */
export function inspectJpeg(bytes: Uint8Array): Inspection {
  const layout = readJpegSegments(bytes);
  const frame = readFrame(bytes, layout);
  if (hasReservedMarker(layout)) throw new CompressionError('corrupt');
  // Nothing is shown of a file that ends where its pixels begin.
  if (
    !layout.hasEnd &&
    layout.segments.every(({ end, headerEnd, marker }) => marker !== MARKER.SOS || end - headerEnd < 2)
  )
    throw new CompressionError('truncated');
  const findings = new Findings();
  const orientation = readMetadata(bytes, layout, findings);
  const model = colourModel(frame, adobeTransform(bytes, layout));
  const profile = joinIcc(bytes, layout);
  return {
    format: 'jpeg',
    bytes: bytes.length,
    width: frame.width,
    height: frame.height,
    orientation,
    bitDepth: frame.precision,
    colour: { model, profile: profile && findings.icc(profile), cicp: null, gamma: null, chromaticities: null },
    alpha: false,
    animation: null,
    coding: {
      lossless: isLossless(frame),
      quality: qualityOf(bytes, layout, frame),
      progressive: isProgressive(frame),
      unsupportedCoding: unsupportedCoding(frame, model),
    },
    metadata: findings.toMetadata(),
  };
}

/** B.1.1.3: JPG0 to JPG13 are for extensions. Decoders take them for another format before the first scan, and show nothing. */
function hasReservedMarker({ segments }: JpegLayout): boolean {
  const scan = segments.findIndex(({ marker }) => marker === MARKER.SOS);
  return segments.slice(0, scan).some(({ marker }) => marker >= 0xf0 && marker <= 0xfd);
}

function readMetadata(bytes: Uint8Array, layout: JpegLayout, findings: Findings): Orientation {
  const { exif, xmp, strayXmp, resources } = readJpegMetadata(bytes, layout);
  let orientation: Orientation | null = null;
  for (const block of exif) {
    const found = findings.exif(block)?.orientation ?? null;
    orientation ??= found;
  }
  if (xmp) findings.xmp(xmp);
  if (strayXmp > 0) findings.add('extended-xmp');
  findings.count(strayXmp);
  if (resources) findings.imageResources(resources);
  for (const segment of layout.segments) readSegment(bytes, segment, findings);
  for (const image of readMultiPicture(bytes, layout).slice(1)) {
    const kind = furtherImageKind(bytes, image);
    if (kind) findings.add(kind);
  }
  if (isLeavings(bytes, layout, findings)) findings.trailing(bytes.subarray(layout.end));
  else for (const start of furtherImageStarts(bytes, layout)) readFurtherImage(bytes.subarray(start), findings);
  // XMP may still tell of a video that another tool has cut off; Samsung marks one in a trailer instead.
  if (videoAt(bytes, layout) < 0) findings.remove('motion-photo');
  else if (indexOfText(bytes, 'MotionPhoto_Data', layout.end) >= 0) findings.add('motion-photo');
  return orientation ?? 1;
}

const OF_THE_PICTURE: readonly JpegPart[] = ['coding', 'icc', 'mpf', 'adobe', 'jfif'];

/** It is a file by itself, and its metadata tell as much as those of the first. */
function readFurtherImage(image: Uint8Array, findings: Findings): void {
  for (const segment of ifReadable(() => readJpegHeader(image), [])) {
    const part = partOf(image, segment);
    if (OF_THE_PICTURE.includes(part)) continue;
    const payload = payloadOf(image, segment, part);
    // Blanked out by a cleaning.
    if (payload.every((byte) => byte === 0 || byte === 0x20)) continue;
    if (part === 'exif') {
      if (ifReadable(() => readExif(payload).kinds.length > 0, true)) findings.exif(payload);
    } else if (part === 'xmp') findings.xmp(payload);
    else if (part === 'extendedXmp') findings.add('extended-xmp');
    else if (part === 'photoshop' || part === 'oldPhotoshop') findings.imageResources(payload);
    else readSegment(image, segment, findings);
  }
}

/** What follows the image and is neither another one nor a video. */
function isLeavings(bytes: Uint8Array, layout: JpegLayout, findings: Findings): boolean {
  return (
    layout.end < bytes.length &&
    videoAt(bytes, layout) < 0 &&
    readMultiPicture(bytes, layout).length < 2 &&
    !findings.has('gain-map')
  );
}

/** What one segment has by itself; what goes over several is joined before. */
function readSegment(bytes: Uint8Array, segment: JpegSegment, findings: Findings): void {
  const part = partOf(bytes, segment);
  const length = segment.end - segment.start;
  if (part === 'comment') findings.comment(length);
  else if (part === 'gainMap') findings.add('gain-map');
  else if (part === 'jfif') readJfif(bytes, segment, findings);
  else if (part === 'jumbf') {
    const payload = bytes.subarray(segment.dataAt, segment.end);
    if (isC2pa(payload) || findings.has('c2pa')) findings.c2pa(payload);
    else {
      // Other boxes of JUMBF are metadata of some program; JPEG XT's are parts of the picture.
      if (startsWith(payload, 'jumb', 12)) findings.add('software');
      findings.count(length);
    }
  } else if (part === 'jfxx') {
    findings.add('thumbnail');
    findings.count(length);
  } else if (part === 'vendor') {
    // Ducky, Meta, FPXR, Samsung's and the like: settings of the program or the camera that wrote it.
    findings.add(segment.marker === 0xec ? 'software' : 'maker-note');
    findings.count(length);
  }
}

/** T.871, 10.1. Screen resolutions are what programs write when nobody asked for one. */
function readJfif(bytes: Uint8Array, { dataAt, end }: JpegSegment, findings: Findings): void {
  if (end - dataAt < 14) return;
  const reader = new Reader(bytes);
  const unit = reader.u8(dataAt + 7);
  const density = reader.u16(dataAt + 8) * (unit === 2 ? 2.54 : 1);
  if (unit > 0 && !isScreenResolution(density)) findings.add('physical-size');
  if (reader.u8(dataAt + 12) * reader.u8(dataAt + 13) > 0) findings.add('thumbnail');
}
