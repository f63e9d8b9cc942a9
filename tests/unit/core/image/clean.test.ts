import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import type { InputFormat, MetadataKind, OutputFormat } from '../../../../lib/core/image/inspection.ts';
import { cleanMetadata, embedMetadata, extractMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import { EMPTY_METADATA } from '../../../../lib/core/image/metadata/metadata-set.ts';
import {
  c2paSegment,
  commentSegment,
  exifSegment,
  iccSegments,
  jpegSegment,
  photoshopSegment,
  textChunk,
  withJpegSegments,
  withPngChunks,
  withWebpChunks,
} from '../../../images/containers.ts';
import { cameraExif } from '../../../images/exif-block.ts';
import { complaints, exiftool, HAS_EXIFTOOL } from '../../../images/exiftool.ts';
import { bytesOf, pngChunk } from '../../../images/hand-built.ts';
import { iccProfile } from '../../../images/icc-profile.ts';
import { animated, apng } from '../../../images/moving.ts';
import { withGainMap, withVideo } from '../../../images/parts-after.ts';
import { encoded, gradient } from '../../../images/pictures.ts';
import { recorded } from '../../../images/recorded.ts';
import { plain, withAlpha } from '../../../images/still.ts';
import { editorXmp } from '../../../images/xmp-packet.ts';

/** What must be gone under `protect`, in a file that has everything. */
const PRIVATE: MetadataKind[] = [
  'gps',
  'serial-number',
  'owner-name',
  'maker-note',
  'thumbnail',
  'software',
  'comment',
  'date',
  'camera',
];
const PROTECTED: MetadataKind[] = ['copyright', 'artist', 'credit', 'rights', 'ai-provenance', 'physical-size'];

const P3 = iccProfile({ name: 'P3', colorants: 'p3' });

/** An image with everything in it that the format can carry. */
async function loaded(format: OutputFormat, orientation = 6): Promise<Uint8Array> {
  const image = format === 'jxl' ? recorded('lossy-alpha.jxl') : await plain(format);
  return embedMetadata(image, format, {
    ...EMPTY_METADATA,
    exif: cameraExif(orientation),
    xmp: editorXmp(),
    icc: format === 'jxl' ? null : P3,
    comments: [
      { keyword: 'Comment', text: 'a remark' },
      { keyword: 'Copyright', text: '(c) Ada' },
    ],
    density: { x: 300, y: 300 },
  });
}

async function withExifBlocks(format: 'jpeg' | 'png' | 'webp', ...blocks: readonly Uint8Array[]): Promise<Uint8Array> {
  const image = await plain(format);
  switch (format) {
    case 'jpeg':
      return withJpegSegments(image, ...blocks.map(exifSegment));
    case 'png':
      return withPngChunks(image, ...blocks.map((block) => pngChunk('eXIf', block)));
    case 'webp':
      return withWebpChunks(image, ...blocks.map((block) => ['EXIF', block] as const));
  }
}

const pixels = async (bytes: Uint8Array): Promise<Buffer> => sharp(bytes, { pages: -1 }).raw().toBuffer();

describe.each(['jpeg', 'png', 'webp', 'avif', 'jxl'] as const)('cleaning a %s', (format) => {
  it('protects the maker and drops what tells of persons and places', async () => {
    const before = await loaded(format);
    expect(inspect(before).metadata.kinds).toEqual(expect.arrayContaining([...PRIVATE, ...PROTECTED]));
    const { bytes, removed, kept } = await cleanMetadata(before, format, 'protect');
    expect(inspect(bytes).metadata.kinds).toEqual(kept);
    expect(kept).toEqual(expect.arrayContaining(PROTECTED.filter((kind) => kind !== 'physical-size')));
    expect(removed.toSorted()).toEqual(expect.arrayContaining(PRIVATE.toSorted()));
    expect(kept.filter((kind) => PRIVATE.includes(kind))).toEqual([]);
  });

  it('strips everything', async () => {
    const { bytes, kept } = await cleanMetadata(await loaded(format), format, 'strip');
    // JPEG, PNG and WebP lie on their side without the orientation.
    expect(kept).toEqual(['jpeg', 'png', 'webp'].includes(format) ? ['exif'] : []);
    expect(bytes.length).toBeLessThan((await loaded(format)).length - 2000);
  });

  it('keeps everything by giving back the very bytes', async () => {
    const before = await loaded(format);
    const { bytes, removed } = await cleanMetadata(before, format, 'keep');
    expect(bytes === before).toBe(true);
    expect(removed).toEqual([]);
  });

  it.each(['strip', 'protect'] as const)('keeps orientation, profile and each pixel (%s)', async (policy) => {
    const before = await loaded(format);
    const { bytes } = await cleanMetadata(before, format, policy);
    const [is, was] = [inspect(bytes), inspect(before)];
    expect(is).toMatchObject({
      width: was.width,
      height: was.height,
      orientation: was.orientation,
      alpha: was.alpha,
      bitDepth: was.bitDepth,
      coding: was.coding,
    });
    expect(is.colour).toEqual(was.colour);
    if (format !== 'jxl') expect((await pixels(bytes)).equals(await pixels(before))).toBe(true);
  });

  it('is done when there is nothing to do', async () => {
    const once = await cleanMetadata(await loaded(format), format, 'protect');
    const twice = await cleanMetadata(once.bytes, format, 'protect');
    expect(twice.removed).toEqual([]);
    expect(Buffer.from(twice.bytes).equals(once.bytes)).toBe(true);
  });

  it.skipIf(!HAS_EXIFTOOL)('leaves files in which exiftool finds what it should, and nothing wrong', async () => {
    const before = await loaded(format);
    expect(await complaints(before)).toEqual([]);
    const { bytes } = await cleanMetadata(before, format, 'protect');
    expect(await complaints(bytes)).toEqual([]);
    const tags = await exiftool(bytes);
    expect(tags).toMatchObject({
      'EXIF:Copyright': '(c) 2024 Ada Lovelace',
      'EXIF:Artist': 'Ada Lovelace',
      'XMP:Credit': 'Acme Press',
      'XMP:Rights': '(c) Ada & Co <2024>',
    });
    expect(tags['XMP:DigitalSourceType']).toMatch(/trainedAlgorithmicMedia$/);
    const left = Object.keys(tags).filter(
      (name) =>
        /GPS|Serial|Owner|Maker|Software|Comment|Date|Model|Thumbnail|City|History|CreatorTool/.test(name) &&
        !/^ICC/.test(name),
    );
    expect(left).toEqual([]);
    expect(
      Object.keys(await exiftool((await cleanMetadata(before, format, 'strip')).bytes)).filter((name) =>
        /^(XMP|IPTC|MakerNotes)/.test(name),
      ),
    ).toEqual([]);
  });
});

describe('cleaning', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('never turns a JPEG: %i', async (orientation) => {
    for (const policy of ['strip', 'protect'] as const) {
      const { bytes } = await cleanMetadata(await loaded('jpeg', orientation), 'jpeg', policy);
      expect((await sharp(bytes).metadata()).orientation ?? 1).toBe(orientation);
    }
  });

  it('copies the coded data of a JPEG byte for byte', async () => {
    const image = await encoded(gradient().jpeg({ progressive: true }));
    const { bytes } = await cleanMetadata(
      withJpegSegments(image, exifSegment(cameraExif()), commentSegment('x')),
      'jpeg',
      'strip',
    );
    expect(Buffer.from(bytes).equals(image)).toBe(true);
  });

  it('drops the profile of sRGB and keeps any other', async () => {
    const image = await plain('jpeg');
    const [srgb, p3] = [iccSegments(iccProfile({})), iccSegments(P3)].map((segments) =>
      withJpegSegments(image, ...segments),
    );
    expect(inspect((await cleanMetadata(srgb!, 'jpeg', 'protect')).bytes).colour.profile).toBeNull();
    expect(inspect((await cleanMetadata(p3!, 'jpeg', 'strip')).bytes).colour.profile).toMatchObject({
      bytes: P3.length,
    });
  });

  it('keeps the rights in IPTC and drops the place', async () => {
    const before = withJpegSegments(
      await plain('jpeg'),
      photoshopSegment([
        [116, '(c) Ada'],
        [90, 'Munich'],
        [120, 'A walk'],
      ]),
    );
    const { removed, kept } = await cleanMetadata(before, 'jpeg', 'protect');
    expect(kept).toEqual(['iptc', 'copyright']);
    expect(removed).toEqual(['comment', 'place']);
  });

  it('removes a C2PA manifest that would not match any more, and keeps it when nothing changes', async () => {
    const signed = withJpegSegments(await plain('jpeg'), c2paSegment());
    const untouched = await cleanMetadata(signed, 'jpeg', 'protect');
    expect(untouched.removed).toEqual([]);
    expect(untouched.bytes === signed).toBe(true);
    expect((await cleanMetadata(withJpegSegments(signed, commentSegment('x')), 'jpeg', 'protect')).removed).toEqual([
      'comment',
      'ai-provenance',
      'c2pa',
    ]);
  });

  it("drops vendor segments and JFIF thumbnails, and keeps Adobe's transform", async () => {
    const image = await encoded(gradient().toColourspace('cmyk').jpeg());
    const before = withJpegSegments(
      image,
      jpegSegment(0xe0, 'JFXX\0', [0x10, 1, 2, 3]),
      jpegSegment(0xec, 'Ducky', [0, 1]),
      jpegSegment(0xe4, 'Acme secret'),
    );
    const { bytes, removed } = await cleanMetadata(before, 'jpeg', 'protect');
    expect(removed).toEqual(['maker-note', 'thumbnail', 'software']);
    expect((await pixels(bytes)).equals(await pixels(before))).toBe(true);
  });

  it('keeps a gain map where its index says it is, and what the map itself says of persons goes', async () => {
    const map = await plain('jpeg', { width: 20, height: 12 });
    const before = withGainMap(await plain('jpeg'), map, exifSegment(cameraExif(6)), commentSegment('x'));
    for (const policy of ['strip', 'protect'] as const) {
      const { bytes, kept } = await cleanMetadata(before, 'jpeg', policy);
      expect(kept).toContain('gain-map');
      expect(inspect(bytes).orientation).toBe(6);
      expect(Buffer.from(bytes).includes('secret')).toBe(false);
      expect(Buffer.from(bytes).includes('GainMapMax')).toBe(true);
      const at = gainMapAt(bytes);
      expect(inspect(bytes.subarray(at))).toMatchObject({ format: 'jpeg', width: 20, height: 12 });
      expect((await pixels(bytes.subarray(at))).equals(await pixels(map))).toBe(true);
    }
  });

  it('keeps a gain map and nothing that lies behind it', async () => {
    const map = await plain('jpeg', { width: 20, height: 12 });
    const before = bytesOf(withGainMap(await plain('jpeg'), map), 'of Ada');
    for (const policy of ['strip', 'protect'] as const) {
      const { bytes, kept } = await cleanMetadata(before, 'jpeg', policy);
      expect(kept).toContain('gain-map');
      expect(Buffer.from(bytes).includes('of Ada')).toBe(false);
      expect((await pixels(bytes.subarray(gainMapAt(bytes)))).equals(await pixels(map))).toBe(true);
    }
  });

  it('keeps the video of a motion photo and blanks the place in it', async () => {
    const before = withVideo(await plain('jpeg'), exifSegment(cameraExif()));
    const { bytes, kept, removed } = await cleanMetadata(before, 'jpeg', 'protect');
    expect(kept).toContain('motion-photo');
    expect(removed).toContain('gps');
    expect(Buffer.from(before).includes('+48.1351')).toBe(true);
    expect(Buffer.from(bytes).includes('+48.1351')).toBe(false);
    expect(bytes.subarray(-300).filter((byte) => byte === 0x33)).toHaveLength(100);
    expect(Buffer.from(bytes).includes('hdrp_makernote')).toBe(false);
  });

  it.each(['jpeg', 'png'] as const)(
    'keeps the turn of a %s that is told after a block of EXIF that nobody can read',
    async (format) => {
      const before = await withExifBlocks(format, bytesOf('II*\0', [255, 255, 255, 255]), cameraExif(6), cameraExif(3));
      expect(inspect(before).orientation).toBe(6);
      for (const policy of ['protect', 'strip'] as const)
        expect(inspect((await cleanMetadata(before, format, policy)).bytes).orientation).toBe(6);
    },
  );

  it('does not turn a PNG by the EXIF that ImageMagick wrote as text, which browsers do not ask', async () => {
    const exif = cameraExif(6);
    const before = withPngChunks(
      await plain('png'),
      textChunk('Raw profile type exif', `\nexif\n      ${exif.length}\n${Buffer.from(exif).toString('hex')}\n`),
    );
    const { bytes } = await cleanMetadata(before, 'png', 'protect');
    expect(inspect(bytes).metadata.kinds).toContain('copyright');
    expect([inspect(before).orientation, inspect(bytes).orientation]).toEqual([1, 1]);
  });

  it('drops what stands after the image without being a part of it', async () => {
    const image = await plain('jpeg');
    const { bytes } = await cleanMetadata(
      bytesOf(withJpegSegments(image, commentSegment('x')), 'leavings'),
      'jpeg',
      'strip',
    );
    expect(Buffer.from(bytes).equals(image)).toBe(true);
  });

  it('keeps an APNG moving', async () => {
    const before = withPngChunks(
      await apng(3, 2, [1, 10]),
      textChunk('Software', 'Acme'),
      textChunk('Copyright', 'Ada'),
    );
    const { bytes, removed, kept } = await cleanMetadata(before, 'png', 'protect');
    expect([removed, kept]).toEqual([['software'], ['copyright']]);
    expect(inspect(bytes).animation).toEqual(inspect(before).animation);
  });

  it('keeps pixels of a PNG that are not square', async () => {
    const before = withPngChunks(
      await plain('png'),
      textChunk('Software', 'Acme'),
      pngChunk('pHYs', new Uint8Array([0, 0, 0x10, 0, 0, 0, 0x20, 0, 0])),
    );
    expect(Buffer.from((await cleanMetadata(before, 'png', 'strip')).bytes).includes('pHYs')).toBe(true);
  });

  it('keeps an animated WebP and a GIF moving', async () => {
    const gif = await animated('gif', 3);
    const commented = bytesOf(gif.subarray(0, -1), [0x21, 0xfe, 5], 'hello', [0, 0x3b]);
    const outcome = await cleanMetadata(commented, 'gif', 'protect');
    expect(outcome.removed).toEqual(['comment']);
    expect(Buffer.from(outcome.bytes).equals(gif)).toBe(true);
    const webp = await embedMetadata(await animated('webp', 3), 'webp', { ...EMPTY_METADATA, exif: cameraExif() });
    const { bytes } = await cleanMetadata(webp, 'webp', 'strip');
    expect(inspect(bytes).animation).toEqual(inspect(webp).animation);
    expect((await pixels(bytes)).equals(await pixels(webp))).toBe(true);
  });

  it.each<[string, Uint8Array, InputFormat]>([
    ['a turned AVIF with alpha', recorded('turned.avif'), 'avif'],
    ['a moving AVIF', recorded('animated.avif'), 'avif'],
    ['a HEIC', recorded('plain.heic'), 'heic'],
    ['a JPEG XL container', recorded('container-16-bit.jxl'), 'jxl'],
    ['a moving JPEG XL', recorded('animated.jxl'), 'jxl'],
  ])('finds its way in %s', async (_, image, format) => {
    const before = await embedMetadata(image, format as OutputFormat, {
      ...EMPTY_METADATA,
      exif: cameraExif(),
      xmp: editorXmp(),
    });
    expect(inspect(before).metadata.kinds).toContain('gps');
    const { bytes, kept } = await cleanMetadata(before, format, 'protect');
    expect(kept).toContain('copyright');
    expect({ ...inspect(bytes), bytes: 0, metadata: null }).toEqual({ ...inspect(image), bytes: 0, metadata: null });
    expect(inspect((await cleanMetadata(before, format, 'strip')).bytes).metadata.kinds).toEqual([]);
    // sharp reads no image sequences.
    if (format === 'avif' && !inspect(image).animation)
      expect((await pixels(bytes)).equals(await pixels(image))).toBe(true);
  });

  it('keeps the alpha of an AVIF', async () => {
    const image = await withAlpha('avif');
    const before = await embedMetadata(image, 'avif', { ...EMPTY_METADATA, exif: cameraExif(), icc: P3 });
    const { bytes } = await cleanMetadata(before, 'avif', 'strip');
    expect(await sharp(bytes).metadata()).toMatchObject({ hasAlpha: true, channels: 4 });
    expect((await pixels(bytes)).equals(await pixels(before))).toBe(true);
  });
});

/** Where the index of further images says that the second is. */
function gainMapAt(bytes: Uint8Array): number {
  const base = Buffer.from(bytes).indexOf('MPF\0') + 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  // The entries stand 50 bytes into the index; the first tells the length of the first image.
  const second = base + view.getUint32(base + 50 + 16 + 8);
  expect(view.getUint32(base + 50 + 4)).toBe(second);
  expect(second + view.getUint32(base + 50 + 16 + 4)).toBe(bytes.length);
  return second;
}

it('extracts the same from what it embedded', async () => {
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'jxl'] as const) {
    const metadataSet = extractMetadata(await loaded(format), format);
    expect(Buffer.from(metadataSet.exif ?? []).equals(cameraExif(6)), format).toBe(true);
    if (format !== 'jxl') expect(Buffer.from(metadataSet.icc ?? []).equals(P3), format).toBe(true);
  }
});
