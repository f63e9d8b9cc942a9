import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { orientationFrom } from '../../../../lib/core/image/formats/heif-picture.ts';
import type { Inspection, Orientation } from '../../../../lib/core/image/inspection.ts';
import { RECORDED_NAMES, recorded, type RecordedName } from '../../../images/recorded.ts';

/** As avifdec --info, heif-info and jxlinfo tell them. */
const FACTS: Readonly<Record<RecordedName, Partial<Inspection>>> = {
  'lossy-alpha.jxl': {
    width: 24,
    height: 16,
    bitDepth: 8,
    alpha: true,
    animation: null,
    coding: { lossless: false, quality: null, progressive: false, unsupportedCoding: null },
  },
  'container-16-bit.jxl': {
    width: 24,
    height: 16,
    bitDepth: 16,
    alpha: false,
    coding: { lossless: null, quality: null, progressive: false, unsupportedCoding: null },
  },
  'animated.jxl': { width: 24, height: 16, animation: { frames: 3, loops: 0, milliseconds: 600 } },
  'profile.jxl': { width: 24, height: 16, alpha: false },
  'permuted.jxl': { width: 600, height: 300, alpha: false, animation: null },
  'plain.heic': { format: 'heic', width: 24, height: 16, bitDepth: 8, alpha: false, orientation: 1 },
  'animated.avif': { format: 'avif', width: 16, height: 16, animation: { frames: 3, loops: 0, milliseconds: 600 } },
  'moving-lossless.avif': {
    format: 'avif',
    width: 40,
    height: 30,
    animation: { frames: 3, loops: 0, milliseconds: 600 },
  },
  'turned.avif': { format: 'avif', width: 24, height: 16, alpha: true, orientation: 5, animation: null },
};

describe('files of other encoders', () => {
  it.each(RECORDED_NAMES)('%s is what its encoder says', (name) => {
    expect(inspect(recorded(name))).toMatchObject(FACTS[name]);
  });

  it.each(RECORDED_NAMES)('%s cut short is truncated', (name) => {
    const bytes = recorded(name);
    for (const share of [0.02, 0.3, 0.5, 0.9]) {
      expect(() => inspect(bytes.subarray(0, Math.max(16, bytes.length * share))), `${share}`).toThrow(
        expect.objectContaining({ code: 'truncated' }) as Error,
      );
    }
  });
});

it('the profile of a JPEG XL is read out of its codestream', () => {
  expect(inspect(recorded('profile.jxl')).colour.profile).toEqual({
    description: 'sP3C',
    space: 'RGB ',
    bytes: 480,
    srgb: false,
  });
});

/** What `irot` and then `imir` do to a picture, in sharp's operations. */
function transformed(image: Sharp, turns: number, mirror: number | null): Promise<Buffer> {
  const turned = image
    .rotate(((4 - turns) * 90) % 360)
    .png()
    .toBuffer();
  return turned.then((png: Buffer) => {
    const again = sharp(png);
    return (mirror === null ? again : mirror === 0 ? again.flip() : again.flop()).raw().toBuffer();
  });
}

describe('irot and imir', () => {
  it.each([0, 1, 2, 3].flatMap((turns) => [null, 0, 1].map((mirror) => [turns, mirror] as const)))(
    '%i and %s are the EXIF orientation that turns a picture alike',
    async (turns, mirror) => {
      const pixels = Buffer.from([0, 1, 2, 3, 4, 5].flatMap((value) => [value * 40, 0, 255 - value * 40]));
      const image = sharp(pixels, { raw: { width: 3, height: 2, channels: 3 } });
      const orientation: Orientation = orientationFrom(turns, mirror);
      const tagged = await image.clone().withMetadata({ orientation }).png().toBuffer();
      expect(await transformed(image, turns, mirror)).toEqual(await sharp(tagged).autoOrient().raw().toBuffer());
    },
  );

  it('are what libheif turns an AVIF by', async () => {
    const { width, height } = await sharp(recorded('turned.avif')).metadata();
    expect([width, height]).toEqual([16, 24]);
  });
});
