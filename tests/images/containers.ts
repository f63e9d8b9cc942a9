/** Putting blocks of metadata into images by hand, apart from the code under test. */
import { deflateSync } from 'node:zlib';
import { bytesOf, pngChunk, u16be, u32be, u32le } from './hand-built.ts';

export function jpegSegment(
  marker: number,
  ...payload: readonly (string | readonly number[] | Uint8Array)[]
): Uint8Array {
  const data = bytesOf(...payload);
  return bytesOf([0xff, marker], u16be(data.length + 2), data);
}

/** Right after SOI. */
export function withJpegSegments(jpeg: Uint8Array, ...segments: readonly Uint8Array[]): Uint8Array {
  return bytesOf(jpeg.subarray(0, 2), ...segments, jpeg.subarray(2));
}

export const exifSegment = (block: Uint8Array): Uint8Array => jpegSegment(0xe1, 'Exif\0\0', block);
export const xmpSegment = (packet: Uint8Array): Uint8Array =>
  jpegSegment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', packet);
export const commentSegment = (text: string): Uint8Array => jpegSegment(0xfe, text);

/** APP11 with a JUMBF box that says it is a C2PA manifest store. */
export function c2paSegment(): Uint8Array {
  const description = bytesOf(
    u32be(37),
    'jumd',
    'c2pa',
    [0, 0x11, 0, 0x10, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71],
    [3],
    'c2pa\0',
    [0, 0, 0],
  );
  return jpegSegment(
    0xeb,
    'JP',
    u16be(1),
    u32be(1),
    bytesOf(u32be(8 + description.length), 'jumb', description),
    'c2pa.actions trainedAlgorithmicMedia',
  );
}

/** Image resources with IPTC datasets of the application record. */
export function photoshopSegment(datasets: readonly (readonly [number, string])[]): Uint8Array {
  const iim = bytesOf(...datasets.map(([number, text]) => bytesOf([0x1c, 2, number], u16be(text.length), text)));
  return jpegSegment(
    0xed,
    'Photoshop 3.0\0',
    '8BIM',
    u16be(0x0404),
    [0, 0],
    u32be(iim.length),
    iim,
    iim.length & 1 ? [0] : [],
  );
}

/** In parts no longer than a segment allows. */
export function iccSegments(profile: Uint8Array, part = 65_519): Uint8Array[] {
  const count = Math.ceil(profile.length / part);
  return Array.from({ length: count }, (_, i) =>
    jpegSegment(0xe2, 'ICC_PROFILE\0', [i + 1, count], profile.subarray(i * part, (i + 1) * part)),
  );
}

/** Right after IHDR. */
export function withPngChunks(png: Uint8Array, ...chunks: readonly Uint8Array[]): Uint8Array {
  return bytesOf(png.subarray(0, 33), ...chunks, png.subarray(33));
}

/** Before IEND. */
export function withLateChunks(png: Uint8Array, ...chunks: readonly Uint8Array[]): Uint8Array {
  return bytesOf(png.subarray(0, png.length - 12), ...chunks, png.subarray(png.length - 12));
}

export const iccpChunk = (profile: Uint8Array): Uint8Array =>
  pngChunk('iCCP', bytesOf('name\0\0', deflateSync(profile)));
export const textChunk = (keyword: string, text: string): Uint8Array => pngChunk('tEXt', bytesOf(keyword, 0, text));
export const compressedTextChunk = (keyword: string, text: Uint8Array): Uint8Array =>
  pngChunk('zTXt', bytesOf(keyword, [0, 0], deflateSync(text)));
export const xmpChunk = (packet: Uint8Array): Uint8Array =>
  pngChunk('iTXt', bytesOf('XML:com.adobe.xmp\0', [0, 0, 0, 0], packet));
export const compressedXmpChunk = (packet: Uint8Array): Uint8Array =>
  pngChunk('iTXt', bytesOf('XML:com.adobe.xmp\0', [1, 0, 0, 0], deflateSync(packet)));

/** Appended to the RIFF form, whose size is corrected; the file must be an extended one. */
export function withWebpChunks(webp: Uint8Array, ...chunks: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const added = bytesOf(
    ...chunks.map(([name, data]) => bytesOf(name, u32le(data.length), data, data.length & 1 ? [0] : [])),
  );
  const whole = bytesOf(webp, added);
  whole.set(u32le(whole.length - 8), 4);
  return whole;
}
