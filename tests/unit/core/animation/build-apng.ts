/** APNG files chunk by chunk: PNG (Third Edition), 11.3.6. */
import { deflateSync } from 'node:zlib';
import { bytesOf, pngChunk, u16be, u32be } from '../../../images/hand-built.ts';

export interface ApngFrame {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row; as many bits a channel as the file's depth. */
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
  /** Bits a channel. */
  readonly depth?: 8 | 16;
  /** A picture of its own in IDAT, which is no frame (RGBA8). */
  readonly defaultImage?: ArrayLike<number>;
  readonly frames: readonly ApngFrame[];
  /** Chunks put before the first IDAT. */
  readonly before?: readonly Uint8Array[];
}

export function apng({
  width,
  height,
  plays = 0,
  depth = 8,
  defaultImage,
  frames,
  before = [],
}: ApngFile): Uint8Array<ArrayBuffer> {
  let sequence = 0;
  const chunks: Uint8Array[] = [
    pngChunk('IHDR', bytesOf(u32be(width), u32be(height), [depth, 6, 0, 0, 0])),
    pngChunk('acTL', bytesOf(u32be(frames.length), u32be(plays))),
    ...before,
  ];
  if (defaultImage) chunks.push(pngChunk('IDAT', deflateSync(scanlines(defaultImage, width, height, depth))));
  frames.forEach((frame, i) => {
    const { x = 0, y = 0, delay = [1, 10], dispose = 0, blend = 0, pieces = 1 } = frame;
    chunks.push(
      pngChunk(
        'fcTL',
        bytesOf(
          u32be(sequence++),
          u32be(frame.width),
          u32be(frame.height),
          u32be(x),
          u32be(y),
          u16be(delay[0]),
          u16be(delay[1]),
          [dispose, blend],
        ),
      ),
    );
    const packed = deflateSync(scanlines(frame.data, frame.width, frame.height, depth));
    const inIdat = i === 0 && !defaultImage;
    for (let piece = 0; piece < pieces; piece++) {
      const part = packed.subarray(
        Math.floor((packed.length * piece) / pieces),
        Math.floor((packed.length * (piece + 1)) / pieces),
      );
      chunks.push(inIdat ? pngChunk('IDAT', part) : pngChunk('fdAT', bytesOf(u32be(sequence++), part)));
    }
  });
  return new Uint8Array(bytesOf('\x89PNG\r\n\x1a\n', ...chunks, pngChunk('IEND', new Uint8Array())));
}

/** Filter type 0 before each row. */
function scanlines(data: ArrayLike<number>, width: number, height: number, depth: 8 | 16): Uint8Array {
  const [samples, bytes] = [width * 4, depth / 8];
  const rows = new Uint8Array((samples * bytes + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < samples; i++) {
      const [value, at] = [data[y * samples + i] ?? 0, y * (samples * bytes + 1) + 1 + i * bytes];
      if (depth === 16) rows[at] = value >> 8;
      rows[at + bytes - 1] = value & 255;
    }
  }
  return rows;
}
