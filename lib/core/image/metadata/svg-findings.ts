/** What of an SVG tells of its maker, its program or its place on a disk, and is not drawn. */
import { ifReadable } from '../../bytes/reader.ts';
import { xmlTokens, type AttributeToken, type XmlToken } from '../formats/xml-tokens.ts';
import type { MetadataKind } from '../inspection.ts';
import { escapeAttribute } from './xml.ts';
import { kindsOf } from './xmp-kinds.ts';
import { readXmp, type XmpProperty } from './xmp.ts';

/** A part of the text that goes unless one of its kinds is let through. */
export interface SvgFinding {
  readonly start: number;
  readonly end: number;
  readonly kinds: readonly MetadataKind[];
  /** What stands there instead. */
  readonly instead: string;
  /** Of a block of RDF that stays because of a part of it: the parts. Where none stays, all of it goes. */
  readonly parts?: readonly SvgFinding[];
  /** It declares this prefix, and goes when nobody uses that any more. */
  readonly prefix?: string;
  readonly property?: XmpProperty;
}

const SVG = 'http://www.w3.org/2000/svg';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** Namespaces of what is drawn, or tells how; '' is an element without one. */
const DRAWN: ReadonlySet<string> = new Set([
  '',
  SVG,
  'http://www.w3.org/1999/xlink',
  'http://www.w3.org/XML/1998/namespace',
  'http://www.w3.org/2000/xmlns/',
  'http://www.w3.org/1999/xhtml',
  'http://www.w3.org/1998/Math/MathML',
  'http://www.w3.org/2001/xml-events',
]);

/** A notice of rights among comments; `!` is how minifiers mark what they have to keep. */
const LICENCE = /^\s*!|copyright|licen[cs]e|\(c\)|©|SPDX-/i;

/** Of a file on a disk. */
const LOCAL_PATH = /^\s*(?:file:|[a-z]:[\\/]|\\\\|\/(?:home|users|volumes|mnt|tmp|var)\/|~\/)/i;

interface OpenElement {
  readonly name: string;
  readonly namespaces: ReadonlyMap<string, string>;
  readonly finding: {
    readonly start: number;
    readonly kinds: MetadataKind[];
    readonly parts: SvgFinding[] | null;
  } | null;
  /** How deep below rdf:RDF: 0 is itself, 1 a description, 2 a property. -1 outside. */
  readonly rdf: number;
}

/**
 * In the order of the text; none lies in another but for `parts`.
 *
 * @throws CompressionError `corrupt` when it is not well-formed
 */
export function svgFindings(text: string): SvgFinding[] {
  const findings: SvgFinding[] = [];
  const open: OpenElement[] = [];
  const hole = placeholder(text);
  let entities: ReadonlyMap<string, string> = new Map();
  const container = (): SvgFinding[] => open.findLast(({ finding }) => finding?.parts)?.finding?.parts ?? findings;
  const isHidden = (): boolean => open.some(({ finding }) => finding !== null && finding.parts === null);

  for (const token of xmlTokens(text)) {
    const { kind, start, end } = token;
    const parent = open.at(-1);
    const add = (kinds: readonly MetadataKind[], instead = ''): void => {
      if (!isHidden()) container().push({ start, end, kinds, instead });
    };
    if (kind === 'doctype') entities = entitiesOf(text.slice(start, end));
    else if (kind === 'comment') add(LICENCE.test(text.slice(start + 4, end - 3)) ? ['rights'] : ['comment']);
    else if (kind === 'instruction') {
      if (!/^<\?xml(?:-stylesheet)?\s/.test(text.slice(start, start + 20))) add(['software']);
    } else if (kind === 'text' && parent && localName(parent.name) === 'style' && !isHidden())
      findings.push(...styleComments(text, start, end));
    else if (kind === 'start') {
      const element = opened(token, parent, entities);
      if (!isHidden()) {
        if (element.finding === null || element.finding.parts)
          for (const found of attributeFindings(token, element, entities)) container().push(found);
      }
      if (token.empty) closed(element, end);
      else open.push(element);
    } else if (kind === 'end') {
      const element = open.pop();
      if (!element) continue;
      closed(element, end);
    }
  }
  // What a prefix is used for tells its kind; one that nobody uses is what some program left.
  const used = usedPrefixes(text);
  return findings.map((finding) =>
    finding.prefix !== undefined && !used.has(finding.prefix) ? { ...finding, kinds: ['software'] } : finding,
  );

  function closed(element: OpenElement, end: number): void {
    const { finding } = element;
    if (!finding || isHidden()) return;
    const { start, parts } = finding;
    if (element.rdf === 2) {
      const property = propertyOf(text.slice(start, end), element.namespaces);
      const kinds = property ? kindsOf(property) : (['extended-xmp'] as const);
      container().push({ start, end, kinds, instead: '', ...(property && { property }) });
    } else if (parts) {
      const kinds = [...new Set(parts.flatMap((part) => part.kinds))];
      container().push({ start, end, kinds: kinds.length > 0 ? kinds : ['software'], instead: hole, parts });
    } else container().push({ start, end, kinds: finding.kinds, instead: hole });
  }
}

/** All that stands before a colon: prefixes, and more. */
export function usedPrefixes(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/(?<![\w.-])([\w.-]{1,64}):/g)].map(([, prefix = '']) => prefix));
}

function opened(token: XmlToken, parent: OpenElement | undefined, entities: ReadonlyMap<string, string>): OpenElement {
  const namespaces = declaredIn(token, parent?.namespaces ?? new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]), entities); // prettier-ignore
  const namespace = namespaceOf(token.name, namespaces);
  const name = localName(token.name);
  const inRdf = parent !== undefined && parent.rdf >= 0;
  const inBlock = parent?.finding?.parts !== null && parent?.finding?.parts !== undefined;
  const rdf = inRdf ? parent.rdf + 1 : namespace === RDF && name === 'RDF' ? 0 : -1;
  const finding = ((): OpenElement['finding'] => {
    // The root is the drawing, whatever it is called.
    if (!parent) return null;
    if (rdf === 2) return { start: token.start, kinds: [], parts: null };
    if (rdf === 0 && !inBlock) return { start: token.start, kinds: [], parts: [] };
    if (rdf >= 0) return null;
    if (namespace === SVG && name === 'metadata') return { start: token.start, kinds: [], parts: [] };
    if (inBlock)
      return namespace === 'adobe:ns:meta/' ? null : { start: token.start, kinds: ['software'], parts: null };
    if (namespace === SVG && (name === 'title' || name === 'desc'))
      return { start: token.start, kinds: ['title'], parts: null };
    return DRAWN.has(namespace) ? null : { start: token.start, kinds: ['software'], parts: null };
  })();
  return { name: token.name, namespaces, rdf, finding };
}

function attributeFindings(token: XmlToken, element: OpenElement, entities: ReadonlyMap<string, string>): SvgFinding[] {
  return token.attributes.flatMap((attribute): SvgFinding[] => {
    const { name, value, start, end } = attribute;
    const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : '';
    if (prefix === 'xmlns') {
      const uri = resolved(value, entities);
      return DRAWN.has(uri) || uri.includes('&') ? [] : [{ start, end, kinds: [], instead: '', prefix: name.slice(6) }];
    }
    const namespace = prefix ? namespaceOf(name, element.namespaces) : '';
    if (element.rdf >= 0) return rdfAttribute(attribute, namespace, element);
    if (!DRAWN.has(namespace)) {
      const isPath = LOCAL_PATH.test(value) || /filename|docname|absref|path$/i.test(name);
      return [{ start, end, kinds: [isPath ? 'file-path' : 'software'], instead: '' }];
    }
    if (localName(name) === 'href' && LOCAL_PATH.test(value))
      return [
        {
          start: attribute.valueAt,
          end: attribute.valueAt + value.length,
          kinds: ['file-path'],
          instead: value.split(/[\\/]/).at(-1) ?? '',
        },
      ];
    return [];
  });
}

/** Of a description, a property of simple text (ISO 16684-1, 7.9.2.2). */
function rdfAttribute(
  { name, value, start, end }: AttributeToken,
  namespace: string,
  element: OpenElement,
): SvgFinding[] {
  if (element.rdf !== 1 || DRAWN.has(namespace) || namespace === RDF) return [];
  const property = { namespace, name: localName(name), value, node: { name, value }, namespaces: element.namespaces };
  return [{ start, end, kinds: kindsOf(property), instead: '', property }];
}

function propertyOf(xml: string, namespaces: ReadonlyMap<string, string>): XmpProperty | null {
  const declarations = [...namespaces]
    .filter(([prefix]) => prefix !== 'xml' && prefix !== 'rdf')
    .map(([prefix, uri]) => ` xmlns${prefix && ':'}${prefix}="${escapeAttribute(uri)}"`)
    .join('');
  const packet = `<rdf:RDF xmlns:rdf="${RDF}"${declarations}><rdf:Description>${xml}</rdf:Description></rdf:RDF>`;
  return ifReadable(() => readXmp(new TextEncoder().encode(packet)), [])[0] ?? null;
}

/** Comments of CSS; two slashes and stars stay, as they part what stands before them from what follows. */
function styleComments(text: string, from: number, to: number): SvgFinding[] {
  return [...text.slice(from, to).matchAll(/"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\/\*([\s\S]*?)\*\//g)]
    .filter(([whole, comment]) => comment && whole.startsWith('/*'))
    .map(({ 0: whole, 1: comment = '', index }) => ({
      start: from + index,
      end: from + index + whole.length,
      kinds: [LICENCE.test(comment) ? 'rights' : 'comment'],
      instead: '/**/',
    }));
}

/** Where a style sheet counts elements or asks for neighbours, one that draws nothing keeps the place. */
function placeholder(text: string): string {
  const counts = [...text.matchAll(/<(?:[\w.-]+:)?style[\s>][\s\S]*?<\/(?:[\w.-]+:)?style\s*>/g)].some(([style]) =>
    /:(?:first|last|nth|only|empty|has)|[+~]/.test(style),
  );
  if (!counts) return '';
  const prefix = /<((?:[\w.-]+:)?)svg[\s>]/.exec(text)?.[1] ?? '';
  return `<${prefix}metadata/>`;
}

/** Internal ones, as drawing programs declare them for their namespaces. */
function entitiesOf(doctype: string): ReadonlyMap<string, string> {
  const found = [...doctype.matchAll(/<!ENTITY\s+([\w.:-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g)].slice(0, 200);
  return new Map(found.map(([, name = '', double, single]) => [name, double ?? single ?? '']));
}

/** One level deep: namespaces of entities of entities are drawn by no program. */
function resolved(value: string, entities: ReadonlyMap<string, string>): string {
  return value.replace(/&([\w.:-]+);/g, (all, name: string) => entities.get(name) ?? all);
}

function declaredIn(
  { attributes }: XmlToken,
  outer: ReadonlyMap<string, string>,
  entities: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const declared = attributes.filter(({ name }) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (declared.length === 0) return outer;
  return new Map([
    ...outer,
    ...declared.map(({ name, value }) => [name === 'xmlns' ? '' : name.slice(6), resolved(value, entities)] as const),
  ]);
}

/** '' for a prefix that nobody declared, or whose namespace cannot be told: then it counts as drawn. */
function namespaceOf(name: string, namespaces: ReadonlyMap<string, string>): string {
  const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : '';
  const uri = namespaces.get(prefix) ?? '';
  return uri.includes('&') ? '' : uri;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
