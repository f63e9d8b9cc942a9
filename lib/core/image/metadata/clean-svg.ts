/** An SVG without what its policy takes out: cut from the text, the rest of which stays to the letter. */
import { latin1Bytes } from '../../bytes/bytes.ts';
import { readDataUrl } from '../../bytes/data-url.ts';
import { ifReadable, latin1 } from '../../bytes/reader.ts';
import { svgBytes, svgText } from '../formats/svg-text.ts';
import { METADATA_KINDS, type MetadataKind } from '../inspection.ts';
import { EMPTY_METADATA, MAX_COMMENTS, type MetadataSet } from './metadata-set.ts';
import { isProtected, type MetadataPolicy } from './policy.ts';
import { svgFindings, usedPrefixes, type SvgFinding } from './svg-findings.ts';
import { writeXmp } from './xmp.ts';

/** A picture in base64, its line ends perhaps as references (`&#10;`), as href and style sheets have it (RFC 2397). */
const DATA_URI = /(data:image\/[a-z0-9.+-]+(?:;[a-z0-9=.-]+)*;base64,)([A-Za-z0-9+/=\s&#;]+)/gi;
/** The head of any; where its data have escapes (`%20`), they go as far as what it stands in. */
const DATA_HEAD = /(data:image\/[a-z0-9.+-]+(?:;[a-z0-9=.-]+)*),/gi;
const CLOSED_BY: Readonly<Record<string, string>> = { '"': '"', "'": "'", '(': ')' };

/** @throws CompressionError `corrupt` when it is not well-formed */
export function svgKinds(
  bytes: Uint8Array,
  inside: (bytes: Uint8Array) => readonly MetadataKind[],
): { kinds: readonly MetadataKind[]; length: number } {
  const text = svgText(bytes);
  const findings = svgFindings(text);
  const embedded = embeddedIn(text).flatMap(({ data }) => inside(data));
  const found = new Set([...findings.flatMap(({ kinds }) => kinds), ...embedded]);
  return {
    kinds: METADATA_KINDS.filter((kind) => found.has(kind)),
    length: findings.reduce((sum, { start, end }) => sum + end - start, 0),
  };
}

/** Rights, as a picture that is drawn from it can carry them. */
export function extractFromSvg(bytes: Uint8Array): MetadataSet {
  const text = svgText(bytes);
  const all = svgFindings(text).flatMap((finding) => [finding, ...partsOf(finding)]);
  const notices = all.filter(({ kinds, start }) => kinds.includes('rights') && text.startsWith('<!--', start));
  return {
    ...EMPTY_METADATA,
    xmp: writeXmp(all.flatMap(({ property }) => property ?? [])),
    comments: notices
      .slice(0, MAX_COMMENTS)
      .map(({ start, end }) => ({ keyword: 'License', text: text.slice(start + 4, end - 3).trim() })),
  };
}

function partsOf({ parts = [] }: SvgFinding): SvgFinding[] {
  return parts.flatMap((part) => [part, ...partsOf(part)]);
}

/**
 * The very bytes where nothing had to go.
 *
 * @param clean the same policy applied to a picture inside
 * @throws CompressionError `corrupt` when it is not well-formed
 */
export async function withoutSvgMetadata(
  bytes: Uint8Array,
  policy: Exclude<MetadataPolicy, 'keep'>,
  clean: (bytes: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const text = svgText(bytes);
  const stays = ({ kinds }: SvgFinding): boolean => policy === 'protect' && kinds.some(isProtected);
  const cut = await withCleanPictures(withoutFindings(text, svgFindings(text), stays), clean);
  return cut === text ? bytes : svgBytes(cut);
}

function withoutFindings(
  text: string,
  findings: readonly SvgFinding[],
  stays: (finding: SvgFinding) => boolean,
): string {
  const cuts: { readonly start: number; readonly end: number; readonly instead: string }[] = [];
  const prefixes: SvgFinding[] = [];
  const visit = (list: readonly SvgFinding[]): void => {
    for (const finding of list) {
      if (finding.prefix !== undefined) prefixes.push(finding);
      else if (!stays(finding)) cuts.push(finding);
      else visit(finding.parts ?? []);
    }
  };
  visit(findings);
  // A declaration goes when what is left does not use it.
  const used = usedPrefixes(spliced(text, [...cuts, ...prefixes]));
  const unused = prefixes.filter(({ prefix = '' }) => !used.has(prefix));
  return spliced(text, [...cuts, ...unused]);
}

function spliced(text: string, cuts: readonly { start: number; end: number; instead: string }[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, instead } of cuts.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    parts.push(text.slice(at, start), instead);
    at = end;
  }
  return [...parts, text.slice(at)].join('');
}

async function withCleanPictures(text: string, clean: (bytes: Uint8Array) => Promise<Uint8Array>): Promise<string> {
  const cuts: { start: number; end: number; instead: string }[] = [];
  for (const { start, end, head, data } of embeddedIn(text)) {
    const after = await clean(data);
    if (after !== data) cuts.push({ start, end, instead: `${head}${btoa(latin1(after))}` });
  }
  return spliced(text, cuts);
}

interface Embedded {
  readonly start: number;
  readonly end: number;
  /** Up to the comma, for data in base64. */
  readonly head: string;
  readonly data: Uint8Array;
}

/** Pictures in the text, by whichever way they are written. */
function embeddedIn(text: string): Embedded[] {
  const found: Embedded[] = [];
  for (const { 0: whole, 1: head = '', 2: data = '', index } of text.matchAll(DATA_URI))
    if (text[index + whole.length] !== '%')
      found.push({ start: index, end: index + whole.length, head, data: decoded(data) });
  // Each stretch of the text is looked at once: a head within another's data is no head.
  let past = 0;
  const unclosed = new Set<string>();
  for (const { 1: head = '', index } of text.matchAll(DATA_HEAD)) {
    if (index < past) continue;
    const close = text.endsWith('&quot;', index) ? '&quot;' : CLOSED_BY[text[index - 1] ?? ''];
    if (close === undefined || unclosed.has(close)) continue;
    const end = text.indexOf(close, index);
    if (end < 0) unclosed.add(close);
    past = Math.max(past, end);
    if (end < 0 || !text.slice(index, end).includes('%')) continue;
    const data = ifReadable(() => readDataUrl(text.slice(index, end)), null);
    if (data) found.push({ start: index, end, head: `${head.replace(/;base64$/i, '')};base64,`, data });
  }
  return found.sort((a, b) => a.start - b.start);
}

function decoded(base64: string): Uint8Array {
  const digits = base64.replace(/&#\w+;|[^A-Za-z0-9+/]/g, '');
  // A last digit by itself is half a byte of nothing.
  return latin1Bytes(atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits));
}
