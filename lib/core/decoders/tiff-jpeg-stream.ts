/** A JPEG file of its own from a strip or tile of a TIFF: TIFF Technical Note 2 (1995), "JPEG in TIFF". */
import { CompressionError } from '../errors.ts';
import { joinBytes } from '../bytes/bytes.ts';
import { isFrameHeader, MARKER } from '../image/formats/jpeg-segments.ts';
import { Reader } from '../bytes/reader.ts';

export interface JpegStream {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

/** Before a scan: no encoder writes more. */
const MAX_SEGMENTS = 64;

/**
 * Puts the tables that all strips share before the strip's own header. What the header says of colours is left out, since
 * the TIFF's photometric interpretation is what counts: `transform` is Adobe's word for it.
 *
 * @param tables of tag 347; null when each strip has its own
 * @param transform 0: samples are colours as they are, 1: they are YCbCr
 * @throws CompressionError `truncated`, `corrupt`, `unsupported-variant` for a coding that the WASM decoder does not read
 */
export function jpegStream(strip: Uint8Array, tables: Uint8Array | null, transform: 0 | 1): JpegStream {
  const shared = tables ? headerOf(tables).segments : [];
  const { segments, rest } = headerOf(strip);
  const frame = segments.find(({ marker }) => isFrameHeader(marker));
  if (!frame || rest.length === 0) throw new CompressionError('corrupt');
  const reader = new Reader(frame.bytes, 'big', 'corrupt');
  const [precision, height, width, components] = [reader.u8(4), reader.u16(5), reader.u16(7), reader.u8(9)];
  if (frame.marker > 0xc2 || precision !== 8)
    throw new CompressionError('unsupported-variant', {
      format: 'TIFF',
      feature: `JPEG process ${frame.marker - MARKER.SOF0} of ${precision} bits`,
    });
  if (width === 0 || height === 0) throw new CompressionError('corrupt');
  // Without a word, three components with unusual names would be taken for YCbCr by guess.
  const colours = components === 3 ? [adobe(transform)] : [];
  const kept = [...shared, ...segments].filter(({ marker }) => isCoding(marker)).map(({ bytes }) => bytes);
  return { file: joinBytes([Uint8Array.of(0xff, MARKER.SOI), ...colours, ...kept, rest]), width, height, components };
}

interface Segment {
  readonly marker: number;
  /** From the marker on. */
  readonly bytes: Uint8Array;
}

/** The segments before the first scan, and all from it on; nothing is left of tables, which have no scan. */
function headerOf(bytes: Uint8Array): { segments: Segment[]; rest: Uint8Array } {
  const reader = new Reader(bytes, 'big', 'corrupt');
  const segments: Segment[] = [];
  if (reader.u16(0) !== 0xff00 + MARKER.SOI) throw new CompressionError('corrupt');
  for (let at = 2; segments.length < MAX_SEGMENTS;) {
    if (at + 4 > bytes.length) return { segments, rest: bytes.subarray(bytes.length) };
    const marker = reader.u8(at + 1);
    if (reader.u8(at) !== 0xff) throw new CompressionError('corrupt');
    if (marker === MARKER.SOS) return { segments, rest: bytes.subarray(at) };
    // Fill bytes may stand before a marker (T.81, B.1.1.2).
    if (marker === 0xff) at++;
    else if (marker === MARKER.EOI) return { segments, rest: bytes.subarray(bytes.length) };
    else {
      const length = 2 + Math.max(2, reader.u16(at + 2));
      segments.push({ marker, bytes: reader.slice(at, length) });
      at += length;
    }
  }
  throw new CompressionError('corrupt');
}

/** Tables, the frame and its restart interval; application segments and comments are not. */
function isCoding(marker: number): boolean {
  return marker >= MARKER.SOF0 && marker <= MARKER.DRI;
}

/** APP14, Adobe Technical Note 5116, 18. */
function adobe(transform: 0 | 1): Uint8Array {
  return Uint8Array.of(0xff, MARKER.APP14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform);
}
