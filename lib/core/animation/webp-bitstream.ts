/** A coded picture as WebP holds it, out of its file and back into one: RFC 9649, 2.3 to 2.7. */
import { CompressionError } from '../errors.ts';
import { readWebpChunks } from '../image/formats/riff.ts';
import { Reader } from '../bytes/reader.ts';

/** What a still file and an animation's frame both hold (2.7.1.3, 2.7.1.2). */
export interface Bitstream {
  /** In px. */
  readonly width: number;
  readonly height: number;
  /** Lossy or lossless. */
  readonly kind: 'VP8 ' | 'VP8L';
  readonly data: Uint8Array;
  /** The ALPH chunk's data, next to a lossy picture only. */
  readonly alpha: Uint8Array | null;
}

/** What a WebP file may carry beside its pictures (2.7.1.4, 2.7.1.5); each as the bare profile or block. */
export interface WebpMetadata {
  readonly icc?: Uint8Array | undefined;
  readonly exif?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
}

/** VP8X's flags (2.7). */
export const VP8X = { animation: 0x02, xmp: 0x04, exif: 0x08, alpha: 0x10, icc: 0x20 } as const;

/**
 * Takes the picture out of a still file, simple or extended.
 *
 * @throws CompressionError `corrupt`
 */
export function bitstreamOf(file: Uint8Array): Bitstream {
  const { chunks } = readWebpChunks(file);
  const image = chunks.find(({ type }) => type === 'VP8 ' || type === 'VP8L');
  if (!image) throw new CompressionError('corrupt');
  const data = file.subarray(image.dataAt, image.dataEnd);
  if (image.type === 'VP8L') return { ...losslessSize(data), kind: 'VP8L', data, alpha: null };
  const alpha = chunks.find(({ type }) => type === 'ALPH');
  return { ...lossySize(data), kind: 'VP8 ', data, alpha: alpha ? file.subarray(alpha.dataAt, alpha.dataEnd) : null };
}

/** Whether any of its pixels may be transparent. */
export function carriesAlpha({ kind, data, alpha }: Bitstream): boolean {
  // 3.4: the bit after 14 bits of width and 14 of height.
  return kind === 'VP8L' ? ((data[4] ?? 0) & 0x10) !== 0 : alpha !== null;
}

/** A still file: simple (2.5, 2.6) where that is enough, else extended. */
export function stillWebp(bitstream: Bitstream, metadata: WebpMetadata = {}): Uint8Array<ArrayBuffer> {
  const flags = (carriesAlpha(bitstream) ? VP8X.alpha : 0) | metadataFlags(metadata);
  const simple = flags === 0 || (bitstream.kind === 'VP8L' && flags === VP8X.alpha);
  return riffFile([
    ...(simple ? [] : [vp8xChunk(flags, bitstream)]),
    ...profileChunk(metadata),
    ...pictureChunks(bitstream),
    ...blockChunks(metadata),
  ]);
}

/** ALPH and VP8, or VP8L. */
export function pictureChunks({ kind, data, alpha }: Bitstream): Uint8Array[] {
  return alpha && kind === 'VP8 ' ? [riffChunk('ALPH', alpha), riffChunk(kind, data)] : [riffChunk(kind, data)];
}

/** 2.7: flags, 24 reserved bits, then width - 1 and height - 1 in 24 bits each. */
export function vp8xChunk(flags: number, { width, height }: { width: number; height: number }): Uint8Array {
  return riffChunk('VP8X', Uint8Array.of(flags, 0, 0, 0, ...u24(width - 1), ...u24(height - 1)));
}

export function metadataFlags({ icc, exif, xmp }: WebpMetadata): number {
  return (icc ? VP8X.icc : 0) | (exif ? VP8X.exif : 0) | (xmp ? VP8X.xmp : 0);
}

/** The profile comes before the picture, what informs comes after it (2.7). */
export function profileChunk({ icc }: WebpMetadata): Uint8Array[] {
  return icc ? [riffChunk('ICCP', icc)] : [];
}

export function blockChunks({ exif, xmp }: WebpMetadata): Uint8Array[] {
  return [...(exif ? [riffChunk('EXIF', exif)] : []), ...(xmp ? [riffChunk('XMP ', xmp)] : [])];
}

/** 2.3: name, length, data, and a zero to an even length. */
export function riffChunk(type: string, ...data: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = data.reduce((sum, part) => sum + part.length, 0);
  const chunk = new Uint8Array(8 + length + (length & 1));
  for (let i = 0; i < 4; i++) chunk[i] = type.charCodeAt(i);
  new DataView(chunk.buffer).setUint32(4, length, true);
  let at = 8;
  for (const part of data) {
    chunk.set(part, at);
    at += part.length;
  }
  return chunk;
}

/** 2.4. */
export function riffFile(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return riffChunk('RIFF', Uint8Array.of(0x57, 0x45, 0x42, 0x50), ...chunks);
}

/** Little-endian. */
export function u24(value: number): [number, number, number] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255];
}

/** RFC 6386, 9.1: frame tag, start code, then 14 bits of width and of height, each below 2 bits of scale. */
function lossySize(data: Uint8Array): { width: number; height: number } {
  const reader = new Reader(data, 'little', 'corrupt');
  return { width: reader.u16(6) & 0x3fff, height: reader.u16(8) & 0x3fff };
}

/** 3.4: signature, 14 bits of width - 1, 14 of height - 1. */
function losslessSize(data: Uint8Array): { width: number; height: number } {
  const bits = new Reader(data, 'little', 'corrupt').u32(1);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
