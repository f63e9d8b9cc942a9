/** Animations that are changed on their way: resized, turned, reduced to 8 bits, in another colour space; read back by libwebp. */
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { METADATA_POLICIES, RESIZE_METHODS } from '../../../lib/core/model/recipe.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import { EMPTY_METADATA } from '../../../lib/core/image/metadata/metadata-set.ts';
import { embedMetadata } from '../../../lib/core/image/metadata/metadata.ts';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';
import { compress, exactly, notesOf } from '../../conformance/compress.ts';
import { difference } from '../../conformance/difference.ts';
import { seen, turned } from '../../conformance/seen.ts';
import { cameraExif } from '../../images/exif-block.ts';
import { iccpChunk } from '../../images/containers.ts';
import { animated } from '../../images/moving.ts';
import { gradient } from '../../images/pictures.ts';
import { recorded } from '../../images/recorded.ts';
import { apng } from '../core/animation/build-apng.ts';
import { decodedBySharp, distance, type Still } from '../core/animation/pictures.ts';
import { complaints, missingTools, muxInfo } from '../core/animation/webp-tools.ts';
import { sharpProfile } from '../core/colour/pictures.ts';

const SIZE = { width: 80, height: 60 };

/** Soft shapes that move, from opaque over half transparent to nothing. */
async function clip(size = SIZE): Promise<Still[]> {
  return Promise.all(
    [0, 90, 180].map(async (hue) => {
      const { data } = await gradient(size, 4).modulate({ hue }).raw().toBuffer({ resolveWithObject: true });
      for (let i = 0; i < data.length; i += 4) {
        const x = (i / 4) % size.width;
        data[i + 3] = x < size.width / 4 ? 0 : x < size.width / 2 ? 128 : 255;
        if (data[i + 3] === 0) data.fill(0, i, i + 3);
      }
      return { ...size, data: new Uint8ClampedArray(data) };
    }),
  );
}

const asApng = (frames: readonly Still[], before: readonly Uint8Array[] = []): Uint8Array =>
  apng({
    ...SIZE,
    plays: 2,
    before,
    frames: frames.map(({ width, height, data }) => ({ width, height, data, delay: [1, 5] })),
  });

async function asWebp(frames: readonly Still[]): Promise<Uint8Array> {
  const pngs = await Promise.all(
    frames.map(({ data, ...raw }) =>
      sharp(data, { raw: { ...raw, channels: 4 } })
        .png()
        .toBuffer(),
    ),
  );
  return new Uint8Array(
    await sharp(pngs, { join: { animated: true } })
      .webp({ lossless: true, exact: true, loop: 2, delay: frames.map(() => 200) })
      .toBuffer(),
  );
}

const pixelsOf = (data: Uint8ClampedArray, { width, height }: { width: number; height: number }): Pixels => ({
  width,
  height,
  data: new Uint8ClampedArray(data),
});

describe('resized', () => {
  /** By libvips, in linear light and with alpha multiplied in. */
  const truthOf = async ({ data, ...raw }: Still, width: number, height: number): Promise<Pixels> => {
    const png = await sharp(data, { raw: { ...raw, channels: 4 } })
      .png()
      .toBuffer();
    return seen(
      new Uint8Array(
        await sharp(png).pipelineColourspace('scrgb').resize(width, height, { kernel: 'lanczos3' }).png().toBuffer(),
      ),
    );
  };

  it.each([
    ['APNG', async () => asApng(await clip())],
    ['WebP', async () => asWebp(await clip())],
  ] as const)('%s is a WebP of that size whose frames are as libvips resizes them', async (_, make) => {
    const { bytes, receipt } = await compress(await make(), {
      aim: { kind: 'lossless' },
      resize: { by: 'longest-side', pixels: 40 },
    });
    expect(receipt).toMatchObject({ input: SIZE, output: { format: 'webp', width: 40, height: 30 } });
    expect(receipt.notes).toContainEqual({ kind: 'info', code: 'resized', parameters: { width: 40, height: 30 } });
    const { frames, delays, loops } = await decodedBySharp(bytes);
    expect([frames.length, delays, loops]).toEqual([3, [200, 200, 200], 2]);
    for (const [i, still] of (await clip()).entries()) {
      // Measured 0.37 and 2.6; in encoded values, not linear light, up to 33.
      const { mean, max, alpha } = difference(
        await truthOf(still, 40, 30),
        pixelsOf(frames[i]!, { width: 40, height: 30 }),
      );
      expect({ mean, max, alpha, within: mean < 0.5 && max < 4 && alpha <= 1 }).toMatchObject({ within: true });
    }
    if (missingTools.length > 0) return;
    expect(complaints(bytes)).toBe('');
    expect(muxInfo(bytes)).toMatchObject({ canvas: '40 x 30', loops: 2 });
  });

  it.each(RESIZE_METHODS)('GIF (%s) keeps its times, its loops and its order', async (resizeMethod) => {
    const gif = await animated('gif', 3);
    const { bytes, receipt } = await compress(gif, { resize: { by: 'percent', percent: 50 }, resizeMethod });
    expect(receipt.output).toMatchObject({ format: 'webp', width: 20, height: 15 });
    const [before, after] = [await decodedBySharp(gif), await decodedBySharp(bytes)];
    expect([after.delays, after.loops]).toEqual([before.delays, before.loops]);
    for (const [i, frame] of before.frames.entries()) {
      const small = await sharp(frame, { raw: { width: 40, height: 30, channels: 4 } })
        .resize(20, 15)
        .raw()
        .toBuffer();
      expect(distance(new Uint8ClampedArray(small), after.frames[i]!).mean).toBeLessThan(16);
    }
  });

  it('is the size that was asked for, even where that is no smaller a file, as a still picture is', async () => {
    const tiny = await compress(await animated('gif', 0), {
      resize: { by: 'width', pixels: 8 },
      aim: { kind: 'quality', quality: 40 },
    });
    const again = await compress(tiny.bytes, { resize: { by: 'width', pixels: 7 }, aim: { kind: 'lossless' } });
    expect(again.receipt.output).toMatchObject({ format: 'webp', width: 7 });
    expect(inspect(again.bytes).animation?.frames).toBe(3);
  });

  it('changes nothing where the bound is above its size', async () => {
    const { receipt } = await compress(await animated('gif', 0), { resize: { by: 'width', pixels: 4000 } });
    expect(notesOf(receipt)).not.toContain('resized');
    expect(receipt.output).toMatchObject({ width: 40, height: 30 });
  });

  it('is not done to a moving AVIF where nobody takes it apart, nor into one, and an error says why', async () => {
    const resize = { by: 'width', pixels: 8 } as const;
    for (const name of ['animated.avif', 'animated.jxl'] as const) {
      await expect(compress(recorded(name), { resize })).rejects.toMatchObject({
        code: 'unsupported-variant',
        parameters: { feature: 'frames' },
      });
    }
    await expect(compress(await animated('gif', 0), { resize, format: 'avif' })).rejects.toMatchObject({
      code: 'unsupported-variant',
      parameters: { feature: 'animation', format: 'avif' },
    });
  });
});

describe('turned by EXIF', () => {
  it.each([2, 3, 4, 5, 6, 7, 8] as const)(
    '%i: frames of an APNG come out upright once, resized by their upright size',
    async (orientation) => {
      const frames = await clip();
      const bytes = await embedMetadata(asApng(frames), 'png', { ...EMPTY_METADATA, exif: cameraExif(orientation) });
      const { bytes: result, receipt } = await compress(bytes, exactly('webp', { metadata: 'keep' }));
      const after = await decodedBySharp(result);
      for (const [i, still] of frames.entries()) {
        const { data } = await turned(still, orientation);
        expect(distance(data, after.frames[i]!)).toMatchObject({ alpha: 0, colour: 0 });
      }
      expect(notesOf(receipt)).toContain('orientation-applied');
      expect(inspect(result)).toMatchObject({
        orientation: 1,
        ...(orientation >= 5 ? { width: 60, height: 80 } : SIZE),
      });
      const small = await compress(bytes, { resize: { by: 'width', pixels: 20 } });
      expect(small.receipt.output).toMatchObject(
        orientation >= 5 ? { width: 20, height: 27 } : { width: 20, height: 15 },
      );
    },
  );

  it('those of a WebP stay as they are, as every browser shows them', async () => {
    const frames = await clip();
    const bytes = await embedMetadata(await asWebp(frames), 'webp', { ...EMPTY_METADATA, exif: cameraExif(6) });
    const { bytes: result, receipt } = await compress(bytes, exactly('webp', { metadata: 'keep' }));
    const after = await decodedBySharp(result);
    for (const [i, still] of frames.entries()) {
      expect(distance(still.data, after.frames[i]!)).toMatchObject({ alpha: 0, colour: 0 });
    }
    expect(notesOf(receipt)).not.toContain('orientation-applied');
    expect(receipt.output).toMatchObject(SIZE);
  });
});

describe('an APNG', () => {
  it('becomes a WebP where that is smaller', async () => {
    const { bytes, receipt } = await compress(asApng(await clip()));
    expect(receipt).toMatchObject({ outcome: 'smaller', codec: { format: 'webp' }, output: { format: 'webp' } });
    expect((await decodedBySharp(bytes)).frames).toHaveLength(3);
  });

  it('that is more than a WebP can be is packed better, and still moves', async () => {
    const tall = { width: 1, height: 17_000 };
    const frames = [1, 2].map((step) => ({
      ...tall,
      data: Array.from({ length: tall.height * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * step) % 251)),
    }));
    const { bytes, receipt } = await compress(apng({ ...tall, frames }), {});
    expect(receipt).toMatchObject({ outcome: 'smaller', codec: { format: 'png' } });
    expect(inspect(bytes)).toMatchObject({ format: 'png', ...tall, animation: { frames: 2 } });
    await expect(compress(apng({ ...tall, frames }), { format: 'webp' })).rejects.toMatchObject({
      code: 'unsupported-variant',
    });
  });
});

describe('an APNG of 16 bits', () => {
  const size = { width: 20, height: 10 };
  const deep = (): Uint8Array =>
    apng({
      ...size,
      depth: 16,
      frames: [1, 2, 3].map((step) => ({
        ...size,
        data: Array.from({ length: 800 }, (_, i) => (i % 4 === 3 ? 65_535 : (i * 9973 * step) % 65_536)),
      })),
    });

  it('stays one in its own format, frame by frame', async () => {
    const before = deep();
    const { bytes, receipt } = await compress(before);
    expect(inspect(bytes)).toMatchObject({ format: 'png', bitDepth: 16, animation: { frames: 3 } });
    expect(notesOf(receipt)).not.toContain('depth-reduced');
  });

  it('becomes a WebP where it is over a limit, and the receipt says what that took', async () => {
    const { bytes, receipt } = await compress(deep(), { aim: { kind: 'size', bytes: 700 } });
    expect(bytes.length).toBeLessThanOrEqual(700);
    expect(inspect(bytes)).toMatchObject({ format: 'webp', animation: { frames: 3 } });
    expect(notesOf(receipt)).toContain('depth-reduced');
  });

  it.each([{ format: 'webp' }, { resize: { by: 'width', pixels: 10 } }, { format: 'jpeg' }] as const)(
    'has 8 as %j, and the receipt says so',
    async (recipe) => {
      const { receipt } = await compress(deep(), recipe);
      expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'depth-reduced', parameters: { from: 16, to: 8 } });
      expect(receipt.input.traits).toEqual(
        expect.arrayContaining([
          { code: 'animated', parameters: { frames: 3 } },
          { code: 'deep', parameters: { bits: 16 } },
        ]),
      );
    },
  );
});

describe('in Display P3', () => {
  let p3: Uint8Array;
  beforeAll(async () => {
    p3 = new Uint8Array(await sharpProfile('p3'));
  });

  /** The first frame as lcms sees it, and as it would be if the profile were ignored. */
  async function looks(bytes: Uint8Array): Promise<{ right: Pixels; ignored: Pixels }> {
    return { right: await seen(bytes), ignored: await seen(bytes, { ignoreProfile: true }) };
  }

  it.each(METADATA_POLICIES)(
    'APNG (%s) is converted, since browsers ignore the profile of a moving WebP',
    async (metadata) => {
      const bytes = asApng(await clip(), [iccpChunk(p3)]);
      const { bytes: result, receipt } = await compress(bytes, exactly('webp', { metadata }));
      // libvips shows a PNG's first frame as the still picture that it is.
      const { right, ignored } = await looks(bytes);
      expect(difference(right, ignored).max).toBeGreaterThan(10);
      expect(difference(right, await seen(result)).max).toBeLessThanOrEqual(2);
      expect(inspect(result).colour.profile).toBeNull();
      expect(notesOf(receipt)).toContain('converted-to-srgb');
    },
  );

  it('APNG stays an APNG with its profile where no format is asked for', async () => {
    const { bytes } = await compress(asApng(await clip(), [iccpChunk(p3)]), { metadata: 'strip' });
    expect(inspect(bytes)).toMatchObject({
      format: 'png',
      animation: { frames: 3 },
      colour: { profile: { srgb: false } },
    });
  });

  it.each(METADATA_POLICIES)(
    'WebP (%s) looks the same: numbers and profile stay, or all metadata goes and they are converted',
    async (metadata) => {
      const bytes = await embedMetadata(await asWebp(await clip()), 'webp', { ...EMPTY_METADATA, icc: p3 });
      const { bytes: result, receipt } = await compress(bytes, exactly('webp', { metadata }));
      const { right, ignored } = await looks(bytes);
      expect(difference(right, ignored).max).toBeGreaterThan(10);
      expect(difference(right, await seen(result)).max).toBeLessThanOrEqual(2);
      expect(inspect(result).colour.profile === null).toBe(metadata === 'strip');
      expect(notesOf(receipt)).toContain(metadata === 'strip' ? 'converted-to-srgb' : 'profile-kept');
    },
  );

  it('GIF carries its profile over, in a file in which webpmux finds it', async () => {
    const { gifContainer } = await import('../../../lib/core/image/metadata/containers/gif.ts');
    const gif = await gifContainer.write(await animated('gif', 0), { ...EMPTY_METADATA, icc: p3 }, 'keep');
    const { bytes, receipt } = await compress(gif, exactly('webp'));
    expect(inspect(bytes).colour.profile).toMatchObject({ bytes: p3.length, srgb: false });
    expect(receipt.input.traits).toContainEqual({ code: 'profile', parameters: { name: expect.stringMatching(/P3/) } });
    expect(notesOf(receipt)).toContain('profile-kept');
    if (missingTools.length === 0)
      expect(muxInfo(bytes).features).toMatch(/animation.*ICC profile|ICC profile.*animation/i);
  });
});
