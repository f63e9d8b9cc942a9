/** What a JPEG file is: ITU-T T.81, with JFIF (T.871), Adobe's APP14 and EXIF's APP1. */
import { CompressionError } from '../../errors.ts';
import type { Colour, Inspection } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { Reader } from '../reader.ts';
import { isFrameHeader, MARKER, readJpegSegments, type JpegLayout, type JpegSegment } from './jpeg-segments.ts';

/**
 * What follows EOI is no fault: gain maps, motion photos and garbage stand there. A file without EOI is truncated.
 *
 * @throws CompressionError `truncated`, `corrupt`
 */
export function inspectJpeg(bytes: Uint8Array): Inspection {
  const layout = readJpegSegments(bytes);
  if (!layout.hasEnd) throw new CompressionError('truncated');
  const reader = new Reader(bytes);
  const frame = readFrame(reader, layout);
  const findings = new Findings();
  let orientation: Inspection['orientation'] = 1;
  for (const segment of layout.segments) {
    if (segment.marker === MARKER.APP1 && reader.is(segment.dataAt, 'Exif\0')) {
      const exif = findings.exif(bytes.subarray(segment.dataAt + 6, segment.end));
      orientation = exif?.orientation ?? orientation;
    }
  }
  return {
    format: 'jpeg',
    bytes: bytes.length,
    width: frame.width,
    height: frame.height,
    orientation,
    bitDepth: frame.precision,
    colour: { model: modelOf(reader, layout, frame), profile: null, cicp: null, gamma: null, chromaticities: null },
    alpha: false,
    animation: null,
    coding: { lossless: false, quality: null, progressive: frame.progressive, exotic: null },
    metadata: findings.toMetadata(),
  };
}

interface Frame {
  readonly marker: number;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly { id: number; horizontal: number; vertical: number; table: number }[];
  readonly progressive: boolean;
}

/** T.81, B.2.2. */
function readFrame(reader: Reader, { segments }: JpegLayout): Frame {
  const header = segments.find((segment) => isFrameHeader(segment.marker));
  if (!header) throw new CompressionError('corrupt');
  const precision = reader.u8(header.dataAt);
  const width = reader.u16(header.dataAt + 3);
  const height = reader.u16(header.dataAt + 1) || numberOfLines(reader, segments);
  const count = reader.u8(header.dataAt + 5);
  if (width === 0 || height === 0 || count === 0 || header.dataAt + 6 + count * 3 > header.end) throw new CompressionError('corrupt');
  const components = Array.from({ length: count }, (_, i) => {
    const at = header.dataAt + 6 + i * 3;
    return { id: reader.u8(at), horizontal: reader.u8(at + 1) >> 4, vertical: reader.u8(at + 1) & 15, table: reader.u8(at + 2) };
  });
  const progressive = [0xc2, 0xc6, 0xca, 0xce].includes(header.marker);
  return { marker: header.marker, precision, width, height, components, progressive };
}

/** A height of 0 in the frame header is told by DNL after the first scan (T.81, B.2.5). */
function numberOfLines(reader: Reader, segments: readonly JpegSegment[]): number {
  const segment = segments.find(({ marker }) => marker === MARKER.DNL);
  return segment ? reader.u16(segment.dataAt) : 0;
}

function modelOf(reader: Reader, { segments }: JpegLayout, frame: Frame): Colour['model'] {
  if (frame.components.length < 3) return 'grey';
  if (frame.components.length === 3) return 'rgb';
  const adobe = segments.find(({ marker, dataAt }) => marker === MARKER.APP14 && reader.is(dataAt, 'Adobe'));
  return adobe && reader.u8(adobe.dataAt + 11) === 2 ? 'ycck' : 'cmyk';
}
