/** The text chunks of PNG: PNG (Third Edition), 11.3.3. */
import type { MetadataKind } from '../inspection.ts';
import { latin1, startsWith } from '../../bytes/reader.ts';
import type { PngChunk } from './png-chunks.ts';

export interface PngText {
  readonly keyword: string;
  readonly text: Uint8Array;
  /** `text` is a zlib stream. */
  readonly compressed: boolean;
}

/** 11.3.3.5: iTXt with this keyword is an XMP packet (XMP part 3, 1.1.5). */
export const XMP_KEYWORD = 'XML:com.adobe.xmp';

const MAX_KEYWORD = 79;

/** Null when the chunk is none of the three kinds, or is damaged. */
export function readPngText(bytes: Uint8Array, { type, dataAt, dataEnd }: PngChunk): PngText | null {
  if (type !== 'tEXt' && type !== 'zTXt' && type !== 'iTXt') return null;
  const data = bytes.subarray(dataAt, dataEnd);
  const keywordEnd = data.indexOf(0);
  if (keywordEnd < 1 || keywordEnd > MAX_KEYWORD) return null;
  const keyword = latin1(data.subarray(0, keywordEnd));
  const rest = data.subarray(keywordEnd + 1);
  if (type === 'tEXt') return { keyword, text: rest, compressed: false };
  if (type === 'zTXt') return rest[0] === 0 ? { keyword, text: rest.subarray(1), compressed: true } : null;
  // Flag, method, language tag and its NUL, translated keyword and its NUL.
  const languageEnd = rest.indexOf(0, 2);
  const translatedEnd = languageEnd < 0 ? -1 : rest.indexOf(0, languageEnd + 1);
  return translatedEnd < 0 ? null : { keyword, text: rest.subarray(translatedEnd + 1), compressed: rest[0] === 1 };
}

/** Keywords of table 11.3.3.1 and those of programs in use, in lower case; any other is a comment. */
const KEYWORD_KINDS: Readonly<Record<string, MetadataKind>> = {
  author: 'artist',
  artist: 'artist',
  copyright: 'copyright',
  credit: 'credit',
  disclaimer: 'rights',
  license: 'rights',
  'usage terms': 'rights',
  rights: 'rights',
  software: 'software',
  source: 'camera',
  'creation time': 'date',
  'create-date': 'date',
  'modify-date': 'date',
  'date:create': 'date',
  'date:modify': 'date',
  'date:timestamp': 'date',
  'thumb::mtime': 'date',
  'thumb::uri': 'comment',
  // The label of China's GB 45438-2025.
  aigc: 'ai-provenance',
  // The settings of picture generators: what the person typed in, and no notice to the public.
  parameters: 'software',
  prompt: 'software',
  workflow: 'software',
  dream: 'software',
  'sd-metadata': 'software',
  invokeai_metadata: 'software',
};

const PROPERTY_KINDS: readonly (readonly [RegExp, MetadataKind])[] = [
  [/gps|latitude|longitude/, 'gps'],
  [/serial|uniqueid/, 'serial-number'],
  [/^(?:city|state|country|location|sub-?location)$|(?:city|location)$/, 'place'],
  [/ownername/, 'owner-name'],
  [/^exif:.*(?:date|time)/, 'date'],
  [/^exif:(?!usercomment|image)/, 'camera'],
];

export function keywordKind(keyword: string): MetadataKind {
  const lower = keyword.toLowerCase();
  if (Object.hasOwn(KEYWORD_KINDS, lower)) return KEYWORD_KINDS[lower]!;
  // ImageMagick writes what it knows of EXIF as texts of their own, such as "exif:GPSLatitude".
  const property = lower.replace(/^(?:exif|iptc|xmp|dc|tiff|photoshop):/, '');
  if (property !== lower && Object.hasOwn(KEYWORD_KINDS, property)) return KEYWORD_KINDS[property]!;
  return PROPERTY_KINDS.find(([pattern]) => pattern.test(lower))?.[1] ?? 'comment';
}

export type RawProfile = 'exif' | 'xmp' | 'iptc' | '8bim' | 'icc';

/** ImageMagick's "Raw profile type NAME": null for any other keyword. */
export function rawProfileType(keyword: string): RawProfile | null {
  const name = /^Raw profile type (exif|app1|xmp|iptc|8bim|icc|icm)$/i.exec(keyword)?.[1]?.toLowerCase();
  if (name === 'app1') return 'exif';
  return name === 'icm' ? 'icc' : ((name as RawProfile | undefined) ?? null);
}

/** Name and length in lines of their own, then hexadecimal digits (ImageMagick, coders/png.c). Null when damaged. */
export function decodeRawProfile(text: Uint8Array): Uint8Array | null {
  const header = /^\s*\S+\s+(\d{1,8})\s/.exec(latin1(text.subarray(0, 128)));
  const length = Number(header?.[1] ?? 0);
  if (!header || length * 2 > text.length) return null;
  const bytes = new Uint8Array(length);
  let digits = 0;
  for (let at = header[0].length; at < text.length && digits < length * 2; at++) {
    const digit = hexDigit(text[at]!);
    if (digit < 0) continue;
    bytes[digits >> 1]! |= digit << (digits & 1 ? 0 : 4);
    digits++;
  }
  return digits === length * 2 ? bytes : null;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** "Exif\0\0" stands before the block in what was once an APP1 segment. */
export function withoutExifHeader(bytes: Uint8Array): Uint8Array {
  return startsWith(bytes, 'Exif\0') ? bytes.subarray(6) : bytes;
}
