/** What an ICC profile says, and whether it is sRGB under another name: ICC.1:2022. */
import { CompressionError } from '../../errors.ts';
import type { IccProfile } from '../inspection.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';
import { readParametric, readTags, s15Fixed16, type IccTags } from './icc-tags.ts';

const MAX_DESCRIPTION = 80;

/** @throws CompressionError `corrupt` when it has no header of a profile */
export function readIcc(bytes: Uint8Array): IccProfile {
  const reader = new Reader(bytes, 'big', 'corrupt');
  if (!reader.is(36, 'acsp')) throw new CompressionError('corrupt');
  const tags = ifReadable(() => readTags(reader), new Map() as IccTags);
  const space = reader.ascii(16, 4);
  return {
    description: ifReadable(() => readDescription(reader, tags), ''),
    space,
    bytes: bytes.length,
    srgb: ifReadable(() => isSrgb(reader, tags, space), false),
  };
}

/** 10.15 (`mluc`: UTF-16, first language), and `desc` of version 2 (ICC.1:2001-04, 6.5.17: ASCII). */
function readDescription(reader: Reader, tags: IccTags): string {
  const tag = tags.get('desc');
  if (!tag) return '';
  if (reader.is(tag.at, 'desc')) return tidy(reader.ascii(tag.at + 12, Math.min(reader.u32(tag.at + 8), 256)));
  if (!reader.is(tag.at, 'mluc') || reader.u32(tag.at + 8) === 0) return '';
  const text = reader.slice(tag.at + reader.u32(tag.at + 24), Math.min(reader.u32(tag.at + 20), 512));
  return tidy(new TextDecoder('utf-16be').decode(text));
}

function tidy(text: string): string {
  const [line = ''] = text.split('\0', 1);
  // eslint-disable-next-line no-control-regex -- the text is shown to people
  const printable = line.replace(/[\0-\x1f\x7f]+/g, ' ');
  return printable.trim().slice(0, MAX_DESCRIPTION);
}

/** IEC 61966-2-1 as ICC profiles state it: adapted to D50 (sRGB profile of the ICC, version 2, 2015). */
const SRGB_COLORANTS = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const;

/** Above the rounding of s15Fixed16 and of the profiles in use, far below the distance to the nearest other space. */
const COLORANT_BOUND = 0.003;

/** Levels of 8 bits by which a curve may miss sRGB's; gamma 2.2 misses it by 7 in the shadows. */
const CURVE_BOUND = 1.5;

/**
 * The primaries and the curve are what count. A profile with a lookup table (`A2B0`) is another thing whatever else it
 * holds, as the table comes first (9.2.1).
 */
function isSrgb(reader: Reader, tags: IccTags, space: string): boolean {
  if (reader.ascii(20, 4) !== 'XYZ ' || tags.has('A2B0') || tags.has('A2B1')) return false;
  if (space === 'GRAY') return curveIsSrgb(reader, tags, 'kTRC');
  if (space !== 'RGB ') return false;
  const primaries = Object.entries(SRGB_COLORANTS).every(([name, expected]) => {
    const tag = tags.get(name);
    return (
      tag !== undefined &&
      expected.every((value, i) => Math.abs(s15Fixed16(reader, tag.at + 8 + i * 4) - value) <= COLORANT_BOUND)
    );
  });
  return primaries && ['rTRC', 'gTRC', 'bTRC'].every((name) => curveIsSrgb(reader, tags, name));
}

function curveIsSrgb(reader: Reader, tags: IccTags, name: string): boolean {
  const tag = tags.get(name);
  const curve = tag && readCurve(reader, tag.at);
  if (!curve) return false;
  for (let level = 0; level <= 255; level += 5) {
    if (Math.abs(encodeSrgb(curve(level / 255)) * 255 - level) > CURVE_BOUND) return false;
  }
  return true;
}

/** IEC 61966-2-1: linear light to the coded value, both 0 to 1. */
function encodeSrgb(linear: number): number {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** From the coded value to linear light, both 0 to 1: 10.6 (`curv`) and 10.18 (`para`). */
function readCurve(reader: Reader, at: number): ((x: number) => number) | null {
  if (reader.is(at, 'curv')) return readTable(reader, at);
  if (!reader.is(at, 'para')) return null;
  const { form, values } = readParametric(reader, at);
  const { g, a, b, c, d, e, f } = values;
  if (form === 0) return (x) => x ** g;
  if (form === 1) return (x) => (x >= -b / a ? (a * x + b) ** g : 0);
  if (form === 2) return (x) => (x >= -b / a ? (a * x + b) ** g + c : c);
  return (x) => (x >= d ? (a * x + b) ** g + e : c * x + f);
}

function readTable(reader: Reader, at: number): (x: number) => number {
  const count = reader.u32(at + 8);
  if (count === 0) return (x) => x;
  if (count === 1) {
    const gamma = reader.u16(at + 12) / 256;
    return (x) => x ** gamma;
  }
  reader.slice(at + 12, count * 2);
  return (x) => {
    const place = x * (count - 1);
    const below = Math.min(count - 2, Math.floor(place));
    const low = reader.u16(at + 12 + below * 2);
    const high = reader.u16(at + 14 + below * 2);
    return (low + (high - low) * (place - below)) / 65_535;
  };
}
