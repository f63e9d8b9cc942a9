/** Further texts in a property of XMP that is there already: ISO 16684-1 (XMP part 1), 7.5 and 8.2. */
import type { XmlElement, XmlNode } from './xml.ts';
import { xmpProperty, type XmpProperty } from './xmp.ts';

/** One text, or an array: unordered, ordered, or the same in several languages. */
export type Shape = 'text' | 'Bag' | 'Seq' | 'Alt';

/**
 * The property with the texts that are not in it yet. A list gets them as entries; one text, and the one of a
 * language alternative that stands for all languages, gets them behind its own, after a semicolon.
 */
export function withTexts(property: XmpProperty, shape: Shape, texts: readonly string[]): XmpProperty {
  const { namespace, name, node } = property;
  const array = arrayOf(property);
  const isList = array ? !array.name.endsWith('Alt') : shape === 'Bag' || shape === 'Seq';
  const said = entriesOf(property);
  const missing = texts.filter((text) => !said.some((one) => (isList ? one === text : says(one, text))));
  if (missing.length === 0) return property;
  const all = [property.value, ...missing].filter(Boolean);
  if ('value' in node)
    return xmpProperty(
      namespace,
      name,
      shape === 'Bag' || shape === 'Seq' ? { as: shape, entries: all } : all.join('; '),
    );
  const children = array
    ? node.children.map((child) => (child === array ? longer(array, missing) : child))
    : [all.join('; ')];
  return { ...property, value: all.join(' '), node: { ...node, children } };
}

function arrayOf({ node }: XmpProperty): XmlElement | undefined {
  if ('value' in node) return undefined;
  return node.children.find(
    (child): child is XmlElement => typeof child !== 'string' && /(^|:)(Bag|Seq|Alt)$/.test(child.name),
  );
}

/** What the property says, of a list each entry. */
export function entriesOf(property: XmpProperty): string[] {
  const array = arrayOf(property);
  if (!array) return [property.value];
  return array.children.filter(isElement).map(({ children }) =>
    children
      .filter((child) => typeof child === 'string')
      .join('')
      .trim(),
  );
}

/** Whether a text has the other in it, word for word: "Ann" is not in "Annabel". */
function says(whole: string, part: string): boolean {
  for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + 1)) {
    const [before, after] = [whole.slice(0, at), whole.slice(at + part.length)];
    if (!/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
}

function longer(array: XmlElement, texts: readonly string[]): XmlElement {
  const entries = array.children.filter(isElement);
  const general =
    entries.find(({ attributes }) =>
      attributes.some(({ name, value }) => name === 'xml:lang' && value === 'x-default'),
    ) ?? entries[0];
  const isAlternative = array.name.endsWith('Alt');
  if (isAlternative && general) {
    const own = general.children
      .filter((child) => typeof child === 'string')
      .join('')
      .trim();
    const joined = { ...general, children: [[own, ...texts].filter(Boolean).join('; ')] };
    return { ...array, children: entries.map((entry) => (entry === general ? joined : entry)) };
  }
  const name = array.name.replace(/(Bag|Seq|Alt)$/, 'li');
  const attributes = isAlternative ? [{ name: 'xml:lang', value: 'x-default' }] : [];
  const added = isAlternative ? [texts.join('; ')] : texts;
  return { ...array, children: [...entries, ...added.map((text) => ({ name, attributes, children: [text] }))] };
}

function isElement(node: XmlNode): node is XmlElement {
  return typeof node !== 'string';
}
