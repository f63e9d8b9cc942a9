/** What a GIF file is: GIF89a, CompuServe 1990. */
import { CompressionError } from '../../errors.ts';
import type { Animation, IccProfile, Inspection } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { Reader } from '../reader.ts';

/** An XMP block of a few MB is some ten thousand sub-blocks; each frame has at least three blocks. */
const MAX_BLOCKS = 1_000_000;

/**
 * A GIF that ends between blocks after at least one image is whole: many writers leave out the trailer.
 *
 * @throws CompressionError `truncated` when the file ends inside a block, `corrupt`
 */
export function inspectGif(bytes: Uint8Array): Inspection {
  const reader = new Reader(bytes, 'little');
  const width = reader.u16(6);
  const height = reader.u16(8);
  const findings = new Findings();
  const movie: Movie = { frames: 0, loops: 1, milliseconds: 0, alpha: false, interlaced: false, profile: null, tableBits: tableBits(reader.u8(10)) };
  let at = 13 + colourTableLength(reader.u8(10));
  for (let blocks = 0; ; blocks++) {
    if (blocks > MAX_BLOCKS) throw new CompressionError('corrupt');
    if (at >= bytes.length) {
      if (movie.frames === 0) throw new CompressionError('truncated');
      break;
    }
    const introducer = reader.u8(at);
    if (introducer === 0x3b) break;
    if (introducer === 0x2c) {
      const flags = reader.u8(at + 9);
      movie.frames++;
      movie.interlaced ||= (flags & 0x40) !== 0;
      movie.tableBits = Math.max(movie.tableBits, tableBits(flags));
      at = subBlocksEnd(reader, at + 11 + colourTableLength(flags));
    } else if (introducer === 0x21) {
      at = readExtension(reader, at, movie, findings);
    } else if (movie.frames > 0) {
      // Garbage after a picture: browsers show what they have.
      break;
    } else throw new CompressionError('corrupt');
  }
  if (movie.frames === 0 || width === 0 || height === 0) throw new CompressionError('corrupt');
  return {
    format: 'gif',
    bytes: bytes.length,
    width,
    height,
    orientation: 1,
    bitDepth: [1, 2, 4].find((bits) => bits >= movie.tableBits) ?? 8,
    colour: { model: 'palette', profile: movie.profile, cicp: null, gamma: null, chromaticities: null },
    alpha: movie.alpha,
    animation: animationOf(movie),
    coding: { lossless: true, quality: null, progressive: movie.interlaced, exotic: null },
    metadata: findings.toMetadata(),
  };
}

interface Movie {
  frames: number;
  loops: number;
  milliseconds: number;
  alpha: boolean;
  interlaced: boolean;
  profile: IccProfile | null;
  /** Of the largest colour table. */
  tableBits: number;
}

function animationOf({ frames, loops, milliseconds }: Movie): Animation | null {
  return frames < 2 ? null : { frames, loops, milliseconds: milliseconds || null };
}

/** @returns where the next block begins */
function readExtension(reader: Reader, at: number, movie: Movie, findings: Findings): number {
  const label = reader.u8(at + 1);
  const end = subBlocksEnd(reader, at + 2);
  const length = reader.u8(at + 2);
  if (label === 0xf9 && length >= 4) {
    // Graphic Control Extension (23): delay in hundredths of a second, transparent colour flag.
    movie.milliseconds += reader.u16(at + 4) * 10;
    movie.alpha ||= (reader.u8(at + 3) & 1) === 1;
  } else if (label === 0xfe) {
    findings.add('comment');
    findings.count(end - at);
  } else if (label === 0xff && length === 11) readApplication(reader, at + 3, end, movie, findings);
  return end;
}

/** Application Extension (26): eight bytes of a name and three of a code, then sub-blocks. */
function readApplication(reader: Reader, at: number, end: number, movie: Movie, findings: Findings): void {
  const name = reader.ascii(at, 11);
  const data = at + 11;
  if (name === 'NETSCAPE2.0' || name === 'ANIMEXTS1.0') {
    if (reader.u8(data) < 3 || (reader.u8(data + 1) & 7) !== 1) return;
    // The count says how often to play *again*; 0 is for ever. Browsers and gif2webp read it so.
    const again = reader.u16(data + 2);
    movie.loops = again === 0 ? 0 : again + 1;
  } else if (name === 'XMP DataXMP') {
    // The packet stands there bare, and a trailer of 258 bytes leads a reader of sub-blocks to the end (XMP part 3, 1.1.2).
    findings.xmp(reader.bytes.subarray(data, Math.max(data, end - 258)));
  } else if (name === 'ICCRGBG1012') {
    movie.profile = findings.icc(joinSubBlocks(reader, data));
  } else if (name === 'C2PA_GIF\x01\0\0') {
    findings.c2pa(reader.bytes.subarray(data, end));
  }
}

function joinSubBlocks(reader: Reader, from: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = from; reader.u8(at) !== 0; at += 1 + reader.u8(at)) parts.push(reader.slice(at + 1, reader.u8(at)));
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Past the terminator of a chain of sub-blocks (15). */
function subBlocksEnd(reader: Reader, from: number): number {
  let at = from;
  for (let length = reader.u8(at); length !== 0; length = reader.u8(at)) at += 1 + length;
  return at + 1;
}

/** 18 and 20: the flag, and the size as a power of two. */
function colourTableLength(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 << tableBits(flags);
}

function tableBits(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : (flags & 7) + 1;
}
