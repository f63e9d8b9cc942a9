import { describe, expect, it } from 'vitest';
import { readDataUrl } from '../../../../lib/core/bytes/data-url.ts';

const text = (url: string): string => Buffer.from(readDataUrl(url)).toString('latin1');

describe('what a data: URL carries', () => {
  it.each([
    ['data:,a%20b', 'a b'],
    ['data:image/svg+xml;utf8,<svg/>', '<svg/>'],
    ['data:image/svg+xml,<a b="%23c"/>#fragment', '<a b="#c"/>'],
    ['data:,100%', '100%'],
    ['data:,%zz%4', '%zz%4'],
    ['DATA:image/png;BASE64,SGk=', 'Hi'],
    ['data:image/png;base64,SGk', 'Hi'],
    ['data:image/png;charset=x; base64 ,S Gk\n%3D', 'Hi'],
    ['data:image/png;base64,', ''],
  ])('%j is %j', (url, carried) => expect(text(url)).toBe(carried));

  it('agrees with the platform on bytes of every value', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at));
    const url = `data:image/png;base64,${bytes.toString('base64')}`;
    expect(readDataUrl(url)).toEqual(new Uint8Array(await (await fetch(url)).arrayBuffer()));
  });

  it.each(['data:image/png;base64', 'data:image/png;base64,S', 'data:;base64,!!!!', 'https://a.example/,x'])(
    '%s is refused',
    (url) => expect(() => readDataUrl(url)).toThrow(expect.objectContaining({ code: 'corrupt' }) as Error),
  );
});
