/** Images that no encoder writes for us, byte by byte. */
import { crc32, deflateSync } from 'node:zlib';
import type { Size } from './pictures.ts';

export function bytesOf(...parts: readonly (string | number | readonly number[] | Uint8Array)[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(
      parts.map((part) => {
        if (typeof part === 'string') return Buffer.from(part, 'latin1');
        return Buffer.from(typeof part === 'number' ? [part] : part);
      }),
    ),
  );
}

export function u16be(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

export function u32be(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

export const u16le = (value: number): number[] => u16be(value).reverse();
export const u32le = (value: number): number[] => u32be(value).reverse();

export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = bytesOf(type, data);
  return bytesOf(u32be(data.length), body, u32be(crc32(body)));
}

/** A PNG with the CRC of each chunk for what is in it now, as far as there are chunks. */
export function withRightSums(png: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(png);
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  return bytes;
}

/** A PNG whose header claims any size at all, over a single row of pixels. */
export function pngClaiming(width: number, height: number): Uint8Array {
  const header = bytesOf(u32be(width), u32be(height), [8, 2, 0, 0, 0]);
  return bytesOf(
    '\x89PNG\r\n\x1a\n',
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(new Uint8Array(4))),
    pngChunk('IEND', new Uint8Array()),
  );
}

/** 24 bits a pixel, rows from the bottom. */
export function bmp({ width, height }: Size): Uint8Array {
  const stride = Math.ceil((width * 3) / 4) * 4;
  return bytesOf(
    'BM',
    u32le(54 + stride * height),
    u32le(0),
    u32le(54),
    u32le(40),
    u32le(width),
    u32le(height),
    u16le(1),
    u16le(24),
    u32le(0),
    u32le(stride * height),
    u32le(2835),
    u32le(2835),
    u32le(0),
    u32le(0),
    new Uint8Array(stride * height).fill(0x7f),
  );
}

/** Holds the pictures as they are, e.g. PNG files. */
export function ico(pictures: readonly (Size & { data: Uint8Array })[]): Uint8Array {
  let at = 6 + pictures.length * 16;
  const entries = pictures.map(({ width, height, data }) => {
    const entry = [width & 255, height & 255, 0, 0, ...u16le(1), ...u16le(32), ...u32le(data.length), ...u32le(at)];
    at += data.length;
    return entry;
  });
  return bytesOf([0, 0, 1, 0], u16le(pictures.length), ...entries, ...pictures.map(({ data }) => data));
}

export function svg(attributes: string, before = ''): Uint8Array {
  return bytesOf(`${before}<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><rect width="9" height="9"/></svg>\n`);
}

/** The file with its end cut off, at a share of its length. */
export function cut(bytes: Uint8Array, share = 0.5): Uint8Array {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}
