/** An animated PNG: PNG (Third Edition), 4.9 and 11.3.6. Each frame becomes a PNG file of its own for the codec. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { pngCodec } from '../codecs/png.ts';
import { CompressionError } from '../errors.ts';
import { checkPng } from '../image/formats/png-check.ts';
import { PNG_SIGNATURE, pngChunk, readPngChunks, type PngChunk } from '../image/formats/png-chunks.ts';
import { Reader } from '../bytes/reader.ts';
import { soundPngData } from '../decoders/png-data.ts';
import { Canvas } from './canvas.ts';
import type { Movie, Rect } from './movie.ts';
import { checkMovie } from './movie-limits.ts';
import { joinBytes } from '../bytes/bytes.ts';
import { shownMilliseconds } from './timing.ts';

interface ApngFrame extends Rect {
  readonly durationMs: number;
  /** 0 leaves the frame, 1 clears it, 2 puts back what was there. */
  readonly dispose: number;
  /** The frame replaces what is there, or is composed over it. */
  readonly over: boolean;
  /** The zlib stream's pieces. */
  readonly data: Uint8Array[];
}

/**
 * A picture in IDAT that no fcTL comes before is for viewers that know no animation: it is not a frame. 16 bits a
 * channel become 8; colour chunks (iCCP, gAMA, cICP) are the caller's.
 *
 * @throws CompressionError `truncated`, `corrupt` also when the sequence numbers have a gap, `too-many-pixels`, `unsupported-variant`
 */
export function openApng(bytes: Uint8Array, load: LoadWasm): Movie {
  checkPng(bytes);
  const chunks = readPngChunks(bytes);
  const header = chunks[0];
  const control = chunks.find(({ type }) => type === 'acTL');
  if (header?.type !== 'IHDR' || !control) throw new CompressionError('corrupt');
  checkLengths(chunks);
  const reader = new Reader(bytes, 'big', 'corrupt');
  const width = reader.u32(header.dataAt);
  const height = reader.u32(header.dataAt + 4);
  // A file may hold more frames than it says; those that it says are shown.
  const found = readFrames(reader, chunks, { x: 0, y: 0, width, height }).slice(0, reader.u32(control.dataAt));
  checkMovie('png', { width, height }, found);
  const shared = {
    header: bytes.subarray(header.dataAt, header.dataEnd),
    palette: chunks
      .filter(({ type }) => type === 'PLTE' || type === 'tRNS')
      .map(({ start, end }) => bytes.subarray(start, end)),
  };
  return {
    width,
    height,
    frameCount: found.length,
    loops: reader.u32(control.dataAt + 4),
    frames: () => frames(found, shared, width, height, load),
  };
}

async function* frames(
  found: readonly ApngFrame[],
  shared: SharedChunks,
  width: number,
  height: number,
  load: LoadWasm,
): ReturnType<Movie['frames']> {
  const canvas = new Canvas(width, height);
  for (const frame of found) {
    // "Previous" of the first frame is the empty canvas, which makes it "background", as 11.3.6.2 wants.
    const before = frame.dispose === 2 ? canvas.save(frame) : null;
    const picture = await decode(frame, shared, load);
    if (frame.over) canvas.blend(picture, frame.x, frame.y);
    else canvas.put(picture, frame.x, frame.y);
    yield canvas.frame(frame.durationMs);
    if (before) canvas.restore(frame, before);
    else if (frame.dispose === 1) canvas.clear(frame);
  }
}

interface SharedChunks {
  /** The data of IHDR, with the canvas's size. */
  readonly header: Uint8Array;
  /** PLTE and tRNS, as whole chunks. */
  readonly palette: readonly Uint8Array[];
}

async function decode(frame: ApngFrame, { header, palette }: SharedChunks, load: LoadWasm): Promise<Pixels> {
  const own = new Uint8Array(header);
  const view = new DataView(own.buffer);
  view.setUint32(0, frame.width);
  view.setUint32(4, frame.height);
  const file = joinBytes([
    PNG_SIGNATURE,
    pngChunk('IHDR', own),
    ...palette,
    pngChunk('IDAT', joinBytes(frame.data)),
    pngChunk('IEND', new Uint8Array()),
  ]);
  const { bytes, damage } = await soundPngData(file);
  // A frame that is drawn over others would spread its fault.
  if (damage === 'pixels' || damage === 'missing') throw new CompressionError('corrupt');
  try {
    return await pngCodec.decode(bytes, load);
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
}

function readFrames(reader: Reader, chunks: readonly PngChunk[], canvas: Rect): ApngFrame[] {
  const frames: ApngFrame[] = [];
  let sequence = 0;
  for (const chunk of chunks) {
    if (chunk.type === 'fcTL' || chunk.type === 'fdAT') {
      if (reader.u32(chunk.dataAt) !== sequence++) throw new CompressionError('corrupt');
    }
    const last = frames.at(-1);
    if (chunk.type === 'fcTL') {
      if (last?.data.length === 0) throw new CompressionError('corrupt');
      frames.push(readControl(reader, chunk, canvas));
    } else if (chunk.type === 'IDAT') {
      // Only the first frame's data is in IDAT; it covers the canvas.
      if (frames.length > 1) throw new CompressionError('corrupt');
      if (last) readIdat(reader, chunk, last.data);
      if (last && (last.width !== canvas.width || last.height !== canvas.height)) throw new CompressionError('corrupt');
    } else if (chunk.type === 'fdAT') {
      if (!last) throw new CompressionError('corrupt');
      last.data.push(reader.slice(chunk.dataAt + 4, chunk.dataEnd - chunk.dataAt - 4));
    }
  }
  if (frames.at(-1)?.data.length === 0) throw new CompressionError('truncated');
  return frames;
}

/** Each field is read by its place, so that a chunk that is too short would give bytes of the next. */
const LENGTHS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  IHDR: [13, 13],
  acTL: [8, 8],
  fcTL: [26, 26],
  fdAT: [4, Infinity],
};

function checkLengths(chunks: readonly PngChunk[]): void {
  for (const { type, dataAt, dataEnd } of chunks) {
    const [least, most] = LENGTHS[type] ?? [0, Infinity];
    if (dataEnd - dataAt < least || dataEnd - dataAt > most) throw new CompressionError('corrupt');
  }
}

/** fcTL: 11.3.6.2. */
function readControl(reader: Reader, { dataAt }: PngChunk, canvas: Rect): ApngFrame {
  const [width, height, x, y] = [4, 8, 12, 16].map((offset) => reader.u32(dataAt + offset)) as [
    number,
    number,
    number,
    number,
  ];
  const denominator = reader.u16(dataAt + 22);
  const dispose = reader.u8(dataAt + 24);
  const blend = reader.u8(dataAt + 25);
  if (
    width === 0 ||
    height === 0 ||
    x + width > canvas.width ||
    y + height > canvas.height ||
    dispose > 2 ||
    blend > 1
  ) {
    throw new CompressionError('corrupt');
  }
  // A denominator of 0 means hundredths of a second.
  const durationMs = shownMilliseconds((1000 * reader.u16(dataAt + 20)) / (denominator === 0 ? 100 : denominator));
  return { x, y, width, height, durationMs, dispose, over: blend === 1, data: [] };
}

/** Adds each piece of a run of IDAT chunks, which the chunk list has as one. */
function readIdat(reader: Reader, run: PngChunk, pieces: Uint8Array[]): void {
  for (let at = run.start; at < run.end;) {
    const length = reader.u32(at);
    pieces.push(reader.slice(at + 8, length));
    at += length + 12;
  }
}
