/** All images of a document, in shadow trees too, each with the file that is really shown. */
import type { ImageKind, PixelSize } from '../core/protocol/page-images.ts';
import { cssImages, largestOf, parseSrcset, shownOf } from '../core/protocol/srcset.ts';
import { absolute, laterBackground, standInOf } from './stand-in.ts';

export interface FoundImage {
  readonly element: Element;
  readonly kind: ImageKind;
  /** Absolute, or '' for what the page draws. */
  readonly url: string;
  readonly largest: string;
  readonly pixels: PixelSize | null;
  readonly standIn: boolean;
  readonly name: string;
}

/** `shadowOf` gives an element's shadow root, of either mode where the browser lets an extension see it. */
export type ShadowOf = (element: Element) => ShadowRoot | null;

/**
 * In document order, hidden ones too. One that could not be loaded is left out.
 *
 * @param elementsOnly leaves out what only styles show: they are asked for element by element, which takes a while
 */
export function findImages(document: Document, shadowOf: ShadowOf, elementsOnly = false): FoundImage[] {
  const root = document.documentElement;
  // An SVG file in its own tab or frame is one image, whatever it draws with; the browser's page for a picture has one <img>.
  if (document.contentType === 'image/svg+xml') return [found(root, 'document', document.URL.replace(/#.*$/s, ''))];
  const ofStyle = elementsOnly ? () => [] : styleImages;
  return everyElement(document, shadowOf).flatMap((element) => imagesOf(element, ofStyle));
}

/** `findImages` for one document, as `entrypoints/find-images.ts` leaves it for the scripts that come after it in the same frame. */
export type FindImages = (elementsOnly?: boolean) => FoundImage[];

/** In document order, shadow trees where their hosts are. */
export function everyElement(root: Document | ShadowRoot, shadowOf: ShadowOf, into: Element[] = []): Element[] {
  for (const element of root.querySelectorAll('*')) {
    into.push(element);
    const shadow = shadowOf(element);
    if (shadow) everyElement(shadow, shadowOf, into);
  }
  return into;
}

function imagesOf(element: Element, ofStyle: (element: Element) => FoundImage[]): FoundImage[] {
  switch (element.localName) {
    case 'img':
      return [...ofImg(element as HTMLImageElement), ...ofStyle(element)];
    case 'input': {
      const { type, src } = element as HTMLInputElement;
      return type === 'image' ? withUrl(element, 'input', src) : ofStyle(element);
    }
    case 'image':
      return withUrl(element, 'svg-image', element.getAttribute('href') ?? element.getAttributeNS(XLINK, 'href'));
    case 'svg':
      return ofSvg(element as SVGSVGElement);
    case 'canvas': {
      const { width, height } = element as HTMLCanvasElement;
      return width > 1 && height > 1 ? [found(element, 'canvas', '', { pixels: { width, height } })] : [];
    }
    case 'video':
      return ofVideo(element as HTMLVideoElement);
    case 'object':
    case 'embed':
      return ofObject(element as HTMLObjectElement | HTMLEmbedElement);
    case 'link':
      return ofLink(element as HTMLLinkElement);
    case 'meta':
      return ['property', 'name', 'itemprop'].some((name) => PREVIEW.test(element.getAttribute(name) ?? ''))
        ? withUrl(element, 'preview', element.getAttribute('content'))
        : [];
    case 'script':
    case 'style':
    case 'title':
    case 'head':
      return [];
    default:
      return ofStyle(element);
  }
}

/** Open Graph, X's cards, schema.org, Microsoft's tiles. */
const PREVIEW =
  /^(?:og:image(?::url|:secure_url)?|twitter:image(?::src)?|image|thumbnailUrl|msapplication-TileImage)$/i;

function ofLink(link: HTMLLinkElement): FoundImage[] {
  const { rel, href } = link;
  const kind = /\bicon\b/i.test(rel)
    ? 'icon'
    : /\b(?:image_src|apple-touch-startup-image)\b/i.test(rel)
      ? 'preview'
      : null;
  return kind === null ? [] : withUrl(link, kind, href);
}

const XLINK = 'http://www.w3.org/1999/xlink';

function ofImg(image: HTMLImageElement): FoundImage[] {
  const standIn = standInOf(image);
  if (standIn) return [found(image, 'img', standIn.url, { standIn: true })];
  const { currentSrc, src, complete, naturalWidth: width, naturalHeight: height } = image;
  // currentSrc is what <picture> and srcset came to. A broken image shows nothing that could be compressed.
  const url = currentSrc || src;
  if (!complete || width === 0 || url === '') return [];
  const list = sourceSetOf(image, url);
  // With a set, the page sees px that are divided by the candidate's density: the file's own are not known.
  return [found(image, 'img', url, { largest: list.largest, pixels: list.isSet ? null : { width, height } })];
}

/** Of the set that the shown file is from, the largest. */
function sourceSetOf(image: HTMLImageElement, shown: string): { isSet: boolean; largest: string } {
  const sources = image.parentElement?.localName === 'picture' ? image.parentElement.querySelectorAll('source') : [];
  const sets = [...sources, image].map((element) => parseSrcset(element.getAttribute('srcset') ?? ''));
  const own = sets.find((set) => set.some(({ url }) => absolute(url, image) === shown));
  const largest = own ? absolute(largestOf(own), image) : '';
  return { isSet: own !== undefined, largest: largest === shown ? '' : largest };
}

function ofSvg(svg: SVGSVGElement): FoundImage[] {
  // Within another one it is a part of that.
  if (svg.ownerSVGElement) return [];
  const parts = [...svg.children].filter(
    ({ localName }) => !['title', 'desc', 'metadata', 'defs', 'style'].includes(localName),
  );
  // A frame around one <image> adds nothing to it, and a sheet of symbols shows nothing.
  if (parts.every(({ localName }) => localName === 'image' || localName === 'symbol')) return [];
  return [found(svg, 'svg', '')];
}

function ofVideo(video: HTMLVideoElement): FoundImage[] {
  const { videoWidth: width, videoHeight: height } = video;
  const poster = withUrl(video, 'poster', video.getAttribute('poster') ?? video.getAttribute('data-poster'));
  const HAVE_CURRENT_DATA = 2;
  const plays = width > 0 && video.readyState >= HAVE_CURRENT_DATA && (video.played.length > 0 || poster.length === 0);
  return [...poster, ...(plays ? [found(video, 'frame', '', { pixels: { width, height } })] : [])];
}

function ofObject(element: HTMLObjectElement | HTMLEmbedElement): FoundImage[] {
  const url = element.localName === 'object' ? (element as HTMLObjectElement).data : (element as HTMLEmbedElement).src;
  const isImage =
    /^image\//i.test(element.type) || /\.(?:jpe?g|png|gif|webp|avif|jxl|svg|bmp|ico)(?:[?#]|$)/i.test(url);
  // A drawing whose document is open to the page is a frame, and answers for itself.
  return isImage && !element.getSVGDocument?.() ? withUrl(element, 'object', url) : [];
}

/** Backgrounds, masks and the like, of the element and of what CSS puts before and after it. */
function styleImages(element: Element): FoundImage[] {
  const view = element.ownerDocument.defaultView;
  if (!view) return [];
  const urls = new Map<string, string>();
  let isLoaded = false;
  for (const pseudo of [null, '::before', '::after']) {
    const style = view.getComputedStyle(element, pseudo);
    // No box, no image.
    if (pseudo && (style.content === 'none' || style.content === 'normal' || style.content === '')) continue;
    const values = [
      ...[style.backgroundImage, style.content, style.maskImage, style.borderImageSource],
      // It is inherited, and shown by items of lists alone.
      ...(style.display.includes('list-item') ? [style.listStyleImage] : []),
    ];
    isLoaded ||= pseudo === null && style.backgroundImage !== 'none' && style.backgroundImage !== '';
    for (const value of values) {
      if (!value || !value.includes('url(')) continue;
      for (const candidates of cssImages(value)) {
        const url = absolute(shownOf(candidates, view.devicePixelRatio), element);
        const largest = absolute(largestOf(candidates), element);
        if (url !== '') urls.set(url, largest === url ? '' : largest);
      }
    }
  }
  const later = isLoaded ? '' : laterBackground(element);
  return [
    ...[...urls].map(([url, largest]) => found(element, 'background', url, { largest })),
    ...(later === '' ? [] : [found(element, 'background', later, { standIn: true })]),
  ];
}

function withUrl(element: Element, kind: ImageKind, url: string | null): FoundImage[] {
  const full = absolute(url, element);
  return full === '' ? [] : [found(element, kind, full)];
}

function found(element: Element, kind: ImageKind, url: string, more: Partial<FoundImage> = {}): FoundImage {
  return { element, kind, url, largest: '', pixels: null, standIn: false, name: nameOf(element), ...more };
}

function nameOf(element: Element): string {
  return (element.getAttribute('alt') || element.getAttribute('aria-label') || element.getAttribute('title') || '')
    .trim()
    .slice(0, 200);
}

export function isShown(element: Element): boolean {
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

/**
 * The image that has the keyboard focus: itself, or as the only one inside the link, button or the like that has it.
 * Null when the focus is elsewhere, or in another frame.
 */
export function focusedImage(document: Document, images: readonly FoundImage[], shadowOf: ShadowOf): FoundImage | null {
  if (!document.hasFocus()) return null;
  let active = document.activeElement;
  for (let inner = active && shadowOf(active)?.activeElement; inner; inner = shadowOf(inner)?.activeElement)
    active = inner;
  if (!active || active === document.body || active === document.documentElement) return null;
  const focus = active;
  const own = images.find(({ element }) => element === focus);
  if (own) return own;
  const inside = images.filter(({ element }) => contains(focus, element));
  return inside.length === 1 ? (inside[0] ?? null) : null;
}

/** `Node.contains` that goes through shadow roots. */
function contains(outer: Element, inner: Element): boolean {
  for (let node: Node | null = inner; node; node = node instanceof ShadowRoot ? node.host : node.parentNode) {
    if (node === outer) return true;
  }
  return false;
}
