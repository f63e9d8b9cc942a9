/** What stands in a file beside its picture goes by the policy in every format, and is named. */
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import type { InputFormat, MetadataKind } from '../../../../lib/core/image/inspection.ts';
import { cleanMetadata, embedMetadata, extractMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import { EMPTY_METADATA } from '../../../../lib/core/image/metadata/metadata-set.ts';
import type { Receipt } from '../../../../lib/core/model/receipt.ts';
import { keywordKind } from '../../../../lib/core/image/formats/png-text.ts';
import { compress, notesOf } from '../../../conformance/compress.ts';
import {
  compressedTextChunk,
  textChunk,
  withLateChunks,
  withPngChunks,
  withWebpChunks,
  xmpChunk,
} from '../../../images/containers.ts';
import { exifBlock } from '../../../images/exif-block.ts';
import { bytesOf, ico, pngChunk, u32be, u32le } from '../../../images/hand-built.ts';
import { iim, resource } from '../../../images/joined.ts';
import { animated } from '../../../images/moving.ts';
import { withVideo } from '../../../images/parts-after.ts';
import { encoded, gradient } from '../../../images/pictures.ts';
import { recorded } from '../../../images/recorded.ts';
import { plain } from '../../../images/still.ts';
import { xmpPacket } from '../../../images/xmp-packet.ts';

const DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"';
const packet = (attributes: string): Uint8Array => xmpPacket(`<rdf:Description rdf:about="" ${DC} ${attributes}/>`);
const RIGHTS = exifBlock({ main: { 0x8298: { text: '(c) Jane' } } });
const NAMES = exifBlock({ main: { 0x013b: { text: 'Jane Maker' }, 0x0110: { text: 'Acme One' } } });
const raw = (type: string, data: Uint8Array): Uint8Array =>
  compressedTextChunk(
    `Raw profile type ${type}`,
    bytesOf(`\n${type}\n      ${data.length}\n${Buffer.from(data).toString('hex')}\n`),
  );
const has = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes).includes(text);

describe('blocks that stand there twice', () => {
  it('are one in a PNG, as text of ImageMagick too', async () => {
    const before = withPngChunks(
      await plain('png'),
      pngChunk('eXIf', RIGHTS),
      raw('exif', NAMES),
      xmpChunk(packet('dc:rights="(c) XMP"')),
      raw('xmp', packet('dc:creator="Ada" photoshop:City="Rome"')),
      raw('iptc', iim([116, '(c) IPTC'])),
      raw('8bim', resource(0x0404, iim([80, 'Bea'], [92, 'Via Privata 5']))),
      textChunk('exif:GPSLatitude', '51/1'),
    );
    const { bytes, removed } = await cleanMetadata(before, 'png', 'protect');
    expect(removed).toEqual(expect.arrayContaining(['gps', 'place', 'camera']));
    for (const name of ['(c) Jane', 'Jane Maker', '(c) XMP', 'Ada', '(c) IPTC', 'Bea'])
      expect([name, has(bytes, name)]).toEqual([name, true]);
    for (const word of ['Rome', 'Via Privata', 'Acme One', '51/1'])
      expect([word, has(bytes, word)]).toEqual([word, false]);
  });

  it('are one in a WebP and in JPEG XL', async () => {
    const webp = withWebpChunks(
      (await cleanMetadata(await animated('webp', 2), 'webp', 'keep')).bytes,
      ['EXIF', RIGHTS],
      ['EXIF', NAMES],
      ['XMP ', packet('dc:rights="(c) XMP"')],
      ['XMP ', packet('dc:creator="Ada" photoshop:City="Rome"')],
      ['ACME', bytesOf('secret')],
    );
    const box = (type: string, ...data: Uint8Array[]): Uint8Array =>
      bytesOf(u32be(bytesOf(...data).length + 8), type, ...data);
    const zero = new Uint8Array(4);
    const jxl = bytesOf(
      recorded('container-16-bit.jxl'),
      box('Exif', zero, RIGHTS),
      box('Exif', zero, NAMES),
      box('xml ', packet('dc:rights="(c) XMP"')),
      box('xml ', packet('dc:creator="Ada" photoshop:City="Rome"')),
      box('acme', bytesOf('secret')),
    );
    for (const [format, before] of [
      ['webp', webp],
      ['jxl', jxl],
    ] as const) {
      const { bytes, removed } = await cleanMetadata(before, format, 'protect');
      expect(removed).toEqual(['place', 'software', 'camera']);
      for (const name of ['(c) Jane', 'Jane Maker', '(c) XMP', 'Ada'])
        expect([format, name, has(bytes, name)]).toEqual([format, name, true]);
      expect(has(bytes, 'secret')).toBe(false);
    }
  });
});

describe('what no reader of pictures asks for', () => {
  const after = async (format: 'jpeg' | 'png' | 'webp'): Promise<Uint8Array> =>
    bytesOf(await plain(format), 'a secret after the end');

  it.each(['jpeg', 'png', 'webp'] as const)('after the end of a %s goes, and is named', async (format) => {
    const { bytes, removed } = await cleanMetadata(await after(format), format, 'protect');
    expect(removed).toEqual(['trailing-data']);
    expect(has(bytes, 'secret')).toBe(false);
  });

  it('after the end of a GIF goes, and so does text that no browser draws', async () => {
    const gif = await animated('gif', 3);
    const text = bytesOf([0x21, 0x01, 12], new Uint8Array(12), [6], 'secret', [0]);
    for (const [before, kind] of [
      [bytesOf(gif, 'a secret after the end'), 'trailing-data'],
      [bytesOf(gif.subarray(0, -1), text, [0x3b]), 'software'],
    ] as const) {
      const { bytes, removed } = await cleanMetadata(before, 'gif', 'strip');
      expect(removed).toEqual([kind]);
      expect(Buffer.from(bytes).equals(gif)).toBe(true);
    }
  });

  describe.each<readonly [InputFormat, () => Promise<Uint8Array>]>([
    ['avif', async () => Promise.resolve(recorded('turned.avif'))],
    ['heic', async () => Promise.resolve(recorded('plain.heic'))],
    ['jxl', async () => Promise.resolve(recorded('container-16-bit.jxl'))],
    ['gif', () => animated('gif', 3)],
    ['png', () => plain('png')],
    ['webp', () => plain('webp')],
    ['jpeg', () => plain('jpeg')],
  ])('after the end of a file of %s', (format, file) => {
    const untouched = { aim: { kind: 'untouched' } } as const;
    const removedIn = ({ notes }: Receipt): unknown =>
      notes.find(({ code }) => code === 'metadata-removed')?.parameters?.['kinds'];

    it('goes from what is cleaned and from what gets no smaller, and is named', async () => {
      const before = bytesOf(await file(), 'a secret after the end');
      for (const metadata of ['strip', 'protect'] as const) {
        for (const recipe of [untouched, { aim: { kind: 'quality', quality: 100 } } as const, {}]) {
          const { bytes, receipt } = await compress(before, { metadata, ...recipe });
          expect(has(bytes, 'secret')).toBe(false);
          expect(removedIn(receipt)).toMatch(/trailing-data/);
          expect(notesOf(receipt)).not.toContain('nothing-to-clean');
        }
        const { bytes, removed } = await cleanMetadata(before, format, metadata);
        expect(removed).toContain('trailing-data');
        expect(has(bytes, 'secret')).toBe(false);
      }
    });

    it('stays where all is to be kept, or is named', async () => {
      const before = bytesOf(await file(), 'a secret after the end');
      const { bytes, receipt } = await compress(before, { metadata: 'keep', aim: { kind: 'quality', quality: 100 } });
      expect(has(bytes, 'secret')).toBe(receipt.outcome === 'original' || removedIn(receipt) === undefined);
    });
  });

  it('in chunks of some program goes, and zeros after the end are not worth a word', async () => {
    const before = withLateChunks(await plain('png'), pngChunk('prVt', bytesOf('secret')));
    expect((await cleanMetadata(before, 'png', 'protect')).removed).toEqual(['software']);
    expect(inspect(bytesOf(await plain('png'), new Uint8Array(9))).metadata.kinds).toEqual([]);
  });

  it('in a small picture of an icon goes, and the original keeps nothing of it', async () => {
    const png = async (side: number, text: string): Promise<Uint8Array> =>
      withPngChunks(
        await encoded(gradient({ width: side, height: side }).png()),
        textChunk('Comment', text),
        textChunk('Copyright', 'Jane'),
      );
    const small = await png(16, 'secret');
    const large = await png(32, 'other');
    const before = ico([
      { width: 16, height: 16, data: small },
      { width: 32, height: 32, data: large },
    ]);
    expect(inspect(before).metadata.kinds).toContain('comment');
    const { bytes, removed } = await cleanMetadata(before, 'ico', 'protect');
    expect(removed).toEqual(['comment']);
    expect([has(bytes, 'secret'), has(bytes, 'other'), has(bytes, 'Jane')]).toEqual([false, false, true]);
    expect(inspect(bytes)).toMatchObject({ format: 'ico', width: 32, height: 32 });
    expect((await cleanMetadata(bytes, 'ico', 'protect')).bytes).toBe(bytes);
  });

  it('in a frame of a WebP goes', async () => {
    const webp = await animated('webp', 2);
    const at = Buffer.from(webp).indexOf('ANMF');
    const length = new DataView(webp.buffer, webp.byteOffset).getUint32(at + 4, true);
    const end = at + 8 + length + (length & 1);
    const extra = bytesOf('ACME', u32le(6), 'secret');
    const before = bytesOf(
      'RIFF',
      u32le(webp.length - 8 + extra.length),
      webp.subarray(8, at + 4),
      u32le(end - at - 8 + extra.length),
      webp.subarray(at + 8, end),
      extra,
      webp.subarray(end),
    );
    const { bytes, removed } = await cleanMetadata(before, 'webp', 'strip');
    expect(removed).toEqual(['software']);
    expect(has(bytes, 'secret')).toBe(false);
    expect(inspect(bytes).animation).toEqual(inspect(webp).animation);
  });

  it('in an extension of a GIF goes', async () => {
    const gif = await animated('gif', 3);
    const before = bytesOf(gif.subarray(0, -1), [0x21, 0xff, 11], 'ACMEDATA1.0', [6], 'secret', [0, 0x3b]);
    const { bytes, removed } = await cleanMetadata(before, 'gif', 'strip');
    expect(removed).toEqual(['software']);
    expect(Buffer.from(bytes).equals(gif)).toBe(true);
  });

  it.each<[string, MetadataKind]>([
    ['exif:GPSLatitude', 'gps'],
    ['exif:Copyright', 'copyright'],
    ['exif:Artist', 'artist'],
    ['exif:BodySerialNumber', 'serial-number'],
    ['exif:DateTimeOriginal', 'date'],
    ['exif:Make', 'camera'],
    ['City', 'place'],
    ['a remark', 'comment'],
  ])('a text called %s is %s', (keyword, kind) => {
    expect(keywordKind(keyword)).toBe(kind);
  });
});

describe('metadata of more than 16 MB', () => {
  it('goes under a policy that filters it, and is refused where all is to be kept', async () => {
    const xmp = packet(`dc:description="${'x'.repeat(16_000_001)}"`);
    const before = await embedMetadata(await plain('webp'), 'webp', { ...EMPTY_METADATA, xmp });
    const { bytes, receipt } = await compress(before, { format: 'jpeg' });
    expect(bytes.length).toBeLessThan(10_000);
    expect(notesOf(receipt)).toContain('metadata-removed');
    await expect(compress(before, { format: 'jpeg', metadata: 'keep' })).rejects.toMatchObject({
      code: 'metadata-too-large',
      parameters: { megabytes: 17, limit: 16 },
    });
    expect((await compress(before, { metadata: 'keep', aim: { kind: 'untouched' } })).bytes.length).toBe(before.length);
  });
});

describe('a motion photo', () => {
  it('whose picture gets no smaller stays as it is, cleaned', async () => {
    const photo = await encoded(gradient().jpeg({ quality: 40 }));
    const before = withVideo(photo);
    const { bytes, receipt } = await compress(before, { aim: { kind: 'quality', quality: 98 } });
    expect(inspect(bytes).metadata.kinds).toContain('motion-photo');
    expect(notesOf(receipt)).not.toContain('motion-photo-lost');
  });

  it('whose file is smaller by its video alone says so, and nothing of it is left', async () => {
    const big = bytesOf(withVideo(await encoded(gradient().jpeg({ quality: 30 }))), new Uint8Array(60_000).fill(7));
    const { bytes, receipt } = await compress(big, { format: 'png', metadata: 'keep', aim: { kind: 'lossless' } });
    expect(receipt.outcome).toBe('smaller');
    expect(notesOf(receipt)).toEqual(expect.arrayContaining(['motion-photo-lost', 'saving-is-loss']));
    const xmp = Buffer.from(extractMetadata(bytes, 'png').xmp ?? []).toString();
    expect(xmp).not.toMatch(/MotionPhoto|MicroVideo|Container/);
  });
});
