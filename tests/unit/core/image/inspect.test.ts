import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../../lib/core/errors.ts';
import { MARKER, readJpegSegments } from '../../../../lib/core/image/formats/jpeg-segments.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { jpegSegment, withJpegSegments, withPngChunks } from '../../../images/containers.ts';
import { bmp, bytesOf, cut, ico, pngClaiming, svg } from '../../../images/hand-built.ts';
import { cmykJpeg, greyJpeg, palettePng, plain, png16, withAlpha, withOrientation } from '../../../images/still.ts';
import { SIZE } from '../../../images/pictures.ts';
import { recorded } from '../../../images/recorded.ts';

describe('inspect', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const)(
    'reads the size of a %s as sharp does',
    async (format) => {
      const bytes = await plain(format);
      const { width, height, hasAlpha } = await sharp(bytes).metadata();
      expect(inspect(bytes)).toMatchObject({
        format,
        bytes: bytes.length,
        width,
        height,
        alpha: hasAlpha,
        orientation: 1,
        animation: null,
      });
    },
  );

  it.each(['png', 'webp', 'avif', 'tiff'] as const)('finds the alpha of a %s', async (format) => {
    expect(inspect(await withAlpha(format)).alpha).toBe(true);
  });

  describe.each(['jpeg', 'png', 'tiff'] as const)('the orientation of a %s', (format) => {
    it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('%i', async (orientation) => {
      const bytes = await withOrientation(format, orientation);
      expect((await sharp(bytes).metadata()).orientation).toBe(orientation);
      expect(inspect(bytes)).toMatchObject({ ...SIZE, orientation });
    });
  });

  it('takes a WebP as browsers show it, whatever EXIF says', async () => {
    const bytes = await withOrientation('webp', 6);
    expect(inspect(bytes)).toMatchObject({ ...SIZE, orientation: 1, ignoredOrientation: 6 });
    expect(inspect(await plain('webp')).ignoredOrientation).toBeUndefined();
  });

  it('tells depth and colour model', async () => {
    expect(inspect(await png16())).toMatchObject({ bitDepth: 16, colour: { model: 'rgb' } });
    expect(inspect(await palettePng())).toMatchObject({ bitDepth: 4, colour: { model: 'palette' } });
    expect(inspect(await greyJpeg())).toMatchObject({ bitDepth: 8, colour: { model: 'grey' } });
    expect(inspect(await cmykJpeg())).toMatchObject({ colour: { model: 'cmyk' } });
  });

  it('reads a BMP and the largest picture of an icon', async () => {
    expect(inspect(bmp(SIZE))).toMatchObject({ format: 'bmp', ...SIZE, alpha: false });
    const small = { width: 16, height: 16, data: await plain('png', { width: 16, height: 16 }) };
    const large = { width: 256, height: 256, data: await plain('png', { width: 256, height: 256 }) };
    expect(inspect(ico([small, large, small]))).toMatchObject({ format: 'ico', width: 256, height: 256 });
  });

  it.each([
    ['width="30" height="20"', 30, 20],
    ['width="1in" height="25.4mm"', 96, 96],
    ['width="100%" height="100%" viewBox="0 0 24 12"', 24, 12],
    ['viewBox="0,0,24.5,12"', 25, 12],
    ['width="48" viewBox="0 0 24 12"', 48, 24],
    ["height='6' viewBox='-3 -3 24 12'", 12, 6],
    ['data-x="a>b" width="7" height="8"', 7, 8],
    ['', 300, 150],
    ['width="0" height="0" viewBox="0 0 1e3 5"', 1000, 5],
  ])('reads the size of an SVG with %s', (attributes, width, height) => {
    expect(inspect(svg(attributes))).toMatchObject({ format: 'svg', width, height });
  });

  it('reads a size that no limit allows', () => {
    expect(inspect(pngClaiming(60_000, 60_000))).toMatchObject({ width: 60_000, height: 60_000 });
    expect(inspect(pngClaiming(2 ** 31 - 1, 2 ** 31 - 1))).toMatchObject({ width: 2 ** 31 - 1 });
  });

  it.each(['webp', 'avif', 'tiff'] as const)('calls a %s that is cut short truncated', async (format) => {
    const bytes = await plain(format);
    for (const share of [0.3, 0.5, 0.9]) {
      expect(() => inspect(cut(bytes, share)), `cut at ${share}`).toThrow(
        expect.objectContaining({ code: 'truncated' }) as Error,
      );
    }
  });

  it.each<[string, ErrorCode, Uint8Array]>([
    ['a BMP cut in its first row', 'truncated', bmp(SIZE).subarray(0, 60)],
    ['a GIF cut before its pixels', 'truncated', bytesOf('GIF89a', [9, 0, 9, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0])],
    ['an SVG cut in half', 'truncated', cut(svg('width="30" height="20"'), 0.9)],
    ['an icon cut in half', 'truncated', cut(ico([{ width: 16, height: 16, data: pngClaiming(16, 16) }]))],
    ['a PNG cut before its pixels', 'truncated', pngClaiming(16, 16).subarray(0, 40)],
    ['a PNG of which nothing but the signature is there', 'truncated', bytesOf('\x89PNG\r\n\x1a\n')],
    ['BigTIFF with offsets of no size', 'corrupt', bytesOf('II+\0', new Uint8Array(20))],
    ['a web page', 'html-instead', bytesOf('<html></html>')],
  ])('says what is wrong with %s', (_, code, bytes) => {
    expect(() => inspect(bytes)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it.each([
    [3, 1, 6],
    [3, 2, 1],
    [4, 1, 1],
    [13, 1, 1],
  ])('takes an orientation of type %i and count %i for %i, as browsers do', async (type, count, orientation) => {
    const entry = [0x12, 1, type, 0, count, 0, 0, 0, 6, 0, 0, 0];
    const exif = bytesOf('Exif\0\0II*\0', [8, 0, 0, 0, 1, 0], entry, [0, 0, 0, 0]);
    expect(inspect(withJpegSegments(await plain('jpeg'), jpegSegment(0xe1, exif))).orientation).toBe(orientation);
  });

  it('calls a JPEG corrupt whose scan comes before its frame, or that has two frames', async () => {
    const bytes = await plain('jpeg');
    const { segments } = readJpegSegments(bytes);
    const part = (marker: number): Uint8Array =>
      segments.filter((segment) => segment.marker === marker).map(({ start, end }) => bytes.subarray(start, end))[0]!;
    for (const added of [part(MARKER.SOS), part(MARKER.SOF0)]) {
      expect(() => inspect(withJpegSegments(bytes, added))).toThrow(
        expect.objectContaining({ code: 'corrupt' }) as Error,
      );
    }
  });

  it('calls a PNG corrupt that has two headers', async () => {
    const bytes = await plain('png');
    expect(() => inspect(withPngChunks(bytes, bytes.subarray(8, 33)))).toThrow(
      expect.objectContaining({ code: 'corrupt' }) as Error,
    );
  });

  it('finds no alpha in an AVIF where it belongs to another picture than the one that is shown', () => {
    const bytes = recorded('turned.avif');
    expect(inspect(bytes).alpha).toBe(true);
    // From item 2, of one item: that it is item 1.
    const at = Buffer.from(bytes).indexOf('auxl') + 8;
    expect([...bytes.subarray(at - 4, at + 2)]).toEqual([0, 2, 0, 1, 0, 1]);
    bytes[at + 1] = 7;
    expect(inspect(bytes).alpha).toBe(false);
  });

  it.each(['infe', 'iloc'])('calls an AVIF corrupt that has two items of one identifier in its %s', (box) => {
    const bytes = recorded('turned.avif');
    const text = Buffer.from(bytes).toString('latin1');
    // Version 2 of infe has the identifier after four bytes; of iloc the first entry is after eight, an entry of one extent has 14 bytes.
    const second = box === 'infe' ? text.indexOf('infe', text.indexOf('infe') + 4) + 8 : text.indexOf('iloc') + 12 + 14;
    expect([...bytes.subarray(second, second + 2)]).toEqual([0, 2]);
    bytes[second + 1] = 1;
    expect(() => inspect(bytes)).toThrow(expect.objectContaining({ code: 'corrupt' }) as Error);
  });

  it.each(['jpeg', 'webp', 'gif', 'png'] as const)('does not mind what follows the end of a %s', async (format) => {
    expect(inspect(bytesOf(await plain(format), new Uint8Array(1000).fill(0x55)))).toMatchObject(SIZE);
  });
});
