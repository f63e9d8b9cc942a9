/** The tokens of an XML text with their places in it, so that parts can be cut out and the rest stays to the letter. */
import { CompressionError } from '../../errors.ts';

export interface XmlToken {
  readonly kind: 'start' | 'end' | 'text' | 'comment' | 'instruction' | 'doctype';
  readonly start: number;
  readonly end: number;
  /** Of an element, with its prefix; '' for the others. */
  readonly name: string;
  readonly empty: boolean;
  readonly attributes: readonly AttributeToken[];
}

export interface AttributeToken {
  readonly name: string;
  /** As written, entities not resolved. */
  readonly value: string;
  /** With the white space before it. */
  readonly start: number;
  readonly end: number;
  readonly valueAt: number;
}

/** @throws CompressionError `corrupt` when a token does not end, or is none */
export function* xmlTokens(text: string): Generator<XmlToken> {
  for (let at = 0; at < text.length;) {
    const token = text.startsWith('<', at) ? markup(text, at) : plain(text, at);
    yield token;
    at = token.end;
  }
}

const NOTHING = { name: '', empty: false, attributes: [] } as const;

function plain(text: string, start: number): XmlToken {
  const next = text.indexOf('<', start);
  return { kind: 'text', start, end: next < 0 ? text.length : next, ...NOTHING };
}

function markup(text: string, start: number): XmlToken {
  const until = (kind: XmlToken['kind'], mark: string, from: number): XmlToken => {
    const at = text.indexOf(mark, from);
    if (at < 0) throw new CompressionError('corrupt');
    return { kind, start, end: at + mark.length, ...NOTHING };
  };
  if (text.startsWith('<!--', start)) return until('comment', '-->', start + 4);
  if (text.startsWith('<![CDATA[', start)) return until('text', ']]>', start + 9);
  if (text.startsWith('<?', start)) return until('instruction', '?>', start + 2);
  if (text.startsWith('<!', start)) return { kind: 'doctype', start, end: doctypeEnd(text, start), ...NOTHING };
  if (text.startsWith('</', start)) {
    const token = until('end', '>', start + 2);
    return { ...token, name: text.slice(start + 2, token.end - 1).trim() };
  }
  return startTag(text, start);
}

const NAME = /[^\s<>/!?'"=]+/y;
const PART = /\s*(?:(\/?>)|([^\s<>/'"=]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)'))/y;

function startTag(text: string, start: number): XmlToken {
  NAME.lastIndex = start + 1;
  const name = NAME.exec(text)?.[0];
  if (!name) throw new CompressionError('corrupt');
  const attributes: AttributeToken[] = [];
  for (let at = start + 1 + name.length; ;) {
    PART.lastIndex = at;
    const part = PART.exec(text);
    if (!part) throw new CompressionError('corrupt');
    const end = PART.lastIndex;
    if (part[1]) return { kind: 'start', start, end, name, empty: part[1] === '/>', attributes };
    const value = part[3] ?? part[4] ?? '';
    attributes.push({ name: part[2] ?? '', value, start: at, end, valueAt: end - 1 - value.length });
    at = end;
  }
}

/** Past the internal subset, whose quoted values may hold anything. */
function doctypeEnd(text: string, start: number): number {
  const part = /[^[\]<>"'-]+|-(?!->)|<!--[\s\S]*?-->|"[^"]*"|'[^']*'|[[\]<>]/y;
  let inside = 0;
  for (part.lastIndex = start + 1; ;) {
    const match = part.exec(text)?.[0];
    if (match === undefined) throw new CompressionError('corrupt');
    if (match === '[' || match === '<') inside++;
    else if (match === ']') inside--;
    else if (match === '>' && inside-- === 0) return part.lastIndex;
  }
}
