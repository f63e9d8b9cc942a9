import { describe, expect, it } from 'vitest';
import { documentSite, isOfSite, type Whereabouts } from '../../../../lib/core/protocol/document-site.ts';

const at = (href: string, origin: string, parent: string | null = null): Whereabouts => ({ href, origin, parent });
const page = 'https://a.example/list?q#x';

describe('a document is of the site that showed the image', () => {
  it.each([
    [{ pageUrl: page }, at('https://a.example/other', 'https://a.example')],
    [{ pageUrl: 'http://a.example:8080/' }, at('http://a.example:8080/', 'http://a.example:8080')],
    [{ pageUrl: 'file:///home/page.html' }, at('file:///home/other.html', 'null')],
    [
      { pageUrl: page, frameUrl: 'https://b.example/frame' },
      at('https://b.example/next', 'https://b.example', 'https://a.example'),
    ],
    // Shut off by `sandbox`.
    [
      { pageUrl: page, frameUrl: 'https://b.example/frame' },
      at('https://b.example/frame', 'null', 'https://a.example'),
    ],
    [{ pageUrl: page, frameUrl: 'about:srcdoc' }, at('about:srcdoc#x', 'https://a.example', 'https://a.example')],
    [{ pageUrl: page, frameUrl: 'about:srcdoc' }, at('about:srcdoc', 'null', 'https://a.example')],
    // Written into by the page, which gives it its address.
    [{ pageUrl: page, frameUrl: 'about:blank' }, at(page, 'https://a.example', 'https://a.example')],
    [{ pageUrl: page, frameUrl: 'about:blank' }, at('about:blank', 'https://b.example', 'https://b.example')],
    // A window that a site has opened and written.
    [{ pageUrl: 'about:blank' }, at('about:blank', 'https://a.example')],
    [{ pageUrl: page, frameUrl: 'blob:https://a.example/1' }, at('blob:https://a.example/2', 'https://a.example')],
    [{ pageUrl: page, frameUrl: 'data:text/html,1' }, at('data:text/html,1', 'null', 'https://a.example')],
  ])('%j: %j', (asked, now) => expect(isOfSite(documentSite(asked), now)).toBe(true));
});

describe('a document is of another one', () => {
  it.each([
    [{ pageUrl: page }, at('https://b.example/', 'https://b.example')],
    [{ pageUrl: page }, at('http://a.example/', 'http://a.example')],
    [{ pageUrl: page }, at('https://a.example:444/', 'https://a.example:444')],
    [{ pageUrl: page }, at('blob:https://b.example/1', 'https://b.example')],
    [{ pageUrl: page }, at('about:blank', 'https://a.example')],
    [{ pageUrl: 'file:///home/page.html' }, at('https://b.example/', 'https://b.example')],
    [{ pageUrl: page, frameUrl: 'https://b.example/' }, at(page, 'https://a.example')],
    [{ pageUrl: page, frameUrl: 'about:srcdoc' }, at('https://b.example/', 'https://b.example', 'https://a.example')],
    // Put there by a site that had been in the frame.
    [{ pageUrl: page, frameUrl: 'about:blank' }, at('about:blank', 'https://b.example', 'https://a.example')],
    [{ pageUrl: page, frameUrl: 'about:blank' }, at('about:blank', 'null', 'https://a.example')],
    [{ pageUrl: page, frameUrl: 'about:blank' }, at('about:blank', 'https://b.example')],
    [{ pageUrl: 'about:blank' }, at('https://b.example/', 'https://b.example')],
    [{ pageUrl: '' }, at('https://b.example/', 'https://b.example')],
  ])('%j: %j', (asked, now) => expect(isOfSite(documentSite(asked), now)).toBe(false));
});
