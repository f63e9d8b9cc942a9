import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { codecs, formats } from '../../../../lib/core/codecs/registry.ts';
import { estimateSource, isAlreadySmall } from '../../../../lib/core/pipeline/already-small.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { loadWasm } from '../../../node-wasm.ts';

const QUALITIES = [5, 10, 20, 30, 40, 49, 50, 60, 70, 75, 80, 85, 90, 95, 99];
const [WIDTH, HEIGHT] = [192, 144];

/** Smooth shapes, an edge, and as much noise as is asked for: WebP's segments follow what a picture is like. */
function picture(noise: number): Pixels {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const i = y * WIDTH + x;
      const rough = x > WIDTH / 2 ? ((Math.imul(i, 2_654_435_761) >>> 24) - 128) * noise : 0;
      const shape = 128 + 90 * Math.sin(x / 17) * Math.cos(y / 23) + (x + y > 200 ? 30 : 0);
      data.set([shape + rough, shape * 0.8 + rough + y / 4, 255 - shape + rough, 255], i * 4);
    }
  }
  return { width: WIDTH, height: HEIGHT, data };
}

const PICTURES = [0, 0.1, 0.6].map(picture);
const native = (pixels: Pixels): Sharp =>
  sharp(pixels.data, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } }).removeAlpha();

const ENCODERS: Record<string, { within: number; encode: (pixels: Pixels, quality: number) => Promise<Uint8Array> }> = {
  'libjpeg-turbo': { within: 0, encode: async (pixels, quality) => native(pixels).jpeg({ quality }).toBuffer() },
  'native mozjpeg': {
    within: 0,
    encode: async (pixels, quality) => native(pixels).jpeg({ quality, mozjpeg: true }).toBuffer(),
  },
  'our JPEG': {
    within: 0,
    encode: async (pixels, quality) => codecs.jpeg.encode(pixels, formats.jpeg.optionsFor({ quality }), loadWasm),
  },
  'native libwebp': { within: 4, encode: async (pixels, quality) => native(pixels).webp({ quality }).toBuffer() },
  'our WebP': {
    within: 4,
    encode: async (pixels, quality) => codecs.webp.encode(pixels, formats.webp.optionsFor({ quality }), loadWasm),
  },
};

describe("the estimate of a source's quality", () => {
  it.each(Object.entries(ENCODERS))(
    'is what %s was asked for',
    async (_, { within, encode }) => {
      for (const pixels of PICTURES) {
        for (const quality of QUALITIES) {
          const estimate = estimateSource(inspect(await encode(pixels, quality))) ?? NaN;
          expect(Math.abs(estimate - quality), `quality ${quality} was taken for ${estimate}`).toBeLessThanOrEqual(
            within,
          );
        }
      }
    },
    60_000,
  );

  it('is not given for what has no loss, or does not tell', async () => {
    const lossless = await native(PICTURES[1]!).webp({ lossless: true }).toBuffer();
    const avif = await native(PICTURES[1]!).avif({ quality: 50 }).toBuffer();
    expect([estimateSource(inspect(lossless)), estimateSource(inspect(avif))]).toEqual([null, null]);
  });
});

describe('a picture is already small', () => {
  const recipe = (change: Partial<Recipe> = {}): Recipe => ({
    ...DEFAULT_RECIPE,
    aim: { kind: 'quality', quality: 75 },
    ...change,
  });
  const none = { action: 'none' } as const;

  it.each([50, 75])('when this product made it with the same recipe (quality %i)', async (quality) => {
    for (const format of ['jpeg', 'webp'] as const) {
      for (const pixels of PICTURES) {
        const made = inspect(await codecs[format].encode(pixels, formats[format].optionsFor({ quality }), loadWasm));
        expect(isAlreadySmall(made, recipe({ aim: { kind: 'quality', quality } }), format, none)).toBe(true);
      }
    }
  });

  it('at or below the aim, and not above it', async () => {
    const source = inspect(await native(PICTURES[1]!).jpeg({ quality: 75 }).toBuffer());
    const at = (quality: number): boolean =>
      isAlreadySmall(source, recipe({ aim: { kind: 'quality', quality } }), 'jpeg', none);
    expect([at(80), at(75), at(74), at(40)]).toEqual([true, true, false, false]);
  });

  it('not when the pixels are needed for something else', async () => {
    const source = inspect(await native(PICTURES[1]!).jpeg({ quality: 50 }).toBuffer());
    expect(isAlreadySmall(source, recipe(), 'jpeg', none)).toBe(true);
    expect(isAlreadySmall(source, recipe(), 'webp', none)).toBe(false);
    expect(isAlreadySmall(source, recipe(), 'jpeg', { action: 'convert' })).toBe(false);
    expect(isAlreadySmall(source, recipe({ resize: { by: 'percent', percent: 50 } }), 'jpeg', none)).toBe(false);
    expect(isAlreadySmall(source, recipe({ resize: { by: 'width', pixels: 5000 } }), 'jpeg', none)).toBe(true);
    expect(isAlreadySmall(source, recipe({ aim: { kind: 'lossless' } }), 'jpeg', none)).toBe(false);
  });
});
