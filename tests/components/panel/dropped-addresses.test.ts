import { describe, expect, it } from 'vitest';
import { givenIn, imagesInHtml } from '../../../components/panel/dropped-addresses.ts';

const A = 'https://h.example/a.jpg';
const B = 'https://h.example/b.png?w=1,2';

describe('pasted text', () => {
  it.each([
    [A, [A]],
    [`  ${A}\n${B}\r\n\n${A}`, [A, B]],
    [`${A} ${B}`, [A, B]],
    [`"${A}", '${B}'`, [A, B]],
    [`„${A}“`, [A]],
    [`<${A}>`, [A]],
    [`(see ${A}).`, [A]],
    [`![A cat](${A})`, [A]],
    [`[![A](${A})](https://h.example/page)`, [A]],
    [`background: url("${A}");`, [A]],
    [`background:url(${A})`, [A]],
    ['h.example/a.jpg', [`https://h.example/a.jpg`]],
    ['www.h.example/a.jpg', [`https://www.h.example/a.jpg`]],
    ['//h.example/a.jpg', [A]],
    ['https://en.wikipedia.example/wiki/File:A_(cat).jpg', ['https://en.wikipedia.example/wiki/File:A_(cat).jpg']],
    ['data:image/png;base64,AAAA', ['data:image/png;base64,AAAA']],
    [`<img src="${A}" alt="x">`, [A]],
    [`<img src=${A}><img src='${B}'>`, [A, B]],
    [`<picture><source srcset="${B} 2x"><img src="${A}"></picture>`, [A]],
    [`<a href="${A}">photo</a>`, [A]],
    ['just some words', []],
    ['see the file a.jpg and e.g. this', []],
    ['javascript:alert(1)', []],
    ['file:///home/me/a.jpg', []],
    ['', []],
  ])('%j gives %j', (text, expected) => expect(givenIn(text, 1)).toEqual({ addresses: expected, drawings: [] }));

  it.each([
    [
      '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>',
    ],
    [
      '<?xml version="1.0"?>\n<!-- x --><svg xmlns="http://www.w3.org/2000/svg"><a/></svg>',
      '<svg xmlns="http://www.w3.org/2000/svg"><a/></svg>',
    ],
  ])('%j is a drawing', (text, drawing) => expect(givenIn(text, 1)).toEqual({ addresses: [], drawings: [drawing] }));
});

describe('a dragged image', () => {
  const dragged = (html: string, listed: readonly string[] = [], density = 1): readonly string[] =>
    imagesInHtml(html, listed, density).addresses;
  const set = `<img src="https://h/1.jpg" srcset="https://h/2.jpg 2x, https://h/3.jpg 3x">`;
  const wide = `srcset="https://h/320.jpg 320w, https://h/640.jpg 640w, https://h/1280.jpg 1280w"`;

  it('is the one that the browser says is shown', () => {
    expect(dragged(set, ['https://h/2.jpg'])).toEqual(['https://h/2.jpg']);
    expect(dragged(`<img src="https://h/1.jpg" ${wide}>`, ['https://h/640.jpg'])).toEqual(['https://h/640.jpg']);
  });
  it('is chosen as the browser does where it lies in a link', () => {
    const link = (image: string): string => `<a href="https://h/page">${image}</a>`;
    expect(dragged(link(set), ['https://h/page'], 2)).toEqual(['https://h/2.jpg']);
    expect(dragged(link(set), ['https://h/page'], 1)).toEqual(['https://h/1.jpg']);
    expect(dragged(link(`<img src="https://h/1.jpg" ${wide} width=300>`), ['https://h/page'], 2)).toEqual([
      'https://h/640.jpg',
    ]);
    expect(dragged(link(`<img src="https://h/1.jpg" ${wide}>`), ['https://h/page'])).toEqual(['https://h/1280.jpg']);
  });
  it('may be several', () => expect(dragged(`<p><img src="${A}"> and <img src="${B}"></p>`)).toEqual([A, B]));
});
