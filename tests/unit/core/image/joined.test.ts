/** What goes over several segments, or stands there several times, is joined before a policy decides about it. */
import { describe, expect, it } from 'vitest';
import { md5 } from '../../../../lib/core/bytes/md5.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { applyPolicy } from '../../../../lib/core/image/metadata/apply-policy.ts';
import { EMPTY_METADATA } from '../../../../lib/core/image/metadata/metadata-set.ts';
import { cleanMetadata, embedMetadata, extractMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import type { Receipt } from '../../../../lib/core/model/receipt.ts';
import { compress } from '../../../conformance/compress.ts';
import {
  exifSegment,
  jpegSegment,
  photoshopSegment,
  withJpegSegments,
  xmpSegment,
} from '../../../images/containers.ts';
import { cameraExif, exifBlock } from '../../../images/exif-block.ts';
import { complaints, exiftool, HAS_EXIFTOOL } from '../../../images/exiftool.ts';
import { bytesOf } from '../../../images/hand-built.ts';
import { extendedXmpSegments, iim, photoshopSegments, resource } from '../../../images/joined.ts';
import { plain } from '../../../images/still.ts';
import { xmpPacket } from '../../../images/xmp-packet.ts';

const NS = `xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
  xmlns:xmpNote="http://ns.adobe.com/xmp/note/"`;
const PHOTOSHOP = iim([90, 'Rome'], [92, 'Via Privata 5'], [80, 'Jane Maker'], [116, '(c) Jane']);
/** Longer than a segment, before what counts. */
const SPLIT = bytesOf(resource(0x040c, new Uint8Array(70_000).fill(9)), resource(0x0404, PHOTOSHOP));

/** As exiftool reads it, or as we do where it is not installed. */
async function said(bytes: Uint8Array): Promise<string> {
  return HAS_EXIFTOOL ? JSON.stringify(await exiftool(bytes)) : Buffer.from(bytes).toString('latin1');
}

function kinds({ notes }: Receipt, code: 'metadata-removed' | 'metadata-kept'): string[] {
  return String(notes.find((note) => note.code === code)?.parameters?.['kinds'] ?? '').split(',');
}

async function withExtendedXmp(order: (segments: Uint8Array[]) => Uint8Array[] = (all) => all): Promise<Uint8Array> {
  const { guid, segments } = extendedXmpSegments(
    xmpPacket(
      `<rdf:Description rdf:about="" ${NS}><dc:rights>(c) Jane</dc:rights><dc:creator>Jane Maker</dc:creator>
       <photoshop:City>Rome</photoshop:City><dc:description>${'x'.repeat(70_000)}</dc:description></rdf:Description>`,
    ),
    30_000,
  );
  const main = xmpPacket(`<rdf:Description rdf:about="" ${NS} xmpNote:HasExtendedXMP="${guid}"/>`);
  return withJpegSegments(await plain('jpeg'), xmpSegment(main), ...order(segments));
}

describe('image resources of a JPEG', () => {
  it.each([65_000, 30_001, 1000])('split over segments of %i bytes are one list', async (part) => {
    const before = withJpegSegments(await plain('jpeg'), ...photoshopSegments(SPLIT, part));
    expect(inspect(before).metadata.kinds).toEqual(['iptc', 'place', 'thumbnail', 'copyright', 'artist']);
    for (const aim of [{ kind: 'untouched' }, { kind: 'lossless' }, { kind: 'quality', quality: 20 }] as const) {
      const { bytes, receipt } = await compress(before, { aim });
      expect(await said(bytes)).not.toMatch(/Rome|Via Privata/);
      expect(await said(bytes)).toMatch(/Jane Maker/);
      expect(await said(bytes)).toMatch(/\(c\) Jane/);
      expect(kinds(receipt, 'metadata-removed')).toEqual(['place', 'thumbnail']);
      expect(kinds(receipt, 'metadata-kept')).toEqual(['copyright', 'artist']);
    }
    const { bytes } = await compress(before, { metadata: 'strip' });
    expect(await said(bytes)).not.toMatch(/Rome|Jane/);
  });

  it('in several complete blocks are all read, each dataset once, in one character set', async () => {
    const before = withJpegSegments(
      await plain('jpeg'),
      photoshopSegment([
        [116, '(c) Jane'],
        [80, 'J\xfcrgen'],
      ]),
      ...photoshopSegments(
        resource(
          0x0404,
          bytesOf([0x1c, 1, 90, 0, 3], '\x1b%G', iim([116, '(c) Jane'], [80, 'Zo\xc3\xab'], [90, 'Rome'])),
        ),
        100,
      ),
    );
    const { bytes, removed } = await cleanMetadata(before, 'jpeg', 'protect');
    expect(removed).toEqual(['place']);
    const iptc = Buffer.from(extractMetadata(bytes, 'jpeg').iptc ?? []).toString('utf8');
    for (const name of ['Jürgen', 'Zoë', '\x1b%G']) expect(iptc).toContain(name);
    expect(iptc.split('(c) Jane')).toHaveLength(2);
  });

  it('that are longer than a segment are written over several again, and nothing of them is lost', async () => {
    const image = withJpegSegments(await plain('jpeg'), ...photoshopSegments(SPLIT, 65_000));
    const { metadataSet, removed } = applyPolicy(extractMetadata(image, 'jpeg'), 'keep', {
      are: 'encoded',
      width: 61,
      height: 37,
      format: 'jpeg',
    });
    expect(removed).toEqual([]);
    const again = extractMetadata(await embedMetadata(await plain('jpeg'), 'jpeg', metadataSet), 'jpeg');
    expect(again.resources).toEqual([{ id: 0x040c, data: new Uint8Array(70_000).fill(9) }]);
    expect(Buffer.from(again.iptc ?? []).equals(PHOTOSHOP)).toBe(true);
  });

  it('have EXIF and XMP among them, which count as such', async () => {
    const list = bytesOf(
      resource(0x0422, cameraExif(6)),
      resource(0x0424, xmpPacket(`<rdf:Description rdf:about="" ${NS} dc:rights="(c) XMP" photoshop:City="Rome"/>`)),
    );
    const before = withJpegSegments(await plain('jpeg'), ...photoshopSegments(list, 300));
    expect(inspect(before)).toMatchObject({ orientation: 1 });
    for (const aim of [{ kind: 'untouched' }, { kind: 'quality', quality: 20 }] as const) {
      const { bytes, receipt } = await compress(before, { aim });
      expect(kinds(receipt, 'metadata-removed')).toEqual(expect.arrayContaining(['gps', 'place', 'serial-number']));
      expect(inspect(bytes).orientation).toBe(1);
      expect(await said(bytes)).toMatch(/\(c\) 2024 Ada Lovelace/);
      expect(await said(bytes)).toMatch(/\(c\) XMP/);
      expect(await said(bytes)).not.toMatch(/GPS|SN-0042|Rome/);
    }
  });

  it('without their pad byte, of Photoshop 2.5, or cut short are read as far as they go', async () => {
    const odd = resource(0x0409, new Uint8Array(3)).subarray(0, -1);
    const old = jpegSegment(0xed, 'Adobe_Photoshop2.5:', new Uint8Array(8), resource(0x0404, iim([90, 'Oslo'])));
    const file = withJpegSegments(
      await plain('jpeg'),
      jpegSegment(0xed, 'Photoshop 3.0\0', odd, resource(0x0404, iim([116, '(c) Jane'], [92, 'Via Privata 5']))),
      old,
    );
    expect(inspect(file).metadata.kinds).toEqual(['iptc', 'place', 'thumbnail', 'copyright']);
    const short = resource(0x0404, iim([116, '(c) Jane'], [92, 'Via Privata 5'])).subarray(0, -4);
    const cut = withJpegSegments(await plain('jpeg'), jpegSegment(0xed, 'Photoshop 3.0\0', short));
    expect((await cleanMetadata(cut, 'jpeg', 'protect')).kept).toEqual(['iptc', 'copyright']);
  });
});

describe('a continuation of XMP', () => {
  it.each<[string, (segments: Uint8Array[]) => Uint8Array[]]>([
    ['in order', (all) => all],
    ['in another order', (all) => all.toReversed()],
    ['with a part twice', (all) => [...all, all[1]!]],
  ])('%s is a part of the packet', async (_, order) => {
    const before = await withExtendedXmp(order);
    expect(inspect(before).metadata.kinds).toEqual(['xmp', 'comment', 'place', 'copyright', 'artist']);
    for (const aim of [{ kind: 'untouched' }, { kind: 'quality', quality: 20 }] as const) {
      const { bytes, receipt } = await compress(before, { aim });
      expect(await said(bytes)).toMatch(/\(c\) Jane/);
      expect(await said(bytes)).toMatch(/Jane Maker/);
      expect(await said(bytes)).not.toMatch(/Rome|xxxxx|HasExtendedXMP/);
      expect(kinds(receipt, 'metadata-removed')).toEqual(['comment', 'place']);
    }
  });

  it('of which a part is missing goes, and is named', async () => {
    const before = await withExtendedXmp((all) => all.slice(1));
    const { receipt, bytes } = await compress(before);
    expect(kinds(receipt, 'metadata-removed')).toEqual(['extended-xmp']);
    expect(await said(bytes)).not.toMatch(/Jane|Rome/);
  });

  it('that no packet names goes, and is named', async () => {
    const { segments } = extendedXmpSegments(xmpPacket('<rdf:Description rdf:about="" a="1"/>'), 500);
    const before = withJpegSegments(await plain('jpeg'), ...segments);
    const { bytes, removed } = await cleanMetadata(before, 'jpeg', 'protect');
    expect(removed).toEqual(['extended-xmp']);
    expect(Buffer.from(bytes).equals(await plain('jpeg'))).toBe(true);
  });

  it('is written for what is longer than a segment, as exiftool reads it, rights first', async () => {
    const { metadataSet, removed } = applyPolicy(extractMetadata(await withExtendedXmp(), 'jpeg'), 'keep', {
      are: 'encoded',
      width: 61,
      height: 37,
      format: 'jpeg',
    });
    expect(removed).toEqual([]);
    const bytes = await embedMetadata(await plain('jpeg'), 'jpeg', metadataSet);
    expect(Buffer.from(bytes).includes('http://ns.adobe.com/xmp/extension/')).toBe(true);
    expect(inspect(bytes).metadata.kinds).toEqual(inspect(await withExtendedXmp()).metadata.kinds);
    if (!HAS_EXIFTOOL) return;
    expect(await complaints(bytes)).toEqual([]);
    expect(await exiftool(bytes)).toMatchObject({ 'XMP:Rights': '(c) Jane', 'XMP:City': 'Rome' });
    expect(String((await exiftool(bytes))['XMP:Description'])).toHaveLength(70_000);
  });

  it('is named by its MD5', () => {
    expect(md5(bytesOf(''))).toBe('D41D8CD98F00B204E9800998ECF8427E');
    expect(md5(bytesOf('12345678901234567890123456789012345678901234567890123456789012345678901234567890'))).toBe(
      '57EDF4A22BE3C955AC49DA2E2107B67A',
    );
  });
});

describe('EXIF of a JPEG', () => {
  it('that goes on in a second segment is one block', async () => {
    const block = exifBlock({
      main: { 0x010e: { text: 'x'.repeat(70_000) }, 0x013b: { text: 'Jane Maker' } },
      exif: { 0xa431: { text: 'SN-0042' } },
    });
    const before = withJpegSegments(
      await plain('jpeg'),
      exifSegment(block.subarray(0, 65_000)),
      exifSegment(block.subarray(65_000)),
    );
    expect(inspect(before).metadata.kinds).toEqual(['exif', 'comment', 'serial-number', 'artist']);
    const { bytes, kept } = await cleanMetadata(before, 'jpeg', 'protect');
    expect(kept).toEqual(['exif', 'artist']);
    expect(await said(bytes)).toContain('Jane Maker');
    expect(await said(bytes)).not.toMatch(/SN-0042|xxxx/);
  });

  it.each(['big', 'little'] as const)(
    'in several blocks keeps the rights of each (second %s-endian)',
    async (order) => {
      const rights = exifBlock({ main: { 0x8298: { text: '(c) Jane' }, 0x011a: { rationals: [[600, 1]] } } }, order);
      const before = withJpegSegments(
        await plain('jpeg'),
        exifSegment(exifBlock({ main: { 0x0112: { shorts: [6] }, 0x013b: { text: 'Jane Maker' } } })),
        exifSegment(rights),
        exifSegment(cameraExif(3)),
      );
      expect(inspect(before)).toMatchObject({ orientation: 6 });
      const { bytes } = await cleanMetadata(before, 'jpeg', 'protect');
      expect(inspect(bytes).orientation).toBe(6);
      if (!HAS_EXIFTOOL) return;
      expect(await complaints(bytes)).toEqual([]);
      expect(await exiftool(bytes)).toMatchObject({
        'EXIF:Copyright': '(c) Jane',
        'EXIF:Artist': 'Jane Maker',
        'EXIF:XResolution': 600,
      });
      expect(await said(bytes)).not.toMatch(/GPS|SN-0042|Babbage/);
    },
  );

  it.each([4, 9, 13])('has its position found by a pointer of type %i', async (type) => {
    const block = cameraExif(1);
    const view = new DataView(block.buffer);
    for (let at = 10; at < 200; at += 12) if (view.getUint16(at, true) === 0x8825) view.setUint16(at + 2, type, true);
    const before = withJpegSegments(await plain('jpeg'), exifSegment(block));
    const { receipt, bytes } = await compress(before);
    expect(kinds(receipt, 'metadata-removed')).toContain('gps');
    expect(await said(bytes)).not.toContain('GPS');
  });

  it("too long for its segment gives up the maker's notes, and not in silence", async () => {
    const exif = exifBlock({
      main: { 0x013b: { text: 'Jane Maker' } },
      exif: { 0x927c: { bytes: new Uint8Array(70_000).fill(5) }, 0xa431: { text: 'SN-0042' } },
    });
    const { kept, removed } = applyPolicy({ ...EMPTY_METADATA, exif }, 'keep', {
      are: 'encoded',
      width: 61,
      height: 37,
      format: 'jpeg',
    });
    expect({ kept, removed }).toEqual({ kept: ['exif', 'serial-number', 'artist'], removed: ['maker-note'] });
  });
});

describe('a place', () => {
  it('in words is no position', async () => {
    const before = withJpegSegments(await plain('jpeg'), photoshopSegment([[90, 'Rome']]));
    expect(inspect(before).metadata.kinds).toEqual(['iptc', 'place']);
    const { receipt } = await compress(before);
    expect(kinds(receipt, 'metadata-removed')).toEqual(['place']);
  });

  it("that has a position in it is both, and a maker's address that has one goes", async () => {
    const packet = xmpPacket(`<rdf:Description rdf:about="" xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
      xmlns:c="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:r="http://www.metadataworkinggroup.com/schemas/regions/">
      <e:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource"><e:City>Rome</e:City><exif:GPSLatitude>41,53N</exif:GPSLatitude></rdf:li></rdf:Bag></e:LocationCreated>
      <c:CreatorContactInfo exif:GPSLatitude="41,53N"/>
      <r:Regions><rdf:Bag><rdf:li r:Name="Ada"/></rdf:Bag></r:Regions></rdf:Description>`);
    const before = withJpegSegments(await plain('jpeg'), xmpSegment(packet));
    expect(inspect(before).metadata.kinds).toEqual(['xmp', 'gps', 'place', 'people', 'artist']);
    expect((await cleanMetadata(before, 'jpeg', 'protect')).kept).toEqual([]);
  });
});
