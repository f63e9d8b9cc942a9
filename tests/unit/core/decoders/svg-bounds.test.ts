import { describe, expect, it } from 'vitest';
import { checkSvgBounds } from '../../../../lib/core/decoders/svg-bounds.ts';
import { nestedUses } from '../../../images/svg-bombs.ts';

const check = (text: string) => (): void => checkSvgBounds(new TextEncoder().encode(text));
const svg = (inside: string): string => `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${inside}</svg>`;

describe('a drawing', () => {
  it.each([
    ['of uses that repeat uses', nestedUses(10)],
    [
      'of the same with single quotes and a prefix',
      nestedUses(10)
        .replaceAll('href="', "xlink:href='")
        .replace(/(#u\d+)"/g, "$1'"),
    ],
    [
      'of entities that contain entities',
      `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]>${svg('<text>&j;</text>')}`,
    ],
    [
      'of entities that contain themselves',
      `<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]>${svg('<text>&a;</text>')}`,
    ],
  ])('%s is refused', (_what, text) => {
    expect(check(text)).toThrow(expect.objectContaining({ code: 'too-complex' }) as Error);
  });

  it.each([
    ['plain', svg('<rect width="3" height="3"/>')],
    ['with an icon used a hundred times', svg(`<g id="a"><path d="M0 0"/></g>${'<use href="#a"/>'.repeat(100)}`)],
    ['with a use of itself, which browsers leave out', svg('<g id="a"><use href="#a"/></g>')],
    [
      'with entities for its namespaces, as drawing programs write them',
      `<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]><svg xmlns="&ns;"/>`,
    ],
    [
      'with signs of markup in comments, sections and values',
      svg('<!-- <use href="#a"> --><style><![CDATA[ a > b < c ]]></style><g id="a" title="<use href=\'#a\'>"/>'),
    ],
  ])('%s is drawn', (_what, text) => {
    expect(check(text)).not.toThrow();
  });

  it('is read in a time that grows with its length alone, whatever is left open', () => {
    for (const part of ['<a "', "<a x='", '<!-- ', '<![CDATA[', '<!ENTITY a "', '&a;', '<use href="#a"', '<']) {
      expect(check(svg(part.repeat(200_000)))).not.toThrow();
    }
  });
});
