/** SVG files whose parts a drawing of the page uses, read and laid out of sight so that their styles can be asked for. */

export interface SpriteFiles {
  /** Null where it can't be read, or is no SVG. */
  open(url: string): Promise<ShadowRoot | null>;
  has(root: Node): boolean;
  /** What relative addresses in a tree are relative to. */
  baseOf(root: Node): string;
  close(): void;
}

/** Of what loads as soon as it stands in the page: where it is. Most of a file is never shown, and must not be asked for. */
const ADDRESS = 'data-compress-image-address';

function withhold(element: Element, base: string): void {
  for (const name of ['href', 'xlink:href', 'src']) {
    const address = element.getAttribute(name);
    // What is in the file itself is there already.
    if (address === null || (name !== 'src' && address.startsWith('#'))) continue;
    element.removeAttribute(name);
    if (URL.canParse(address, base)) element.setAttribute(ADDRESS, new URL(address, base).href);
  }
  element.removeAttribute('srcset');
}

/** Takes the address out of a copy. '' where none was withheld. */
export function withheldFrom(copy: Element): string {
  const address = copy.getAttribute(ADDRESS) ?? '';
  copy.removeAttribute(ADDRESS);
  return address;
}

/** They are no part of a symbol, or load what an animation names. */
const LEFT_OUT =
  'style,script,iframe,object,embed,link,meta,audio,video,[attributeName="href"],[attributeName="xlink:href"]';

export function openSprites(document: Document): SpriteFiles {
  const files = new Map<string, Promise<ShadowRoot | null>>();
  const addresses = new Map<Node, string>();
  const hosts: Element[] = [];

  async function read(url: string): Promise<ShadowRoot | null> {
    const answer = await fetch(url, { cache: 'force-cache', credentials: 'same-origin' }).catch(() => null);
    const text = answer?.ok ? await answer.text().catch(() => '') : '';
    const { documentElement: svg } = new DOMParser().parseFromString(text, 'image/svg+xml');
    if (svg.localName !== 'svg' || svg.namespaceURI !== 'http://www.w3.org/2000/svg') return null;
    return layOut(svg, url);
  }

  /** The page's sheets do not reach in, as they do not reach into the file; the file's own hold for it. */
  function layOut(svg: Element, url: string): ShadowRoot {
    const sheets = [...svg.querySelectorAll('style')].map(({ textContent, media }) => {
      const sheet = new CSSStyleSheet(media === '' ? {} : { media });
      sheet.replaceSync(textContent ?? '');
      return sheet;
    });
    for (const element of svg.querySelectorAll(LEFT_OUT)) element.remove();
    for (const element of [svg, ...svg.querySelectorAll('*')]) {
      for (const name of element.getAttributeNames()) if (/^on/i.test(name)) element.removeAttribute(name);
      withhold(element, url);
    }
    const host = document.createElementNS('http://www.w3.org/1999/xhtml', 'div') as HTMLElement;
    host.style.setProperty('all', 'initial', 'important');
    host.style.setProperty('display', 'none', 'important');
    const root = host.attachShadow({ mode: 'closed' });
    root.adoptedStyleSheets = sheets;
    root.append(document.importNode(svg, true));
    document.documentElement.append(host);
    hosts.push(host);
    addresses.set(root, url);
    return root;
  }

  return {
    open(url) {
      const known = files.get(url) ?? read(url);
      files.set(url, known);
      return known;
    },
    has: (root) => addresses.has(root),
    baseOf: (root) => addresses.get(root) ?? document.baseURI,
    close() {
      for (const host of hosts) host.remove();
    },
  };
}
