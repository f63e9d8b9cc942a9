/** The boxes of the ISO base media file format, which AVIF, HEIC and JPEG XL containers use: ISO/IEC 14496-12, 4.2. */
import { CompressionError } from '../../errors.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';

export interface Box {
  readonly type: string;
  readonly start: number;
  /** Past the header: size, type, and a 64-bit size if there is one. */
  readonly dataAt: number;
  readonly end: number;
}

/** A box whose payload begins with version and flags (14496-12, 4.2.2). */
export interface FullBox extends Box {
  readonly version: number;
  readonly flags: number;
}

/** On one level; an image of many tiles has some thousand items. */
const MAX_BOXES = 6000;

/**
 * The boxes between `from` and `to`, one level deep.
 *
 * @param pastTheEnd what a box that reaches past `to` means: `truncated` at the file's top level, `corrupt` inside a box
 * @throws CompressionError `truncated` or `corrupt`
 */
export function readBoxes(
  bytes: Uint8Array,
  from: number,
  to: number,
  pastTheEnd: 'truncated' | 'corrupt' = 'corrupt',
): Box[] {
  const reader = new Reader(bytes.subarray(0, to), 'big', pastTheEnd);
  const boxes: Box[] = [];
  // Some writers pad a box with less than a header of zeros.
  for (let at = from; at + 8 <= to;) {
    if (boxes.length >= MAX_BOXES) throw new CompressionError('corrupt');
    const small = reader.u32(at);
    const headerLength = small === 1 ? 16 : 8;
    const size = small === 1 ? reader.u64(at + 8) : small === 0 ? to - at : small;
    if (size < headerLength) throw new CompressionError('corrupt');
    reader.slice(at, size);
    boxes.push({ type: reader.ascii(at + 4, 4), start: at, dataAt: at + headerLength, end: at + size });
    at += size;
  }
  return boxes;
}

/**
 * The boxes of a file, without what stands behind the last of them and is none: players and browsers pass over it.
 *
 * @throws CompressionError `truncated` when a box that holds something of the picture reaches past the end, `corrupt`
 */
export function readFileBoxes(bytes: Uint8Array): Box[] {
  return readBoxes(bytes, 0, endOfBoxes(bytes), 'truncated');
}

/** Where what can be taken for boxes ends. Before the picture's own boxes nothing else may stand. */
export function endOfBoxes(bytes: Uint8Array): number {
  const reader = new Reader(bytes);
  let [at, described, data] = [0, false, false];
  for (let count = 0; at + 8 <= bytes.length && count < MAX_BOXES; count++) {
    const small = reader.u32(at);
    const type = reader.ascii(at + 4, 4);
    const size = small === 1 && at + 16 <= bytes.length ? ifReadable(() => reader.u64(at + 8), 0) : small;
    const isCut = small !== 0 && (size < 8 || at + size > bytes.length);
    if (isCut && described && data && !OF_THE_PICTURE.includes(type)) return at;
    if (isCut || small === 0) return bytes.length;
    // Of JPEG XL the codestream is all, and its last part has the top bit of its index set (18181-2, 9.9).
    const isCodestream = type === 'jxlc' || (type === 'jxlp' && (bytes[at + (small === 1 ? 16 : 8)] ?? 0) >= 0x80);
    described ||= isCodestream || type === 'meta' || type === 'moov';
    data ||= isCodestream || type === 'mdat' || type === 'meta';
    at += size;
  }
  return bytes.length;
}

const OF_THE_PICTURE: readonly string[] = ['ftyp', 'meta', 'moov', 'mdat', 'idat', 'jxlc', 'jxlp'];

/** @throws CompressionError `corrupt` when there is no room for version and flags */
export function asFullBox(bytes: Uint8Array, box: Box): FullBox {
  const reader = new Reader(bytes.subarray(0, box.end), 'big', 'corrupt');
  return { ...box, version: reader.u8(box.dataAt), flags: reader.u24(box.dataAt + 1), dataAt: box.dataAt + 4 };
}

export function childrenOf(bytes: Uint8Array, box: Box): Box[] {
  return readBoxes(bytes, box.dataAt, box.end);
}

export function findBox(boxes: readonly Box[], type: string): Box | undefined {
  return boxes.find((box) => box.type === type);
}
