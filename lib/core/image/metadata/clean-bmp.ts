/** What a BMP may carry beside its picture: the path of a profile on its maker's disk, and bytes after its end. */
import { Reader } from '../../bytes/reader.ts';
import { readDib } from '../formats/dib-header.ts';
import type { MetadataKind } from '../inspection.ts';

/** BITMAPFILEHEADER is before it. */
const HEADER = 14;
/** BITMAPV5HEADER, of bV5CSType: 'LINK' (PROFILE_LINKED), 'MBED' (PROFILE_EMBEDDED), 'sRGB' (LCS_sRGB). */
const LINKED = 0x4c494e4b;
const EMBEDDED = 0x4d424544;
const SRGB = 0x73524742;

const [BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS] = [0, 3, 6];

export interface BmpExtras {
  /** Of the path. */
  readonly path: { readonly start: number; readonly end: number } | null;
  /** Past the picture and the profile in the file. */
  readonly end: number;
  readonly kinds: readonly MetadataKind[];
}

/** @throws CompressionError `truncated`, `corrupt` */
export function bmpExtras(bytes: Uint8Array): BmpExtras {
  const reader = new Reader(bytes, 'little');
  const profile = profileOf(reader, bytes.length);
  const path = profile?.type === LINKED ? profile : null;
  const picture = pictureEnd(reader, bytes.length);
  const end = Math.min(bytes.length, profile?.type === EMBEDDED ? Math.max(picture, profile.end) : picture);
  // Programs fill up with zeros.
  const trails = bytes.subarray(end).some((byte, i) => byte !== 0 && !isIn(path, end + i));
  return { path, end, kinds: [...(path ? ['file-path' as const] : []), ...(trails ? ['trailing-data' as const] : [])] };
}

/** The same picture without them; the very bytes where there are none. */
export function withoutBmpExtras(bytes: Uint8Array): Uint8Array {
  const { path, end, kinds } = bmpExtras(bytes);
  if (kinds.length === 0) return bytes;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (path) {
    copy.fill(0, path.start, path.end);
    view.setUint32(HEADER + 56, SRGB, true);
    copy.fill(0, HEADER + 112, HEADER + 120);
  }
  view.setUint32(2, end, true);
  return copy.subarray(0, end);
}

function isIn(range: BmpExtras['path'], at: number): boolean {
  return range !== null && at >= range.start && at < range.end;
}

/** Counted from the header; a place past the end of the file is cut there. */
function profileOf(reader: Reader, length: number): { type: number; start: number; end: number } | null {
  if (reader.u32(HEADER) < 124) return null;
  const type = reader.u32(HEADER + 56);
  if (type !== LINKED && type !== EMBEDDED) return null;
  const start = Math.min(length, HEADER + reader.u32(HEADER + 112));
  // The picture's own header is no part of it, whatever it says.
  if (start < HEADER + 124) return { type, start: length, end: length };
  return { type, start, end: Math.min(length, start + reader.u32(HEADER + 116)) };
}

/** Of run lengths what the header says (biSizeImage), or the whole file where it says nothing. */
function pictureEnd(reader: Reader, length: number): number {
  const { width, height, bits, compression } = readDib(reader, HEADER, false);
  const at = reader.u32(10);
  if (compression === BI_RGB || compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS)
    return at + Math.ceil((width * bits) / 32) * 4 * height;
  return at + (reader.u32(HEADER + 20) || length);
}
