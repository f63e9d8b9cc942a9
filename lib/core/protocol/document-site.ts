/**
 * Whose document a frame shows. A tab goes on to other sites while an image of the one before waits for a permission, or for
 * "Try again": what is asked of a page names the site that showed the image, and no other answers.
 */

export interface DocumentSite {
  /** Of the document that shows the image, as `siteOf` gives it. */
  readonly own: string;
  /** Of the tab's page. */
  readonly page: string;
}

/** What a script sees of the document that it runs in. */
export interface Whereabouts {
  readonly href: string;
  /** `self.origin`: `null` for one that is shut off by `sandbox`. */
  readonly origin: string;
  /** Origin of the frame around it; null in a tab's top frame. */
  readonly parent: string | null;
}

/**
 * Scheme and host, of a blob: address those of the site that made it; of an address without a host all of it
 * (`about:srcdoc`), but for `data:`, which is a document's text. '' for what is no address.
 */
export function siteOf(url: string): string {
  try {
    const { protocol, host, href } = new URL(url.replace(/^blob:/i, ''));
    if (host !== '' || protocol === 'file:') return `${protocol}//${host}`;
    return protocol === 'data:' ? protocol : href.replace(/#.*$/s, '');
  } catch {
    return '';
  }
}

/** @param frameUrl absent when it is the page's own */
export function documentSite({
  frameUrl,
  pageUrl,
}: {
  readonly frameUrl?: string;
  readonly pageUrl: string;
}): DocumentSite {
  return { own: siteOf(frameUrl ?? pageUrl), page: siteOf(pageUrl) };
}

/**
 * Whether a document is of the site. One without an address of its own has the origin of whoever put it there (HTML,
 * 7.3.1 and 7.11): that must be the page, or the frame around it, unless its text is in that frame's element. A tab's own
 * page without an address, a window that a site has opened and written, has nothing around it to be known by.
 */
export function isOfSite({ own, page }: DocumentSite, { href, origin, parent }: Whereabouts): boolean {
  if (own === '') return false;
  const isSame = siteOf(href) === own;
  if (own.includes('//')) return isSame;
  if (origin === 'null') return isSame && own !== 'about:blank';
  return origin === page || (isSame && (parent === null ? own === page : origin === parent));
}
