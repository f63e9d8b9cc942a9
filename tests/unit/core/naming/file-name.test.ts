import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { fileNameFor, type NameSources } from '../../../../lib/core/naming/file-name.ts';
import { MAX_NAME_BYTES } from '../../../../lib/core/naming/safe-name.ts';

const named = (url: string, more: Partial<NameSources> = {}): string => fileNameFor({ url, format: 'webp', ...more });
const bytes = (text: string): number => new TextEncoder().encode(text).byteLength;

describe('a name from the URL', () => {
  it.each([
    ['https://example.com/photos/sunset.jpg', 'sunset.webp'],
    ['https://example.com/a.b.c.png', 'a.b.c.webp'],
    ['https://example.com/photo.jpg?width=300&v=2#top', 'photo.webp'],
    ['https://example.com/photo.JPG', 'photo.webp'],
    ['https://example.com/photo', 'photo.webp'],
    ['https://example.com/photo.v2', 'photo.v2.webp'],
    ['https://example.com/report.2024.final', 'report.2024.final.webp'],
    ['https://example.com/my%20photo%20%281%29.png', 'my photo (1).webp'],
    ['https://example.com/caf%C3%A9.png', 'café.webp'],
    ['https://example.com/%E5%86%99%E7%9C%9F.jpg', '写真.webp'],
    ['https://example.com/写真.jpg', '写真.webp'],
    ['https://example.com/a+b.png', 'a+b.webp'],
    ['https://example.com/my%2520photo.png', 'my%20photo.webp'],
    ['https://example.com/photo.jpg/', 'photo.webp'],
    ['https://example.com/logo.svg', 'logo.webp'],
    ['https://example.com/.png', 'example.com.webp'],
    ['https://www.example.com/', 'example.com.webp'],
    ['https://example.com/gallery/', 'gallery.webp'],
    ['https://example.com/photo.jpg.webp', 'photo.jpg.webp'],
    ['https://example.com/invoice.exe', 'invoice.exe.webp'],
    ['file:///home/me/My%20Pictures/cat.gif', 'cat.webp'],
  ])('%s is %s', (url, expected) => expect(named(url)).toBe(expected));

  it.each([
    ['https://example.com/100%.jpg', '100%.webp'],
    ['https://example.com/caf%E9.jpg', 'caf%E9.webp'],
    ['https://example.com/%zz%41.jpg', '%zzA.webp'],
    ['https://example.com/%C3%A9%FF.jpg', 'é%FF.webp'],
    ['https://example.com/a%C0%AFb.jpg', 'a%C0%AFb.webp'],
    ['https://example.com/a%ED%A0%80b.jpg', 'a%ED%A0%80b.webp'],
  ])('keeps percent signs that encode nothing: %s', (url, expected) => expect(named(url)).toBe(expected));

  it.each([
    ['https://pbs.example.com/media/F8aXk2QWwAA1x9z.jpg:large', 'F8aXk2QWwAA1x9z.webp'],
    ['https://pbs.example.com/media/F8aXk2QWwAA1x9z?format=jpg&name=large', 'F8aXk2QWwAA1x9z.webp'],
    ['https://i0.example.com/bfs/cover.jpg@750w_500h.webp', 'cover.webp'],
    ['https://img.example.com/shoe.jpg!w600', 'shoe.webp'],
    ['https://p16.example.com/obj/abc.jpeg~tplv-obj.image', 'abc.webp'],
    ['https://example.com/cat.png;jsessionid=1A2B', 'cat.webp'],
    ['https://static.example.com/images/a/ab/Cat.png/revision/latest/scale-to-width-down/300?cb=2', 'Cat.webp'],
    ['https://upload.example.org/thumb/4/47/PNG_demo.png/300px-PNG_demo.png', '300px-PNG_demo.webp'],
    ['https://example.com/_next/image?url=%2Fphotos%2Fsunset.jpg&w=1200&q=75', 'sunset.webp'],
    ['https://example.com/_next/image?url=https%3A%2F%2Fcdn.example.com%2Fa%2Fmoon.png&w=640&q=75', 'moon.webp'],
    ['https://example.com/_image?href=%2F_astro%2Fhero.abc123.png&w=800&f=webp', 'hero.abc123.webp'],
    ['https://example.com/cdn-cgi/image/width=200/https://other.example/p/dog.jpg', 'dog.webp'],
    ['https://proxy.example.com/fetch/https%3A%2F%2Fother.example%2Fp%2Fbird.jpg', 'bird.webp'],
    ['https://res.example.com/demo/image/upload/c_fill,w_200/v1312461204/sample.jpg', 'sample.webp'],
  ])('sees through what services add: %s', (url, expected) => expect(named(url)).toBe(expected));
});

describe('the extension', () => {
  it.each([
    ['jpeg', 'a.jpeg', 'a.jpeg'],
    ['jpeg', 'a.JPG', 'a.JPG'],
    ['jpeg', 'a.jfif', 'a.jpg'],
    ['jpeg', 'a.png', 'a.jpg'],
    ['png', 'a.PNG', 'a.PNG'],
    ['png', 'a.apng', 'a.png'],
    ['avif', 'a.jpg', 'a.avif'],
    ['jxl', 'a.jpg', 'a.jxl'],
    ['tiff', 'a.tiff', 'a.tiff'],
    ['heic', 'a.heif', 'a.heif'],
    ['svg', 'a.svg', 'a.svg'],
    ['webp', 'a.jpg', 'a.webp'],
  ] as const)('of %s for %s: %s', (format, name, expected) =>
    expect(fileNameFor({ url: `https://h.example/${name}`, format })).toBe(expected),
  );
});

describe('a name from Content-Disposition or the title', () => {
  const header = 'attachment; filename="sunset at sea.jpg"';
  it('comes after the URL', () =>
    expect(named('https://h.example/a.png', { contentDisposition: header, pageTitle: 'T' })).toBe('a.webp'));
  it.each([
    'https://h.example/image.php?id=3',
    'https://h.example/get_image.aspx',
    'https://h.example/',
    'https://h.example/photos/',
  ])('stands in where the URL says nothing: %s', (url) =>
    expect(named(url, { contentDisposition: header, pageTitle: 'T' })).toBe('sunset at sea.webp'),
  );
  it.each(['https://h.example/dl', 'https://h.example/files/8812', 'https://h.example/cat.png/revision/latest'])(
    'is better than a path that is not named like an image: %s',
    (url) => expect(named(url, { contentDisposition: header, pageTitle: 'T' })).toBe('sunset at sea.webp'),
  );
  it('takes the title next', () =>
    expect(named('https://h.example/image.php', { pageTitle: 'Rome: day 1 | Blog' })).toBe('Rome- day 1 - Blog.webp'));
  it('takes the program when nothing else is there', () => {
    expect(named('https://h.example/image.php')).toBe('image.webp');
    expect(named('https://h.example/get_image.aspx?x=y.png')).toBe('get_image.webp');
  });
  it('trusts no folder in it', () => {
    expect(named('https://h.example/', { contentDisposition: 'attachment; filename="../../etc/passwd"' })).toBe(
      'passwd.webp',
    );
    expect(named('https://h.example/', { contentDisposition: 'attachment; filename="C:\\temp\\x.jpg"' })).toBe(
      'x.webp',
    );
  });
});

describe('an image without a URL of its own', () => {
  const data = `data:image/png;base64,${'iVBORw0KGgo'.repeat(2000)}`;
  it('is named for its page and its size, never for its base64', () => {
    expect(named(data, { pageTitle: 'Weather', width: 640, height: 480 })).toBe('Weather 640x480.webp');
    expect(named(data, { width: 640, height: 480 })).toBe('image 640x480.webp');
    expect(named(data)).toBe('image.webp');
    expect(
      named('blob:https://h.example/5b1c9d1e-7c43-4f3c-9a7e-1f6f0b8b2c11', { pageTitle: 'Editor', unnamed: 'picture' }),
    ).toBe('Editor.webp');
    expect(named('blob:https://h.example/5b1c', { unnamed: 'picture', width: 1, height: 2 })).toBe('picture 1x2.webp');
  });
  it('takes a name that the data: URL carries', () =>
    expect(named('data:image/png;name=cat%20nap.png;base64,AAAA', { pageTitle: 'T' })).toBe('cat nap.webp'));
  it('does not fail on a page whose title is blank', () =>
    expect(named(data, { pageTitle: ' \u200b ' })).toBe('image.webp'));
});

describe('a file of the person’s own', () => {
  it.each([
    ['holiday #3.png', 'holiday #3.webp'],
    ['100%20.png', '100%20.webp'],
    ['a:b.png', 'a-b.webp'],
    ['C:\\pics\\cat.png', 'cat.webp'],
    ['what?.png', 'what.webp'],
    ['Bildschirmfoto 2024-01-02 um 12.30.01.png', 'Bildschirmfoto 2024-01-02 um 12.30.01.webp'],
  ])('%s is %s', (name, expected) => expect(named(name)).toBe(expected));
});

describe('safety', () => {
  it.each([
    ['CON.png', '_CON.webp'],
    ['con.png', '_con.webp'],
    ['nul.tar.png', '_nul.tar.webp'],
    ['COM1.jpg', '_COM1.webp'],
    ['LPT9', '_LPT9.webp'],
    ['com¹.png', '_com¹.webp'],
    ['aux .png', '_aux.webp'],
    ['CONIN$.png', '_CONIN$.webp'],
    ['console.png', 'console.webp'],
    ['com10.png', 'com10.webp'],
    ['desktop.ini', '_desktop.ini.webp'],
    ['..', 'h.example.webp'],
    ['%2e%2e%2f%2e%2e%2fetc%2fpasswd', 'passwd.webp'],
    ['..%5c..%5cboot.ini', 'boot.ini.webp'],
    ['...hidden.png', 'hidden.webp'],
    ['.htaccess', 'htaccess.webp'],
    ['name. . .png', 'name.webp'],
    ['%20padded%20.png', 'padded.webp'],
    ['wait...what.png', 'wait.what.webp'],
    ['a%00b.png', 'ab.webp'],
    ['a%0D%0Ab.png', 'a b.webp'],
    ['a%7Fb.png', 'ab.webp'],
    ['photo%E2%80%AEgnp.exe.png', 'photognp.exe.webp'],
    ['a%E2%81%A6b%E2%81%A9.png', 'ab.webp'],
    ['soft%C2%ADhyphen.png', 'softhyphen.webp'],
    ['a%3Cb%3E%3A%22c%22%7Cd%3Fe%2A.png', "a-b--'c'-de.webp"],
    ['%EF%BB%BFbom.png', 'bom.webp'],
    ['a%C2%A0b%E2%80%A8c.png', 'a b c.webp'],
    ['---.png', 'h.example.webp'],
    ['cafe%CC%81.png', 'café.webp'],
    ['%F0%9F%91%A9%E2%80%8D%F0%9F%9A%80.png', '👩🚀.webp'],
    ['می\u200cخواهم.png', 'می خواهم.webp'],
    ['क्\u200dष.png', 'क्ष.webp'],
    ['👩\u200d👩\u200d👧\u200d👦.png', '👩👩👧👦.webp'],
    ['🏴\u{e0067}\u{e0062}\u{e0065}\u{e007f}.png', '🏴.webp'],
    ['~lock.png', 'lock.webp'],
    ['~%20.~a.png', 'a.webp'],
  ])('%s becomes %s', (segment, expected) => expect(named(`https://h.example/${segment}`)).toBe(expected));

  it('cuts long names between characters', () => {
    for (const character of ['a', 'é', '写', '👩🏽', '🇫🇷', 'e\u0301\u0323']) {
      const name = named(`https://h.example/${encodeURIComponent(character.repeat(300))}.png`);
      expect(bytes(name)).toBeLessThanOrEqual(MAX_NAME_BYTES);
      expect(bytes(name)).toBeGreaterThan(MAX_NAME_BYTES - 32);
      expect(name.slice(0, -'.webp'.length).replaceAll(character.normalize('NFC'), '')).toBe('');
    }
    expect(bytes(named(`https://h.example/a${'\u0323\u0301'.repeat(500)}.png`))).toBeLessThanOrEqual(MAX_NAME_BYTES);
  });

  it('holds for whatever comes', () => {
    const device = /^(?:con|prn|aux|nul|clock\$|(?:com|lpt)\d)\s*(?:\.|$)/i;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.webUrl(),
          fc.constantFrom('', '.', '..', '/', '\\', 'data:', 'blob:', 'https://'),
        ),
        fc.option(fc.string({ unit: 'binary' })),
        fc.option(fc.string({ unit: 'grapheme' })),
        (tail, contentDisposition, pageTitle) => {
          for (const url of [tail, `https://h.example/${tail}`, `data:${tail}`]) {
            const name = named(url, { contentDisposition, pageTitle });
            expect(name).toMatch(/^[^.\s].*\.webp$/su);
            // The browsers' download rules: see safe-name.ts.
            expect(name).not.toMatch(/[<>:"|?*/\\]|\p{Cc}|\p{Cs}|\p{Cf}|^~|\.\.|\s\s|[. ]\.webp$/u);
            expect(name).not.toMatch(device);
            expect(bytes(name)).toBeLessThanOrEqual(255);
            expect(name).toBe(name.normalize('NFC'));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
