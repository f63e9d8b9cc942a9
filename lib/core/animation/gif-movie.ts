/**
 * A GIF as browsers show it (GIF89a; the numbers in brackets are its sections). Where the specification and they
 * differ, they win; what Chromium does was measured with its `ImageDecoder`.
 */
import { CompressionError } from '../errors.ts';
import { Reader } from '../bytes/reader.ts';
import { Canvas } from './canvas.ts';
import type { Movie, Rect } from './movie.ts';
import { unpackLzw } from './gif-lzw.ts';
import { checkLength, checkMovie } from './movie-limits.ts';
import { shownMilliseconds } from './timing.ts';

/** What a block of control says of the image that follows it (23). */
interface Control {
  readonly disposal: number;
  /** Colour index, or null. */
  readonly transparent: number | null;
  /** What it says. */
  readonly statedMs: number;
}

interface GifImage extends Rect, Control {
  readonly interlaced: boolean;
  /** Where its colour table is, its own or the file's. */
  readonly table: ColourTable;
  /** Of the minimum code size, which the sub-blocks follow. */
  readonly dataAt: number;
}

interface ColourTable {
  readonly at: number;
  readonly bytes: number;
}

const NO_CONTROL: Control = { disposal: 0, transparent: null, statedMs: 0 };
const MAX_BLOCKS = 1_000_000;

/**
 * Reads the blocks; no pixel is decoded before `frames` is called. The background is transparent whatever colour the
 * file names; a first image that goes past the screen makes the canvas larger, later ones are cut off.
 *
 * @throws CompressionError `truncated` when the file ends inside a block, `corrupt`, `too-many-pixels`, `unsupported-variant`
 */
export function openGif(bytes: Uint8Array): Movie {
  const reader = new Reader(bytes, 'little');
  if (!reader.is(0, 'GIF8')) throw new CompressionError('corrupt');
  const { images, loops } = readBlocks(reader);
  const first = images[0];
  if (!first) throw new CompressionError('corrupt');
  const width = Math.max(reader.u16(6), first.x + first.width);
  const height = Math.max(reader.u16(8), first.y + first.height);
  checkMovie('gif', { width, height }, images);
  return { width, height, loops, frameCount: images.length, frames: () => frames(reader, images, width, height) };
}

async function* frames(
  reader: Reader,
  images: readonly GifImage[],
  width: number,
  height: number,
): ReturnType<Movie['frames']> {
  const canvas = new Canvas(width, height);
  for (const image of images) {
    const before = image.disposal === RESTORE ? canvas.save(image) : null;
    draw(canvas, image, unpackImage(reader, image), readPalette(reader, image.table));
    yield canvas.frame(shownMilliseconds(image.statedMs), image.statedMs);
    if (image.disposal === CLEAR) canvas.clear(image);
    else if (before) canvas.restore(image, before);
  }
}

/** Disposal methods (23.c.iv). 4 is what some writers mean by 3; what is above is not defined and keeps the image. */
const CLEAR = 2;
const RESTORE = 3;

function readBlocks(reader: Reader): { images: GifImage[]; loops: number } {
  const images: GifImage[] = [];
  let loops = 1;
  let control = NO_CONTROL;
  const table = { at: 13, bytes: tableBytes(reader.u8(10)) };
  let at = table.at + table.bytes;
  for (let blocks = 0; ; blocks++) {
    if (blocks > MAX_BLOCKS) throw new CompressionError('corrupt');
    // Many writers leave out the trailer (27), and browsers show what came before any garbage.
    const introducer = at >= reader.length && images.length > 0 ? TRAILER : reader.u8(at);
    if (introducer === IMAGE) {
      const image = readImage(reader, at, control, table);
      images.push(image);
      checkLength('gif', image, images.length, 0);
      control = NO_CONTROL;
      at = subBlocksEnd(reader, image.dataAt + 1);
    } else if (introducer === EXTENSION) {
      if (reader.u8(at + 1) === 0xf9 && reader.u8(at + 2) >= 4) control = readControl(reader, at + 3);
      else loops = readLoops(reader, at) ?? loops;
      at = subBlocksEnd(reader, at + 2);
    } else if (introducer === TRAILER || images.length > 0) return { images, loops };
    else throw new CompressionError('corrupt');
  }
}

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;

/** Image Descriptor (20) and Local Color Table (21). */
function readImage(reader: Reader, at: number, control: Control, globalTable: ColourTable): GifImage {
  const flags = reader.u8(at + 9);
  const ownTable = { at: at + 10, bytes: tableBytes(flags) };
  return {
    ...control,
    x: reader.u16(at + 1),
    y: reader.u16(at + 3),
    width: reader.u16(at + 5),
    height: reader.u16(at + 7),
    interlaced: (flags & 0x40) !== 0,
    table: ownTable.bytes > 0 ? ownTable : globalTable,
    dataAt: ownTable.at + ownTable.bytes,
  };
}

/** Graphic Control Extension (23). */
function readControl(reader: Reader, at: number): Control {
  const flags = reader.u8(at);
  const disposal = (flags >>> 2) & 7;
  return {
    disposal: disposal === 4 ? RESTORE : disposal,
    transparent: (flags & 1) === 0 ? null : reader.u8(at + 3),
    statedMs: reader.u16(at + 1) * 10,
  };
}

/** NETSCAPE2.0 says how often to play *again*; without it a GIF plays once. */
function readLoops(reader: Reader, at: number): number | null {
  const data = at + 14;
  if (!reader.is(at + 2, '\x0bNETSCAPE2.0') && !reader.is(at + 2, '\x0bANIMEXTS1.0')) return null;
  if (reader.u8(data) < 3 || (reader.u8(data + 1) & 7) !== 1) return null;
  const again = reader.u16(data + 2);
  return again === 0 ? 0 : again + 1;
}

/** 18 and 20: a flag, and the size as a power of two. */
function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1);
}

const OPAQUE_BLACK = 0xff000000;

/** 256 packed colours; an index past the table is opaque black. */
function readPalette(reader: Reader, { at, bytes }: ColourTable): Uint32Array {
  const palette = new Uint32Array(256).fill(OPAQUE_BLACK);
  const table = reader.slice(at, bytes);
  for (let i = 0; i * 3 < table.length; i++) {
    palette[i] = (0xff000000 | (table[i * 3 + 2]! << 16) | (table[i * 3 + 1]! << 8) | table[i * 3]!) >>> 0;
  }
  return palette;
}

/** Past the terminator of a chain of sub-blocks (15). */
function subBlocksEnd(reader: Reader, from: number): number {
  let at = from;
  for (let length = reader.u8(at); length !== 0; length = reader.u8(at)) at += 1 + length;
  return at + 1;
}

function unpackImage(reader: Reader, image: GifImage): Uint8Array | Uint16Array {
  const from = image.dataAt + 1;
  const data = new Uint8Array(subBlocksEnd(reader, from) - from);
  let filled = 0;
  for (let at = from, length = reader.u8(at); length !== 0; at += 1 + length, length = reader.u8(at)) {
    data.set(reader.slice(at + 1, length), filled);
    filled += length;
  }
  return unpackLzw(data.subarray(0, filled), reader.u8(image.dataAt), image.width * image.height);
}

function draw(canvas: Canvas, image: GifImage, indices: Uint8Array | Uint16Array, palette: Uint32Array): void {
  const rect = canvas.clip(image);
  const transparent = image.transparent ?? -1;
  for (let stored = 0; stored < image.height; stored++) {
    const row = image.interlaced ? interlacedRow(stored, image.height) : stored;
    if (row >= rect.height) continue;
    const to = (rect.y + row) * canvas.width + rect.x;
    const from = stored * image.width;
    for (let x = 0; x < rect.width; x++) {
      const index = indices[from + x];
      // What the data did not come to stays as it is.
      if (index !== undefined && index !== transparent) canvas.packed[to + x] = palette[index] ?? OPAQUE_BLACK;
    }
  }
}

/** Appendix E: every 8th row from 0, every 8th from 4, every 4th from 2, every 2nd from 1. */
function interlacedRow(stored: number, height: number): number {
  let left = stored;
  for (const [start, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const) {
    const rows = Math.max(0, Math.ceil((height - start) / step));
    if (left < rows) return start + left * step;
    left -= rows;
  }
  return height;
}

/**
 * Whether the first `count` pictures have as many indices as pixels.
 *
 * @throws CompressionError what `openGif` throws; `corrupt` also when the first picture has none: nobody shows anything of it
 */
export function gifIsComplete(bytes: Uint8Array, count: number): boolean {
  openGif(bytes);
  const reader = new Reader(bytes, 'little');
  const { images } = readBlocks(reader);
  let complete = true;
  for (const [i, image] of images.slice(0, count).entries()) {
    const { length } = unpackImage(reader, image);
    if (i === 0 && length === 0 && image.width * image.height > 0) throw new CompressionError('corrupt');
    complete &&= length === image.width * image.height;
  }
  return complete;
}
