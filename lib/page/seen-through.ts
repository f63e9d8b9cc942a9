/**
 * How much of an image is seen through what lies in front of it. A cookie wall's veil dims a photograph and does not take
 * its place; a light box's picture does.
 */

/** Points a side at which one looks. */
const GRID = 4;

/** What is fully covered is still preferred to a logo on the cover. */
const LEAST = 0.05;

/** From {@link LEAST} to 1, over the part of the element that is inside the window. */
export function seenShare(element: Element): number {
  const { ownerDocument: document } = element;
  const view = document.defaultView;
  const target = inDocument(element);
  // What takes no pointer is in no answer to "what is at this point", so what is in front of it is not known.
  if (!view || !target || view.getComputedStyle(element).pointerEvents === 'none') return 1;
  const box = element.getBoundingClientRect();
  const [left, top] = [Math.max(0, box.left), Math.max(0, box.top)];
  const [width, height] = [Math.min(view.innerWidth, box.right) - left, Math.min(view.innerHeight, box.bottom) - top];
  if (width <= 0 || height <= 0) return 1;
  const covers = new Map<Element, number>();
  let light = 0;
  for (let at = 0; at < GRID * GRID; at++) {
    const x = left + (width * ((at % GRID) + 0.5)) / GRID;
    const y = top + (height * (Math.floor(at / GRID) + 0.5)) / GRID;
    light += lightAt(document.elementsFromPoint(x, y), target, covers, view);
  }
  return Math.max(LEAST, light / GRID ** 2);
}

function lightAt(stack: readonly Element[], target: Element, covers: Map<Element, number>, view: Window): number {
  let light = 1;
  for (const element of stack) {
    if (element.contains(target) || target.contains(element)) break;
    let cover = covers.get(element);
    if (cover === undefined) covers.set(element, (cover = coverOf(element, view)));
    light *= 1 - cover;
  }
  return light;
}

const OPAQUE = new Set(['img', 'video', 'canvas', 'iframe', 'object', 'embed']);

/** 0 is clear, 1 is opaque. */
function coverOf(element: Element, view: Window): number {
  const { opacity, backgroundColor, backgroundImage } = view.getComputedStyle(element);
  const own = Number(opacity);
  if (OPAQUE.has(element.localName) || backgroundImage.includes('url(')) return own;
  const [, comma, slash] = /^rgba\(.*,\s*([\d.]+)\)$|\/\s*([\d.]+)\)$/.exec(backgroundColor) ?? [];
  return own * Number(comma ?? slash ?? 1);
}

/** The element, or the outermost host of the shadow trees that it is in. */
function inDocument(element: Element): Element | null {
  let root = element.getRootNode();
  let outer = element;
  while (root instanceof ShadowRoot) {
    outer = root.host;
    root = outer.getRootNode();
  }
  return root === element.ownerDocument ? outer : null;
}
