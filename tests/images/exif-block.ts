/** EXIF blocks built tag by tag: TIFF 6.0, section 2. */
import { bytesOf, u16be, u16le, u32be, u32le } from './hand-built.ts';

/** Text, bytes, rationals, or whole numbers of the type given. */
export type TagValue =
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly rationals: readonly (readonly [number, number])[] }
  | { readonly shorts: readonly number[] }
  | { readonly longs: readonly number[] };

export type Tags = Readonly<Record<number, TagValue>>;

export interface ExifParts {
  readonly main?: Tags;
  readonly exif?: Tags;
  readonly gps?: Tags;
  /** Bytes of a JPEG, put into a second directory. */
  readonly thumbnail?: Uint8Array;
}

export function exifBlock(
  { main = {}, exif, gps, thumbnail }: ExifParts,
  order: 'big' | 'little' = 'little',
): Uint8Array {
  const u16 = order === 'little' ? u16le : u16be;
  const u32 = order === 'little' ? u32le : u32be;
  const out: number[] = [...bytesOf(order === 'little' ? 'II' : 'MM'), ...u16(42), ...u32(8)];
  const put = (tags: Tags): { at: number; nextAt: number; valueAt: Map<number, number> } => {
    const at = out.length;
    const entries = Object.entries(tags)
      .map(([tag, value]) => ({ tag: Number(tag), ...encode(value, u16, u32) }))
      .sort((a, b) => a.tag - b.tag);
    let dataAt = at + 2 + entries.length * 12 + 4;
    const tail: number[] = [];
    const valueAt = new Map<number, number>();
    out.push(...u16(entries.length));
    for (const { tag, type, count, data } of entries) {
      valueAt.set(tag, out.length + 8);
      const inline = data.length <= 4;
      out.push(...u16(tag), ...u16(type), ...u32(count), ...(inline ? [...data, 0, 0, 0, 0].slice(0, 4) : u32(dataAt)));
      if (inline) continue;
      tail.push(...data, ...(data.length & 1 ? [0] : []));
      dataAt += data.length + (data.length & 1);
    }
    const nextAt = out.length;
    out.push(0, 0, 0, 0, ...tail);
    return { at, nextAt, valueAt };
  };
  const point = (from: number, to: number): void => void out.splice(from, 4, ...u32(to));
  const first = put({ ...main, ...(exif && { 0x8769: { longs: [0] } }), ...(gps && { 0x8825: { longs: [0] } }) });
  if (exif) point(first.valueAt.get(0x8769)!, put(exif).at);
  if (gps) point(first.valueAt.get(0x8825)!, put(gps).at);
  if (thumbnail) {
    const second = put({ 0x0103: { shorts: [6] }, 0x0201: { longs: [0] }, 0x0202: { longs: [thumbnail.length] } });
    point(first.nextAt, second.at);
    point(second.valueAt.get(0x0201)!, out.length);
    out.push(...thumbnail);
  }
  return new Uint8Array(out);
}

type Number16 = (value: number) => number[];

function encode(value: TagValue, u16: Number16, u32: Number16): { type: number; count: number; data: number[] } {
  if ('text' in value)
    return { type: 2, count: Buffer.byteLength(value.text) + 1, data: [...Buffer.from(value.text), 0] };
  if ('bytes' in value) return { type: 7, count: value.bytes.length, data: [...value.bytes] };
  if ('rationals' in value)
    return {
      type: 5,
      count: value.rationals.length,
      data: value.rationals.flatMap(([a, b]) => [...u32(a), ...u32(b)]),
    };
  if ('shorts' in value)
    return { type: 3, count: value.shorts.length, data: value.shorts.flatMap((short) => u16(short)) };
  return { type: 4, count: value.longs.length, data: value.longs.flatMap((long) => u32(long)) };
}

/** What a camera and its owner put into a photo: everything that a policy decides about. */
export function cameraExif(orientation = 1, order: 'big' | 'little' = 'little'): Uint8Array {
  return exifBlock(
    {
      main: {
        0x010e: { text: 'A walk in the park' },
        0x010f: { text: 'Acme' },
        0x0110: { text: 'Acme One' },
        0x0112: { shorts: [orientation] },
        0x011a: { rationals: [[300, 1]] },
        0x011b: { rationals: [[300, 1]] },
        0x0128: { shorts: [2] },
        0x0131: { text: 'Acme Firmware 1.2' },
        0x0132: { text: '2024:05:06 07:08:09' },
        0x013b: { text: 'Ada Lovelace' },
        0x8298: { text: '(c) 2024 Ada Lovelace' },
      },
      exif: {
        0x829a: { rationals: [[1, 250]] },
        0x9003: { text: '2024:05:06 07:08:09' },
        0x927c: { bytes: bytesOf('AcmeNote', new Uint8Array(40).fill(7)) },
        0x9286: { bytes: bytesOf('ASCII\0\0\0', 'a private remark') },
        0xa430: { text: 'Charles Babbage' },
        0xa431: { text: 'SN-0042' },
        0xa434: { text: 'Acme 35mm' },
      },
      gps: {
        0x0000: { bytes: new Uint8Array([2, 3, 0, 0]) },
        0x0001: { text: 'N' },
        0x0002: {
          rationals: [
            [48, 1],
            [8, 1],
            [0, 1],
          ],
        },
        0x0003: { text: 'E' },
        0x0004: {
          rationals: [
            [11, 1],
            [34, 1],
            [0, 1],
          ],
        },
      },
      thumbnail: bytesOf([0xff, 0xd8], new Uint8Array(60).fill(0x11), [0xff, 0xd9]),
    },
    order,
  );
}
