/** What shows or measures the picture as it was goes where it is turned, cropped or resized, though all metadata is to be kept. */
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { UNFRAMED } from '../../../../lib/core/model/framing.ts';
import type { Recipe } from '../../../../lib/core/model/recipe.ts';
import { compress } from '../../../conformance/compress.ts';
import { exifSegment, jpegSegment, withJpegSegments, xmpSegment } from '../../../images/containers.ts';
import { exifBlock } from '../../../images/exif-block.ts';
import { exiftool, HAS_EXIFTOOL } from '../../../images/exiftool.ts';
import { bytesOf, u16be, u32be } from '../../../images/hand-built.ts';
import { iim, photoshopSegments, resource } from '../../../images/joined.ts';
import { encoded, gradient } from '../../../images/pictures.ts';
import { xmpPacket } from '../../../images/xmp-packet.ts';

const SIZE = { width: 96, height: 64 };
const picture = (): Promise<Uint8Array> => encoded(gradient(SIZE).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }));
/** Whether the picture's scan is in there, as bytes or in base64. */
function holds(bytes: Uint8Array, small: Uint8Array): boolean {
  const file = Buffer.from(bytes);
  return (
    file.includes(Buffer.from(small.subarray(-40, -10))) ||
    file.includes(Buffer.from(small).toString('base64').slice(-60, -10))
  );
}

/** Places of a small picture, each with one of its own. */
const PLACES = [
  'the thumbnail of EXIF',
  "a maker's notes",
  "Minolta's notes, with another first byte",
  "Photoshop's resource 0x040c",
  "Photoshop's resource 0x0409",
  'IPTC 2:202',
  'xmp:Thumbnails',
  'XMP that nobody knows',
] as const;

async function withSmallPictures(orientation: number): Promise<{ file: Uint8Array; small: Uint8Array[] }> {
  const small = await Promise.all(
    PLACES.map((_, i) =>
      // A whole JPEG, as cameras put in.
      encoded(gradient({ width: 24 + 8 * i, height: 16 }).jpeg({ quality: 40 + 5 * i })),
    ),
  );
  const [thumbnail, notes, minolta, newer, older, iptc, xmp, unknown] = small as [Uint8Array, ...Uint8Array[]];
  const base64 = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  const block = exifBlock({
    main: { 0x010f: { text: 'Acme Cameras' }, 0x0112: { shorts: [orientation] } },
    exif: { 0x927c: { bytes: bytesOf('ACME', [0, 0, 1, 2], notes!, [0x5a], minolta!.subarray(1), 'SN-0042') } },
    thumbnail,
  });
  const file = withJpegSegments(
    await picture(),
    // What is behind the thumbnail keeps it from being cut off.
    exifSegment(orientation === 1 ? bytesOf(block, 'behind it') : block),
    ...photoshopSegments(
      bytesOf(
        resource(0x040c, newer!),
        resource(0x0409, older!),
        resource(0x0404, bytesOf(iim([120, 'A walk']), [0x1c, 2, 202], u16be(iptc!.length), iptc!)),
      ),
      60_000,
    ),
    xmpSegment(
      xmpPacket(`<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:a="https://example.org/"
        xmlns:img="http://ns.adobe.com/xap/1.0/g/img/" xmp:Label="Red label" a:preview="${base64(unknown)}">
        <xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><img:image>${base64(xmp)}</img:image></rdf:li></rdf:Alt>
        </xmp:Thumbnails></rdf:Description>`),
    ),
  );
  return { file, small };
}

const held = (bytes: Uint8Array, small: readonly Uint8Array[]): string[] =>
  PLACES.filter((_, i) => holds(bytes, small[i]!));

const crop = { left: 48, top: 32, width: 32, height: 24 };
const lossless = { aim: { kind: 'lossless' } } as const;

describe('small pictures of the picture', () => {
  it.each<[string, Partial<Recipe>, number]>([
    ['cropped without loss', { ...lossless, framing: { ...UNFRAMED, crop } }, 1],
    ['cropped into WebP', { format: 'webp', framing: { ...UNFRAMED, crop } }, 1],
    ['turned without loss', { ...lossless, framing: { ...UNFRAMED, turn: 180 } }, 1],
    ['turned into PNG', { format: 'png', framing: { ...UNFRAMED, turn: 90 } }, 1],
    ['filled into a square', { resize: { by: 'fill', width: 40, height: 40 } }, 1],
    ['resized', { resize: { by: 'width', pixels: 50 } }, 1],
    ['turned by its tag', {}, 6],
  ])('go where it is %s, and what is beside them stays', async (_, recipe, orientation) => {
    const { file, small } = await withSmallPictures(orientation);
    expect(held(file, small)).toEqual(PLACES);
    const { bytes, receipt } = await compress(file, { metadata: 'keep', ...recipe });
    expect(held(bytes, small)).toEqual([]);
    const text = Buffer.from(bytes).toString('latin1');
    for (const word of ['Acme Cameras', 'ACME', 'SN-0042', 'A walk', 'Red label']) expect(text).toContain(word);
    expect(text.includes('behind it')).toBe(orientation === 1);
    expect(receipt.notes.find(({ code }) => code === 'metadata-removed')?.parameters?.['kinds']).toMatch(/thumbnail/);
    if (!HAS_EXIFTOOL) return;
    const tags = await exiftool(bytes);
    expect(Object.keys(tags).filter((tag) => /Thumbnail|Preview/i.test(tag))).toEqual([]);
  });

  it('stay where only its coding is another', async () => {
    const { file, small } = await withSmallPictures(1);
    for (const recipe of [lossless, { aim: { kind: 'quality', quality: 20 } } as const])
      expect(held((await compress(file, { metadata: 'keep', ...recipe })).bytes, small)).toEqual(PLACES);
  });
});

describe('the density of columns and rows', () => {
  const fax = async (): Promise<Uint8Array> => {
    return withJpegSegments(
      await picture(),
      jpegSegment(0xe0, 'JFIF\0', [1, 2, 1], u16be(204), u16be(98), [0, 0]),
      exifSegment(
        exifBlock({
          main: {
            0x011a: { rationals: [[204, 1]] },
            0x011b: { rationals: [[98, 1]] },
            0x0128: { shorts: [2] },
            0x8298: { text: '(c) Ada' },
          },
        }),
      ),
      jpegSegment(
        0xed,
        'Photoshop 3.0\0',
        resource(0x03ed, bytesOf(u32be(204 << 16), u16be(1), u16be(1), u32be(98 << 16), u16be(1), u16be(1))),
      ),
      xmpSegment(
        xmpPacket(
          '<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:XResolution="204/1" tiff:YResolution="98/1"/>',
        ),
      ),
    );
  };

  it.runIf(HAS_EXIFTOOL).each(['keep', 'protect'] as const)('turns with the picture (%s)', async (metadata) => {
    for (const [recipe, turned] of [
      [{ ...lossless, framing: { ...UNFRAMED, turn: 90 } }, true],
      [{ format: 'png', framing: { ...UNFRAMED, turn: 90 } }, true],
      [{ ...lossless, framing: { ...UNFRAMED, turn: 180 } }, false],
    ] as const satisfies readonly (readonly [Partial<Recipe>, boolean])[]) {
      const { bytes } = await compress(await fax(), { metadata, ...recipe });
      const tags = await exiftool(bytes);
      const densities = Object.entries(tags).filter(([tag]) => /:XResolution$|PixelsPerUnitX$/.test(tag));
      expect(densities.length).toBeGreaterThanOrEqual(2);
      for (const [tag, x] of densities) {
        const y = tags[tag.replace(/X(?=Resolution$|$)/, 'Y')];
        const [across, down] = tag.startsWith('PNG:') ? [Number(x) * 0.0254, Number(y) * 0.0254] : [x, y];
        expect([Math.round(Number(across)), Math.round(Number(down))], tag).toEqual(turned ? [98, 204] : [204, 98]);
      }
    }
  });

  it('goes from the blocks of a JPEG too where all metadata goes', async () => {
    const { bytes } = await compress(await fax(), { metadata: 'strip', ...lossless, framing: { ...UNFRAMED, crop } });
    expect(inspect(bytes).metadata.kinds).toEqual([]);
    expect([...bytes.subarray(13, 18)]).toEqual([0, 0, 1, 0, 1]);
  });
});
