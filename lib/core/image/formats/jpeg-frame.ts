/** The frame header of a JPEG file, and how its samples are coded: ITU-T T.81, B.2.2 and table B.1. */
import { CompressionError } from '../../errors.ts';
import type { Colour } from '../inspection.ts';
import { Reader } from '../../bytes/reader.ts';
import { isFrameHeader, MARKER, type JpegLayout, type JpegSegment } from './jpeg-segments.ts';
import { estimateQuality } from './jpeg-quality.ts';

export interface JpegFrame {
  readonly marker: number;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly { id: number; horizontal: number; vertical: number; table: number }[];
}

/** @throws CompressionError `corrupt` */
export function readFrame(bytes: Uint8Array, { segments }: JpegLayout): JpegFrame {
  const first = segments.findIndex(({ marker }) => isFrameHeader(marker));
  const header = segments[first];
  // Decoders end at a scan before its frame, and at a second frame (B.2.1).
  if (!header || segments.findIndex(({ marker }) => marker === MARKER.SOS) < first)
    throw new CompressionError('corrupt');
  const others = segments.slice(first + 1).filter(({ marker }) => isFrameHeader(marker));
  if (others.length > 0 && !others.some(({ marker }) => isDifferential(marker))) throw new CompressionError('corrupt');
  const reader = new Reader(bytes.subarray(0, header.end), 'big', 'corrupt');
  const precision = reader.u8(header.dataAt);
  const width = reader.u16(header.dataAt + 3);
  const height = reader.u16(header.dataAt + 1) || numberOfLines(bytes, segments);
  const count = reader.u8(header.dataAt + 5);
  if (width === 0 || height === 0 || count === 0) throw new CompressionError('corrupt');
  const components = Array.from({ length: count }, (_, i) => {
    const at = header.dataAt + 6 + i * 3;
    return {
      id: reader.u8(at),
      horizontal: reader.u8(at + 1) >> 4,
      vertical: reader.u8(at + 1) & 15,
      table: reader.u8(at + 2),
    };
  });
  return { marker: header.marker, precision, width, height, components };
}

/** SOF5 to SOF7 and SOF13 to SOF15: frames that refine the one before, in hierarchical files (B.3). */
function isDifferential(marker: number): boolean {
  return (marker & 7) >= 5;
}

/** A height of 0 in the frame header is told by DNL after the first scan (B.2.5). */
function numberOfLines(bytes: Uint8Array, segments: readonly JpegSegment[]): number {
  const segment = segments.find(({ marker }) => marker === MARKER.DNL);
  return segment ? new Reader(bytes, 'big', 'corrupt').u16(segment.dataAt) : 0;
}

/** SOF2, SOF6, SOF10, SOF14. */
export function isProgressive({ marker }: JpegFrame): boolean {
  return (marker & 3) === 2;
}

/** SOF3, SOF7, SOF11, SOF15. */
export function isLossless({ marker }: JpegFrame): boolean {
  return (marker & 3) === 3;
}

/** What a WASM decoder does not take, in a few words; null for the sequential and progressive Huffman files of every day. */
export function unsupportedCoding(frame: JpegFrame, model: Colour['model']): string | null {
  if (isLossless(frame)) return 'lossless JPEG';
  if (frame.marker >= 0xc9) return 'arithmetic coding';
  if (frame.marker >= 0xc5) return 'hierarchical JPEG';
  if (frame.precision !== 8) return `${frame.precision}-bit`;
  return model === 'cmyk' || model === 'ycck' ? model.toUpperCase() : null;
}

/** Adobe's APP14 tells the transform of the colours: 0 none, 1 YCbCr, 2 YCCK (Adobe Technical Note 5116, 18). */
export function adobeTransform(bytes: Uint8Array, { segments }: JpegLayout): number | null {
  const reader = new Reader(bytes);
  const adobe = segments.find(
    ({ marker, dataAt, end }) => marker === MARKER.APP14 && reader.is(dataAt, 'Adobe') && end - dataAt >= 12,
  );
  return adobe ? reader.u8(adobe.dataAt + 11) : null;
}

export function colourModel(frame: JpegFrame, transform: number | null): Colour['model'] {
  if (frame.components.length < 3) return 'grey';
  if (frame.components.length === 3) return 'rgb';
  return transform === 2 ? 'ycck' : 'cmyk';
}

/** Of the first component's table, in the scale of `estimateQuality`; null when there is no whole table of it. */
export function qualityOf(bytes: Uint8Array, { segments }: JpegLayout, frame: JpegFrame): number | null {
  if (isLossless(frame)) return null;
  const reader = new Reader(bytes);
  const wanted = frame.components[0]?.table;
  for (const { marker, dataAt, end } of segments) {
    if (marker !== MARKER.DQT) continue;
    // B.2.4.1: precision and destination, then 64 values of one or two bytes; several tables a segment.
    for (let at = dataAt; at < end;) {
      const size = reader.u8(at) >> 4 === 0 ? 1 : 2;
      if (at + 1 + 64 * size > end) break;
      const valuesAt = at + 1;
      if ((reader.u8(at) & 15) === wanted) {
        return estimateQuality(
          Array.from({ length: 64 }, (_, i) => (size === 1 ? reader.u8(valuesAt + i) : reader.u16(valuesAt + i * 2))),
        );
      }
      at += 1 + 64 * size;
    }
  }
  return null;
}
