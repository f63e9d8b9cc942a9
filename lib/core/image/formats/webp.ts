/** What a WebP file is: RFC 9649. */
import { CompressionError } from '../../errors.ts';
import type { Animation, Coding, Inspection, Orientation } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { joinBytes } from '../../bytes/bytes.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';
import { withoutExifHeader } from './png-text.ts';
import { readRiffChunks, readWebpChunks, type RiffChunk } from './riff.ts';
import { estimateVp8Quality } from './vp8.ts';

/** @throws CompressionError `truncated` when the RIFF form goes past the end of the file, `corrupt` */
export function inspectWebp(bytes: Uint8Array): Inspection {
  const { chunks, end } = readWebpChunks(bytes);
  const reader = new Reader(bytes, 'little', 'corrupt');
  const first = chunks[0];
  if (!first) throw new CompressionError('corrupt');
  const pictures = chunks.flatMap((chunk) => pictureChunks(bytes, chunk));
  // 2.7: frames are shown of a file that says that it moves, and of no other.
  const moves = first.type === 'VP8X' && (reader.u8(first.dataAt) & FLAG_MOVES) !== 0;
  if (moves !== chunks.some(({ type }) => type === 'ANMF')) throw new CompressionError('corrupt');
  const canvas = first.type === 'VP8X' ? readCanvas(reader, first) : readBitstream(reader, first);
  const bitstream = pictures.find(isBitstream);
  if (!canvas || !bitstream) throw new CompressionError('corrupt');
  const findings = new Findings();
  if (end < bytes.length) findings.trailing(bytes.subarray(end));
  if ([...chunks, ...pictures].some(({ type }) => !KNOWN.includes(type))) findings.add('software');
  const exifOrientation = readMetadata(bytes, chunks, findings);
  const profile = chunks.find(({ type }) => type === 'ICCP');
  return {
    format: 'webp',
    bytes: bytes.length,
    width: canvas.width,
    height: canvas.height,
    // Browsers show a WebP as it is stored, whatever EXIF says.
    orientation: 1,
    ...(exifOrientation !== 1 && { ignoredOrientation: exifOrientation }),
    bitDepth: 8,
    colour: {
      model: 'rgb',
      profile: profile ? findings.icc(bytes.subarray(profile.dataAt, profile.dataEnd)) : null,
      cicp: null,
      gamma: null,
      chromaticities: null,
    },
    alpha:
      canvas.alpha ||
      (moves && pictures.some(({ type }) => type === 'ALPH')) ||
      ifReadable(() => readBitstream(reader, bitstream)?.alpha ?? false, false),
    animation: readAnimation(reader, chunks),
    coding: codingOf(bytes, pictures.filter(isBitstream)),
    metadata: findings.toMetadata(),
  };
}

/**
 * The file without the ALPH chunks of a still picture whose VP8X says that it has no alpha: browsers do not look at them. Alpha
 * within VP8L, and that of frames, they show whatever is said.
 *
 * @returns the very array that was given where there are none
 */
export function withoutUnshownAlpha(bytes: Uint8Array): Uint8Array {
  const chunks = ifReadable(() => readWebpChunks(bytes).chunks, []);
  const [first] = chunks;
  const unshown = chunks.filter(({ type }) => type === 'ALPH');
  if (first?.type !== 'VP8X' || unshown.length === 0 || ((bytes[first.dataAt] ?? 0) & (FLAG_ALPHA | FLAG_MOVES)) !== 0)
    return bytes;
  const kept: Uint8Array[] = [];
  let at = 0;
  for (const { start, end } of unshown) {
    kept.push(bytes.subarray(at, start));
    at = end;
  }
  const shorter = joinBytes([...kept, bytes.subarray(at)]);
  const view = new DataView(shorter.buffer);
  view.setUint32(4, view.getUint32(4, true) - (bytes.length - shorter.length), true);
  return shorter;
}

/** Of the first byte of VP8X (2.7). */
const FLAG_ALPHA = 0x10;
const FLAG_MOVES = 0x02;

/** 2.7, and C2PA's. What is not here is some program's own. */
const KNOWN = ['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L', 'EXIF', 'XMP ', 'C2PA'];

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly alpha: boolean;
}

/** 2.7. */
function readCanvas(reader: Reader, chunk: RiffChunk): Canvas {
  return {
    width: reader.u24(chunk.dataAt + 4) + 1,
    height: reader.u24(chunk.dataAt + 7) + 1,
    alpha: (reader.u8(chunk.dataAt) & FLAG_ALPHA) !== 0,
  };
}

function readBitstream(reader: Reader, chunk: RiffChunk): Canvas | null {
  const at = chunk.dataAt;
  if (chunk.type === 'VP8 ') {
    // RFC 6386, 9.1: frame tag, start code, then 14 bits of width and of height.
    if ((reader.u8(at) & 1) !== 0 || !reader.is(at + 3, '\x9d\x01\x2a')) throw new CompressionError('corrupt');
    const canvas = { width: reader.u16(at + 6) & 0x3fff, height: reader.u16(at + 8) & 0x3fff, alpha: false };
    if (canvas.width === 0 || canvas.height === 0) throw new CompressionError('corrupt');
    return canvas;
  }
  if (chunk.type === 'VP8L') {
    // RFC 9649, 3.4: signature, 14 bits of width - 1, 14 of height - 1, alpha.
    if (reader.u8(at) !== 0x2f) throw new CompressionError('corrupt');
    const bits = reader.u32(at + 1);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, alpha: ((bits >>> 28) & 1) === 1 };
  }
  return null;
}

function isBitstream({ type }: RiffChunk): boolean {
  return type === 'VP8 ' || type === 'VP8L';
}

/** The chunk itself, or those of the frame that it is: they begin 16 bytes into ANMF (2.7.1.1). */
function pictureChunks(bytes: Uint8Array, chunk: RiffChunk): RiffChunk[] {
  if (chunk.type !== 'ANMF') return [chunk];
  return ifReadable(() => readRiffChunks(bytes, chunk.dataAt + 16, chunk.dataEnd), []);
}

function readAnimation(reader: Reader, chunks: readonly RiffChunk[]): Animation | null {
  const frames = chunks.filter(({ type, dataAt, dataEnd }) => type === 'ANMF' && dataEnd - dataAt >= 16);
  if (frames.length < 2) return null;
  const control = chunks.find(({ type, dataAt, dataEnd }) => type === 'ANIM' && dataEnd - dataAt >= 6);
  const milliseconds = frames.reduce((sum, { dataAt }) => sum + reader.u24(dataAt + 12), 0);
  return {
    frames: frames.length,
    loops: control ? reader.u16(control.dataAt + 4) : 0,
    milliseconds: milliseconds || null,
  };
}

/** Of an animation the coarsest frame's quality counts: that is what shows. */
function codingOf(bytes: Uint8Array, bitstreams: readonly RiffChunk[]): Coding {
  const lossy = bitstreams.filter(({ type }) => type === 'VP8 ');
  const qualities = lossy
    .map(({ dataAt, dataEnd }) => estimateVp8Quality(bytes.subarray(dataAt, dataEnd)))
    .filter((quality) => quality !== null);
  return {
    lossless: lossy.length === 0,
    quality: qualities.length > 0 ? qualities.reduce((a, b) => Math.min(a, b)) : null,
    progressive: false,
    unsupportedCoding: null,
  };
}

function readMetadata(bytes: Uint8Array, chunks: readonly RiffChunk[], findings: Findings): Orientation {
  let orientation: Orientation | null = null;
  for (const { type, dataAt, dataEnd } of chunks) {
    const data = bytes.subarray(dataAt, dataEnd);
    // Some writers copy JPEG's "Exif\0\0" in front of the block.
    if (type === 'EXIF') {
      const found = findings.exif(withoutExifHeader(data))?.orientation ?? null;
      orientation ??= found;
    } else if (type === 'XMP ') findings.xmp(data);
    else if (type === 'C2PA') findings.c2pa(data);
  }
  return orientation ?? 1;
}
