import { beforeEach, describe, expect, it } from 'vitest';
import { createPageImages } from '../../../lib/page/collect-images.ts';
import { findShown } from '../../../lib/page/shown-size.ts';
import { findImages } from '../../../lib/page/find-images.ts';
import { createPageList } from '../../../lib/page/list-images.ts';

const shadowOf = (element: Element): ShadowRoot | null => element.shadowRoot;
const areasOf = (elements: readonly Element[]): Promise<ReadonlyMap<Element, number>> =>
  Promise.resolve(new Map(elements.map((element) => [element, Number(element.getAttribute('data-area') ?? 100)])));
const inView = async (): Promise<string[]> => {
  for (const image of everyImage(document)) {
    image.getBoundingClientRect = () => new DOMRect(0, 0, 100, 100);
    Object.defineProperties(image, {
      complete: { value: true },
      naturalWidth: { value: image.hasAttribute('data-broken') ? 0 : image.hasAttribute('data-spacer') ? 1 : 300 },
      naturalHeight: { value: image.hasAttribute('data-spacer') ? 1 : 200 },
    });
  }
  for (const element of document.querySelectorAll('body *'))
    element.getBoundingClientRect = () => new DOMRect(0, 0, 100, 100);
  const { images } = await createPageImages({
    isOf: () => true,
    document,
    shadowOf,
    findImages: (elementsOnly) => findImages(document, shadowOf, elementsOnly),
    areasOf,
    seenShare: (element) => Number(element.getAttribute('data-seen') ?? 1),
  }).inView();
  return images.map(
    ({ url, focused, name }) => `${url.replace(/^.*\//, '')}${name && ` "${name}"`}${focused ? ' focused' : ''}`,
  );
};
const everyImage = (root: ParentNode): HTMLImageElement[] =>
  [...root.querySelectorAll('*')].flatMap((element) => [
    ...(element.localName === 'img' ? [element as HTMLImageElement] : []),
    ...(element.shadowRoot ? everyImage(element.shadowRoot) : []),
  ]);

beforeEach(() => document.body.replaceChildren());

describe('a frame', () => {
  it.each([
    ['an <img>', '<img src="https://h.example/a.png" alt=" A cat ">', ['a.png "A cat"']],
    ['an input', '<input type="image" src="https://h.example/a.png"><input type="text">', ['a.png']],
    [
      'an SVG <image>',
      '<svg><image href="https://h.example/a.png"></image><image href="#local"></image></svg>',
      ['a.png'],
    ],
    [
      'a background with the role of an image',
      '<div role="img" aria-label="Sea" style="background-image: url(&quot;https://h.example/a.png&quot;)"></div>',
      ['a.png "Sea"'],
    ],
    [
      'a background without it, after what is content',
      '<div style="background-image: url(&quot;https://h.example/a.png&quot;)"></div><img src="https://h.example/b.png">',
      ['b.png', 'a.png'],
    ],
    ['a poster', '<video poster="https://h.example/a.png"></video>', ['a.png']],
    ['what an object shows', '<object data="https://h.example/a.png" type="image/png"></object>', ['a.png']],
    ['no icon of the page', '<link rel="icon" href="https://h.example/a.png">', []],
    [
      'in place of a stand-in, what it stands in for',
      '<img data-spacer src="data:image/gif;base64,R0lGOD" data-src="https://h.example/real.png">',
      ['real.png'],
    ],
    ['no spacer', '<img data-spacer src="https://h.example/spacer.gif">', []],
    [
      'no broken image',
      '<img data-broken src="https://h.example/a.png"><img src="https://h.example/b.png">',
      ['b.png'],
    ],
    [
      'the larger first',
      '<img data-area="1" src="https://h.example/a.png"><img data-area="2" src="https://h.example/b.png">',
      ['b.png', 'a.png'],
    ],
    [
      'what is dimmed after what is in front',
      '<img data-area="900" data-seen="0.05" src="https://h.example/a.png"><img data-area="200" src="https://h.example/b.png">',
      ['b.png', 'a.png'],
    ],
    ['none that is out of view', '<img data-area="0" src="https://h.example/a.png">', []],
  ])('finds %s', async (_, html, expected) => {
    document.body.innerHTML = html;
    expect(await inView()).toEqual(expected);
  });

  it('looks into shadow trees', async () => {
    document.body.innerHTML = '<div></div>';
    const outer = document.body.firstElementChild?.attachShadow({ mode: 'open' });
    if (outer) outer.innerHTML = '<section></section>';
    const inner = outer?.firstElementChild?.attachShadow({ mode: 'open' });
    if (inner) inner.innerHTML = '<img src="https://h.example/deep.png">';
    expect(await inView()).toEqual(['deep.png']);
  });

  it('knows the one image in a focused link', async () => {
    document.body.innerHTML =
      '<img data-area="200" src="https://h.example/a.png"><a href="#"><img src="https://h.example/b.png"></a>';
    document.querySelector('a')?.focus();
    expect(await inView()).toEqual(['a.png', 'b.png focused']);
  });

  it('takes no image for focused in a focused box of many', async () => {
    document.body.innerHTML =
      '<main tabindex="-1"><img src="https://h.example/a.png"><img src="https://h.example/b.png"></main>';
    document.querySelector('main')?.focus();
    expect(await inView()).toEqual(['a.png', 'b.png']);
  });
});

describe('a reference', () => {
  const imagesOf = (): ReturnType<typeof findImages> => findImages(document, shadowOf);
  const addCanvas = (id: string): void => {
    const canvas = Object.assign(document.createElement('canvas'), { id, width: 20, height: 20 });
    document.body.prepend(canvas);
  };

  it('of an earlier list means the same image after another one, and none of another document', () => {
    addCanvas('first');
    const list = createPageList({ document, findImages: imagesOf, sizes: () => new Map() });
    const [first = -1] = list.all().images.map(({ reference }) => reference);
    addCanvas('above');
    const again = list.all().images.map(({ reference }) => reference);
    expect(again).not.toContain(first);
    expect(list.found(first)?.element.id).toBe('first');
    expect(again.map((reference) => list.found(reference)?.element.id)).toEqual(['above', 'first']);
    // What is in the frame next begins elsewhere: the chance that it does not is 1 in some millions.
    const next = createPageList({ document, findImages: imagesOf, sizes: () => new Map() });
    next.all();
    expect(next.found(first)).toBeNull();
  });

  it('of an earlier answer for a menu means the same image after another one', () => {
    document.body.innerHTML =
      '<input type=image src="https://h.example/a.png"><input type=image src="https://h.example/b.png">';
    const site = { own: 'https://a.example', page: 'https://a.example' };
    const isOf = ({ own }: typeof site): boolean => own === site.own;
    const page = createPageImages({ document, isOf, shadowOf, findImages: imagesOf, areasOf, seenShare: () => 1 });
    const [a] = page.showing('https://h.example/a.png', site);
    page.showing('https://h.example/b.png', site);
    expect(page.found(a?.reference ?? -1)?.url).toBe('https://h.example/a.png');
    // The tab has gone on since the click.
    expect(page.showing('https://h.example/a.png', { ...site, own: 'https://b.example' })).toEqual([]);
  });
});

describe('what shows an address', () => {
  const url = 'https://h.example/a.png';
  const add = (to: ParentNode, id: string, width: number): void => {
    const image = Object.assign(document.createElement('img'), { id });
    for (const [name, value] of Object.entries({ currentSrc: url, naturalWidth: width }))
      Object.defineProperty(image, name, { value });
    to.append(image);
  };
  const inShadow = (width: number): void => {
    const host = document.createElement('div');
    document.body.append(host);
    add(host.attachShadow({ mode: 'open' }), 'inside', width);
  };

  it('is found without asking each element for its shadow tree where the document has it', () => {
    inShadow(9);
    add(document.body, 'empty', 0);
    add(document.body, 'shown', 9);
    let looks = 0;
    const counted = (element: Element): ShadowRoot | null => {
      looks += 1;
      return shadowOf(element);
    };
    expect(findShown(document, url, counted)?.id).toBe('shown');
    expect(looks).toBe(0);
  });

  it('is looked for in shadow trees where it has not, and may have no picture yet', () => {
    add(document.body, 'empty', 0);
    expect(findShown(document, url, shadowOf)?.id).toBe('empty');
    inShadow(9);
    expect(findShown(document, url, shadowOf)?.id).toBe('inside');
    expect(findShown(document, 'https://h.example/b.png', shadowOf)).toBeNull();
  });
});
