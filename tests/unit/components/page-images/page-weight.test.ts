import { describe, expect, it } from 'vitest';
import { entriesOf, excessOf, pageWeight } from '../../../../components/page-images/page-weight.ts';
import { frame, listed } from './images.ts';

const one = (...given: Parameters<typeof frame>): ReturnType<typeof entriesOf>[number] => {
  const [entry] = entriesOf([frame(...given)]);
  if (!entry) throw new Error('no entry');
  return entry;
};

describe('an entry', () => {
  it('has the bytes that the browser tells, and else a guess that is marked', () => {
    expect(one([listed({ bytes: 5000, pixels: { width: 100, height: 100 } })])).toMatchObject({
      bytes: 5000,
      estimated: false,
      format: 'jpeg',
      saving: 3600,
    });
    expect(one([listed({ pixels: { width: 100, height: 100 } })])).toMatchObject({ bytes: 2500, estimated: true });
  });

  it('has nothing to save where it is small already', () => {
    expect(one([listed({ bytes: 900, pixels: { width: 100, height: 100 } })]).saving).toBe(0);
  });

  it('counts device pixels as those that are needed', () => {
    const entry = one([listed({ pixels: { width: 400, height: 400 } })], 2);
    expect(entry.needed).toEqual({ width: 200, height: 200 });
    expect(excessOf(entry)).toBe(4);
    expect(excessOf(one([listed({ pixels: { width: 200, height: 200 } })], 2))).toBeNull();
  });

  it('of a drawing has never too many pixels', () => {
    expect(excessOf(one([listed({ url: 'https://h.example/a.svg', pixels: { width: 900, height: 900 } })]))).toBeNull();
  });

  it('knows formats of data: URLs, of what is drawn, and of no extension', () => {
    const formats = entriesOf([
      frame([
        listed({ url: 'data:image/webp;base64,AAAA' }),
        listed({ url: '', kind: 'svg', reference: 1 }),
        listed({ url: '', kind: 'canvas', reference: 2 }),
        listed({ url: 'https://h.example/photo?id=3.png' }),
      ]),
    ]).map(({ format }) => format);
    expect(formats).toEqual(['webp', 'svg', 'png', null]);
  });
});

it('a file in several places and frames is one, needed as large as its largest place', () => {
  const entries = entriesOf([
    frame([listed({ name: 'A cat' }), listed({ width: 300, height: 200, reference: 1 })]),
    frame([listed({ shown: false })], 1, 7),
  ]);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ times: 3, needed: { width: 300, height: 200 }, name: 'A cat', shown: true });
});

it('what two frames draw are two', () => {
  expect(entriesOf([frame([listed({ url: '' })]), frame([listed({ url: '' })], 1, 7)])).toHaveLength(2);
});

it('a page weighs what was measured where it was, and what is told or guessed elsewhere', () => {
  const entries = entriesOf([
    frame([
      listed({ bytes: 10_000, pixels: { width: 200, height: 200 } }),
      listed({ url: 'https://h.example/b.jpg', pixels: { width: 100, height: 100 } }),
    ]),
  ]);
  expect(pageWeight(entries, () => null)).toMatchObject({ images: 2, before: 12_500, after: 12_500, estimated: true });
  const measured = pageWeight(entries, ({ url }) => (url.endsWith('a.jpg') ? { before: 12_000, after: 4_000 } : null));
  expect(measured).toMatchObject({ before: 14_500, after: 6_500, compressed: 1, possible: 1_100, oversized: 1 });
  expect(measured.excessPixels).toBe(30_000);
  expect(pageWeight(entries, () => ({ before: 100, after: 200 }))).toMatchObject({ after: 200, estimated: false });
});
