import { expect, it } from 'vitest';
import { dispositionName } from '../../../../lib/core/naming/content-disposition.ts';

it.each([
  // RFC 6266, 5, and RFC 8187, 3.2.3
  ['Attachment; filename=example.html', 'example.html'],
  ['INLINE; FILENAME= "an example.html"', 'an example.html'],
  ["attachment; filename*= UTF-8''%e2%82%ac%20rates", '€ rates'],
  ['attachment; filename="EURO rates"; filename*=utf-8\'\'%e2%82%ac%20rates', '€ rates'],
  ["attachment; filename*=UTF-8'en'caf%C3%A9.png; filename=cafe.png", 'café.png'],
  ["attachment; filename*=ISO-8859-1''caf%E9.png", 'café.png'],
  ['attachment; filename="a \\"quoted\\" name.png"', 'a "quoted" name.png'],
  ['attachment; filename="semi;colon.png"; size=3', 'semi;colon.png'],
  ['attachment; filename="C:\\temp\\x.png"', 'C:\\temp\\x.png'],
  ['attachment;filename=a.png;filename=b.png', 'a.png'],
  // What servers send besides
  ['filename=bare.png', 'bare.png'],
  ['attachment; filename=two words.png', 'two words.png'],
  ['attachment; filename="unclosed.png', 'unclosed.png'],
  ['attachment; filename="na%C3%AFve%20photo.png"', 'naïve photo.png'],
  ['attachment; filename="100%.png"', '100%.png'],
  ['attachment; filename="fa\u00c3\u00a7ade.png"', 'façade.png'],
  ['attachment; filename="fa\u00e7ade.png"', 'façade.png'],
  ['attachment; filename="=?UTF-8?B?Y2Fmw6kucG5n?="', 'café.png'],
  ['attachment; filename="=?utf-8?Q?caf=C3=A9_one?= =?utf-8?Q?.png?="', 'café one.png'],
  // RFC 2231, 3 and 4.1: in pieces
  ['attachment; filename*0="a very long"; filename*1=" 100%.png"', 'a very long 100%.png'],
  ["attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9%20; filename*2=two.png; filename=other.png", 'café two.png'],
  ['attachment; filename*1="lost.png"; filename="plain.png"', 'plain.png'],
  // A broken extended value gives way to the plain one
  ["attachment; filename*=UTF-8''%FF; filename=plain.png", 'plain.png'],
  ['attachment; filename*=plain.png; filename="other.png"', 'other.png'],
  ["attachment; filename*=no-such-charset''x.png; filename=plain.png", 'plain.png'],
  // No name
  ['attachment', ''],
  ['inline', ''],
  ['', ''],
  ['attachment; filename=', ''],
  ['attachment; filename=""', ''],
  ['form-data; name="x"', ''],
])('%s', (header, expected) => expect(dispositionName(header)).toBe(expected));
