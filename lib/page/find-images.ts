/** The images of a document, in shadow trees too: elements with the URL that is really shown. */

export interface FoundImage {
  readonly element: Element;
  readonly url: string;
  readonly name: string;
}

/** `shadowOf` gives an element's shadow root, of either mode where the browser lets an extension see it. */
export type ShadowOf = (element: Element) => ShadowRoot | null;

/** In document order; hidden ones and ones that did not load are left out. */
export function findImages(document: Document, shadowOf: ShadowOf): FoundImage[] {
  // An SVG file opened in its own tab or frame is one image, whatever it draws with.
  if (document.contentType === 'image/svg+xml') {
    return [{ element: document.documentElement, url: withoutFragment(document.URL), name: '' }];
  }
  const found: FoundImage[] = [];
  collect(document, shadowOf, found);
  return found;
}

function collect(root: Document | ShadowRoot, shadowOf: ShadowOf, found: FoundImage[]): void {
  for (const element of root.querySelectorAll('*')) {
    const url = urlOf(element);
    if (url !== '' && isShown(element)) found.push({ element, url, name: nameOf(element) });
    const shadow = shadowOf(element);
    if (shadow) collect(shadow, shadowOf, found);
  }
}

/** '' for what is not an image. */
function urlOf(element: Element): string {
  switch (element.localName) {
    case 'img': {
      const { currentSrc, src, complete, naturalWidth } = element as HTMLImageElement;
      // currentSrc is what <picture> and srcset came to. A broken image shows nothing that could be compressed.
      return complete && naturalWidth > 0 ? currentSrc || src : '';
    }
    case 'input':
      return (element as HTMLInputElement).type === 'image' ? (element as HTMLInputElement).src : '';
    case 'image':
      return absolute(
        element.getAttribute('href') ?? element.getAttributeNS('http://www.w3.org/1999/xlink', 'href'),
        element,
      );
    default:
      return element.getAttribute('role') === 'img' ? backgroundOf(element) : '';
  }
}

/** The first image of a computed `background-image`, which has absolute URLs in double quotes. */
function backgroundOf(element: Element): string {
  const value = element.ownerDocument.defaultView?.getComputedStyle(element).backgroundImage ?? '';
  const [, quoted, bare] = /url\(\s*(?:["']((?:\\.|[^"'\\])*)["']|([^)\s]*))\s*\)/.exec(value) ?? [];
  return absolute(quoted?.replace(/\\(.)/g, '$1') ?? bare ?? null, element);
}

function absolute(url: string | null, { baseURI }: Element): string {
  if (url === null || url === '' || url.startsWith('#')) return '';
  return URL.canParse(url, baseURI) ? new URL(url, baseURI).href : '';
}

function nameOf(element: Element): string {
  return (element.getAttribute('alt') || element.getAttribute('aria-label') || element.getAttribute('title') || '')
    .trim()
    .slice(0, 200);
}

function isShown(element: Element): boolean {
  // Chrome 120 knows only the older two names.
  return (
    typeof element.checkVisibility !== 'function' ||
    element.checkVisibility({
      checkOpacity: true,
      checkVisibilityCSS: true,
      opacityProperty: true,
      visibilityProperty: true,
    })
  );
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, '');
}

/**
 * The image that has the keyboard focus: itself, or as the only one inside the link, button or the like that has it.
 * Null when the focus is elsewhere, or in another frame.
 */
export function focusedImage(document: Document, found: readonly FoundImage[], shadowOf: ShadowOf): FoundImage | null {
  if (!document.hasFocus()) return null;
  let active = document.activeElement;
  for (let inner = active && shadowOf(active)?.activeElement; inner; inner = shadowOf(inner)?.activeElement)
    active = inner;
  if (!active || active === document.body || active === document.documentElement) return null;
  const own = found.find(({ element }) => element === active);
  if (own) return own;
  const inside = found.filter(({ element }) => contains(active, element));
  return inside.length === 1 ? (inside[0] ?? null) : null;
}

/** `Node.contains` that goes through shadow roots. */
function contains(outer: Element, inner: Element): boolean {
  for (let node: Node | null = inner; node; node = node instanceof ShadowRoot ? node.host : node.parentNode) {
    if (node === outer) return true;
  }
  return false;
}
