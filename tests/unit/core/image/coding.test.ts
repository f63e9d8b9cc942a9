import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { soundJpeg } from '../../../../lib/core/decoders/sound-jpeg.ts';
import { FAULTY, INCOMPLETE } from '../../../../lib/core/model/receipt.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { bytesOf } from '../../../images/hand-built.ts';
import { animated, apng } from '../../../images/moving.ts';
import { encoded, gradient, SIZE } from '../../../images/pictures.ts';
import { cmykJpeg, plain } from '../../../images/still.ts';

const photo = (): ReturnType<typeof gradient> => gradient({ width: 320, height: 240 });

describe('the quality that a file was written at', () => {
  it.each([5, 20, 49, 50, 63, 75, 80, 90, 95, 100])('is read from the tables of a JPEG: %i', async (quality) => {
    expect(inspect(await encoded(photo().jpeg({ quality }))).coding.quality).toBe(quality);
    expect(inspect(await encoded(photo().jpeg({ quality, mozjpeg: true }))).coding.quality).toBe(quality);
  });

  // Table 1 is flat: several qualities round to the same number.
  it.each([0, 2, 3, 4, 5, 6, 7, 8])('is read from mozjpeg table %i', async (quantisationTable) => {
    expect(inspect(await encoded(photo().jpeg({ quality: 62, quantisationTable }))).coding.quality).toBe(62);
  });

  it.each([10, 40, 60, 75, 90, 100])('is within 3 of what libwebp was given: %i', async (quality) => {
    const estimate = inspect(await encoded(photo().webp({ quality }))).coding.quality;
    expect(Math.abs((estimate ?? 0) - quality)).toBeLessThanOrEqual(3);
  });

  it('is unknown where nothing was lost', async () => {
    expect(inspect(await encoded(photo().webp({ lossless: true }))).coding).toMatchObject({
      lossless: true,
      quality: null,
    });
    expect(inspect(await plain('png')).coding).toMatchObject({ lossless: true, quality: null });
  });
});

describe('how the pixels are coded', () => {
  it('tells progressive JPEG and interlaced PNG', async () => {
    expect(inspect(await encoded(photo().jpeg({ progressive: true }))).coding.progressive).toBe(true);
    expect(inspect(await plain('jpeg')).coding.progressive).toBe(false);
    expect(inspect(await encoded(gradient().png({ progressive: true }))).coding.progressive).toBe(true);
  });

  it.each<[string, number, string]>([
    ['arithmetic coding', 0xc9, 'arithmetic coding'],
    ['lossless', 0xc3, 'lossless JPEG'],
  ])('names %s', async (_, marker, exotic) => {
    const bytes = await plain('jpeg');
    const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    expect(
      inspect(bytesOf(bytes.subarray(0, frame), [0xff, marker], bytes.subarray(frame + 2))).coding.unsupportedCoding,
    ).toBe(exotic);
  });

  it('names CMYK', async () => {
    expect(inspect(await cmykJpeg()).coding.unsupportedCoding).toBe('CMYK');
  });

  it.each([10, 12] as const)('tells %i bits of an AVIF', async (bitdepth) => {
    // Builds of sharp for npm write 8 bits alone.
    const bytes = await encoded(gradient().avif({ bitdepth })).catch(() => null);
    if (bytes) expect(inspect(bytes).bitDepth).toBe(bitdepth);
  });
});

describe('a JPEG without its end marker', () => {
  const withoutEnd = async (options: Parameters<ReturnType<typeof gradient>['jpeg']>[0]): Promise<Uint8Array> => {
    const bytes = await encoded(gradient().jpeg(options));
    return bytes.subarray(0, bytes.length - 2);
  };

  it.each([{ chromaSubsampling: '4:4:4' }, { chromaSubsampling: '4:2:0' }, { quality: 100 }])(
    'is whole when all its blocks are there: %o',
    async (options) => {
      expect(inspect(await withoutEnd(options))).toMatchObject(SIZE);
      expect(inspect(bytesOf(await withoutEnd(options), new Uint8Array(100)))).toMatchObject(SIZE);
    },
  );

  it('is said to be incomplete when blocks are missing', async () => {
    const bytes = await withoutEnd({});
    for (const missing of [8, 40, 200]) {
      const { notes, rows } = soundJpeg(new Uint8Array(bytes.subarray(0, bytes.length - missing)));
      expect(notes).toEqual([INCOMPLETE]);
      expect(rows).toBeLessThan(SIZE.height);
    }
    expect(soundJpeg(new Uint8Array(bytes))).toMatchObject({ notes: [FAULTY], rows: null });
  });

  it('is said to be incomplete when it is progressive: a further scan may be missing', async () => {
    const bytes = await withoutEnd({ progressive: true });
    expect(soundJpeg(new Uint8Array(bytes))).toMatchObject({ notes: [INCOMPLETE], rows: null });
  });
});

describe('an animation', () => {
  it.each(['gif', 'webp'] as const)('in %s has frames, loops and a length', async (format) => {
    for (const loop of [0, 1, 5]) {
      const bytes = await animated(format, loop);
      expect(await sharp(bytes, { pages: -1 }).metadata()).toMatchObject({ pages: 3, loop });
      expect(inspect(bytes)).toMatchObject({
        width: 40,
        height: 30,
        animation: { frames: 3, loops: loop, milliseconds: 600 },
      });
    }
  });

  it('in PNG too', async () => {
    expect(inspect(await apng(4, 0, [1, 10])).animation).toEqual({ frames: 4, loops: 0, milliseconds: 400 });
    expect(inspect(await apng(2, 3, [5, 0])).animation).toEqual({ frames: 2, loops: 3, milliseconds: 100 });
    expect(inspect(await apng(1, 0, [1, 10])).animation).toBeNull();
  });

  it('is cut short when its file is', async () => {
    for (const bytes of [await animated('webp', 0)]) {
      expect(() => inspect(bytes.subarray(0, bytes.length * 0.6))).toThrow(
        expect.objectContaining({ code: 'truncated' }) as Error,
      );
    }
  });
});
