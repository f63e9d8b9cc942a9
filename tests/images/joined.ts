/** Metadata that goes over several JPEG segments, or stands in a file several times. */
import { createHash } from 'node:crypto';
import { jpegSegment } from './containers.ts';
import { bytesOf, u16be, u32be } from './hand-built.ts';

/** IIM datasets of the application record. */
export function iim(...datasets: readonly (readonly [number, string])[]): Uint8Array {
  return bytesOf(...datasets.map(([number, text]) => bytesOf([0x1c, 2, number], u16be(text.length), text)));
}

/** One image resource. */
export function resource(id: number, data: Uint8Array): Uint8Array {
  return bytesOf('8BIM', u16be(id), [0, 0], u32be(data.length), data, data.length & 1 ? [0] : []);
}

/** Resources in APP13 segments of at most `part` bytes each, cut wherever one is full. */
export function photoshopSegments(resources: Uint8Array, part: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(resources.length / part) }, (_, i) =>
    jpegSegment(0xed, 'Photoshop 3.0\0', resources.subarray(i * part, (i + 1) * part)),
  );
}

/** A continuation of XMP in parts. */
export function extendedXmpSegments(extended: Uint8Array, part: number): { guid: string; segments: Uint8Array[] } {
  const guid = createHash('md5').update(extended).digest('hex').toUpperCase();
  const segments = Array.from({ length: Math.ceil(extended.length / part) }, (_, i) =>
    jpegSegment(
      0xe1,
      'http://ns.adobe.com/xmp/extension/\0',
      guid,
      u32be(extended.length),
      u32be(i * part),
      extended.subarray(i * part, (i + 1) * part),
    ),
  );
  return { guid, segments };
}
