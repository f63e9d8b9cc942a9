/**
 * A PNG put in order, for readers and writers that are strict: what browsers pass over is left out or set right. What
 * Chromium (156) and libpng do was measured by tests/images/odd/png.ts. Section numbers are those of PNG (Third Edition).
 */
import { bigEndian32, copyBytes, joinBytes } from '../../bytes/bytes.ts';
import { crc32 } from '../../bytes/crc32.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';
import { CompressionError } from '../../errors.ts';
import { EXIF_TAG, orientationOf } from '../metadata/exif.ts';
import { findEntry, TiffBlock } from '../metadata/ifd.ts';
import { pngChunk } from './png-chunks.ts';
import { withoutExifHeader } from './png-text.ts';

export interface RepairedPng {
  /** The very array that was given where nothing had to be done. */
  readonly bytes: Uint8Array;
  /** data: a checksum of coded pixels was wrong, or they end early. What inflates tells whether pixels were hurt. */
  readonly damage: 'none' | 'structure' | 'data';
  /** Its last chunk (IEND) was there. */
  readonly ended: boolean;
}

interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly data: Uint8Array;
  /** Whether all of it is there, its checksum too. */
  readonly whole: boolean;
  /** null where it was not asked. */
  readonly rightSum: boolean | null;
}

/** An animation has two a frame; some encoders write thousands of IDAT. */
const MAX_CHUNKS = 1_000_000;

/**
 * @param sums `all` compares the checksums of coded pixels too, which takes as long as reading the file; `header` those
 * of the other chunks alone
 * @throws CompressionError `truncated` when the file ends before its first data, `corrupt` for what no browser shows
 */
export function repairPng(bytes: Uint8Array, sums: 'all' | 'header'): RepairedPng {
  const { chunks, ended } = walk(bytes, sums);
  const state: State = {
    header: readHeader(chunks),
    palette: null,
    transparency: false,
    seenData: false,
    damage: 'none',
  };
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const animation = soundAnimation(chunks, state);
  for (const chunk of chunks) {
    if (animation.left.has(chunk)) note(state, 'structure');
    else kept.push(...(chunk === animation.control ? [animation.rewritten] : settled(bytes, chunk, state)));
  }
  if (!state.seenData || (state.header.colourType === 3 && state.palette === null))
    throw new CompressionError('corrupt');
  if (!ended) {
    note(state, 'structure');
    kept.push(pngChunk('IEND', new Uint8Array()));
  }
  return { bytes: state.damage === 'none' ? bytes : joinBytes(kept), damage: state.damage, ended };
}

interface State {
  readonly header: { readonly bitDepth: number; readonly colourType: number };
  /** Colours of PLTE. */
  palette: number | null;
  transparency: boolean;
  seenData: boolean;
  damage: RepairedPng['damage'];
}

function note(state: State, damage: 'structure' | 'data'): void {
  if (state.damage !== 'data') state.damage = damage;
}

/** Up to IEND, or as far as there are chunks once the pixels have begun. */
function walk(bytes: Uint8Array, sums: 'all' | 'header'): { chunks: Chunk[]; ended: boolean } {
  const reader = new Reader(bytes);
  const chunks: Chunk[] = [];
  let seenData = false;
  for (let at = 8; chunks.length < MAX_CHUNKS;) {
    if (at + 8 > bytes.length && seenData) return { chunks, ended: false };
    const length = reader.u32(at);
    const type = reader.ascii(at + 4, 4);
    // The CRC of the last chunk guards nothing, and may be what a careless tool cut off.
    if (type === 'IEND') {
      chunks.push({
        type,
        start: at,
        end: Math.min(bytes.length, at + 12),
        data: new Uint8Array(),
        whole: true,
        rightSum: null,
      });
      return { chunks, ended: true };
    }
    const named = /^[A-Za-z]{4}$/.test(type);
    if (!named && seenData) return { chunks, ended: false };
    if (!named && !/^[a-z]/.test(type)) throw new CompressionError('corrupt');
    const end = at + 12 + length;
    const isData = type === 'IDAT' || type === 'fdAT';
    seenData ||= type === 'IDAT';
    if (end > bytes.length && !seenData) throw new CompressionError('truncated');
    const data = bytes.subarray(at + 8, Math.min(bytes.length, at + 8 + length));
    const whole = end <= bytes.length;
    const rightSum =
      !whole || (isData && sums === 'header') ? null : crc32(reader.slice(at + 4, 4 + length)) === reader.u32(end - 4);
    chunks.push({ type, start: at, end: Math.min(end, bytes.length), data, whole, rightSum });
    at = end;
  }
  throw new CompressionError('corrupt');
}

/** 11.2.1, table 11.1. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

function readHeader([header]: readonly Chunk[]): State['header'] {
  if (header?.type !== 'IHDR' || header.data.length !== 13 || header.rightSum !== true)
    throw new CompressionError('corrupt');
  const reader = new Reader(header.data);
  const [bitDepth, colourType] = [reader.u8(8), reader.u8(9)];
  const known =
    DEPTHS[colourType]?.includes(bitDepth) && reader.u8(10) === 0 && reader.u8(11) === 0 && reader.u8(12) <= 1;
  if (!known || reader.u32(0) === 0 || reader.u32(4) === 0) throw new CompressionError('corrupt');
  return { bitDepth, colourType };
}

/** What stays of a chunk: itself, a sound one in its place, or nothing. */
function settled(bytes: Uint8Array, chunk: Chunk, state: State): Uint8Array[] {
  const { type, data, start, end, whole, rightSum } = chunk;
  const itself = bytes.subarray(start, end);
  if (type === 'IDAT' || type === 'fdAT') {
    state.seenData ||= type === 'IDAT';
    if (whole && rightSum !== false) return [itself];
    note(state, 'data');
    return [pngChunk(type, data)];
  }
  if (type === 'IEND' || (type === 'IHDR' && start === 8)) return [itself];
  if (type === 'PLTE') return paletteOf(itself, chunk, state);
  // 5.4: what a reader does not know of a chunk that is critical, it can't leave out; behind the pixels browsers do.
  if (/^[A-Z]/.test(type) && !state.seenData) throw new CompressionError('corrupt');
  // 5.4: the third letter is a capital, or else libpng refuses the file.
  const sound = whole && rightSum !== false && /^[a-z][A-Za-z][A-Z][A-Za-z]$/.test(type);
  const fits = sound ? fittingOf(type, data, state) : null;
  if (fits === data) return [itself];
  note(state, 'structure');
  return fits ? [pngChunk(type, fits)] : [];
}

/** The data itself where it may stay, what is to stand in its place, or null. */
function fittingOf(type: string, data: Uint8Array, state: State): Uint8Array | null {
  if (type === 'tRNS') return transparencyOf(data, state);
  if (type === 'bKGD') return backgroundOf(data, state);
  // Behind the pixels browsers do not look for an orientation; put before them by a writer, it would turn the picture.
  return type === 'eXIf' && state.seenData ? uprightExif(data) : data;
}

function uprightExif(data: Uint8Array): Uint8Array {
  const block = withoutExifHeader(data);
  const at = ifReadable(() => {
    const file = new TiffBlock(block);
    const ifd = file.ifd(file.firstIfd);
    return orientationOf(file, ifd) === 1 ? undefined : findEntry(ifd, EXIF_TAG.orientation)?.valueAt;
  }, undefined);
  if (at === undefined) return data;
  const upright = copyBytes(block);
  upright.set(block[0] === 0x49 ? [1, 0] : [0, 1], at);
  return upright;
}

/** 11.2.2. */
function paletteOf(itself: Uint8Array, { type, data, rightSum }: Chunk, state: State): Uint8Array[] {
  const { bitDepth, colourType } = state.header;
  const isIndexed = colourType === 3;
  const used = isIndexed && !state.seenData;
  if (used && (rightSum !== true || state.palette !== null)) throw new CompressionError('corrupt');
  const colours = Math.floor(data.length / 3);
  if (used && (colours < 1 || colours > 256)) throw new CompressionError('corrupt');
  const most = isIndexed ? 2 ** bitDepth : 256;
  const suggests = (colourType === 2 || colourType === 6) && rightSum === true && colours > 0 && state.palette === null;
  if (!used && (!suggests || state.seenData || colours > most)) {
    note(state, 'structure');
    return [];
  }
  state.palette = Math.min(most, colours);
  if (state.palette * 3 === data.length) return [itself];
  note(state, 'structure');
  return [pngChunk(type, data.subarray(0, state.palette * 3))];
}

/** 11.3.1.1. Before the palette, behind the pixels, a second time and beside alpha it counts for nothing. */
function transparencyOf(data: Uint8Array, state: State): Uint8Array | null {
  const { bitDepth, colourType } = state.header;
  if (state.seenData || state.transparency || data.length === 0) return null;
  if (colourType === 3) {
    if (state.palette === null) return null;
    state.transparency = true;
    return data.length > state.palette ? data.subarray(0, state.palette) : data;
  }
  const length = colourType === 0 ? 2 : colourType === 2 ? 6 : 0;
  if (length === 0 || data.length < length) return null;
  state.transparency = true;
  // "Only the low-order bits are used": readers that do not mask would find no such colour.
  const mask = 2 ** bitDepth - 1;
  const masked = copyBytes(data, 0, length).map((byte, i) => byte & (i % 2 === 0 ? mask >> 8 : mask & 255));
  return data.length === length && masked.every((byte, i) => byte === data[i]) ? data : masked;
}

/** 11.3.4.1. */
function backgroundOf(
  data: Uint8Array,
  { header: { bitDepth, colourType }, palette, seenData }: State,
): Uint8Array | null {
  const length = colourType === 3 ? 1 : colourType === 0 || colourType === 4 ? 2 : 6;
  if (seenData || data.length !== length) return null;
  if (colourType === 3) return palette !== null && data[0]! < palette ? data : null;
  const inRange = bitDepth === 16 || data.every((byte, i) => (i % 2 === 0 ? byte === 0 : byte < 2 ** bitDepth));
  return inRange ? data : null;
}

interface Animation {
  /** acTL, and what is to stand in its place. */
  readonly control: Chunk | null;
  readonly rewritten: Uint8Array;
  /** Chunks of frames that no browser shows. */
  readonly left: ReadonlySet<Chunk>;
}

/** 11.3.6: frames up to the first that is not whole. Without one the picture in IDAT is what is shown. */
function soundAnimation(chunks: readonly Chunk[], state: State): Animation {
  const ofFrames = chunks.filter(({ type }) => type === 'fcTL' || type === 'fdAT');
  const control = chunks.find(({ type }) => type === 'acTL') ?? null;
  const none = { control: null, rewritten: new Uint8Array(), left: new Set<Chunk>() };
  if (!control && ofFrames.length === 0) return none;
  const data = chunks.findIndex(({ type }) => type === 'IDAT');
  const plays = control !== null && chunks.indexOf(control) < data && control.data.length === 8;
  const said = plays ? new Reader(control.data).u32(0) : 0;
  if (said === 0) return { ...none, left: new Set(control ? [control, ...ofFrames] : ofFrames) };
  if (control?.rightSum !== true) throw new CompressionError('corrupt');
  const { sound, frames } = soundFrames(chunks);
  const left = new Set(ofFrames.filter((chunk) => !sound.has(chunk)));
  if (left.size === 0 && frames >= said) return none;
  if (left.size > 0) note(state, chunks.at(-1)?.type === 'IEND' ? 'structure' : 'data');
  if (frames === 0) return { ...none, left: new Set([control, ...ofFrames]) };
  if (frames >= said) return { ...none, left };
  note(state, 'structure');
  return { control, left, rewritten: pngChunk('acTL', joinBytes([bigEndian32(frames), control.data.subarray(4)])) };
}

/** Frames in the order of their numbers, each with data. */
function soundFrames(chunks: readonly Chunk[]): { sound: ReadonlySet<Chunk>; frames: number } {
  // 5.4: the third letter is a capital, or else libpng refuses the file.
  const sound = new Set<Chunk>();
  let frames = 0;
  let sequence = 0;
  let open: Chunk[] = [];
  let hasData = false;
  const close = (): boolean => {
    if (open.length === 0) return true;
    if (hasData) {
      for (const chunk of open) sound.add(chunk);
      frames++;
    }
    return hasData;
  };
  for (const chunk of chunks) {
    const { type, data, whole, rightSum } = chunk;
    if (type === 'IDAT') hasData ||= open.length > 0;
    if (type !== 'fcTL' && type !== 'fdAT') continue;
    const inOrder = data.length >= 4 && new Reader(data).u32(0) === sequence++;
    if (type === 'fcTL') {
      if (!close()) return { sound, frames };
      [open, hasData] = [[chunk], false];
      // Chromium shows nothing of an animation whose first frame is not described.
      if (frames === 0 && rightSum === false) throw new CompressionError('corrupt');
      if (!inOrder || data.length !== 26 || rightSum !== true) return { sound, frames };
    } else {
      if (!inOrder || !whole || open.length === 0) return { sound, frames };
      open.push(chunk);
      hasData = true;
    }
  }
  close();
  return { sound, frames };
}
