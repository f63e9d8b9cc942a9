/** A picture with a fault inside a drawing or an icon: browsers draw it, so that its metadata goes like any other's. */
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import type { InputFormat } from '../../../../lib/core/image/inspection.ts';
import { cleanMetadata, embedMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import { EMPTY_METADATA } from '../../../../lib/core/image/metadata/metadata-set.ts';
import { exifSegment, withJpegSegments, withPngChunks } from '../../../images/containers.ts';
import { cameraExif } from '../../../images/exif-block.ts';
import { bytesOf, ico, pngChunk } from '../../../images/hand-built.ts';
import { animated } from '../../../images/moving.ts';
import { recorded } from '../../../images/recorded.ts';
import { plain } from '../../../images/still.ts';

const EXIF = cameraExif(1);
const withExif = async (file: Uint8Array, format: 'webp' | 'avif' | 'jxl'): Promise<Uint8Array> =>
  embedMetadata(file, format, { ...EMPTY_METADATA, exif: EXIF });
/** Without its last chunk. */
const cutPng = async (): Promise<Uint8Array> =>
  withPngChunks(await plain('png'), pngChunk('eXIf', EXIF)).subarray(0, -12);

const drawing = (type: string, data: Uint8Array): Uint8Array =>
  bytesOf(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">',
    `<image href="data:image/${type};base64,${Buffer.from(data).toString('base64')}" width="9" height="9"/></svg>`,
  );
const inside = (svg: Uint8Array): Uint8Array =>
  new Uint8Array(Buffer.from(/base64,([^"]+)/.exec(Buffer.from(svg).toString())?.[1] ?? '', 'base64'));
const tells = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes('Acme');

const FILES: readonly (readonly [string, InputFormat, () => Promise<Uint8Array>])[] = [
  ['a PNG without an end', 'png', cutPng],
  [
    'a JPEG without an end',
    'jpeg',
    async () => withJpegSegments(await plain('jpeg'), exifSegment(EXIF)).subarray(0, -2),
  ],
  [
    'a WebP with bytes behind it',
    'webp',
    async () => bytesOf(await withExif(await plain('webp'), 'webp'), 'behind it'),
  ],
  [
    'an AVIF with bytes behind it',
    'avif',
    async () => bytesOf(await withExif(recorded('turned.avif'), 'avif'), 'behind it'),
  ],
  [
    'a JPEG XL with bytes behind it',
    'jxl',
    async () => bytesOf(await withExif(recorded('container-16-bit.jxl'), 'jxl'), 'behind it'),
  ],
  [
    'a GIF that is cut',
    'gif',
    async () => {
      const gif = await animated('gif', 0);
      return bytesOf(
        gif.subarray(0, gif.indexOf(0x21)),
        [0x21, 0xfe, 4],
        'Acme',
        [0],
        gif.subarray(gif.indexOf(0x21), -9),
      );
    },
  ],
];

describe('in a drawing', () => {
  it.each(FILES)('%s loses its metadata and is drawn as before', async (_, format, file) => {
    const picture = await file();
    const before = drawing(format, picture);
    expect(tells(picture)).toBe(true);
    expect(inspect(before).metadata.kinds).toEqual(inspect(picture).metadata.kinds);
    const { bytes, kept } = await cleanMetadata(before, 'svg', 'strip');
    expect(kept).toEqual([]);
    const after = inside(bytes);
    expect(tells(after)).toBe(false);
    const { width, height, animation } = inspect(picture);
    expect(inspect(after)).toMatchObject({ format, width, height, metadata: { kinds: [] } });
    if (!animation) expect(inspect(after).animation).toBe(null);
  });
});

describe('in an icon', () => {
  it('a PNG without an end loses its metadata', async () => {
    const { bytes, kept } = await cleanMetadata(ico([{ width: 61, height: 37, data: await cutPng() }]), 'ico', 'strip');
    expect([kept, tells(bytes), inspect(bytes).width]).toEqual([[], false, 61]);
  });

  it('a picture whose length is not stated loses its metadata', async () => {
    const before = ico([{ width: 61, height: 37, data: withPngChunks(await plain('png'), pngChunk('eXIf', EXIF)) }]);
    // ICONDIRENTRY, dwBytesInRes.
    before.fill(0, 14, 18);
    expect(inspect(before).metadata.kinds).toContain('gps');
    const { bytes, kept } = await cleanMetadata(before, 'ico', 'strip');
    expect([kept, tells(bytes), inspect(bytes).width]).toEqual([[], false, 61]);
  });
});
