/** A TIFF with other metadata and the same picture: judged by exiftool and libvips, where they are. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { cleanMetadata, extractMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import { readers } from '../../../../lib/core/decoders/readers.ts';
import { compress, notesOf } from '../../../conformance/compress.ts';
import { withTags } from '../../../conformance/exiftool.ts';
import { exifBlock } from '../../../images/exif-block.ts';
import { complaints, exiftool, HAS_EXIFTOOL } from '../../../images/exiftool.ts';
import { bytesOf } from '../../../images/hand-built.ts';
import { iccProfile } from '../../../images/icc-profile.ts';
import { encoded, gradient } from '../../../images/pictures.ts';
import { textsWith } from '../../../../lib/core/texts/texts.ts';
import { english } from '../texts/locale.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { tiffFile } from '../decoders/tiff-files.ts';
import { editorXmp } from '../../../images/xmp-packet.ts';

const pixels = async (bytes: Uint8Array, page = 0): Promise<Buffer> => sharp(bytes, { page }).raw().toBuffer();

/** As exiftool writes it into a TIFF of another's making. */
function loaded(tiff: Uint8Array): Promise<Uint8Array> {
  const tags = [
    ...['-EXIF:GPSLatitude=51.5', '-EXIF:GPSLatitudeRef=N', '-EXIF:SerialNumber=SN-0042', '-EXIF:XPAuthor=Jane Maker'],
    ...[
      '-EXIF:Artist=Jane Maker',
      '-EXIF:Copyright=(c) Jane',
      '-EXIF:DocumentName=/home/jane/secret.tif',
      '-IPTC:City=Rome',
    ],
    ...[
      '-IPTC:By-line=Jane Maker',
      '-XMP-dc:Rights=(c) Jane',
      '-XMP-photoshop:City=Rome',
      '-XMP-aux:SerialNumber=SN-0042',
    ],
    ...['-Photoshop:PhotoshopQuality=3', '-EXIF:Make=Acme', '-EXIF:UserComment=a private remark'],
  ];
  return withTags(tiff, 'tif', tags);
}

const FILES: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
  ['strips', () => encoded(gradient().tiff({ compression: 'none' }))],
  ['strips of LZW with a predictor', () => encoded(gradient().tiff({ compression: 'lzw', predictor: 'horizontal' }))],
  [
    'tiles of deflate',
    () => encoded(gradient().tiff({ tile: true, tileWidth: 16, tileHeight: 16, compression: 'deflate' })),
  ],
  ['JPEG', () => encoded(gradient().tiff({ compression: 'jpeg', quality: 90 }))],
  [
    'a pyramid',
    () =>
      encoded(gradient({ width: 300, height: 200 }).tiff({ pyramid: true, tile: true, tileWidth: 64, tileHeight: 64 })),
  ],
];

describe.skipIf(!HAS_EXIFTOOL).each(FILES)('a TIFF of %s', (_, make) => {
  it('keeps its pixels, and of its metadata what the policy lets through', async () => {
    const before = await loaded(await make());
    expect(inspect(before).metadata.kinds).toEqual(
      expect.arrayContaining(['gps', 'place', 'serial-number', 'copyright', 'artist', 'comment', 'camera']),
    );
    const protectedFile = await cleanMetadata(before, 'tiff', 'protect');
    expect(protectedFile.removed).toEqual(
      expect.arrayContaining(['gps', 'place', 'serial-number', 'comment', 'camera']),
    );
    const tags = await exiftool(protectedFile.bytes);
    expect(tags).toMatchObject({
      'EXIF:Artist': 'Jane Maker',
      'EXIF:Copyright': '(c) Jane',
      'EXIF:XPAuthor': 'Jane Maker',
      'IPTC:By-line': 'Jane Maker',
      'XMP:Rights': '(c) Jane',
    });
    const stripped = await cleanMetadata(before, 'tiff', 'strip');
    for (const [policy, { bytes }] of [
      ['protect', protectedFile],
      ['strip', stripped],
    ] as const) {
      expect(await complaints(bytes)).toEqual([]);
      expect(JSON.stringify(await exiftool(bytes))).not.toMatch(
        policy === 'protect' ? /GPS|SN-0042|Rome|secret|remark|Acme/ : /GPS|SN-0042|Rome|secret|remark|Acme|Jane/,
      );
      expect(Buffer.from(bytes).includes('SN-0042')).toBe(false);
      expect(await pixels(bytes)).toEqual(await pixels(before));
      const is = inspect(bytes);
      expect({ ...is, bytes: 0, metadata: null }).toEqual({ ...inspect(before), bytes: 0, metadata: null });
      expect(await sharp(bytes).metadata()).toMatchObject({ pages: (await sharp(before).metadata()).pages });
    }
    expect(stripped.kept).toEqual([]);
  });
});

it('a BigTIFF keeps its pixels and its profile', async () => {
  const image = gradient().withIccProfile('p3').withXmp(new TextDecoder().decode(editorXmp()));
  const before = await encoded(
    image.tiff({ bigtiff: true, compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 }),
  );
  for (const policy of ['protect', 'strip'] as const) {
    const { bytes, removed } = await cleanMetadata(before, 'tiff', policy);
    expect(removed).toEqual(expect.arrayContaining(['gps', 'place', 'serial-number']));
    expect(await pixels(bytes)).toEqual(await pixels(before));
    expect(inspect(bytes).colour.profile).toEqual(inspect(before).colour.profile);
    expect(Buffer.from(bytes).includes('Munich')).toBe(false);
    expect(Buffer.from(bytes).includes('Ada Lovelace')).toBe(policy === 'protect');
    if (HAS_EXIFTOOL) expect(await complaints(bytes)).toEqual([]);
  }
});

/** 3 pages of 2 x 2 grey pixels with a place, a name and rights in each, in a strip or without the length of it. */
const pagesOf = (bigEndian: boolean): Uint8Array =>
  tiffFile(
    {
      ...{ bigEndian, width: 2, height: 2, bits: 8, samples: 1, photometric: 1, pages: 3 },
      more: [
        [269, 'undefined', [...bytesOf('/home/jane/secret.tif\0')]],
        [33_432, 'undefined', [...bytesOf('(c) Jane\0')]],
        [34_736, 'undefined', [...bytesOf('map at 51.5 N\0')]],
        [700, 'undefined', [...editorXmp()]],
        [65_000, 'undefined', [...bytesOf('some program\0')]],
      ],
    },
    [[10, 20, 30, 250]],
  );

describe('a TIFF', () => {
  it.each([true, false])('of several pages is cleaned on each (big-endian: %s)', async (bigEndian) => {
    const before = pagesOf(bigEndian);
    const { bytes, removed } = await cleanMetadata(before, 'tiff', 'protect');
    expect(removed).toEqual(expect.arrayContaining(['comment', 'gps', 'georeference', 'software', 'serial-number']));
    for (const word of ['secret', '51.5', 'some program', 'Munich', 'SN-0042'])
      expect([word, Buffer.from(before).includes(word), Buffer.from(bytes).includes(word)]).toEqual([
        word,
        true,
        false,
      ]);
    expect(Buffer.from(bytes).toString('latin1').split('(c) Jane')).toHaveLength(2);
    expect((await sharp(bytes).metadata()).pages).toBe(3);
    for (const page of [0, 1, 2]) expect([...(await pixels(bytes, page))]).toEqual([...(await pixels(before, page))]);
    const twice = await cleanMetadata(bytes, 'tiff', 'protect');
    expect(twice).toMatchObject({ removed: [] });
    expect(Buffer.from(twice.bytes).equals(bytes)).toBe(true);
    if (HAS_EXIFTOOL) expect(await complaints(bytes)).toEqual([]);
  });

  it('whose strips tell no length keeps them', async () => {
    const before = tiffFile(
      {
        ...{ width: 2, height: 2, bits: 8, samples: 1, photometric: 1, stripLength: 0 },
        more: [[269, 'undefined', [...bytesOf('secret\0')]]],
      },
      [[10, 20, 30, 250]],
    );
    const { bytes } = await cleanMetadata(before, 'tiff', 'strip');
    const read = async (file: Uint8Array): Promise<number[]> => [
      ...(await readers.tiff.read(new Uint8Array(file), loadWasm)).data,
    ];
    expect(await read(bytes)).toEqual(await read(before));
    expect(Buffer.from(bytes).includes('secret')).toBe(false);
  });

  it('keeps the size of a print under one policy and not under another, and a profile that is not sRGB', async () => {
    const icc = iccProfile({ colorants: 'p3' });
    const before = tiffFile(
      {
        ...{ width: 2, height: 2, bits: 8, samples: 3, photometric: 2 },
        more: [
          [282, 'rational', [30_000]],
          [283, 'rational', [30_000]],
          [296, 'short', [2]],
          [34_675, 'undefined', [...icc]],
          [37_724, 'undefined', [...bytesOf('Adobe Photoshop Document Data Block\0')]],
        ],
      },
      [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    );
    const protectedFile = await cleanMetadata(before, 'tiff', 'protect');
    expect(protectedFile).toMatchObject({ removed: ['software'], kept: ['physical-size'] });
    expect((await sharp(protectedFile.bytes).metadata()).density).toBe(300);
    const stripped = await cleanMetadata(before, 'tiff', 'strip');
    expect(stripped).toMatchObject({ removed: ['software', 'physical-size'], kept: [] });
    for (const { bytes } of [protectedFile, stripped]) {
      expect(Buffer.from(extractMetadata(bytes, 'tiff').icc ?? []).equals(icc)).toBe(true);
      expect(await pixels(bytes)).toEqual(await pixels(before));
    }
  });

  it('that gets no smaller is the original without what the policy takes out', async () => {
    const tags = {
      256: { shorts: [1] },
      257: { shorts: [1] },
      258: { shorts: [8] },
      262: { shorts: [1] },
      273: { longs: [8] },
      277: { shorts: [1] },
      278: { shorts: [1] },
      279: { longs: [1] },
      0x8298: { text: '(c) Jane' },
    };
    const before = exifBlock({ main: tags, gps: { 1: { text: 'N' }, 2: { rationals: [[51, 1], [30, 1], [12, 1]] } } }); // prettier-ignore
    const { bytes, receipt } = await compress(before);
    expect(receipt.output.format).toBe('tiff');
    expect(inspect(bytes).metadata.kinds).toEqual(['copyright']);
    expect(receipt.notes).toContainEqual({ kind: 'info', code: 'metadata-removed', parameters: { kinds: 'gps' } });
    expect(notesOf(receipt)).not.toContain('never-larger');
    const cleaned = await compress(before, { aim: { kind: 'untouched' } });
    expect(inspect(cleaned.bytes).metadata.kinds).toEqual(['copyright']);
    const again = await compress(cleaned.bytes, { aim: { kind: 'untouched' } });
    expect(notesOf(again.receipt)).toEqual(['lossless', 'nothing-to-clean', 'metadata-kept']);
    expect(again.receipt.outcome).toBe('original');
    const texts = textsWith(english);
    expect([texts.receiptFigures(again.receipt), texts.notesLine(again.receipt.notes)]).toEqual([
      `${again.bytes.length} bytes, unchanged`,
      'There was no metadata that had to be removed. Kept: copyright',
    ]);
    expect((await compress(before, { metadata: 'keep', aim: { kind: 'untouched' } })).bytes).toEqual(before);
  });
});
