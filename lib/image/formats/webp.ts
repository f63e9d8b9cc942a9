/** What a WebP file is: RFC 9649. */
import { CompressionError } from '../../errors.ts';
import type { Inspection } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { Reader, startsWith } from '../reader.ts';
import { readWebpChunks, type RiffChunk } from './riff.ts';

/** @throws CompressionError `truncated` when the RIFF form goes past the end of the file, `corrupt` */
export function inspectWebp(bytes: Uint8Array): Inspection {
  const { chunks } = readWebpChunks(bytes);
  const reader = new Reader(bytes, 'little', 'corrupt');
  const first = chunks[0];
  if (!first) throw new CompressionError('corrupt');
  const canvas = first.type === 'VP8X' ? readCanvas(reader, first) : readBitstream(reader, first);
  const image = chunks.find(({ type }) => type === 'VP8 ' || type === 'VP8L' || type === 'ANMF');
  if (!canvas || !image) throw new CompressionError('corrupt');
  const findings = new Findings();
  let orientation: Inspection['orientation'] = 1;
  for (const chunk of chunks) {
    if (chunk.type === 'EXIF') orientation = findings.exif(exifBlock(bytes.subarray(chunk.dataAt, chunk.dataEnd)))?.orientation ?? 1;
  }
  return {
    format: 'webp',
    bytes: bytes.length,
    width: canvas.width,
    height: canvas.height,
    orientation,
    bitDepth: 8,
    colour: { model: 'rgb', profile: null, cicp: null, gamma: null, chromaticities: null },
    alpha: canvas.alpha,
    animation: null,
    coding: { lossless: image.type === 'VP8L', quality: null, progressive: false, exotic: null },
    metadata: findings.toMetadata(),
  };
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly alpha: boolean;
}

/** RFC 9649, 2.7. */
function readCanvas(reader: Reader, chunk: RiffChunk): Canvas {
  return {
    width: reader.u24(chunk.dataAt + 4) + 1,
    height: reader.u24(chunk.dataAt + 7) + 1,
    alpha: (reader.u8(chunk.dataAt) & 0x10) !== 0,
  };
}

function readBitstream(reader: Reader, chunk: RiffChunk): Canvas | null {
  const at = chunk.dataAt;
  if (chunk.type === 'VP8 ') {
    // RFC 6386, 9.1: frame tag, start code, then 14 bits of width and of height.
    if ((reader.u8(at) & 1) !== 0 || !reader.is(at + 3, '\x9d\x01\x2a')) throw new CompressionError('corrupt');
    return { width: reader.u16(at + 6) & 0x3fff, height: reader.u16(at + 8) & 0x3fff, alpha: false };
  }
  if (chunk.type === 'VP8L') {
    // RFC 9649, 3.4: signature, 14 bits of width - 1, 14 of height - 1, alpha.
    if (reader.u8(at) !== 0x2f) throw new CompressionError('corrupt');
    const bits = reader.u32(at + 1);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, alpha: ((bits >>> 28) & 1) === 1 };
  }
  return null;
}

/** Some writers copy JPEG's "Exif\0\0" in front of the block. */
export function exifBlock(bytes: Uint8Array): Uint8Array {
  return startsWith(bytes, 'Exif\0\0') ? bytes.subarray(6) : bytes;
}
