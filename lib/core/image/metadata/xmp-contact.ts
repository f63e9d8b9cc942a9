/** The maker's contact in XMP: a structure (IPTC Core, "Creator's Contact Info"), of which one line takes a text as it is. */
import type { XmlElement } from './xml.ts';
import { xmpProperty, type XmpProperty } from './xmp.ts';

/** "Address": it may comprise a company's name and all that is needed to find it. */
const LINE = 'CiAdrExtadr';

/** @param property what is there already @returns it with the texts that it does not have yet */
export function withContact(
  [namespace, name]: readonly [namespace: string, name: string],
  property: XmpProperty | undefined,
  texts: readonly string[],
): XmpProperty {
  const missing = texts.filter((text) => !property?.value.includes(text));
  if (property && missing.length === 0) return property;
  const base = property ?? xmpProperty(namespace, name, '');
  const text = missing.join('; ');
  const { node } = base;
  const field = `${node.name.slice(0, node.name.indexOf(':') + 1)}${LINE}`;
  const value = [base.value, text].filter(Boolean).join(' ');
  if ('value' in node) {
    const line = { name: field, attributes: [], children: [[node.value, text].filter(Boolean).join('; ')] };
    const attributes = [{ name: 'rdf:parseType', value: 'Resource' }];
    return { ...base, value, node: { name: node.name, attributes, children: [line] } };
  }
  const inner = node.children.find(
    (child): child is XmlElement => isElement(child) && /:Description$/.test(child.name),
  );
  const holder = withLine(inner ?? node, field, text);
  const children = node.children.map((child) => (child === inner ? holder : child));
  return { ...base, value, node: inner ? { ...node, children } : holder };
}

/** Fields stand as elements, or as attributes of an element that has none (ISO 16684-1, 7.9.2.2). */
function withLine(holder: XmlElement, field: string, text: string): XmlElement {
  const isLine = ({ name }: { readonly name: string }): boolean => name.endsWith(`:${LINE}`);
  if (holder.attributes.some(isLine))
    return {
      ...holder,
      attributes: holder.attributes.map((each) => (isLine(each) ? { ...each, value: `${each.value}; ${text}` } : each)),
    };
  const line = holder.children.filter(isElement).find(isLine);
  if (line) {
    const longer = { ...line, children: [...line.children, `; ${text}`] };
    return { ...holder, children: holder.children.map((child) => (child === line ? longer : child)) };
  }
  const hasElements = holder.children.some(isElement) || holder.attributes.some(({ name }) => name === 'rdf:parseType');
  return hasElements
    ? { ...holder, children: [...holder.children, { name: field, attributes: [], children: [text] }] }
    : { ...holder, attributes: [...holder.attributes, { name: field, value: text }] };
}

function isElement(child: XmlElement | string): child is XmlElement {
  return typeof child !== 'string';
}
