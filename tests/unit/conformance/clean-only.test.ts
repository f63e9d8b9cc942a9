/** "Clean metadata only": the coded picture stays bit for bit, and so do the gain map and the video that belong to it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../../conformance/compress.ts';
import { codedData } from '../../conformance/coded-data.ts';
import { unequal } from '../../conformance/difference.ts';
import { missing } from '../../conformance/programs.ts';
import { seen } from '../../conformance/seen.ts';
import { TAGGED, type Tagged } from '../../conformance/tagged.ts';
import { exifSegment, withJpegSegments, xmpSegment } from '../../images/containers.ts';
import { cameraExif } from '../../images/exif-block.ts';
import { encoded, gradient } from '../../images/pictures.ts';
import { VIDEO, withGainMap, withVideo } from '../../images/parts-after.ts';

const reason = missing('exiftool', 'cjxl');

describe.skipIf(reason).each(['jpeg', 'png', 'webp', 'avif', 'jxl'] as const)(
  `%s${reason && `: ${reason}`}`,
  (format) => {
    let file: Tagged;
    beforeAll(async () => {
      file = await TAGGED[format]();
    });

    it.each(['strip', 'protect', 'keep'] as const)('%s leaves the coded picture as it is', async (metadata) => {
      const { bytes, receipt } = await compress(file.tagged, { aim: { kind: 'untouched' }, metadata });
      const coded = codedData(file.bare, format);
      expect(coded.length).toBeGreaterThan(200);
      expect(Buffer.from(file.tagged).includes(coded)).toBe(true);
      expect(Buffer.from(bytes).includes(coded)).toBe(true);
      expect(unequal(await seen(file.tagged), await seen(bytes))).toBe(0);
      expect(receipt.codec).toBeNull();
      if (metadata === 'keep') expect(Buffer.from(bytes).equals(Buffer.from(file.tagged))).toBe(true);
      else expect(bytes.length).toBeLessThan(file.tagged.length);
    });
  },
);

describe('what phones put beside the picture', () => {
  let map: Uint8Array;
  beforeAll(async () => {
    map = await encoded(gradient({ width: 24, height: 16 }).toColourspace('b-w').jpeg());
  });
  const photo = (): Promise<Uint8Array> => encoded(gradient().jpeg({ quality: 90 }));
  const camera = exifSegment(cameraExif(6));
  const coded = (jpeg: Uint8Array): Buffer =>
    Buffer.from(jpeg).subarray(Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xdb])));

  it.each(['strip', 'protect'] as const)(
    'a gain map is there after cleaning (%s), bit for bit, and its index finds it',
    async (metadata) => {
      const primary = await photo();
      const { bytes } = await compress(withGainMap(primary, map, camera), { aim: { kind: 'untouched' }, metadata });
      expect(Buffer.from(bytes).includes(coded(primary))).toBe(true);
      expect(Buffer.from(bytes).includes(coded(map))).toBe(true);
      expect(Buffer.from(bytes).includes('SN-0042')).toBe(false);
      const { at, length } = secondPicture(bytes);
      expect([bytes[at], bytes[at + 1]]).toEqual([0xff, 0xd8]);
      expect(unequal(await seen(bytes.subarray(at, at + length)), await seen(map))).toBe(0);
      expect(Buffer.from(bytes).toString('latin1')).toContain('hdrgm');
    },
  );

  it('a gain map that an encoding loses is lost with a word', async () => {
    const { receipt } = await compress(withGainMap(await photo(), map, camera), { format: 'webp' });
    expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'gain-map-lost' });
  });

  it.each(['strip', 'protect'] as const)(
    'the video of a motion photo is there after cleaning (%s), where its length says',
    async (metadata) => {
      const { bytes } = await compress(withVideo(await photo(), camera), { aim: { kind: 'untouched' }, metadata });
      // Its pictures and sound; the place that it tells is blanked where it stands.
      const [before, after] = [Buffer.from(VIDEO), Buffer.from(bytes).subarray(-VIDEO.length)];
      const moov = before.indexOf('moov');
      expect(after.subarray(0, moov).equals(before.subarray(0, moov))).toBe(true);
      expect(after.includes('+48.1351')).toBe(false);
      expect(Buffer.from(bytes).toString('latin1')).toContain('MotionPhoto');
      expect(Buffer.from(bytes).includes('SN-0042')).toBe(false);
    },
  );

  it('a video that an encoding loses is lost with a word', async () => {
    const { receipt } = await compress(withVideo(await photo(), camera), {
      format: 'jpeg',
      aim: { kind: 'quality', quality: 50 },
    });
    expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'motion-photo-lost' });
  });
});

it('a picture with XMP alone keeps its coded data, too', async () => {
  const jpeg = await encoded(gradient().jpeg());
  const { bytes } = await compress(
    withJpegSegments(jpeg, xmpSegment(new TextEncoder().encode('<x:xmpmeta xmlns:x="adobe:ns:meta/">broken'))),
    { aim: { kind: 'untouched' } },
  );
  expect(Buffer.from(bytes).equals(Buffer.from(jpeg))).toBe(true);
});

/** The second entry of the MP index, whose offsets count from its TIFF header (CIPA DC-007, 5.2.3.3). */
function secondPicture(jpeg: Uint8Array): { at: number; length: number } {
  const file = Buffer.from(jpeg);
  const header = file.indexOf('MPF\0') + 4;
  const little = file.toString('latin1', header, header + 2) === 'II';
  const u16 = (at: number): number => (little ? file.readUInt16LE(header + at) : file.readUInt16BE(header + at));
  const u32 = (at: number): number => (little ? file.readUInt32LE(header + at) : file.readUInt32BE(header + at));
  const ifd = u32(4);
  for (let i = 0; i < u16(ifd); i++) {
    const entry = ifd + 2 + i * 12;
    if (u16(entry) !== 0xb002) continue;
    const second = u32(entry + 8) + 16;
    return { at: header + u32(second + 8), length: u32(second + 4) };
  }
  throw new Error('no MP entry');
}
