/** Reading and writing XMP packets: ISO 16684-1 (XMP part 1), Clause 7. */
import { CompressionError } from '../../errors.ts';
import { readableText } from '../formats/text.ts';
import { escapeAttribute, namespacesOf, parseXml, serialiseXml, type XmlAttribute, type XmlElement } from './xml.ts';

export interface XmpProperty {
  /** URI; '' when its prefix was never declared. */
  readonly namespace: string;
  readonly name: string;
  /** All text in it, of a structure the values of its fields too, one after the other. */
  readonly value: string;
  readonly node: XmlElement | XmlAttribute;
  /** What the prefixes used in `node` stand for. */
  readonly namespaces: ReadonlyMap<string, string>;
}

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const XML = 'http://www.w3.org/XML/1998/namespace';

/** Prefixes that need no declaration, and what they always mean here. */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ['rdf', RDF],
  ['xml', XML],
]);

/** Photoshop has written packets of some 10 MB; a text beyond this is not read. */
const MAX_XMP_BYTES = 16_000_000;

/** At the top level; editors that write all they know write some hundreds. */
const MAX_PROPERTIES = 5000;

/**
 * The top-level properties of all descriptions in a packet, with or without its wrapper.
 *
 * @param packet UTF-8, or UTF-16 with a byte order mark
 * @throws CompressionError `corrupt` when it is not XMP
 */
export function readXmp(packet: Uint8Array): XmpProperty[] {
  const text = packet.length <= MAX_XMP_BYTES ? readableText(withoutPadding(packet)) : null;
  if (text === null) throw new CompressionError('corrupt');
  const root = parseXml(text);
  const outer = namespacesOf(root, BUILT_IN);
  const rdf = isNamed(root, outer, 'RDF')
    ? root
    : root.children.find((child): child is XmlElement => typeof child !== 'string' && isNamed(child, outer, 'RDF'));
  if (!rdf) throw new CompressionError('corrupt');
  const inRdf = namespacesOf(rdf, outer);
  const properties = rdf.children.flatMap((child) => (typeof child === 'string' ? [] : propertiesOf(child, inRdf)));
  if (properties.length > MAX_PROPERTIES) throw new CompressionError('corrupt');
  return properties;
}

function propertiesOf(description: XmlElement, outer: ReadonlyMap<string, string>): XmpProperty[] {
  const namespaces = namespacesOf(description, outer);
  const simple = description.attributes
    .filter(
      ({ name }) => name !== 'xmlns' && !name.startsWith('xmlns:') && !['rdf', 'xml', ''].includes(prefixOf(name)),
    )
    .map((node) => property(node, node.value, namespaces));
  const nested = description.children
    .filter((child): child is XmlElement => typeof child !== 'string')
    .map((node) => property(node, contentOf(node), namespacesOf(node, namespaces)));
  return [...simple, ...nested];
}

/** Fields may be written as attributes (7.9.2.2), and a URI as `rdf:resource`. */
function contentOf(element: XmlElement): string {
  const values = element.attributes.filter(
    ({ name }) => name === 'rdf:resource' || !['', 'rdf', 'xml', 'xmlns'].includes(prefixOf(name)),
  );
  const children = element.children.map((child) => (typeof child === 'string' ? child.trim() : contentOf(child)));
  return [...values.map(({ value }) => value), ...children].filter(Boolean).join(' ');
}

function property(
  node: XmlElement | XmlAttribute,
  value: string,
  namespaces: ReadonlyMap<string, string>,
): XmpProperty {
  return {
    namespace: namespaces.get(prefixOf(node.name)) ?? '',
    name: node.name.slice(node.name.indexOf(':') + 1),
    value,
    node,
    namespaces,
  };
}

function prefixOf(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? '' : name.slice(0, colon);
}

function isNamed(element: XmlElement, outer: ReadonlyMap<string, string>, local: string): boolean {
  const prefix = prefixOf(element.name);
  return (
    element.name.slice(prefix ? prefix.length + 1 : 0) === local && namespacesOf(element, outer).get(prefix) === RDF
  );
}

/** Packets are padded with spaces, and in some files with zeros. */
function withoutPadding(packet: Uint8Array): Uint8Array {
  let end = packet.length;
  while (end > 0 && packet[end - 1] === 0) end--;
  return packet.subarray(0, end);
}

/**
 * A packet of these properties in UTF-8, or null when there are none. Each keeps its form; the same prefix may stand
 * for different namespaces in different properties.
 *
 * @param wrapper `bare` leaves out the processing instructions around it, as a continuation in JPEG has none
 */
export function writeXmp(
  properties: readonly XmpProperty[],
  wrapper: 'packet' | 'bare' = 'packet',
): Uint8Array<ArrayBuffer> | null {
  if (properties.length === 0) return null;
  const descriptions: { namespaces: Map<string, string>; properties: XmpProperty[] }[] = [];
  for (const property of properties) {
    const used = usedNamespaces(property);
    const fits = descriptions.find(({ namespaces }) =>
      [...used].every(([prefix, uri]) => (namespaces.get(prefix) ?? uri) === uri),
    );
    const description = fits ?? { namespaces: new Map<string, string>(), properties: [] };
    if (!fits) descriptions.push(description);
    for (const [prefix, uri] of used) description.namespaces.set(prefix, uri);
    description.properties.push(property);
  }
  const body = descriptions.map(serialiseDescription).join('');
  // The wrapper is how tools find a packet in a file (7.3.2); "r" says that it is not to be edited in place.
  const text = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF}">${body}</rdf:RDF></x:xmpmeta>`;
  return new TextEncoder().encode(
    wrapper === 'bare' ? text : `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>${text}<?xpacket end="r"?>`,
  );
}

function serialiseDescription({
  namespaces,
  properties,
}: {
  namespaces: ReadonlyMap<string, string>;
  properties: readonly XmpProperty[];
}): string {
  const declarations = [...namespaces]
    .map(([prefix, uri]) => ` xmlns${prefix && ':'}${prefix}="${escapeAttribute(uri)}"`)
    .join('');
  const attributes = properties
    .map(({ node }) => ('value' in node ? ` ${node.name}="${escapeAttribute(node.value)}"` : ''))
    .join('');
  const elements = properties.map(({ node }) => ('value' in node ? '' : serialiseXml(node))).join('');
  return `<rdf:Description rdf:about=""${declarations}${attributes}${elements ? `>${elements}</rdf:Description>` : '/>'}`;
}

/** Of the prefixes that the property's own text uses and does not declare itself. */
function usedNamespaces({ node, namespaces }: XmpProperty): Map<string, string> {
  const used = new Map<string, string>();
  const use = (name: string): void => {
    const prefix = prefixOf(name);
    const uri = namespaces.get(prefix);
    if (uri !== undefined && !BUILT_IN.has(prefix)) used.set(prefix, uri);
  };
  const visit = (element: XmlElement): void => {
    use(element.name);
    for (const { name } of element.attributes) if (name.includes(':') && !name.startsWith('xmlns:')) use(name);
    for (const child of element.children) if (typeof child !== 'string') visit(child);
  };
  if ('value' in node) use(node.name);
  else visit(node);
  return used;
}

/** A property of simple text, or of a set, sequence or language alternative with the entries given. */
export function xmpProperty(
  namespace: string,
  name: string,
  value: string | { readonly as: 'Bag' | 'Seq' | 'Alt'; readonly entries: readonly string[] },
): XmpProperty {
  const prefix = `p${hash(namespace)}`;
  const qualified = `${prefix}:${name}`;
  const namespaces = new Map([[prefix, namespace]]);
  if (typeof value === 'string') return { namespace, name, value, node: { name: qualified, value }, namespaces };
  const attributes = value.as === 'Alt' ? [{ name: 'xml:lang', value: 'x-default' }] : [];
  const entries = value.entries.map((text) => ({ name: 'rdf:li', attributes, children: [text] }));
  const node = {
    name: qualified,
    attributes: [],
    children: [{ name: `rdf:${value.as}`, attributes: [], children: entries }],
  };
  return { namespace, name, value: value.entries.join(''), node, namespaces };
}

/** A short name for a namespace that is the same each time. */
function hash(text: string): string {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (value * 31 + text.charCodeAt(i)) % 46_656;
  return value.toString(36);
}
