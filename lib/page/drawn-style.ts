/** Copies of a drawing's elements that look, without the page's style sheets, as the page shows them. */

/** Values that an element hands down to what is inside it, by property; custom properties only where they are asked for. */
export type Inherited = ReadonlyMap<string, string>;

/** Inherited properties by which SVG is drawn (SVG 2, appendix G), with what a file's root element begins with. */
const INHERITED: Readonly<Record<string, string>> = {
  'clip-rule': 'nonzero',
  color: 'rgb(0, 0, 0)',
  'color-interpolation': 'srgb',
  'color-interpolation-filters': 'linearrgb',
  fill: 'rgb(0, 0, 0)',
  'fill-opacity': '1',
  'fill-rule': 'nonzero',
  'font-size': '16px',
  'image-rendering': 'auto',
  'marker-end': 'none',
  'marker-mid': 'none',
  'marker-start': 'none',
  'paint-order': 'normal',
  'shape-rendering': 'auto',
  stroke: 'none',
  'stroke-dasharray': 'none',
  'stroke-dashoffset': '0px',
  'stroke-linecap': 'butt',
  'stroke-linejoin': 'miter',
  'stroke-miterlimit': '4',
  'stroke-opacity': '1',
  'stroke-width': '1px',
  visibility: 'visible',
};

/** The same for letters: no drawing without any needs them. */
const OF_TEXT: Readonly<Record<string, string>> = {
  direction: 'ltr',
  'dominant-baseline': 'auto',
  // The browser's own, whichever it is.
  'font-family': '',
  'font-feature-settings': 'normal',
  'font-kerning': 'auto',
  'font-stretch': '100%',
  'font-style': 'normal',
  'font-variant': 'normal',
  'font-variation-settings': 'normal',
  'font-weight': '400',
  'letter-spacing': 'normal',
  'line-height': 'normal',
  'overflow-wrap': 'normal',
  'text-align': 'start',
  'text-anchor': 'start',
  'text-indent': '0px',
  'text-rendering': 'auto',
  'text-shadow': 'none',
  'text-transform': 'none',
  'white-space': 'normal',
  'word-break': 'normal',
  'word-spacing': '0px',
  'writing-mode': 'horizontal-tb',
};

const INITIAL: Inherited = new Map(Object.entries({ ...INHERITED, ...OF_TEXT }));

/** What is not inherited, with what an element has by itself. */
const OWN: Readonly<Record<string, string>> = {
  'clip-path': 'none',
  filter: 'none',
  isolation: 'auto',
  mask: 'none',
  'mix-blend-mode': 'normal',
  opacity: '1',
  'vector-effect': 'none',
};

const OF_LETTERS = { 'alignment-baseline': 'auto', 'baseline-shift': '0px', 'text-decoration-line': 'none' };
const PLACED = { x: '0px', y: '0px', width: 'auto', height: 'auto' };

/** Of some elements alone. */
const OWN_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  circle: { cx: '0px', cy: '0px', r: '0px' },
  ellipse: { cx: '0px', cy: '0px', rx: 'auto', ry: 'auto' },
  feDiffuseLighting: { 'lighting-color': 'rgb(255, 255, 255)' },
  feDropShadow: { 'flood-color': 'rgb(0, 0, 0)', 'flood-opacity': '1' },
  feFlood: { 'flood-color': 'rgb(0, 0, 0)', 'flood-opacity': '1' },
  feSpecularLighting: { 'lighting-color': 'rgb(255, 255, 255)' },
  foreignObject: PLACED,
  image: PLACED,
  mask: { 'mask-type': 'luminance' },
  path: { d: 'none' },
  rect: { ...PLACED, rx: 'auto', ry: 'auto' },
  stop: { 'stop-color': 'rgb(0, 0, 0)', 'stop-opacity': '1' },
  svg: PLACED,
  text: OF_LETTERS,
  textPath: OF_LETTERS,
  tspan: OF_LETTERS,
  use: PLACED,
};

/** They clip what is in them unless a style says otherwise. */
const CLIPPING = new Set(['svg', 'symbol', 'marker', 'pattern', 'image', 'foreignObject']);
/** Not drawn where they stand: whether they are displayed says nothing. */
const UNSEEN = new Set(['symbol', 'defs', 'clipPath', 'mask', 'marker', 'pattern', 'filter', 'stop', 'title', 'desc']);
/** No attributes of SVG. */
const STYLE_ONLY = new Set([
  ...['isolation', 'mix-blend-mode', 'mask-type', 'transform-origin', 'transform-box', 'line-height', 'text-align'],
  ...['text-indent', 'text-shadow', 'text-transform', 'overflow-wrap', 'word-break', 'white-space', 'font-kerning'],
  ...['font-feature-settings', 'font-variation-settings'],
]);

export function inheritedFrom(style: CSSStyleDeclaration): Map<string, string> {
  return new Map([...INITIAL.keys()].map((name) => [name, style.getPropertyValue(name)]));
}

/** With all custom properties, since any may be asked for further down (`fill: var(--tone)`). */
export function handedDown(element: Element): Inherited {
  const style = styleOf(element);
  const all = inheritedFrom(style);
  // Firefox lists them with the others, Chromium in its typed model.
  const names = typeof element.computedStyleMap === 'function' ? [...element.computedStyleMap().keys()] : [...style];
  for (const name of names) if (name.startsWith('--')) all.set(name, style.getPropertyValue(name));
  return all;
}

function styleOf(element: Element): CSSStyleDeclaration {
  const view = element.ownerDocument.defaultView;
  if (!view) throw new Error('the document is not shown');
  return view.getComputedStyle(element);
}

/** Called for each element with its copy, while the styles are as they were read. */
export type OnCopy = (original: Element, copy: Element) => void;

/**
 * Only what is not inherited and differs from a bare element is written: as attributes, which every reader knows, where
 * SVG has them. Scripts and style sheets stay out.
 *
 * @param above what the copy will inherit where it is put; left out for the root of a file
 */
export function styledCopy(original: Element, onCopy: OnCopy, above: Inherited = INITIAL): Element {
  const copy = original.cloneNode(false) as Element;
  const style = styleOf(original);
  const inherited = inheritedFrom(style);
  const isSvg = original instanceof SVGElement;
  copy.removeAttribute('style');
  copy.removeAttribute('class');
  for (const name of copy.getAttributeNames()) if (/^on/i.test(name)) copy.removeAttribute(name);
  for (const [name, value] of inherited)
    if (isSvg || value !== above.get(name)) write(copy, name, value, above.get(name));
  if (isSvg) writeOwn(original, copy as SVGElement, style);
  else writeBox(copy as HTMLElement, style);
  onCopy(original, copy);
  for (const child of original.childNodes) {
    if (child instanceof Element) {
      if (child.localName !== 'script' && child.localName !== 'style')
        copy.append(styledCopy(child, onCopy, inherited));
    } else if (child.nodeType === Node.TEXT_NODE || child.nodeType === Node.CDATA_SECTION_NODE) {
      copy.append(child.cloneNode());
    }
  }
  return copy;
}

function writeOwn(original: Element, copy: SVGElement, style: CSSStyleDeclaration): void {
  const { localName } = original;
  for (const [name, bare] of Object.entries({ ...OWN, ...OWN_OF[localName] })) {
    const value = style.getPropertyValue(name);
    if (name === 'd') {
      if (value.startsWith('path(') && !isOwnPath(original, copy)) copy.setAttribute('d', value.slice(6, -2));
    } else if (name === 'text-decoration-line') write(copy, 'text-decoration', value, bare);
    else write(copy, name, value, bare);
  }
  if (CLIPPING.has(localName)) write(copy, 'overflow', style.overflow, 'hidden');
  if (!UNSEEN.has(localName) && !/Gradient$/.test(localName))
    write(copy, 'display', style.display === 'none' ? 'none' : 'inline', 'inline');
  writeTransform(copy, style);
}

function write(copy: Element, name: string, value: string, bare: string | undefined): void {
  const svg = copy instanceof SVGElement;
  const attribute = svg ? copy.getAttribute(name) : null;
  // The engine writes keywords in its own case.
  const isBare = value === '' || value.toLowerCase() === bare;
  if (attribute !== null) {
    if (value === '' || (isBare && bare === 'auto')) return;
    if (!isSame(attribute.trim(), value)) copy.setAttribute(name, value);
  } else if (!isBare) {
    if (svg && !STYLE_ONLY.has(name)) copy.setAttribute(name, value);
    else (copy as SVGElement | HTMLElement).style.setProperty(name, value);
  }
}

function isSame(attribute: string, value: string): boolean {
  if (attribute === value) return true;
  return /^[-+.\de]+(?:px)?$/i.test(attribute) && /^[-+.\de]+(?:px)?$/.test(value)
    ? Math.abs(Number.parseFloat(attribute) - Number.parseFloat(value)) < 1e-3
    : false;
}

/** A path of the attribute comes back from its style in absolute numbers: by its length it is known whether a sheet has another. */
function isOwnPath(original: Element, copy: Element): boolean {
  if (!copy.hasAttribute('d')) return false;
  const [shown, own] = [original, copy].map((path) => (path as SVGPathElement).getTotalLength());
  return shown !== undefined && own !== undefined && Math.abs(shown - own) <= 1e-3 * own;
}

/** The attribute's transform is the style's as long as no sheet says another. */
function writeTransform(copy: SVGElement, style: CSSStyleDeclaration): void {
  const { transform } = style;
  const list = (copy as Partial<SVGGraphicsElement>).transform?.baseVal;
  if (!list || transform === '') return;
  const matrix = new DOMMatrix();
  for (const { matrix: each } of list) matrix.multiplySelf(each);
  const now = new DOMMatrix(transform === 'none' ? '' : transform);
  const isOrigin = /^0(?:px)? 0(?:px)?/.test(style.transformOrigin);
  const same = (['a', 'b', 'c', 'd', 'e', 'f'] as const).every((key) => Math.abs(matrix[key] - now[key]) < 1e-3);
  if (now.isIdentity && same) return;
  if (!same) {
    copy.removeAttribute('transform');
    if (!now.isIdentity) copy.style.setProperty('transform', transform);
  }
  if (isOrigin || now.isIdentity) return;
  copy.style.setProperty('transform-box', style.getPropertyValue('transform-box'));
  copy.style.setProperty('transform-origin', style.transformOrigin);
}

/** HTML in a `<foreignObject>`: its boxes, with what they have where no sheet says anything. */
const BOX: Readonly<Record<string, string>> = {
  'align-items': 'normal',
  'align-self': 'auto',
  'background-color': 'rgba(0, 0, 0, 0)',
  'background-image': 'none',
  'border-radius': '0px',
  'box-shadow': 'none',
  'box-sizing': 'content-box',
  'column-gap': 'normal',
  'flex-direction': 'row',
  'flex-grow': '0',
  'flex-shrink': '1',
  'flex-wrap': 'nowrap',
  float: 'none',
  'justify-content': 'normal',
  opacity: '1',
  'overflow-x': 'visible',
  'overflow-y': 'visible',
  'padding-bottom': '0px',
  'padding-left': '0px',
  'padding-right': '0px',
  'padding-top': '0px',
  position: 'static',
  'row-gap': 'normal',
  'text-overflow': 'clip',
  transform: 'none',
  'transform-origin': '',
  'z-index': 'auto',
};
/** The browser's own sheet has them for many elements: they are always written. */
const OFTEN = ['display', 'margin-top', 'margin-right', 'margin-bottom', 'margin-left', 'vertical-align'] as const;
const SIDES = ['top', 'right', 'bottom', 'left'] as const;

function writeBox(copy: HTMLElement, style: CSSStyleDeclaration): void {
  const put = (name: string): void => copy.style.setProperty(name, style.getPropertyValue(name));
  for (const name of OFTEN) put(name);
  for (const [name, bare] of Object.entries(BOX))
    if (name === 'transform-origin' ? style.transform !== 'none' : style.getPropertyValue(name) !== bare) put(name);
  for (const side of SIDES) {
    if (style.getPropertyValue(`border-${side}-style`) !== 'none') put(`border-${side}`);
    if (style.position !== 'static') put(side);
  }
  if (style.textDecorationLine !== 'none') put('text-decoration');
  if (style.display === 'inline' || style.display === 'contents') return;
  put('width');
  put('height');
}

/** As the scripts that come after this one find it. */
export interface DrawnStyle {
  readonly handedDown: typeof handedDown;
  readonly inheritedFrom: typeof inheritedFrom;
  readonly styledCopy: typeof styledCopy;
  readonly withoutTextStyles: typeof withoutTextStyles;
}

/** Without letters nothing of what makes letters is needed. */
export function withoutTextStyles(copy: Element): void {
  if (copy.querySelector('text, foreignObject')) return;
  for (const element of [copy, ...copy.querySelectorAll<SVGElement>('*')]) {
    for (const name of Object.keys(OF_TEXT)) {
      element.removeAttribute(name);
      (element as SVGElement).style.removeProperty(name);
    }
    if (element.getAttribute('style') === '') element.removeAttribute('style');
  }
}
