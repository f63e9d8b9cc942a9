/** What a page draws itself, as a data: URL: a canvas, the current frame of a video, an inline SVG with its styles. */
import { absolute } from './stand-in.ts';

/** '' where the page has drawn another site's pixels, which the browser keeps from scripts, or nothing at all. */
export async function drawnUrl(element: Element): Promise<string> {
  try {
    if (element.localName === 'svg') return svgUrl(element as SVGSVGElement);
    const canvas =
      element.localName === 'canvas' ? (element as HTMLCanvasElement) : await frameOf(element as HTMLVideoElement);
    return isBlank(canvas) ? '' : canvas.toDataURL('image/png');
  } catch {
    return '';
  }
}

async function frameOf(video: HTMLVideoElement): Promise<HTMLCanvasElement> {
  const canvas = newCanvas(video, video.videoWidth, video.videoHeight);
  const bitmap = await createImageBitmap(video);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

/** A WebGL canvas that does not keep what it drew gives transparent pixels afterwards. */
function isBlank(canvas: HTMLCanvasElement): boolean {
  const small = newCanvas(canvas, 16, 16);
  const context = small.getContext('2d');
  if (!context) return false;
  context.drawImage(canvas, 0, 0, 16, 16);
  return context.getImageData(0, 0, 16, 16).data.every((value) => value === 0);
}

function newCanvas({ ownerDocument }: Element, width: number, height: number): HTMLCanvasElement {
  const canvas = ownerDocument.createElementNS('http://www.w3.org/1999/xhtml', 'canvas') as HTMLCanvasElement;
  return Object.assign(canvas, { width, height });
}

/** Properties that make a difference to how SVG is drawn (SVG 2, appendix G), and fonts. */
const DRAWN_BY = [
  'clip-path clip-rule color cx cy d display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity',
  'font-family font-size font-stretch font-style font-variant font-weight height isolation letter-spacing lighting-color',
  'marker-end marker-mid marker-start mask mix-blend-mode opacity overflow paint-order r rx ry shape-rendering stop-color',
  'stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity',
  'stroke-width text-anchor text-decoration text-rendering transform transform-box transform-origin vector-effect',
  'visibility white-space width word-spacing writing-mode x y',
]
  .join(' ')
  .split(' ');

/** A file of its own: each element with the style that it has in the page, and with what it refers to elsewhere in it. */
function svgUrl(svg: SVGSVGElement): string {
  const copy = styledCopy(svg, svg) as SVGSVGElement;
  const { width, height } = svg.getBoundingClientRect();
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  for (const property of ['position', 'margin', 'transform', 'width', 'height', 'opacity', 'x', 'y'])
    copy.style.removeProperty(property);
  bringIn(svg, copy);
  const text = new XMLSerializer().serializeToString(copy);
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

/** Only what differs from a bare element of its kind is written: a long file would be of little use. */
function styledCopy(original: Element, svg: SVGSVGElement): Element {
  const copy = original.cloneNode(true) as Element;
  const originals = [original, ...original.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  const view = svg.ownerDocument.defaultView;
  originals.forEach((element, at) => {
    const target = copies[at];
    if (!view || !(target instanceof SVGElement)) return;
    const style = view.getComputedStyle(element);
    const parent = element.parentElement && element !== original ? view.getComputedStyle(element.parentElement) : null;
    for (const name of DRAWN_BY) {
      const value = style.getPropertyValue(name);
      const isPlain = value === '' || value === 'none' || value === 'auto' || value === 'normal';
      if (target.hasAttribute(name) ? value !== '' : parent ? value !== parent.getPropertyValue(name) : !isPlain)
        target.style.setProperty(name, value);
    }
    for (const attribute of ['href', 'xlink:href']) {
      const url = element.localName === 'image' && element.getAttribute(attribute);
      if (url) target.setAttribute(attribute, absolute(url, element) || url);
    }
    for (const name of target.getAttributeNames())
      if (/^on/i.test(name) || name === 'class') target.removeAttribute(name);
  });
  for (const script of copy.querySelectorAll('script')) script.remove();
  return copy;
}

/** `<use href="#a">` and `url(#b)` may be of another drawing in the page: a copy comes along, and what that refers to. */
function bringIn(svg: SVGSVGElement, copy: SVGSVGElement): void {
  const root = svg.getRootNode() as Document | ShadowRoot;
  const defs = svg.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'defs');
  const known = new Set([...copy.querySelectorAll('[id]')].map(({ id }) => id));
  for (let texts = new XMLSerializer().serializeToString(copy); texts !== '';) {
    const wanted = [...texts.matchAll(/(?:href="#|url\((?:&quot;|["'])?[^)"'#&]*#)([^"')&]+)/g)].map(
      ([, id = '']) => id,
    );
    texts = '';
    for (const id of wanted) {
      const target = known.has(id) ? null : root.getElementById(id);
      known.add(id);
      if (!target) continue;
      const brought = styledCopy(target, svg);
      defs.append(brought);
      texts += new XMLSerializer().serializeToString(brought);
    }
  }
  if (defs.childElementCount > 0) copy.prepend(defs);
  // `url("https://page/#id")`, as computed values write it, would be another document.
  for (const element of copy.querySelectorAll<SVGElement>('[style]')) {
    const style = element.getAttribute('style') ?? '';
    if (style.includes('#'))
      element.setAttribute('style', style.replace(/url\(["']?[^)"'#]*#([^)"']+)["']?\)/g, 'url(#$1)'));
  }
}
