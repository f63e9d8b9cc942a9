/**
 * As much of XML 1.0 as XMP packets use: elements, attributes, text, and the five entities. A document type is
 * refused: it is the door of entity bombs, and XMP has none.
 */
import { CompressionError } from '../../errors.ts';

export interface XmlElement {
  /** With its prefix, as written. */
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlNode[];
}

export interface XmlAttribute {
  readonly name: string;
  readonly value: string;
}

export type XmlNode = XmlElement | string;

const MAX_DEPTH = 64;
/** Photoshop's list of ancestors alone can have tens of thousands of entries. */
const MAX_NODES = 300_000;
/** Declared on one element. */
const MAX_NAMESPACES = 100;

/**
 * The root element; comments, processing instructions and what stands around the root are left out.
 *
 * @throws CompressionError `corrupt` when it is not well-formed, or deeper or larger than metadata is
 */
export function parseXml(text: string): XmlElement {
  const parser = new Parser(text);
  const root = parser.root();
  if (!root) throw new CompressionError('corrupt');
  return root;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: XmlAttribute[];
  readonly children: XmlNode[];
}

class Parser {
  readonly #text: string;
  #at = 0;
  #nodes = 0;

  constructor(text: string) {
    // Line ends are one line feed before anything else is looked at (2.11).
    this.#text = text.replace(/\r\n?/g, '\n');
  }

  /** A loop and a stack, not recursion: depth is bounded, and the bound is ours. */
  root(): XmlElement | null {
    const open: OpenElement[] = [];
    while (this.#at < this.#text.length) {
      const text = this.#until('<');
      const parent = open.at(-1);
      if (parent && text) parent.children.push(decodeEntities(text));
      if (this.#at >= this.#text.length) break;
      if (this.#skip('<!--', '-->') || this.#skip('<?', '?>')) continue;
      const cdata = this.#cdata();
      if (cdata !== null) parent?.children.push(cdata);
      else if (this.#text.startsWith('<!', this.#at)) throw new CompressionError('corrupt');
      else if (this.#text.startsWith('</', this.#at)) {
        const element = this.#close(open);
        if (open.length === 0) return element;
      } else {
        const { element, empty } = this.#start();
        if (++this.#nodes > MAX_NODES || open.length >= MAX_DEPTH) throw new CompressionError('corrupt');
        parent?.children.push(element);
        if (!empty) open.push(element);
        else if (!parent) return element;
      }
    }
    return null;
  }

  #until(mark: string): string {
    const end = this.#text.indexOf(mark, this.#at);
    const text = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end;
    return text;
  }

  #skip(start: string, end: string): boolean {
    if (!this.#text.startsWith(start, this.#at)) return false;
    const at = this.#text.indexOf(end, this.#at + start.length);
    if (at < 0) throw new CompressionError('corrupt');
    this.#at = at + end.length;
    return true;
  }

  #cdata(): string | null {
    const start = this.#at + '<![CDATA['.length;
    return this.#skip('<![CDATA[', ']]>') ? this.#text.slice(start, this.#at - 3) : null;
  }

  #close(open: OpenElement[]): XmlElement {
    const match = this.#match(/<\/([^\s<>/]+)\s*>/y);
    const element = open.pop();
    if (!element || match[1] !== element.name) throw new CompressionError('corrupt');
    return element;
  }

  #start(): { element: OpenElement; empty: boolean } {
    const name = this.#match(/<([^\s<>/!?'"=]+)/y)[1]!;
    const attributes: XmlAttribute[] = [];
    for (;;) {
      const part = this.#match(/\s*(?:(\/?>)|([^\s<>/'"=]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)'))/y);
      if (part[1]) return { element: { name, attributes, children: [] }, empty: part[1] === '/>' };
      if (++this.#nodes > MAX_NODES) throw new CompressionError('corrupt');
      attributes.push({ name: part[2]!, value: decodeEntities((part[3] ?? part[4] ?? '').replace(/[\t\n]/g, ' ')) });
    }
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw new CompressionError('corrupt');
    this.#at = pattern.lastIndex;
    return match;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** XML 1.0, 4.1 and 4.6. An unknown entity stays as it is written. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi,
    (all: string, decimal?: string, hex?: string, name?: string) => {
      if (name) return ENTITIES[name] ?? all;
      const code = decimal ? Number(decimal) : parseInt(hex ?? '', 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}

/** No document may have them, not even as a reference (XML 1.0, 2.2); half a surrogate pair is no character at all. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const NO_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Surrogate}]/gu;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Without what XML has no character for. */
export function xmlText(text: string): string {
  return text.replace(NO_CHARACTER, '');
}

/** A reader makes a line feed of each carriage return that is not written as a reference (2.11). */
function escapeText(text: string): string {
  return xmlText(text).replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? '&#13;');
}

/** Between double quotes, where a reader makes a space of each tab and line break that is not a reference (3.3.3). */
export function escapeAttribute(text: string): string {
  return xmlText(text).replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? `&#${character.charCodeAt(0)};`);
}

/** Well-formed text of the element, without a declaration. */
export function serialiseXml(element: XmlElement): string {
  const attributes = element.attributes.map(({ name, value }) => ` ${name}="${escapeAttribute(value)}"`).join('');
  if (element.children.length === 0) return `<${element.name}${attributes}/>`;
  const inner = element.children
    .map((child) => (typeof child === 'string' ? escapeText(child) : serialiseXml(child)))
    .join('');
  return `<${element.name}${attributes}>${inner}</${element.name}>`;
}

/** What a prefix stands for: `xmlns` attributes of the element on top of those around it. */
export function namespacesOf(element: XmlElement, outer: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const declared = element.attributes.filter(({ name }) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (declared.length === 0) return outer;
  const namespaces = new Map(outer);
  for (const { name, value } of declared.slice(0, MAX_NAMESPACES))
    namespaces.set(name === 'xmlns' ? '' : name.slice(6), value);
  return namespaces;
}
