/** The image sequence of an animated AVIF or HEIC: ISO/IEC 23008-12, 7, with the tracks of 14496-12, 8. */
import type { Animation } from '../inspection.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';
import { emptyPicture, readProperty, type HeifPicture } from './heif-picture.ts';
import { asFullBox, childrenOf, findBox, type Box } from './isobmff.ts';

export interface HeifMovie {
  readonly animation: Animation | null;
  readonly alpha: boolean;
  /** Of the sequence's first sample entry, for files without a still picture. */
  readonly picture: HeifPicture | undefined;
}

/** @throws CompressionError `corrupt` */
export function readMovie(bytes: Uint8Array, movie: Box): HeifMovie {
  const tracks = childrenOf(bytes, movie)
    .filter(({ type }) => type === 'trak')
    .map((box) => childrenOf(bytes, box));
  const pictures =
    tracks.find((boxes) => handlerOf(bytes, boxes) === 'pict') ??
    tracks.find((boxes) => handlerOf(bytes, boxes) === 'vide');
  return {
    animation: pictures ? ifReadable(() => readAnimation(bytes, pictures), null) : null,
    alpha: tracks.some((boxes) => handlerOf(bytes, boxes) === 'auxv'),
    picture: pictures && ifReadable(() => readSampleEntry(bytes, pictures), undefined),
  };
}

/** 8.4.3. */
function handlerOf(bytes: Uint8Array, track: readonly Box[]): string {
  const mdia = findBox(track, 'mdia');
  const hdlr = mdia && findBox(childrenOf(bytes, mdia), 'hdlr');
  return hdlr ? ifReadable(() => readerOf(bytes, hdlr).ascii(hdlr.dataAt + 8, 4), '') : '';
}

function readAnimation(bytes: Uint8Array, track: readonly Box[]): Animation | null {
  const times = mediaBox(bytes, track, ['minf', 'stbl', 'stts']);
  const header = mediaBox(bytes, track, ['mdhd']);
  if (!times || !header) return null;
  const reader = readerOf(bytes, times);
  // 8.6.1.2: runs of samples of the same duration.
  let frames = 0;
  let ticks = 0;
  const count = reader.u32(times.dataAt + 4);
  for (let i = 0; i < count; i++) {
    const samples = reader.u32(times.dataAt + 8 + i * 8);
    frames += samples;
    ticks += samples * reader.u32(times.dataAt + 12 + i * 8);
  }
  const { version, dataAt } = asFullBox(bytes, header);
  const timescale = readerOf(bytes, header).u32(dataAt + (version === 1 ? 16 : 8));
  if (frames < 2) return null;
  return {
    frames,
    loops: loopsOf(bytes, track),
    milliseconds: timescale > 0 && ticks > 0 ? Math.round((ticks / timescale) * 1000) : null,
  };
}

/**
 * AVIF 1.1, 3: an edit list with flag 1 repeats its segment for as long as the track lasts. Without one players repeat
 * for ever, as libavif's do.
 */
function loopsOf(bytes: Uint8Array, track: readonly Box[]): number {
  const tkhd = findBox(track, 'tkhd');
  const edts = findBox(track, 'edts');
  const elst = edts && findBox(childrenOf(bytes, edts), 'elst');
  if (!tkhd || !elst) return 0;
  const edit = asFullBox(bytes, elst);
  const head = asFullBox(bytes, tkhd);
  if ((edit.flags & 1) === 0) return 1;
  const long = head.version === 1;
  const duration = ifReadable(
    () => (long ? readerOf(bytes, tkhd).u64(head.dataAt + 20) : readerOf(bytes, tkhd).u32(head.dataAt + 16)),
    Infinity,
  );
  const segment =
    edit.version === 1 ? readerOf(bytes, elst).u64(edit.dataAt + 4) : readerOf(bytes, elst).u32(edit.dataAt + 4);
  if (duration === 0xffff_ffff || duration === Infinity || segment === 0) return 0;
  return Math.max(1, Math.ceil(duration / segment));
}

/** 8.5.2 and 12.1.3: a visual sample entry, its size and the boxes that follow. */
function readSampleEntry(bytes: Uint8Array, track: readonly Box[]): HeifPicture | undefined {
  const stsd = mediaBox(bytes, track, ['minf', 'stbl', 'stsd']);
  const entry = stsd && childrenOf(bytes, { ...stsd, dataAt: stsd.dataAt + 8 })[0];
  if (!entry) return undefined;
  const reader = readerOf(bytes, entry);
  const picture = {
    ...emptyPicture(),
    width: reader.u16(entry.dataAt + 24),
    height: reader.u16(entry.dataAt + 26),
    coding: entry.type,
  };
  for (const box of childrenOf(bytes, { ...entry, dataAt: entry.dataAt + 78 })) readProperty(bytes, box, picture);
  picture.depth ||= 8;
  return picture;
}

function mediaBox(bytes: Uint8Array, track: readonly Box[], path: readonly string[]): Box | undefined {
  let box = findBox(track, 'mdia');
  for (const type of path) box = box && findBox(childrenOf(bytes, box), type);
  return box;
}

function readerOf(bytes: Uint8Array, box: Box): Reader {
  return new Reader(bytes.subarray(0, box.end), 'big', 'corrupt');
}
