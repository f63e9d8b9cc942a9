import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { applyPolicy } from '../../../../lib/core/image/metadata/apply-policy.ts';
import { EMPTY_METADATA, type MetadataSet } from '../../../../lib/core/image/metadata/metadata-set.ts';
import { readExif } from '../../../../lib/core/image/metadata/exif.ts';
import { embedMetadata, extractMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import {
  exifSegment,
  iccpChunk,
  photoshopSegment,
  textChunk,
  withJpegSegments,
  withPngChunks,
  xmpSegment,
} from '../../../images/containers.ts';
import { cameraExif, exifBlock } from '../../../images/exif-block.ts';
import { complaints, exiftool, HAS_EXIFTOOL } from '../../../images/exiftool.ts';
import { bytesOf } from '../../../images/hand-built.ts';
import { iccProfile } from '../../../images/icc-profile.ts';
import { recorded } from '../../../images/recorded.ts';
import { plain } from '../../../images/still.ts';
import { editorXmp, gainMapXmp, motionPhotoXmp, xmpPacket } from '../../../images/xmp-packet.ts';

const ENCODED = { are: 'encoded', width: 640, height: 480 } as const;
const text = (bytes: Uint8Array | null): string => new TextDecoder('latin1').decode(bytes ?? new Uint8Array());

/** What a photo of an agency has, in a JPEG. */
async function agencyJpeg(): Promise<Uint8Array> {
  return withJpegSegments(
    await plain('jpeg'),
    exifSegment(cameraExif(6)),
    xmpSegment(editorXmp()),
    photoshopSegment([
      [116, '(c) IPTC'],
      [110, 'Agency'],
      [90, 'Munich'],
      [40, 'Web only'],
    ]),
  );
}

describe('keeping all with new pixels', () => {
  const kept = (order: 'big' | 'little'): MetadataSet =>
    applyPolicy({ ...EMPTY_METADATA, exif: cameraExif(6, order), xmp: editorXmp() }, 'keep', ENCODED).metadataSet;

  it.each(['big', 'little'] as const)('sets orientation to 1 and leaves the rest (%s-endian)', (order) => {
    const { exif } = kept(order);
    const facts = readExif(exif!);
    expect(facts.orientation).toBe(1);
    expect(facts.kinds).toEqual(readExif(cameraExif(1, order)).kinds.filter((kind) => kind !== 'thumbnail'));
  });

  it('cuts off a thumbnail that would lie on its side, and keeps one that does not', () => {
    expect(kept('little').exif!.length).toBeLessThan(cameraExif(6).length - 60);
    expect(applyPolicy({ ...EMPTY_METADATA, exif: cameraExif(1) }, 'keep', ENCODED).kept).toContain('thumbnail');
  });

  it('drops the turn in XMP', () => {
    expect(text(editorXmp())).toContain('Orientation');
    expect(text(kept('big').xmp)).not.toContain('Orientation');
    expect(text(kept('big').xmp)).toContain('SN-0042');
  });

  it.each([
    ['a gain map', gainMapXmp(), 'hdrgm'],
    ['a motion photo', motionPhotoXmp(), 'MotionPhoto'],
    [
      'a C2PA manifest elsewhere',
      xmpPacket(
        '<rdf:Description rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="https://x/"/>',
      ),
      'provenance',
    ],
  ])('drops what tells of %s, which is lost', (_, xmp, word) => {
    expect(text(xmp)).toContain(word);
    expect(text(applyPolicy({ ...EMPTY_METADATA, xmp }, 'keep', ENCODED).metadataSet.xmp)).not.toContain(word);
  });
});

describe('protecting', () => {
  it('tells what it removed and what it kept', async () => {
    const { removed, kept, metadataSet } = applyPolicy(extractMetadata(await agencyJpeg(), 'jpeg'), 'protect', ENCODED);
    expect(kept).toEqual([
      'exif',
      'xmp',
      'iptc',
      'copyright',
      'artist',
      'credit',
      'rights',
      'ai-provenance',
      'physical-size',
    ]);
    expect(removed).toEqual([
      'comment',
      'gps',
      'place',
      'serial-number',
      'owner-name',
      'maker-note',
      'thumbnail',
      'software',
      'date',
      'camera',
    ]);
    expect(text(metadataSet.exif)).not.toMatch(/SN-0042|Babbage|Acme|remark|2024:05/);
    expect(text(metadataSet.xmp)).not.toMatch(/SN-0042|Munich|Acme Edit|walk|GPS/);
    expect(text(metadataSet.iptc)).not.toContain('Munich');
  });

  it('keeps structures, escapes and languages in XMP', () => {
    const { xmp } = applyPolicy({ ...EMPTY_METADATA, xmp: editorXmp() }, 'protect', ENCODED).metadataSet;
    expect(text(xmp)).toContain('<rdf:li xml:lang="x-default">(c) Ada &amp; Co &lt;2024&gt;</rdf:li>');
    expect(text(xmp)).toContain('<plus:LicensorURL>https://example.org/?a=1&amp;b=2</plus:LicensorURL>');
  });

  it('drops XMP that cannot be read, rather than let through what nobody has seen', () => {
    expect(
      applyPolicy({ ...EMPTY_METADATA, xmp: bytesOf('<x:xmpmeta>') }, 'protect', ENCODED).metadataSet.xmp,
    ).toBeNull();
    expect(
      applyPolicy({ ...EMPTY_METADATA, exif: bytesOf('nonsense') }, 'protect', ENCODED).metadataSet.exif,
    ).toBeNull();
  });

  it('drops namespaces that it does not know', () => {
    const xmp = xmpPacket(
      '<rdf:Description rdf:about="" xmlns:a="http://acme/" a:secret="1" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights>mine</dc:rights></rdf:Description>',
    );
    expect(text(applyPolicy({ ...EMPTY_METADATA, xmp }, 'protect', ENCODED).metadataSet.xmp)).not.toMatch(
      /acme|secret/,
    );
  });
});

it('counts as removed what the format has no place for', () => {
  const metadataSet = {
    ...EMPTY_METADATA,
    density: { x: 300, y: 300 },
    comments: [{ keyword: 'Copyright', text: 'me' }],
  };
  expect(applyPolicy(metadataSet, 'protect', { ...ENCODED, format: 'png' })).toMatchObject({
    kept: ['copyright', 'physical-size'],
    removed: [],
  });
  expect(applyPolicy(metadataSet, 'protect', { ...ENCODED, format: 'webp' })).toMatchObject({
    kept: ['xmp', 'copyright'],
    removed: ['physical-size'],
  });
});

describe('stripping', () => {
  it('leaves nothing but the profile', async () => {
    const icc = iccProfile({ colorants: 'p3' });
    const { metadataSet, kept } = applyPolicy(
      { ...extractMetadata(await agencyJpeg(), 'jpeg'), icc },
      'strip',
      ENCODED,
    );
    expect(metadataSet).toEqual({ ...EMPTY_METADATA, icc });
    expect(kept).toEqual([]);
  });
});

describe('from one format to another', () => {
  const image = async (format: 'jpeg' | 'png' | 'webp' | 'avif' | 'jxl'): Promise<Uint8Array> =>
    format === 'jxl' ? recorded('lossy-alpha.jxl') : plain(format);

  it.each(['jpeg', 'png', 'webp', 'avif', 'jxl'] as const)("a photo's rights get into %s", async (format) => {
    const { metadataSet } = applyPolicy(extractMetadata(await agencyJpeg(), 'jpeg'), 'protect', ENCODED);
    const bytes = await embedMetadata(await image(format), format, metadataSet);
    expect(inspect(bytes)).toMatchObject({ orientation: 1 });
    expect(inspect(bytes).metadata.kinds).toEqual(
      expect.arrayContaining(['copyright', 'artist', 'credit', 'rights', 'ai-provenance']),
    );
    expect(inspect(bytes).metadata.kinds).not.toContain('gps');
    if (!HAS_EXIFTOOL) return;
    expect(await complaints(bytes)).toEqual([]);
    expect(await exiftool(bytes)).toMatchObject({ 'EXIF:Copyright': '(c) 2024 Ada Lovelace' });
    // IPTC has a place of its own in JPEG alone; elsewhere XMP says what it said.
    expect(await exiftool(bytes)).toMatchObject(
      format === 'jpeg'
        ? { 'IPTC:CopyrightNotice': '(c) IPTC', 'XMP:Rights': '(c) Ada & Co <2024>', 'XMP:Credit': 'Acme Press' }
        : {
            'XMP:Instructions': 'Web only',
            'XMP:Rights': '(c) Ada & Co <2024>; (c) IPTC',
            'XMP:Credit': 'Acme Press; Agency',
          },
    );
  });

  it.each(['png', 'webp', 'avif', 'jpeg'] as const)('a profile gets into %s as it is', async (format) => {
    const icc = iccProfile({ name: 'Wide', colorants: 'p3' });
    const bytes = await embedMetadata(await plain(format), format, { ...EMPTY_METADATA, icc });
    expect(Buffer.from((await sharp(bytes).metadata()).icc ?? []).equals(icc)).toBe(true);
    expect(inspect(bytes).colour.profile).toMatchObject({ description: 'Wide', srgb: false });
  });

  it('a profile of more than a segment gets into JPEG in parts', async () => {
    const icc = bytesOf(iccProfile({ colorants: 'p3' }), new Uint8Array(150_000));
    new DataView(icc.buffer).setUint32(0, icc.length);
    const bytes = await embedMetadata(await plain('jpeg'), 'jpeg', { ...EMPTY_METADATA, icc });
    expect(Buffer.from(extractMetadata(bytes, 'jpeg').icc ?? []).equals(icc)).toBe(true);
    expect((await sharp(bytes).metadata()).icc?.length).toBe(icc.length);
  });

  it('a profile cannot get into JPEG XL, and is not silently lost', async () => {
    await expect(
      embedMetadata(recorded('lossy-alpha.jxl'), 'jxl', { ...EMPTY_METADATA, icc: iccProfile({}) }),
    ).rejects.toMatchObject({ code: 'unsupported-variant' });
  });

  it("a PNG's notices become XMP in WebP", async () => {
    const png = withPngChunks(
      await plain('png'),
      textChunk('Copyright', '\xa9 Ada'),
      textChunk('Author', 'Ada'),
      iccpChunk(iccProfile({ colorants: 'adobe' })),
    );
    const { metadataSet } = applyPolicy(extractMetadata(png, 'png'), 'protect', ENCODED);
    const bytes = await embedMetadata(await plain('webp'), 'webp', metadataSet);
    expect(inspect(bytes).metadata.kinds).toEqual(['xmp', 'copyright', 'artist']);
    if (HAS_EXIFTOOL) expect(await exiftool(bytes)).toMatchObject({ 'XMP:Rights': '\xa9 Ada', 'XMP:Creator': 'Ada' });
  });

  describe('what says one thing in IPTC or a comment and another in XMP', () => {
    const DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"';
    const packet = (properties: string): Uint8Array =>
      xmpPacket(`<rdf:Description rdf:about="" ${DC}>${properties}</rdf:Description>`);
    const rights = packet(
      '<dc:rights><rdf:Alt><rdf:li xml:lang="de">B, alle Rechte</rdf:li><rdf:li xml:lang="x-default">B</rdf:li></rdf:Alt></dc:rights><dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator><photoshop:Credit>Acme Press</photoshop:Credit>',
    );
    const jpeg = async (xmp: Uint8Array, ...datasets: [number, string][]): Promise<Uint8Array> =>
      withJpegSegments(await plain('jpeg'), xmpSegment(xmp), photoshopSegment(datasets));
    const into = async (
      bytes: Uint8Array,
      from: 'jpeg' | 'png',
      to: 'webp' | 'avif' | 'jxl' | 'png' | 'jpeg',
    ): Promise<Uint8Array> => {
      const { metadataSet, kept } = applyPolicy(extractMetadata(bytes, from), 'protect', { ...ENCODED, format: to });
      expect(kept).toContain('copyright');
      return embedMetadata(await image(to), to, metadataSet);
    };

    it.each(['webp', 'avif', 'jxl', 'png'] as const)('says both in %s', async (format) => {
      const bytes = await into(
        await jpeg(rights, [116, 'A'], [80, 'Charles'], [80, 'Ada'], [110, 'Agency']),
        'jpeg',
        format,
      );
      const xmp = text(extractMetadata(bytes, format).xmp);
      expect(xmp).toContain('<rdf:li xml:lang="x-default">B; A</rdf:li>');
      expect(xmp).toContain('<rdf:li xml:lang="de">B, alle Rechte</rdf:li>');
      expect(xmp).toContain('<rdf:li>Ada</rdf:li><rdf:li>Charles</rdf:li>');
      if (HAS_EXIFTOOL)
        expect(await exiftool(bytes)).toMatchObject({
          'XMP:Rights': 'B; A',
          'XMP:Rights-de': 'B, alle Rechte',
          'XMP:Creator': ['Ada', 'Charles'],
          'XMP:Credit': 'Acme Press; Agency',
        });
    });

    it('says it once where both say the same, or IPTC as much of it as its field holds', async () => {
      const credit = 'Acme Press of the Islands, all of them';
      const long = packet(`<dc:rights>(c) B</dc:rights><photoshop:Credit>${credit}</photoshop:Credit>`);
      const bytes = await into(await jpeg(long, [116, 'B'], [110, credit.slice(0, 32)]), 'jpeg', 'webp');
      expect(text(extractMetadata(bytes, 'webp').xmp)).not.toContain(';');
      const again = applyPolicy(extractMetadata(bytes, 'webp'), 'protect', { ...ENCODED, format: 'webp' });
      expect(text(again.metadataSet.xmp)).not.toContain(';');
    });

    it.each([
      ['an attribute', `<rdf:Description rdf:about="" ${DC} dc:rights="B" photoshop:Credit="Acme"/>`],
      [
        'bare text',
        `<rdf:Description rdf:about="" ${DC}><dc:rights>B</dc:rights><photoshop:Credit>Acme</photoshop:Credit></rdf:Description>`,
      ],
      [
        'an empty list',
        `<rdf:Description rdf:about="" ${DC}><dc:rights><rdf:Alt/></dc:rights><photoshop:Credit/></rdf:Description>`,
      ],
    ])('joins what is written as %s', async (_, description) => {
      const bytes = await into(
        await jpeg(xmpPacket(description), [116, 'A'], [110, 'Agency'], [80, 'Ada']),
        'jpeg',
        'webp',
      );
      const xmp = text(extractMetadata(bytes, 'webp').xmp);
      for (const word of description.includes('"B"') || description.includes('>B<')
        ? ['B; A', 'Acme; Agency', 'Ada']
        : ['>A<', 'Agency', 'Ada'])
        expect(xmp).toContain(word);
      if (HAS_EXIFTOOL) expect(await complaints(bytes)).toEqual([]);
    });

    it("is said by a PNG's texts too, each of them", async () => {
      const png = withPngChunks(await plain('png'), textChunk('Copyright', 'A'), textChunk('Copyright', 'C'));
      const withXmp = await embedMetadata(png, 'png', { ...extractMetadata(png, 'png'), xmp: rights });
      const bytes = await into(withXmp, 'png', 'jpeg');
      expect(text(extractMetadata(bytes, 'jpeg').xmp)).toContain('B; A; C');
    });
  });

  it('a print size gets from JPEG to PNG and back', async () => {
    const density = { x: 300, y: 300 };
    const png = await embedMetadata(await plain('png'), 'png', { ...EMPTY_METADATA, density });
    expect((await sharp(png).metadata()).density).toBe(300);
    const jpeg = await embedMetadata(await plain('jpeg'), 'jpeg', extractMetadata(png, 'png'));
    expect((await sharp(jpeg).metadata()).density).toBe(300);
  });

  it("a TIFF's EXIF gets into JPEG", async () => {
    const tiff = exifBlock({
      main: {
        256: { shorts: [1] },
        257: { shorts: [1] },
        258: { shorts: [8] },
        262: { shorts: [1] },
        273: { longs: [8] },
        279: { longs: [1] },
        0x010f: { text: 'Acme' },
        0x8298: { text: '(c) Ada' },
      },
      exif: { 0xa431: { text: 'SN' } },
    });
    expect(inspect(tiff)).toMatchObject({
      format: 'tiff',
      metadata: { kinds: ['exif', 'serial-number', 'copyright', 'camera'] },
    });
    const metadataSet = extractMetadata(tiff, 'tiff');
    const bytes = await embedMetadata(
      await plain('jpeg'),
      'jpeg',
      applyPolicy(metadataSet, 'protect', ENCODED).metadataSet,
    );
    expect(inspect(bytes).metadata.kinds).toEqual(['exif', 'copyright']);
  });

  it('EXIF that is too long for JPEG gives up what is least', async () => {
    const metadataSet = { ...EMPTY_METADATA, exif: bytesOf(cameraExif(), new Uint8Array(70_000)) };
    const bytes = await embedMetadata(await plain('jpeg'), 'jpeg', metadataSet);
    expect(inspect(bytes).metadata.kinds).toContain('copyright');
  });
});
