import { describe, expect, it } from 'vitest';
import type { CompressionError } from '../../../../lib/core/errors.ts';
import { type ErrorCode } from '../../../../lib/core/errors.ts';
import type { InputFormat } from '../../../../lib/core/image/inspection.ts';
import { sniff, whatInstead } from '../../../../lib/core/image/sniff.ts';
import { bmp, bytesOf, ico, pngClaiming, svg } from '../../../images/hand-built.ts';
import { plain } from '../../../images/still.ts';

const ftyp = (major: string, ...compatible: readonly string[]): Uint8Array =>
  bytesOf([0, 0, 0, 16 + compatible.length * 4], 'ftyp', major, [0, 0, 0, 0], ...compatible);

describe('sniff', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)('knows a real %s', async (format) => {
    expect(sniff(await plain(format))).toBe(format);
  });

  it.each<[string, InputFormat | null, Uint8Array]>([
    ['a BMP', 'bmp', bmp({ width: 3, height: 2 })],
    ['a text that begins with BM', null, bytesOf('BMW is a maker of cars and bikes, of Munich')],
    ['an icon', 'ico', ico([{ width: 16, height: 16, data: pngClaiming(16, 16) }])],
    ['a bare JPEG XL codestream', 'jxl', bytesOf([0xff, 0x0a, 0, 0])],
    ['a JPEG XL container', 'jxl', bytesOf([0, 0, 0, 12], 'JXL ', [13, 10, 0x87, 10])],
    ['an AVIF', 'avif', ftyp('avif', 'mif1', 'miaf')],
    ['an AVIF sequence', 'avif', ftyp('avis', 'msf1')],
    ['an AVIF whose major brand is the structure', 'avif', ftyp('mif1', 'miaf', 'avif')],
    ['a HEIC', 'heic', ftyp('heic', 'mif1')],
    ['a HEIC whose major brand is the structure', 'heic', ftyp('mif1', 'heic')],
    ['an MP4 video', null, ftyp('isom', 'mp41')],
    ['a big TIFF', 'tiff', bytesOf('II+\0', [8, 0, 0, 0])],
    ['an SVG', 'svg', svg('width="9" height="9"')],
    ['an SVG after a byte order mark', 'svg', bytesOf('\xef\xbb\xbf', svg(''))],
    ['an SVG in UTF-16', 'svg', bytesOf('\xff\xfe', new Uint8Array(Buffer.from('<svg xmlns="x"/>', 'utf16le')))],
    ['an SVG with a prefix', 'svg', bytesOf('<s:svg xmlns:s="http://www.w3.org/2000/svg"/>')],
    [
      'an SVG after a prolog, a comment with a tag in it, and a document type with entities',
      'svg',
      svg(
        '',
        '<?xml version="1.0"?>\n<!-- <html> > -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd" [ <!ENTITY ns "http://x/"> ]>\n',
      ),
    ],
    ['HTML with an SVG in it', null, bytesOf('<!DOCTYPE html><html><svg></svg></html>')],
    ['HTML that begins with a comment', null, bytesOf('<!-- x --><html><svg></svg></html>')],
    ['nothing', null, new Uint8Array()],
    ['a single byte', null, new Uint8Array([0xff])],
  ])('tells %s', (_, format, bytes) => {
    expect(sniff(bytes)).toBe(format);
  });
});

describe('whatInstead', () => {
  it.each<[string, ErrorCode, Uint8Array]>([
    ['an empty file', 'empty-file', new Uint8Array()],
    ['a web page', 'html-instead', bytesOf('\r\n<!doctype HTML>\n<title>404</title>')],
    ['a web page without a document type', 'html-instead', bytesOf('<html lang=en><body>Please sign in</body></html>')],
    ['a Photoshop file', 'unsupported-format', bytesOf('8BPS', [0, 1])],
    ['a gzipped SVG', 'unsupported-format', bytesOf([0x1f, 0x8b, 8, 0])],
    ['a PDF', 'not-an-image', bytesOf('%PDF-1.7')],
    ['JSON', 'not-an-image', bytesOf('{"error":"not found"}')],
  ])('says so of %s', (_, code, bytes) => {
    expect(() => whatInstead(bytes)).toThrow(expect.objectContaining({ code }) as CompressionError);
  });
});
