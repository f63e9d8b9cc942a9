const HTML = 'http://www.w3.org/1999/xhtml';

/** In an SVG or XML document `createElement` makes elements of no namespace. */
export function htmlElement(document: Document, name: string, className: string): HTMLElement {
  const element = document.createElementNS(HTML, name) as HTMLElement;
  if (className !== '') element.className = className;
  return element;
}
