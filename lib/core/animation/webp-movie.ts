/** An animated WebP: RFC 9649, 2.7. Each frame becomes a still WebP file for the codec. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { webpCodec } from '../codecs/webp.ts';
import { CompressionError } from '../errors.ts';
import { readRiffChunks, readWebpChunks, type RiffChunk } from '../image/formats/riff.ts';
import { Reader } from '../bytes/reader.ts';
import { Canvas } from './canvas.ts';
import type { Movie, Rect } from './movie.ts';
import { checkMovie } from './movie-limits.ts';
import { shownMilliseconds } from './timing.ts';
import { stillWebp, type Bitstream } from './webp-bitstream.ts';

interface WebpFrame extends Rect {
  readonly durationMs: number;
  readonly blend: boolean;
  /** Cleared before the next frame. */
  readonly dispose: boolean;
  readonly bitstream: Bitstream;
}

/**
 * The background is transparent whatever ANIM says: 2.7.1.1 calls its colour a hint, and browsers don't take it.
 *
 * @throws CompressionError `truncated`, `corrupt`, `too-many-pixels`, `unsupported-variant`
 */
export function openWebp(bytes: Uint8Array, load: LoadWasm): Movie {
  const { chunks } = readWebpChunks(bytes);
  const reader = new Reader(bytes, 'little', 'corrupt');
  const [header, parameters] = [chunks[0], chunks.find(({ type }) => type === 'ANIM')];
  if (
    header?.type !== 'VP8X' ||
    !parameters ||
    header.dataEnd - header.dataAt < 10 ||
    parameters.dataEnd - parameters.dataAt < 6
  ) {
    throw new CompressionError('corrupt');
  }
  const width = reader.u24(header.dataAt + 4) + 1;
  const height = reader.u24(header.dataAt + 7) + 1;
  const found = chunks.filter(({ type }) => type === 'ANMF').map((chunk) => readFrame(reader, chunk));
  for (const { x, y, ...size } of found) {
    if (x + size.width > width || y + size.height > height) throw new CompressionError('corrupt');
  }
  checkMovie('webp', { width, height }, found);
  return {
    width,
    height,
    loops: reader.u16(parameters.dataAt + 4),
    frameCount: found.length,
    frames: () => frames(found, width, height, load),
  };
}

/** 2.7.2: how the canvas comes together. */
async function* frames(
  found: readonly WebpFrame[],
  width: number,
  height: number,
  load: LoadWasm,
): ReturnType<Movie['frames']> {
  const canvas = new Canvas(width, height);
  for (const frame of found) {
    const picture = await decode(frame, load);
    if (frame.blend) canvas.blend(picture, frame.x, frame.y);
    else canvas.put(picture, frame.x, frame.y);
    yield canvas.frame(frame.durationMs);
    if (frame.dispose) canvas.clear(frame);
  }
}

async function decode(frame: WebpFrame, load: LoadWasm): Promise<Pixels> {
  let picture: Pixels;
  try {
    picture = await webpCodec.decode(stillWebp(frame.bitstream), load);
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
  if (picture.width !== frame.width || picture.height !== frame.height) throw new CompressionError('corrupt');
  return picture;
}

/** ANMF: 2.7.1.1. */
function readFrame(reader: Reader, { dataAt, dataEnd }: RiffChunk): WebpFrame {
  const parts = readRiffChunks(reader.bytes, dataAt + 16, dataEnd);
  const image = parts.find(({ type }) => type === 'VP8 ' || type === 'VP8L');
  const alpha = parts.find(({ type }) => type === 'ALPH');
  if (!image) throw new CompressionError('corrupt');
  const flags = reader.u8(dataAt + 15);
  const [width, height] = [reader.u24(dataAt + 6) + 1, reader.u24(dataAt + 9) + 1];
  return {
    x: reader.u24(dataAt) * 2,
    y: reader.u24(dataAt + 3) * 2,
    width,
    height,
    durationMs: shownMilliseconds(reader.u24(dataAt + 12)),
    blend: (flags & 2) === 0,
    dispose: (flags & 1) === 1,
    bitstream: {
      width,
      height,
      kind: image.type === 'VP8L' ? 'VP8L' : 'VP8 ',
      data: reader.slice(image.dataAt, image.dataEnd - image.dataAt),
      // 2.7.1.2: an ALPH chunk next to VP8L is ignored.
      alpha: alpha && image.type === 'VP8 ' ? reader.slice(alpha.dataAt, alpha.dataEnd - alpha.dataAt) : null,
    },
  };
}
