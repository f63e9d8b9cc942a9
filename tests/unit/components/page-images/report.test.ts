import { expect, it } from 'vitest';
import { textsWith } from '../../../../lib/core/texts/texts.ts';
import { entriesOf } from '../../../../components/page-images/page-weight.ts';
import { csvReport, markdownReport } from '../../../../components/page-images/report.ts';
import { english } from '../../core/texts/locale.ts';
import { frame, listed } from './images.ts';

const viewTexts = { t: english, texts: textsWith(english) };
const entries = entriesOf([
  frame([
    listed({ url: 'https://h.example/a_b|c.jpg', bytes: 50_000, pixels: { width: 400, height: 200 } }),
    listed({ url: '', kind: 'canvas', reference: 1, name: '=HYPERLINK("x")', pixels: { width: 10, height: 10 } }),
  ]),
]);
const input = {
  url: 'https://h.example/<page>',
  title: ' A\npage ',
  entries,
  measured: (entry: { url: string }) => (entry.url === '' ? null : { before: 50_000, after: 20_000 }),
};

it('as Markdown is a table in which nothing breaks out, with guesses named so', () => {
  const report = markdownReport(input, viewTexts).split('\n');
  expect(report.slice(0, 3)).toEqual(['# Images on A page', '', '<https://h.example/%3Cpage%3E>']);
  expect(report).toContain('- 2 images, about 50 kB in all');
  expect(report.filter((line) => line.startsWith('|')).slice(2)).toEqual([
    '| https://h.example/a\\_b\\|c.jpg | JPEG | 400 × 200 | 100 × 100 | × 8 | 50 kB | 20 kB |',
    '| =HYPERLINK("x") | PNG | 10 × 10 | 100 × 100 |  | about 100 bytes | about 55 bytes |',
  ]);
});

it('as CSV has plain numbers, quotes what has to be, and no formula', () => {
  expect(csvReport(input).split('\r\n')).toEqual([
    'image,format,pixels,shown,excess,bytes,estimated,after,measured',
    'https://h.example/a_b|c.jpg,jpeg,400x200,100x100,8.00,50000,false,20000,true',
    `"'=HYPERLINK(""x"")",png,10x10,100x100,,100,true,55,false`,
    '',
  ]);
});
