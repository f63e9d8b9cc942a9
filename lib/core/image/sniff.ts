/** Telling a file's format by its first bytes alone. Names, extensions and MIME types lie too often to be asked. */
import { CompressionError } from '../errors.ts';
import { readableText } from './formats/text.ts';
import type { InputFormat } from './inspection.ts';
import { latin1, startsWith } from '../bytes/reader.ts';

/** How far a text is searched for its root element: licence comments can be long. */
const TEXT_PROBE = 65_536;

/** @returns null when it is none of the formats that are read; `whatInstead` then says what to tell the person */
export function sniff(bytes: Uint8Array): InputFormat | null {
  for (const [format, matches] of MAGIC) if (matches(bytes)) return format;
  return sniffMediaFile(bytes) ?? (rootElement(bytes) === 'svg' ? 'svg' : null);
}

/**
 * What came in place of an image that can be read.
 *
 * @throws CompressionError always: `empty-file`, `html-instead`, `unsupported-format` (an image of another kind), `not-an-image`
 */
export function whatInstead(bytes: Uint8Array): never {
  if (bytes.length === 0) throw new CompressionError('empty-file');
  for (const [format, magic, at] of UNREAD_FORMATS) {
    if (startsWith(bytes, magic, at)) throw new CompressionError('unsupported-format', { format });
  }
  if (rootElement(bytes) === 'html') throw new CompressionError('html-instead');
  throw new CompressionError('not-an-image');
}

const MAGIC: readonly (readonly [InputFormat, (bytes: Uint8Array) => boolean])[] = [
  // SOI and the first byte of the next marker: ITU-T T.81, B.1.1.3.
  ['jpeg', (bytes) => startsWith(bytes, '\xff\xd8\xff')],
  // PNG (Third Edition), 5.2.
  ['png', (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n')],
  // RFC 9649, 2.4.
  ['webp', (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)],
  ['gif', (bytes) => startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')],
  // ISO/IEC 18181-1, D.1 (bare codestream), and 18181-2, 9.1 (the signature box of a container).
  ['jxl', (bytes) => startsWith(bytes, '\xff\x0a') || startsWith(bytes, '\0\0\0\x0cJXL \r\n\x87\n')],
  // TIFF 6.0, section 2; 43 is BigTIFF.
  ['tiff', (bytes) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => startsWith(bytes, magic))],
  ['bmp', isBmp],
  ['ico', isIco],
];

/** "BM" alone begins many a text, so the header's own size is asked too: 12 (OS/2), 16 to 64, or 40 to 124 (Windows). */
function isBmp(bytes: Uint8Array): boolean {
  return (
    startsWith(bytes, 'BM') &&
    [12, 16, 40, 52, 56, 64, 108, 124].includes(bytes[14] ?? 0) &&
    startsWith(bytes, '\0\0\0', 15)
  );
}

/** ICONDIR: reserved 0, type 1, a count; then an entry whose reserved byte is 0. A cursor (type 2) is no image to compress. */
function isIco(bytes: Uint8Array): boolean {
  return (
    startsWith(bytes, '\0\0\x01\0') &&
    bytes.length > 6 &&
    (bytes[4] !== 0 || bytes[5] !== 0) &&
    (bytes[9] ?? 0) === 0 &&
    (bytes[5] ?? 0) < 4
  );
}

const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];

/**
 * ISO/IEC 14496-12, 4.3: the brands of the `ftyp` box. `mif1` and `msf1` name the structure only, so the compatible
 * brands decide; when they name no codec, it goes to the decoder that knows the most of them.
 */
function sniffMediaFile(bytes: Uint8Array): InputFormat | null {
  if (!startsWith(bytes, 'ftyp', 4)) return null;
  const size = (((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)) >>> 0;
  const text = latin1(bytes.subarray(8, Math.min(bytes.length, size, 256)));
  const major = text.slice(0, 4);
  const brands = [major];
  for (let at = 8; at + 4 <= text.length; at += 4) brands.push(text.slice(at, at + 4));
  if (major === 'avif' || major === 'avis') return 'avif';
  if (HEIC_BRANDS.includes(major)) return 'heic';
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  if (brands.some((brand) => HEIC_BRANDS.includes(brand) || brand === 'mif1' || brand === 'msf1')) return 'heic';
  return null;
}

/**
 * The element that a text begins with, once the byte order mark, the XML declaration, comments and the document
 * type are passed: 'svg', 'html' (with anything that only HTML begins with), or null.
 */
function rootElement(bytes: Uint8Array): 'svg' | 'html' | null {
  const text = readableText(bytes.subarray(0, TEXT_PROBE));
  if (text === null) return null;
  let at = 0;
  for (let steps = 0; steps < 1000; steps++) {
    while (/\s/.test(text.charAt(at))) at++;
    const rest = text.slice(at, at + 40).toLowerCase();
    let end: number;
    if (rest.startsWith('<?')) end = after(text, '?>', at);
    else if (rest.startsWith('<!--')) end = after(text, '-->', at);
    else if (rest.startsWith('<!doctype')) {
      if (/^<!doctype\s+html\b/.test(rest)) return 'html';
      end = doctypeEnd(text, at);
    } else {
      const name = /^<(?:[a-z_][\w.-]*:)?([a-z][\w.-]*)[\s/>]/.exec(rest)?.[1];
      if (name === 'svg') return 'svg';
      return name && HTML_ELEMENTS.includes(name) ? 'html' : null;
    }
    if (end < 0) return null;
    at = end;
  }
  return null;
}

const HTML_ELEMENTS = [
  'html',
  'head',
  'body',
  'title',
  'meta',
  'script',
  'style',
  'link',
  'div',
  'p',
  'h1',
  'a',
  'img',
  'table',
  'center',
  'br',
  'iframe',
];

/** Past the `>` of a document type, whose internal subset in brackets can hold `>` of its own. */
export function doctypeEnd(text: string, at: number): number {
  const close = text.indexOf('>', at);
  const bracket = text.indexOf('[', at);
  if (bracket < 0 || close < bracket) return close < 0 ? -1 : close + 1;
  const end = /\]\s*>/g;
  end.lastIndex = bracket;
  return end.exec(text) ? end.lastIndex : -1;
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? -1 : at + mark.length;
}

/** Images that people do meet, and that are not read. Name, magic, and its offset in bytes. */
const UNREAD_FORMATS: readonly (readonly [string, string, number])[] = [
  ['PSD', '8BPS', 0],
  ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n', 0],
  ['JPEG 2000', '\xff\x4f\xff\x51', 0],
  ['JPEG XR', 'II\xbc', 0],
  ['OpenEXR', '\x76\x2f\x31\x01', 0],
  ['Radiance HDR', '#?RADIANCE', 0],
  ['DDS', 'DDS ', 0],
  ['QOI', 'qoif', 0],
  ['CUR', '\0\0\x02\0', 0],
  ['SVGZ', '\x1f\x8b\x08', 0],
  ['EPS', '%!PS-Adobe', 0],
  ['XCF', 'gimp xcf', 0],
  ['CR3', 'ftypcrx ', 4],
  ['MNG', '\x8aMNG\r\n\x1a\n', 0],
];
