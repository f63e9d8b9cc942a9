/** An icon whose pictures have other metadata: those that are PNG files (ICONDIRENTRY) are cleaned as such. */
import { copyBytes, joinBytes } from '../../bytes/bytes.ts';
import { Reader, startsWith } from '../../bytes/reader.ts';

/** Of the directory, and of an entry in it: bytes, length and place of the picture. */
const HEADER = 6;
const ENTRY = 16;

/** What its entries point to; where one states no length, as far as the file goes. */
export function picturesOf(bytes: Uint8Array): Uint8Array[] {
  const reader = new Reader(bytes, 'little');
  const count = reader.u16(4);
  return Array.from({ length: count }, (_, i) => {
    const at = HEADER + i * ENTRY;
    const start = Math.min(bytes.length, reader.u32(at + 12));
    return bytes.subarray(start, start + (reader.u32(at + 8) || bytes.length));
  });
}

export function isPng(picture: Uint8Array): boolean {
  return startsWith(picture, '\x89PNG');
}

/**
 * The very bytes where no picture changes; else the pictures one after the other, and nothing beside them.
 *
 * @throws CompressionError `truncated`
 */
export async function withCleanPngs(
  bytes: Uint8Array,
  clean: (png: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const pictures = picturesOf(bytes);
  const cleaned = new Map<number, Uint8Array>();
  for (const picture of pictures) {
    // Hostile entries share a picture, or overlap: a copy of each could be far more than the file.
    if (!cleaned.has(picture.byteOffset))
      cleaned.set(picture.byteOffset, isPng(picture) ? await clean(picture) : picture);
  }
  const written = pictures.map((picture) => cleaned.get(picture.byteOffset) ?? picture);
  if (written.every((picture, i) => picture === pictures[i])) return bytes;
  const head = copyBytes(bytes, 0, HEADER + pictures.length * ENTRY);
  const view = new DataView(head.buffer);
  const places = new Map<Uint8Array, number>();
  let at = head.length;
  for (const [i, picture] of written.entries()) {
    if (!places.has(picture)) {
      places.set(picture, at);
      at += picture.length;
    }
    view.setUint32(HEADER + i * ENTRY + 8, picture.length, true);
    view.setUint32(HEADER + i * ENTRY + 12, places.get(picture) ?? at, true);
  }
  return joinBytes([head, ...places.keys()]);
}
