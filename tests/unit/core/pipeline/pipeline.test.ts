import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { runPlan, type Compressed } from '../../../../lib/core/pipeline/run.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { grain } from '../../../images/pictures.ts';
import { loadWasm } from '../../../node-wasm.ts';

const noise = (width: number, height: number): Sharp => grain({ width, height }, 30);

async function compress(file: Uint8Array, recipe: Partial<Recipe> = {}): Promise<Compressed> {
  const bytes = new Uint8Array(file);
  return runPlan(
    makePlan({ ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 75 }, ...recipe }, inspect(bytes)),
    bytes,
    { load: loadWasm },
  );
}

const codes = ({ receipt }: Compressed): string[] => receipt.notes.map(({ code }) => code);

describe('a photograph with a position and a copyright', () => {
  const photo = (): Promise<Buffer> =>
    noise(160, 120)
      .jpeg({ quality: 95 })
      .withExif({
        IFD0: { Copyright: 'A. Maker', Software: 'Editor 1.0' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
      })
      .toBuffer();

  it('keeps the copyright and loses the position by default, in another format too, and says both', async () => {
    for (const format of ['same', 'webp', 'avif', 'jxl', 'png'] as const) {
      const result = await compress(await photo(), { format });
      const { metadata } = inspect(result.bytes);
      expect(metadata.kinds, format).toContain('copyright');
      expect(metadata.kinds, format).not.toContain('gps');
      expect(metadata.kinds, format).not.toContain('software');
      expect(result.receipt.notes, format).toContainEqual({
        kind: 'info',
        code: 'metadata-removed',
        parameters: { kinds: expect.stringContaining('gps') },
      });
      expect(result.receipt.notes, format).toContainEqual({
        kind: 'kept',
        code: 'metadata-kept',
        parameters: { kinds: expect.stringContaining('copyright') },
      });
      expect(result.receipt.input.traits, format).toEqual([{ code: 'gps' }, { code: 'copyright' }]);
    }
  });

  it('loses all of it, or nothing, when told so', async () => {
    expect(inspect((await compress(await photo(), { metadata: 'strip' })).bytes).metadata.kinds).toEqual([]);
    expect(inspect((await compress(await photo(), { metadata: 'keep' })).bytes).metadata.kinds).toEqual(
      expect.arrayContaining(['gps', 'copyright', 'software']),
    );
  });

  it('is only cleaned when that is the recipe: not one pixel changes', async () => {
    const file = await photo();
    const result = await compress(file, { aim: { kind: 'untouched' } });
    expect(result.receipt).toMatchObject({ outcome: 'smaller', codec: null });
    expect(codes(result)).toEqual(expect.arrayContaining(['lossless', 'metadata-removed', 'metadata-kept']));
    expect((await sharp(result.bytes).raw().toBuffer()).equals(await sharp(file).raw().toBuffer())).toBe(true);
  });
});

describe('colour', () => {
  it('keeps a wide profile with its pixels, and converts it where all metadata goes', async () => {
    const wide = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#ff2010' } })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    expect(inspect(new Uint8Array(wide)).colour.profile?.srgb).toBe(false);
    const kept = await compress(wide, { format: 'webp' });
    expect(inspect(kept.bytes).colour.profile).toMatchObject({ srgb: false });
    expect(codes(kept)).toContain('profile-kept');
    const converted = await compress(wide, { format: 'webp', metadata: 'strip' });
    expect(inspect(converted.bytes).colour.profile).toBeNull();
    const seen = async (bytes: Uint8Array): Promise<number[]> => [
      ...(await sharp(bytes).toColourspace('srgb').removeAlpha().raw().toBuffer()).subarray(0, 3),
    ];
    const [a, b] = [await seen(kept.bytes), await seen(converted.bytes)];
    expect(Math.max(...a.map((level, at) => Math.abs(level - (b[at] ?? 0))))).toBeLessThanOrEqual(4);
  });
});

describe('orientation', () => {
  it('is applied once, and the tag that stays says 1', async () => {
    const turned = await noise(120, 80)
      .jpeg({ quality: 95 })
      .withExif({ IFD0: { Copyright: 'A', Orientation: '6' } })
      .toBuffer();
    const oriented = await sharp(turned).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    const result = await compress(oriented, { format: 'webp', metadata: 'keep' });
    expect(inspect(result.bytes)).toMatchObject({ width: 80, height: 120, orientation: 1 });
    expect(codes(result)).toContain('orientation-applied');
  });
});

describe('an animation', () => {
  const moving = async (): Promise<Buffer> => {
    const frames = await Promise.all(
      [...Array(5).keys()].map((at) =>
        sharp({ create: { width: 60, height: 40, channels: 4, background: { r: 40 * at, g: 90, b: 200, alpha: 1 } } })
          .png()
          .toBuffer(),
      ),
    );
    return sharp(frames, { join: { animated: true } })
      .gif({ delay: 100, loop: 0 })
      .toBuffer();
  };

  it('keeps moving as WebP, and stands still where the format says so', async () => {
    const gif = await moving();
    const webp = await compress(gif, { format: 'webp' });
    expect(inspect(webp.bytes)).toMatchObject({ format: 'webp', animation: { frames: 5 } });
    expect(codes(webp)).toContain('animation-kept');
    const jpeg = await compress(gif, { format: 'jpeg' });
    expect(inspect(jpeg.bytes)).toMatchObject({ format: 'jpeg', animation: null });
    expect(jpeg.receipt.notes).toContainEqual({ kind: 'lost', code: 'first-frame-only', parameters: { frames: 5 } });
  });

  it('is not flattened into a format that we cannot write moving', async () => {
    await expect(compress(await moving(), { format: 'avif' })).rejects.toMatchObject({ code: 'unsupported-variant' });
  });
});

describe('a file that is small already', () => {
  it('is not encoded again: the second time gives the same bytes', async () => {
    const first = await compress(await noise(200, 150).jpeg({ quality: 95 }).toBuffer());
    const second = await compress(first.bytes);
    const third = await compress(second.bytes);
    expect((await sharp(second.bytes).raw().toBuffer()).equals(await sharp(first.bytes).raw().toBuffer())).toBe(true);
    expect(third.receipt.outcome).toBe('original');
    expect(third.bytes).toEqual(second.bytes);
  });
});

describe('a JPEG to be made smaller without loss', () => {
  it('is packed better, and not one pixel changes', async () => {
    const photo = await noise(200, 150).jpeg({ quality: 92, optimiseCoding: false }).toBuffer();
    const result = await compress(photo, { aim: { kind: 'lossless' } });
    expect(result.receipt.outcome).toBe('smaller');
    expect((await sharp(result.bytes).raw().toBuffer()).equals(await sharp(photo).raw().toBuffer())).toBe(true);
  });
});

describe('an SVG', () => {
  it('is written more compactly when its format is to stay', async () => {
    const svg = Buffer.from(
      '<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">\n  <g>\n    <rect x="0.000" y="0" width="40" height="30" fill="#ff0000"/>\n  </g>\n</svg>\n',
    );
    const result = await compress(svg);
    expect(result.receipt).toMatchObject({ outcome: 'smaller', output: { format: 'svg' } });
    expect((await sharp(result.bytes).raw().toBuffer()).equals(await sharp(svg).raw().toBuffer())).toBe(true);
  });
});

describe('a PNG that was damaged on its way', () => {
  it('is said to be, in every format', async () => {
    const whole = new Uint8Array(await noise(64, 48).png().toBuffer());
    const damaged = whole.slice();
    const middle = damaged.length >> 1;
    damaged[middle] = (damaged[middle] ?? 0) ^ 0x10;
    for (const format of ['same', 'webp', 'jpeg'] as const) {
      const { receipt } = await compress(damaged, { format });
      expect(receipt.notes.map(({ code }) => code).filter((code) => code.startsWith('picture-'))).toHaveLength(1);
      await expect(compress(whole, { format }), format).resolves.toBeDefined();
    }
  });
});
