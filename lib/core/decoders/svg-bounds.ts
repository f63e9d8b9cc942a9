/**
 * Bounds for what a drawing may unfold to, read from its text before any parser sees it: entities that contain each other
 * (XML 1.0, 4.4) and `<use>` elements that repeat each other (SVG 2, 5.5) grow by a power with each level.
 */
import { CompressionError } from '../errors.ts';
import { readableText } from '../image/formats/text.ts';

/** Characters that all entities together may become. */
const MOST_CHARACTERS = 20_000_000;
/** Elements that a drawing may consist of once each `<use>` stands for its copy. */
const MOST_ELEMENTS = 1_000_000;

/** @throws CompressionError `too-complex` */
export function checkSvgBounds(bytes: Uint8Array): void {
  const text = readableText(bytes);
  if (text === null) return;
  if (expandedLength(text) > MOST_CHARACTERS || expandedElements(text) > MOST_ELEMENTS)
    throw new CompressionError('too-complex');
}

/** Of the text with its entities put in; Infinity for entities that contain themselves. */
function expandedLength(text: string): number {
  const entities = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(/<!ENTITY\s+([^\s%"'>]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g)) {
    // The first declaration is binding (XML 1.0, 4.2).
    if (!entities.has(name)) entities.set(name, double ?? single ?? '');
  }
  if (entities.size === 0) return text.length;
  const known = new Map<string, number>();
  const lengthOf = (name: string): number => {
    const done = known.get(name);
    if (done !== undefined) return done;
    known.set(name, Infinity);
    const length = lengthWith(entities.get(name) ?? '', lengthOf, entities);
    known.set(name, length);
    return length;
  };
  const end = text.lastIndexOf('<!ENTITY');
  return lengthWith(text.slice(text.indexOf('>', end) + 1), lengthOf, entities);
}

function lengthWith(text: string, lengthOf: (name: string) => number, entities: ReadonlyMap<string, string>): number {
  let length = text.length;
  for (const [, name = ''] of text.matchAll(/&([^#;&\s][^;&\s]{0,200});/g))
    if (entities.has(name)) length += lengthOf(name);
  return length;
}

interface Element {
  readonly children: Element[];
  /** Of a `<use>`: the id that it repeats. */
  readonly repeats: string | null;
}

function expandedElements(text: string): number {
  const root: Element = { children: [], repeats: null };
  const byId = new Map<string, Element>();
  const open: Element[] = [root];
  for (const tag of tagsOf(text)) {
    if (tag.startsWith('/')) {
      if (open.length > 1) open.pop();
      continue;
    }
    const isUse = /^(?:[\w.-]+:)?use[\s/]/.test(tag);
    const element: Element = {
      children: [],
      repeats: isUse ? (attributeOf(tag, 'href')?.replace(/^\s*#/, '') ?? null) : null,
    };
    open.at(-1)?.children.push(element);
    const id = attributeOf(tag, 'id');
    if (id !== null && !byId.has(id)) byId.set(id, element);
    if (!tag.endsWith('/')) open.push(element);
  }
  return countOf(root, byId, new Map(), 0);
}

/** What stands between `<` and `>` of each start and end tag. It ends where a tag, comment or section is not closed: nobody draws that. */
function* tagsOf(text: string): Generator<string> {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const end = text.startsWith('<!--', at)
      ? past(text, '-->', at + 4)
      : text.startsWith('<![CDATA[', at)
        ? past(text, ']]>', at)
        : text.startsWith('<?', at)
          ? past(text, '?>', at)
          : tagEnd(text, at);
    if (end < 0) return;
    if (text[at + 1] !== '!' && text[at + 1] !== '?') yield text.slice(at + 1, end - 1);
    at = end;
  }
}

function past(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? -1 : at + mark.length;
}

/** Past the `>` that stands in no quotes. */
function tagEnd(text: string, from: number): number {
  const sign = /["'>]/g;
  sign.lastIndex = from;
  for (let match = sign.exec(text); match; match = sign.exec(text)) {
    if (match[0] === '>') return sign.lastIndex;
    const close = text.indexOf(match[0], sign.lastIndex);
    if (close < 0) return -1;
    sign.lastIndex = close + 1;
  }
  return -1;
}

/** With or without a prefix (`xlink:href`). */
function attributeOf(tag: string, name: string): string | null {
  const match = new RegExp(`\\s(?:[\\w.-]+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
  return match ? (match[1] ?? match[2] ?? '') : null;
}

/** Deeper than any parser goes. */
const MOST_LEVELS = 2000;

/** @param known of elements that were counted; one that is being counted repeats itself, which browsers leave out */
function countOf(
  element: Element,
  byId: ReadonlyMap<string, Element>,
  known: Map<Element, number>,
  level: number,
): number {
  const done = known.get(element);
  if (done !== undefined) return done;
  if (level > MOST_LEVELS) return Infinity;
  known.set(element, 0);
  let count = 1;
  for (const child of element.children) count += countOf(child, byId, known, level + 1);
  const repeated = element.repeats === null ? undefined : byId.get(element.repeats);
  if (repeated) count += countOf(repeated, byId, known, level + 1);
  known.set(element, count);
  return count;
}
