/** APNG files chunk by chunk: PNG (Third Edition), 11.3.6. */
import { deflateSync } from 'node:zlib';
import { bytesOf, pngChunk, u16be, u32be } from '../../images/hand-built.ts';

export interface ApngFrame {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  /** RGBA8, row by row. */
  readonly data: ArrayLike<number>;
  /** Delay as a fraction of a second. */
  readonly delay?: readonly [numerator: number, denominator: number];
  /** 0 none, 1 background, 2 previous. */
  readonly dispose?: 0 | 1 | 2;
  /** 0 source, 1 over. */
  readonly blend?: 0 | 1;
  /** The frame's data in this many fdAT chunks. */
  readonly pieces?: number;
}

export interface ApngFile {
  readonly width: number;
  readonly height: number;
  readonly plays?: number;
  /** A picture of its own in IDAT, which is no frame (RGBA8). */
  readonly defaultImage?: ArrayLike<number>;
  readonly frames: readonly ApngFrame[];
  /** Chunks put before the first IDAT. */
  readonly before?: readonly Uint8Array[];
}

export function apng({ width, height, plays = 0, defaultImage, frames, before = [] }: ApngFile): Uint8Array<ArrayBuffer> {
  let sequence = 0;
  const chunks: Uint8Array[] = [
    pngChunk('IHDR', bytesOf(u32be(width), u32be(height), [8, 6, 0, 0, 0])),
    pngChunk('acTL', bytesOf(u32be(frames.length), u32be(plays))),
    ...before,
  ];
  if (defaultImage) chunks.push(pngChunk('IDAT', deflateSync(scanlines(defaultImage, width, height))));
  frames.forEach((frame, i) => {
    const { x = 0, y = 0, delay = [1, 10], dispose = 0, blend = 0, pieces = 1 } = frame;
    chunks.push(pngChunk('fcTL', bytesOf(
      u32be(sequence++), u32be(frame.width), u32be(frame.height), u32be(x), u32be(y), u16be(delay[0]), u16be(delay[1]), [dispose, blend],
    )));
    const packed = deflateSync(scanlines(frame.data, frame.width, frame.height));
    const inIdat = i === 0 && !defaultImage;
    for (let piece = 0; piece < pieces; piece++) {
      const part = packed.subarray(Math.floor(packed.length * piece / pieces), Math.floor(packed.length * (piece + 1) / pieces));
      chunks.push(inIdat ? pngChunk('IDAT', part) : pngChunk('fdAT', bytesOf(u32be(sequence++), part)));
    }
  });
  return new Uint8Array(bytesOf('\x89PNG\r\n\x1a\n', ...chunks, pngChunk('IEND', new Uint8Array())));
}

/** Filter type 0 before each row. */
function scanlines(data: ArrayLike<number>, width: number, height: number): Uint8Array {
  const rows = new Uint8Array((width * 4 + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width * 4; i++) rows[y * (width * 4 + 1) + 1 + i] = data[y * width * 4 + i] ?? 0;
  }
  return rows;
}
