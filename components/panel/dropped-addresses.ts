/** Addresses of images in what a person drops or pastes: bare, quoted, in markup, in Markdown, in CSS, one or many. */
import { largestOf, parseSrcset, shownOf } from '../../lib/core/protocol/srcset.ts';

export interface Given {
  /** http(s) and data:, each once, in their order. */
  readonly addresses: readonly string[];
  /** SVG markup, each a whole drawing. */
  readonly drawings: readonly string[];
}

const NOTHING: Given = { addresses: [], drawings: [] };

/** @param density of the screen that the image was looked at on */
export function givenIn(text: string, density: number): Given {
  const trimmed = text.trim();
  if (/^(?:<\?xml\b|<!--|<!doctype svg\b|<svg\b)/i.test(trimmed)) {
    const drawings = trimmed.match(/<svg\b.*?<\/svg\s*>|<svg\b[^>]*\/>/gis) ?? [];
    if (drawings.length > 0) return { addresses: [], drawings: drawings.map(withNamespace) };
  }
  if (/<(?:img|picture|source|image|meta|link|a)\b[^>]*>/i.test(trimmed)) return imagesInHtml(trimmed, null, density);
  const inMarkdown = [...trimmed.matchAll(/!\[[^\]]*\]\(\s*<?([^)\s>]+)/g)].map(([, address = '']) => address);
  const addresses = [
    ...inMarkdown.filter(isAddress),
    ...(inMarkdown.length > 0 ? [] : tokensOf(trimmed).map(addressIn)),
  ].filter(Boolean);
  return addresses.length > 0 ? { ...NOTHING, addresses: [...new Set(addresses)] } : NOTHING;
}

/**
 * @param listed addresses that came along as such (`text/uri-list`): of a dragged image, the one that is shown; of one in a
 * link, the link's
 */
export function imagesInHtml(html: string, listed: readonly string[] | null, density: number): Given {
  const document = new DOMParser().parseFromString(html, 'text/html');
  const addresses = [...document.querySelectorAll('img')].map((image) => shownAddress(image, listed ?? [], density));
  const drawings = [...document.querySelectorAll('svg')]
    .filter((svg) => !svg.closest('button'))
    .map((svg) => svg.outerHTML);
  const found = [...new Set(addresses.filter(isAddress))];
  if (found.length > 0) return { addresses: found, drawings: [] };
  const linked = [...document.querySelectorAll('a, source, image, meta, link')].flatMap((element) =>
    ['href', 'srcset', 'xlink:href', 'content'].map((name) => element.getAttribute(name)?.trim().split(/\s/)[0] ?? ''),
  );
  const [first] = linked.filter(isAddress);
  return {
    addresses: first === undefined ? [] : [first],
    drawings: first === undefined ? drawings.map(withNamespace) : [],
  };
}

function shownAddress(image: HTMLImageElement, listed: readonly string[], density: number): string {
  const set = parseSrcset(image.getAttribute('srcset') ?? '');
  const src = image.getAttribute('src') ?? '';
  const known = listed.find((address) => address === src || set.some(({ url }) => url === address));
  if (known !== undefined) return known;
  if (set.length === 0) return src;
  // By density; by width where the markup says how wide it is shown; else the one that loses nothing.
  const byWidth = /\s\d+w(?:\s|,|$)/.test(image.getAttribute('srcset') ?? '');
  const width = Number(/^\d+/.exec(image.style.width || (image.getAttribute('width') ?? ''))?.[0] ?? 0);
  if (byWidth) return width > 0 ? shownOf(set, width * density) : largestOf(set);
  return shownOf(src === '' ? set : [{ url: src, size: 1 }, ...set], density);
}

/** Lines and blanks part addresses; a data: URL that was wrapped by a mail program is not put together again. */
function tokensOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

function addressIn(token: string): string {
  const [, inner = token] = /(?:^|[:,])url\(["']?(.+?)["']?\)[;,]*$/i.exec(token) ?? [];
  const bare = inner
    .replace(/^[\s"'`“”„«‹‘’<([{]+|["'`“”»›‘’>\]},;]+$/g, '')
    .replace(/[.)]+$/, (end) => (end.includes(')') && inner.includes('(') ? end : ''));
  if (isAddress(bare)) return bare;
  if (/^\/\//.test(bare) && isAddress(`https:${bare}`)) return `https:${bare}`;
  // As a browser's address bar takes it: a host with a dot, and a path.
  return /^(?:[\p{L}\d-]+\.)+[\p{L}-]{2,}(?::\d+)?\/\S+$/iu.test(bare) && isAddress(`https://${bare}`)
    ? `https://${bare}`
    : '';
}

export function isAddress(text: string): boolean {
  return /^(?:https?:\/\/|data:image\/)/i.test(text) && URL.canParse(text);
}

/** Markup that was copied out of a page says nowhere that it is SVG. */
function withNamespace(svg: string): string {
  return /^<svg\b[^>]*\sxmlns\s*=/i.test(svg)
    ? svg
    : svg.replace(/^<svg\b/i, '<svg xmlns="http://www.w3.org/2000/svg"');
}
