/** How large an SVG is: SVG 2, 8.2 and CSS Images 3, 5. */
import { CompressionError } from '../../errors.ts';
import type { Inspection } from '../inspection.ts';
import { doctypeEnd } from '../sniff.ts';
import { ifReadable } from '../../bytes/reader.ts';
import { svgKinds } from '../metadata/clean-svg.ts';
import { readableText } from './text.ts';

const HEAD = 262_144;
const TAIL = 4096;

/** What CSS gives an image that tells no size of its own (CSS Images 3, 5.1). */
const DEFAULT_SIZE = { width: 300, height: 150 };

/**
 * The size is the one of `width` and `height`, or of the view box, rounded up to whole pixels.
 *
 * @param inspectInside what a picture is that is embedded in the drawing
 * @throws CompressionError `truncated` when the root element is not closed, `corrupt`
 */
export function inspectSvg(bytes: Uint8Array, inspectInside: (bytes: Uint8Array) => Inspection): Inspection {
  const head = readableText(bytes.subarray(0, HEAD));
  const root = head === null ? null : rootTag(head);
  if (!root) throw new CompressionError('corrupt');
  if (!root.selfClosing && !closes(bytes, root.name)) throw new CompressionError('truncated');
  return {
    format: 'svg',
    bytes: bytes.length,
    ...sizeOf(root.attributes),
    orientation: 1,
    bitDepth: 8,
    colour: { model: 'rgb', profile: null, cicp: null, gamma: null, chromaticities: null },
    alpha: true,
    animation: null,
    coding: { lossless: null, quality: null, progressive: false, unsupportedCoding: null },
    metadata: metadataOf(bytes, inspectInside),
  };
}

/** What is not well-formed is drawn by nobody, and is refused where it is worked on. */
function metadataOf(bytes: Uint8Array, inspectInside: (bytes: Uint8Array) => Inspection): Inspection['metadata'] {
  const found = ifReadable(
    () => svgKinds(bytes, (inside) => ifReadable(() => inspectInside(inside).metadata.kinds, [])),
    { kinds: [], length: 0 },
  );
  return { kinds: found.kinds, bytes: found.length };
}

interface RootTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly selfClosing: boolean;
}

function rootTag(text: string): RootTag | null {
  const start = rootStart(text);
  const name = /^<((?:[A-Za-z_][\w.-]*:)?svg)(?=[\s/>])/.exec(text.slice(start, start + 64))?.[1];
  if (!name) return null;
  const attributes = new Map<string, string>();
  const part = /\s*(?:(\/?>)|([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)'))/y;
  part.lastIndex = start + 1 + name.length;
  for (let match = part.exec(text); match; match = part.exec(text)) {
    if (match[1]) return { name, attributes, selfClosing: match[1] === '/>' };
    attributes.set(match[2] ?? '', match[3] ?? match[4] ?? '');
  }
  return null;
}

/** Past the XML declaration, comments and document type. */
function rootStart(text: string): number {
  let at = 0;
  for (let steps = 0; steps < 1000; steps++) {
    while (/\s/.test(text.charAt(at))) at++;
    let end: number;
    if (text.startsWith('<?', at)) end = past(text, '?>', at);
    else if (text.startsWith('<!--', at)) end = past(text, '-->', at);
    else if (text.startsWith('<!', at)) end = doctypeEnd(text, at);
    else return at;
    if (end < 0) return at;
    at = end;
  }
  return at;
}

function past(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? -1 : at + mark.length;
}

/** The tail is read by itself, in the encoding that the head's byte order mark tells. */
function closes(bytes: Uint8Array, name: string): boolean {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!wide) return endTag(name).test(new TextDecoder().decode(bytes.subarray(-TAIL)));
  const from = Math.max(2, bytes.length - TAIL - (bytes.length & 1));
  const tail = new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes.subarray(from));
  return endTag(name).test(tail);
}

function endTag(name: string): RegExp {
  return new RegExp(`</${name.replace(/[.]/g, '\\.')}\\s*>`);
}

function sizeOf(attributes: ReadonlyMap<string, string>): { width: number; height: number } {
  const width = length(attributes.get('width'));
  const height = length(attributes.get('height'));
  const box = viewBox(attributes.get('viewBox'));
  if (width && height) return whole(width, height);
  if (!box) return whole(width ?? DEFAULT_SIZE.width, height ?? DEFAULT_SIZE.height);
  if (width) return whole(width, (width * box.height) / box.width);
  if (height) return whole((height * box.width) / box.height, height);
  return whole(box.width, box.height);
}

function whole(width: number, height: number): { width: number; height: number } {
  const round = (side: number): number => Math.max(1, Math.ceil(side - 1e-6));
  return { width: round(width), height: round(height) };
}

/** CSS Values 3, 6.2: pixels in a unit. `em` and `ex` at the initial font size of 16 px. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
  pt: 96 / 72,
  pc: 16,
  em: 16,
  rem: 16,
  ex: 8,
};

/** In CSS pixels; null for percentages, `auto` and nonsense, which mean that the SVG leaves it open. */
function length(text: string | undefined): number | null {
  const match = /^\s*\+?(\d{1,9}(?:\.\d*)?|\.\d+)(?:e([+-]?\d))?\s*([a-z]*)\s*$/i.exec(text ?? '');
  const unit = UNITS[(match?.[3] ?? '').toLowerCase()];
  if (!match || unit === undefined) return null;
  const pixels = Number(`${match[1]}e${match[2] ?? 0}`) * unit;
  return pixels > 0 && Number.isFinite(pixels) ? pixels : null;
}

function viewBox(text: string | undefined): { width: number; height: number } | null {
  const [, , width = 0, height = 0] = (text ?? '')
    .trim()
    .split(/[\s,]+/, 5)
    .map(Number);
  return width > 0 && height > 0 && Number.isFinite(width) && Number.isFinite(height) ? { width, height } : null;
}
