import { describe, expect, it } from 'vitest';
import { cssImages, largestOf, parseSrcset, shownOf } from '../../../../lib/core/protocol/srcset.ts';

describe('a srcset', () => {
  it.each([
    ['a.png', ['a.png 1']],
    ['a.png, b.png 2x', ['a.png 1', 'b.png 2']],
    ['a.png 320w,b.png 640w', ['a.png 320', 'b.png 640']],
    [' a.png 1.5x ,, b.png 320w ', ['a.png 1.5', 'b.png 320']],
    ['a,b.png 1x, w_300,h_200/c.png 2x', ['a,b.png 1', 'w_300,h_200/c.png 2']],
    ['data:image/png;base64,AAAA 1x, b.png 2x', ['data:image/png;base64,AAAA 1', 'b.png 2']],
    ['a.png, b.png', ['a.png 1', 'b.png 1']],
    ['a.png (x, y) 2x, b.png', ['a.png 2', 'b.png 1']],
    ['', []],
  ])('%s', (text, expected) => expect(parseSrcset(text).map(({ url, size }) => `${url} ${size}`)).toEqual(expected));
  it('has a largest', () => {
    expect(largestOf(parseSrcset('a 320w, b 1280w, c 640w'))).toBe('b');
    expect(largestOf([])).toBe('');
  });
});

describe('a CSS value', () => {
  it.each([
    ['url("https://h/a.png")', 1, ['https://h/a.png']],
    [
      'linear-gradient(red, blue), url("https://h/a.png"), url("https://h/b.png")',
      1,
      ['https://h/a.png', 'https://h/b.png'],
    ],
    ['url("https://h/a(1)\\"2.png")', 1, ['https://h/a(1)"2.png']],
    ['url("#mask")', 1, []],
    ['none', 1, []],
    ['image-set(url("https://h/1.png") 1dppx, url("https://h/2.png") 2dppx)', 1, ['https://h/1.png']],
    ['image-set(url("https://h/1.png") 1dppx, url("https://h/2.png") 2dppx)', 1.5, ['https://h/2.png']],
    [
      'image-set(url("https://h/1.png") 96dpi, url("https://h/2.png") 192dpi type("image/png"))',
      3,
      ['https://h/2.png'],
    ],
    ['image-set("https://h/1.avif" type("image/avif"), "https://h/1.png" 1x)', 1, ['https://h/1.avif']],
  ])('%s at %f', (value, density, expected) =>
    expect(cssImages(value).map((candidates) => shownOf(candidates, density))).toEqual(expected),
  );
});
