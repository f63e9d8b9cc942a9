/** Writes an animated WebP around coded pictures: RFC 9649, 2.7. */
import { CompressionError } from '../errors.ts';
import { FORMAT_FACTS } from '../image/format-facts.ts';
import type { Rect } from './movie.ts';
import { MAX_DURATION, webpLoops } from './timing.ts';
import {
  blockChunks,
  carriesAlpha,
  metadataFlags,
  pictureChunks,
  profileChunk,
  riffChunk,
  riffFile,
  u24,
  VP8X,
  vp8xChunk,
  type Bitstream,
  type WebpMetadata,
} from './webp-bitstream.ts';

/** One ANMF chunk. */
export interface WebpFrame {
  /** Of the upper left corner on the canvas, in px; both even (the file holds their half). */
  readonly x: number;
  readonly y: number;
  readonly bitstream: Bitstream;
  /** Whole ms, 1 to 16 777 215. 0 is a frame that browsers show for 100 ms, so it is never written. */
  readonly durationMs: number;
  /** Composed over the canvas; otherwise the rectangle is replaced, alpha included. */
  readonly blend: boolean;
  /** After it was shown, its rectangle becomes transparent; otherwise it stays. */
  readonly dispose: boolean;
}

export interface WebpAnimation {
  /** Of the canvas, in px. */
  readonly width: number;
  readonly height: number;
  /** Times the whole plays; 0 is for ever, and more than 65 535 is written as that. */
  readonly loops: number;
  readonly frames: readonly WebpFrame[];
  readonly metadata?: WebpMetadata;
}

/**
 * The file: VP8X, ICCP, ANIM, an ANMF for each frame, EXIF, XMP. The background is transparent.
 *
 * @throws CompressionError `internal` for a frame that the format can't state
 */
export function muxAnimation({ width, height, loops, frames, metadata = {} }: WebpAnimation): Uint8Array<ArrayBuffer> {
  const { maxSide } = FORMAT_FACTS.webp;
  check(width >= 1 && height >= 1 && width <= maxSide && height <= maxSide, `canvas of ${width} x ${height}`);
  check(frames.length > 0, 'no frames');
  const alpha = frames.some(({ bitstream }) => carriesAlpha(bitstream)) || !covers(frames[0], width, height);
  const flags = VP8X.animation | (alpha ? VP8X.alpha : 0) | metadataFlags(metadata);
  return riffFile([
    vp8xChunk(flags, { width, height }),
    ...profileChunk(metadata),
    animChunk(loops),
    ...frames.map((frame) => anmfChunk(frame, { width, height })),
    ...blockChunks(metadata),
  ]);
}

/** 2.7.1.1: background in blue, green, red, alpha, and 16 bits of loop count. */
function animChunk(loops: number): Uint8Array {
  const count = webpLoops(loops);
  return riffChunk('ANIM', Uint8Array.of(0, 0, 0, 0, count & 255, count >>> 8));
}

/** 2.7.1.1: x / 2, y / 2, width - 1, height - 1 and duration in 24 bits each, then 6 reserved bits, B and D. */
function anmfChunk(
  { x, y, bitstream, durationMs, blend, dispose }: WebpFrame,
  canvas: Pick<Rect, 'width' | 'height'>,
): Uint8Array {
  const { width, height } = bitstream;
  check(
    x >= 0 && y >= 0 && x % 2 === 0 && y % 2 === 0 && x + width <= canvas.width && y + height <= canvas.height,
    `frame of ${width} x ${height} at ${x}, ${y}`,
  );
  check(Number.isInteger(durationMs) && durationMs >= 1 && durationMs <= MAX_DURATION, `frame of ${durationMs} ms`);
  const header = Uint8Array.of(
    ...u24(x / 2),
    ...u24(y / 2),
    ...u24(width - 1),
    ...u24(height - 1),
    ...u24(durationMs),
    (blend ? 0 : 2) | (dispose ? 1 : 0),
  );
  return riffChunk('ANMF', header, ...pictureChunks(bitstream));
}

function covers(frame: WebpFrame | undefined, width: number, height: number): boolean {
  return frame?.bitstream.width === width && frame.bitstream.height === height;
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new CompressionError('internal', {}, { cause: new Error(`WebP can't state a ${what}`) });
}
