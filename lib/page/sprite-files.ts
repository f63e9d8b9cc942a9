/** SVG files whose parts a drawing of the page uses, read and laid out of sight so that their styles can be asked for. */

export interface SpriteFiles {
  /** Null where it can't be read, or is no SVG. */
  open(url: string): Promise<ShadowRoot | null>;
  has(root: Node): boolean;
  /** What relative addresses in a tree are relative to. */
  baseOf(root: Node): string;
  close(): void;
}

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
    for (const element of svg.querySelectorAll('style,script,iframe,object,embed,link,audio,video')) element.remove();
    for (const element of [svg, ...svg.querySelectorAll('*')])
      for (const name of element.getAttributeNames()) if (/^on/i.test(name)) element.removeAttribute(name);
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
