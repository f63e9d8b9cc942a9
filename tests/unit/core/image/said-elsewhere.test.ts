/** What metadata say is carried as it is meant: whole, in its characters, and no more of it than the policy lets through. */
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { applyPolicy } from '../../../../lib/core/image/metadata/apply-policy.ts';
import { joinExif } from '../../../../lib/core/image/metadata/join-exif.ts';
import { iptcTexts } from '../../../../lib/core/image/metadata/iptc-to-xmp.ts';
import { joinIptc, writeIptc } from '../../../../lib/core/image/metadata/iptc.ts';
import { EMPTY_METADATA } from '../../../../lib/core/image/metadata/metadata-set.ts';
import { cleanMetadata, embedMetadata, extractMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import type { MetadataPolicy } from '../../../../lib/core/image/metadata/policy.ts';
import { portableTo } from '../../../../lib/core/image/metadata/portable.ts';
import type { InputFormat } from '../../../../lib/core/image/inspection.ts';
import {
  commentSegment,
  exifSegment,
  jpegSegment,
  photoshopSegment,
  textChunk,
  withJpegSegments,
  withPngChunks,
  xmpSegment,
} from '../../../images/containers.ts';
import { cameraExif, exifBlock } from '../../../images/exif-block.ts';
import { exiftool, HAS_EXIFTOOL } from '../../../images/exiftool.ts';
import { bytesOf } from '../../../images/hand-built.ts';
import { iim, photoshopSegments, resource } from '../../../images/joined.ts';
import { plain } from '../../../images/still.ts';
import { xmpPacket } from '../../../images/xmp-packet.ts';

const NS = `xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
  xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:GPano="http://ns.google.com/photos/1.0/panorama/"`;
const description = (attributes: string, elements = ''): Uint8Array =>
  xmpPacket(`<rdf:Description rdf:about="" ${NS} ${attributes}>${elements}</rdf:Description>`);

interface Carried {
  readonly bytes: Uint8Array;
  readonly xmp: string;
  readonly kept: readonly string[];
  readonly removed: readonly string[];
}

async function toWebp(file: Uint8Array, from: InputFormat, policy: MetadataPolicy = 'protect'): Promise<Carried> {
  const { metadataSet, kept, removed } = applyPolicy(extractMetadata(file, from), policy, {
    are: 'encoded',
    width: 61,
    height: 37,
    format: 'webp',
  });
  const bytes = await embedMetadata(await plain('webp'), 'webp', metadataSet);
  return { bytes, xmp: Buffer.from(extractMetadata(bytes, 'webp').xmp ?? []).toString('utf8'), kept, removed };
}

async function expectTags({ bytes }: Carried, tags: Record<string, unknown>): Promise<void> {
  if (HAS_EXIFTOOL) expect(await exiftool(bytes)).toMatchObject(tags);
}

describe('a panorama', () => {
  const view = 'GPano:ProjectionType="equirectangular" GPano:FullPanoWidthPixels="100" GPano:PosePitchDegrees="1"';
  const rest =
    'GPano:FirstPhotoDate="2012-11-07T21:03:13Z" GPano:StitchingSoftware="Stitch 1" GPano:SourcePhotosCount="50"';

  it.each(['strip', 'protect'] as const)('keeps what shows it and says no more (%s)', async (policy) => {
    const file = withJpegSegments(await plain('jpeg'), xmpSegment(description(`${view} ${rest}`)));
    expect(inspect(file).metadata.kinds).toEqual(expect.arrayContaining(['date', 'software', 'camera']));
    const { bytes, removed } = await cleanMetadata(file, 'jpeg', policy);
    expect(removed).toEqual(expect.arrayContaining(['date', 'software', 'camera']));
    const text = Buffer.from(bytes).toString('latin1');
    for (const word of ['equirectangular', 'FullPanoWidthPixels', 'PosePitchDegrees']) expect(text).toContain(word);
    for (const word of ['2012', 'Stitch', 'SourcePhotos']) expect(text).not.toContain(word);
  });
});

describe('text in XMP', () => {
  it('has no character that XML has not, wherever it came from', async () => {
    const png = withPngChunks(await plain('png'), textChunk('Copyright', 'P\x01N\x0bG'), textChunk('Author', '\0'));
    const xmp = description('photoshop:Credit="Ac&#2;me&#xFFFF;"');
    const files: [Uint8Array, 'jpeg' | 'png', Record<string, unknown>][] = [
      [
        withJpegSegments(
          await plain('jpeg'),
          photoshopSegment([
            [116, '(c) Ann\0\0'],
            [80, 'An\x01n'],
          ]),
          xmpSegment(xmp),
        ),
        'jpeg',
        { 'XMP:Rights': '(c) Ann', 'XMP:Creator': 'Ann', 'XMP:Credit': 'Acme' },
      ],
      [png, 'png', { 'XMP:Rights': 'PNG' }],
    ];
    for (const [file, from, tags] of files) {
      const carried = await toWebp(file, from);
      // eslint-disable-next-line no-control-regex -- they are what is looked for
      expect(carried.xmp).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#[1-8];/);
      expect(carried.xmp).not.toBe('');
      await expectTags(carried, tags);
    }
  });

  it('keeps its line breaks and tabs', async () => {
    const xmp = description(
      'photoshop:Instructions="one&#xA;two&#9;three\nfour"',
      '<dc:rights>a&#13;b\r\nc</dc:rights>',
    );
    const carried = await toWebp(withJpegSegments(await plain('jpeg'), xmpSegment(xmp)), 'jpeg');
    expect(carried.xmp).toContain('"one&#10;two&#9;three four"');
    expect(carried.xmp).toContain('>a&#13;b\nc<');
    const iptc = await toWebp(withJpegSegments(await plain('jpeg'), photoshopSegment([[40, 'one\ntwo']])), 'jpeg');
    expect(iptc.xmp).toContain('"one&#10;two"');
  });

  it('reads UTF-8 that nobody said is such', async () => {
    const utf8 = Buffer.from('© Müller').toString('latin1');
    const jpeg = await plain('jpeg');
    for (const [file, from] of [
      [withJpegSegments(jpeg, photoshopSegment([[116, utf8]])), 'jpeg'],
      [withJpegSegments(jpeg, photoshopSegment([[116, '\xa9 M\xfcller']])), 'jpeg'],
      [
        withJpegSegments(
          jpeg,
          ...photoshopSegments(
            bytesOf(resource(0x0404, iim([116, utf8])), resource(0x0404, iim([80, 'J\xfcrgen']))),
            900,
          ),
        ),
        'jpeg',
      ],
      [withPngChunks(await plain('png'), textChunk('Copyright', utf8)), 'png'],
    ] as const) {
      const carried = await toWebp(file, from);
      expect(carried.xmp).toContain('© Müller');
      if (carried.kept.includes('artist')) expect(carried.xmp).toContain('Jürgen');
      await expectTags(carried, { 'XMP:Rights': '© Müller' });
    }
  });

  it("has each creator, also one whose name is in another's", async () => {
    const xmp = description(
      'photoshop:Credit="Annabel"',
      '<dc:creator><rdf:Seq><rdf:li>Anna Lind</rdf:li></rdf:Seq></dc:creator>',
    );
    const file = withJpegSegments(
      await plain('jpeg'),
      xmpSegment(xmp),
      photoshopSegment([
        [80, 'Anna Li'],
        [80, 'Anna Lind'],
        [110, 'Anna'],
      ]),
    );
    const carried = await toWebp(file, 'jpeg');
    expect(carried.xmp).toContain('<rdf:li>Anna Lind</rdf:li><rdf:li>Anna Li</rdf:li>');
    await expectTags(carried, { 'XMP:Creator': ['Anna Lind', 'Anna Li'], 'XMP:Credit': 'Annabel; Anna' });
  });
});

describe('IPTC where there is XMP alone', () => {
  it('has its contact there, beside what is', async () => {
    for (const [xmp, tags] of [
      [description('photoshop:Credit="x"'), {}],
      [
        description('', '<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiEmailWork="a@example.org"/>'),
        { 'XMP:CreatorWorkEmail': 'a@example.org' },
      ],
      [
        description(
          '',
          `<Iptc4xmpCore:CreatorContactInfo rdf:parseType="Resource"><Iptc4xmpCore:CiAdrCity>Oslo</Iptc4xmpCore:CiAdrCity></Iptc4xmpCore:CreatorContactInfo>`,
        ),
        { 'XMP:CreatorCity': 'Oslo' },
      ],
    ] as const) {
      const file = withJpegSegments(
        await plain('jpeg'),
        xmpSegment(xmp),
        photoshopSegment([
          [80, 'Ann'],
          [118, 'Ann, tel. 123'],
        ]),
      );
      const carried = await toWebp(file, 'jpeg');
      expect(carried.kept).toContain('artist');
      expect(carried.xmp).toContain('Ann, tel. 123');
      await expectTags(carried, { 'XMP:CreatorAddress': 'Ann, tel. 123', ...tags });
    }
  });

  it.each([
    ['said to be UTF-8', [{ record: 1, number: 90, data: Buffer.from('\x1b%G') }], 'ü'.repeat(20)],
    ['not said to be UTF-8', [], 'ü'.repeat(20)],
    ['all ASCII before', [{ record: 1, number: 90, data: Buffer.from('\x1b%G') }], `${'a'.repeat(31)}ü`],
  ])('that is cut in the middle of a character is that whole text of XMP: %s', (_, before, text) => {
    // One byte makes the characters of two bytes end at odd places.
    const whole = text.startsWith('a') ? text : `a${text}`;
    const iptc = writeIptc([...before, { record: 2, number: 110, data: Buffer.from(whole).subarray(0, 32) }]);
    const xmp = description(`photoshop:Credit="${whole}"`);
    expect(portableTo({ ...EMPTY_METADATA, iptc, xmp }, 'webp').xmp).toEqual(xmp);
    const [found] = iptcTexts(iptc).filter(({ kind }) => kind === 'credit');
    expect([whole.startsWith(found?.text ?? '-'), found?.text.length]).toEqual([true, text.startsWith('a') ? 31 : 16]);
    const other = writeIptc([{ record: 2, number: 40, data: Buffer.from('J\xfcrgen', 'latin1') }]);
    const joined = joinIptc([iptc, other]) ?? new Uint8Array();
    expect(iptcTexts(joined).map((entry) => entry.text)).toEqual(expect.arrayContaining([found?.text, 'Jürgen']));
  });

  it('that fills its field in Latin-1 keeps its last letter', () => {
    const data = Buffer.from(`${'a'.repeat(31)}\xe9`, 'latin1');
    expect(iptcTexts(writeIptc([{ record: 2, number: 110, data }]))[0]?.text).toBe(`${'a'.repeat(31)}é`);
  });

  it('has its dates and places there, and what has no place is removed, not kept', async () => {
    const file = withJpegSegments(
      await plain('jpeg'),
      photoshopSegment([
        [55, '20240506'],
        [60, '070809+0100'],
        [92, 'Mitte'],
        [122, 'Ed'],
        [120, 'A walk'],
        [26, 'NOR'],
        [7, 'edit'],
      ]),
    );
    const carried = await toWebp(file, 'jpeg', 'keep');
    expect(carried.removed).toEqual(['iptc', 'comment', 'place']);
    expect(carried.kept).toEqual(['xmp', 'date']);
    await expectTags(carried, {
      'XMP:DateCreated': '2024:05:06 07:08:09+01:00',
      'XMP:Location': 'Mitte',
      'XMP:CaptionWriter': 'Ed',
      'XMP:Description': 'A walk',
    });
  });
});

it('XMP that is long by its padding alone gets into one segment of a JPEG', async () => {
  const packet = bytesOf(description('photoshop:Credit="Acme"'), ' '.repeat(70_000));
  const jpeg = await embedMetadata(await plain('jpeg'), 'jpeg', { ...EMPTY_METADATA, xmp: packet });
  expect(inspect(jpeg).metadata.kinds).toEqual(['xmp', 'credit']);
  if (HAS_EXIFTOOL) expect(await exiftool(jpeg)).toMatchObject({ 'XMP:Credit': 'Acme' });
});

describe('images behind the first', () => {
  it.each(['strip', 'protect'] as const)('say no more than the first (%s)', async (policy) => {
    const jpeg = await plain('jpeg');
    const second = withJpegSegments(
      jpeg,
      xmpSegment(
        description(
          'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,8.0N" dc:creator="Hidden One"',
        ),
      ),
      jpegSegment(0xe1, 'http://ns.adobe.com/xmp/extension/\0', 'Hidden Two'.padEnd(60)),
      jpegSegment(0xed, 'Adobe_Photoshop2.5:', new Uint8Array(8), resource(0x0404, iim([90, 'Hidden Three']))),
      // Fill bytes before a marker are legal (ITU-T T.81, B.1.1.2).
      bytesOf([0xff, 0xff], exifSegment(cameraExif())),
      commentSegment('Hidden Four'),
    );
    const file = bytesOf(
      withJpegSegments(
        jpeg,
        xmpSegment(description('xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"')),
      ),
      second,
      second,
    );
    expect(inspect(file).metadata.kinds).toEqual(expect.arrayContaining(['gps', 'artist', 'place', 'comment']));
    const { bytes, removed, kept } = await cleanMetadata(file, 'jpeg', policy);
    const text = Buffer.from(bytes).toString('latin1');
    for (const word of ['Hidden', '48,8', 'SN-0042', 'Ada Lovelace']) expect(text, word).not.toContain(word);
    expect(removed).toEqual(expect.arrayContaining(['gps', 'artist', 'place', 'comment', 'serial-number']));
    expect(kept).toEqual(['xmp', 'gain-map']);
    expect(text.split('hdrgm:Version')).toHaveLength(4);
    expect((await cleanMetadata(bytes, 'jpeg', policy)).removed).toEqual([]);
  });
});

describe('two blocks of EXIF as one', () => {
  it('have a density with its own unit', () => {
    const screen = {
      0x011a: { rationals: [[72, 1]] },
      0x011b: { rationals: [[72, 1]] },
      0x0128: { shorts: [2] },
    } as const;
    const metric = {
      0x011a: { rationals: [[118, 1]] },
      0x011b: { rationals: [[118, 1]] },
      0x0128: { shorts: [3] },
    } as const;
    for (const first of [screen, { 0x010f: { text: 'Acme' } }]) {
      const joined = joinExif([exifBlock({ main: first }), exifBlock({ main: metric })])!;
      expect(Buffer.from(joined).includes(Buffer.from([0x28, 1, 3, 0, 1, 0, 0, 0, 3, 0]))).toBe(true);
    }
  });

  it('keep a position that hangs on the Exif directory, and no pointer that leads nowhere', () => {
    const inside = exifBlock({ main: {}, exif: { 0x8825: { longs: [0] } } });
    const at = inside.length;
    const block = bytesOf(inside, [1, 0, 1, 0, 2, 0, 2, 0, 0, 0, 0x4e, 0, 0, 0, 0, 0, 0, 0]);
    new DataView(block.buffer, block.byteOffset).setUint32(
      Buffer.from(block).indexOf(Buffer.from([0x25, 0x88])) + 8,
      at,
      true,
    );
    const other = exifBlock({ main: { 0x010f: { text: 'Acme' }, 0x014a: { longs: [4096] } } });
    for (const blocks of [
      [block, other],
      [other, block],
    ]) {
      const joined = joinExif(blocks)!;
      const file = Buffer.from(joined);
      expect(file.includes(Buffer.from([0x25, 0x88]))).toBe(true);
      expect(file.includes(Buffer.from([1, 0, 2, 0, 2, 0, 0, 0, 0x4e, 0]))).toBe(true);
      expect(file.includes(Buffer.from([0x4a, 1]))).toBe(false);
    }
  });
});
