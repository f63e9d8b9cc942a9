/** The marker segments of a JPEG file: ITU-T T.81, Annex B. */
import { CompressionError } from '../../errors.ts';
import { Reader } from '../../bytes/reader.ts';

export interface JpegSegment {
  /** Second byte of the marker, e.g. 0xe1 for APP1. */
  readonly marker: number;
  /** Of the marker's first byte, fill bytes before it not counted. */
  readonly start: number;
  /** Of the payload, past the two length bytes. */
  readonly dataAt: number;
  /** Past the payload; of a scan, past its entropy-coded data too. */
  readonly end: number;
  /** Past the header of a scan, where its entropy-coded data begins; otherwise `end`. */
  readonly headerEnd: number;
}

export interface JpegLayout {
  /** In the file's order, up to and without EOI. */
  readonly segments: readonly JpegSegment[];
  /** Past EOI, or the file's length when there is none. What follows is another image, a video, or nothing of worth. */
  readonly end: number;
  /** Whether EOI, or at least its first byte, is there. */
  readonly hasEnd: boolean;
}

export const MARKER = {
  SOF0: 0xc0,
  DHT: 0xc4,
  JPG: 0xc8,
  DAC: 0xcc,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DNL: 0xdc,
  DRI: 0xdd,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP11: 0xeb,
  APP13: 0xed,
  APP14: 0xee,
  COM: 0xfe,
} as const;

/** SOF0 to SOF15 without DHT, JPG and DAC, which share the range (T.81, table B.1). */
export function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== MARKER.DHT && marker !== MARKER.JPG && marker !== MARKER.DAC;
}

/** More segments than any encoder writes: 255 of ICC, some dozens of scans, one for each 64 kB of extended XMP. */
const MAX_SEGMENTS = 20_000;

/**
 * Walks the segments of the first image in `bytes`. Stray bytes before a marker are passed over, as libjpeg does.
 *
 * @throws CompressionError `truncated` when a segment goes past the end or no scan is reached, `corrupt`
 */
export function readJpegSegments(bytes: Uint8Array): JpegLayout {
  const reader = new Reader(bytes);
  if (reader.u8(0) !== 0xff || reader.u8(1) !== MARKER.SOI) throw new CompressionError('corrupt');
  const segments: JpegSegment[] = [];
  let at = 2;
  while (segments.length < MAX_SEGMENTS) {
    const start = nextMarker(bytes, at);
    if (start < 0) return atTheEnd(bytes, segments);
    const marker = bytes[start + 1]!;
    if (marker === MARKER.EOI) {
      if (!segments.some((segment) => segment.marker === MARKER.SOS)) throw new CompressionError('corrupt');
      return { segments, end: start + 2, hasEnd: true };
    }
    if (standsAlone(marker)) {
      at = start + 2;
      continue;
    }
    // A length below its own two bytes is one of 2 where nothing of the picture hangs on it, as libjpeg has it.
    const stated = reader.u16(start + 2);
    if (stated < 2 && !isApplication(marker)) throw new CompressionError('corrupt');
    const length = Math.max(2, stated);
    const headerEnd = start + 2 + length;
    reader.slice(start, 2 + length);
    const end = marker === MARKER.SOS ? entropyCodedEnd(bytes, headerEnd) : headerEnd;
    segments.push({ marker, start, dataAt: start + 4, end, headerEnd });
    at = end;
  }
  throw new CompressionError('corrupt');
}

/** Of an image inside an image: with 4 MB of ICC profile, XMP and the like. */
const MAX_HEADER_SEGMENTS = 2000;

/**
 * The segments before the first scan, of which nothing is asked but that they are readable.
 *
 * @throws CompressionError `truncated`, `corrupt`
 */
export function readJpegHeader(bytes: Uint8Array): JpegSegment[] {
  const reader = new Reader(bytes);
  const segments: JpegSegment[] = [];
  for (let at = 2; segments.length < MAX_HEADER_SEGMENTS;) {
    // Any number of fill bytes may stand before a marker (B.1.1.2).
    while (reader.u8(at) === 0xff && reader.u8(at + 1) === 0xff) at++;
    const marker = reader.u8(at + 1);
    if (reader.u8(at) !== 0xff || standsAlone(marker)) throw new CompressionError('corrupt');
    const end = at + 2 + Math.max(2, reader.u16(at + 2));
    if (marker === MARKER.SOS || end > bytes.length) break;
    segments.push({ marker, start: at, dataAt: at + 4, end, headerEnd: end });
    at = end;
  }
  return segments;
}

function atTheEnd(bytes: Uint8Array, segments: readonly JpegSegment[]): JpegLayout {
  if (!segments.some((segment) => segment.marker === MARKER.SOS)) throw new CompressionError('truncated');
  return { segments, end: bytes.length, hasEnd: bytes.at(-1) === 0xff };
}

/** APP0 to APP15 and comments. */
function isApplication(marker: number): boolean {
  return (marker >= MARKER.APP0 && marker <= 0xef) || marker === MARKER.COM;
}

/** TEM and the restart markers have no length. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= MARKER.SOI);
}

/** Of the 0xff that begins the next marker, fill bytes passed; -1 when there is none. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] !== 0xff && bytes[at + 1] !== 0) return at;
  }
  return -1;
}

/** Entropy-coded data ends before the first marker that is no restart marker (T.81, B.1.1.5). */
function entropyCodedEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1]!;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}
