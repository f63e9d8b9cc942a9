import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { takeReference } from '../../../../lib/core/look/metric.ts';
import { fewestColours } from '../../../../lib/core/pixels/quantise/fewer-colours.ts';
import { indexedPng } from '../../../../lib/core/pixels/quantise/indexed-png.ts';
import { encodePalettePng } from '../../../../lib/core/pixels/quantise/palette-png.ts';
import { pixelsOf, quantise } from '../../../../lib/core/pixels/quantise/quantiser.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { drawn, flatGraphic, randomNumbers, words } from './drawn.ts';

const OPTIONS = { level: 2, interlace: false, optimiseAlpha: false, dithering: 0.8 };

async function decoded(png: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

describe('an indexed PNG', () => {
  it.each([
    [1, 1, 1],
    [2, 7, 1],
    [3, 9, 2],
    [16, 5, 4],
    [17, 13, 8],
    [256, 31, 8],
  ])('of %i colours, %i px wide, has %i bits a pixel and its pixels', async (colours, width, bitDepth) => {
    const random = randomNumbers(colours);
    const pixels = drawn(width, 40, (x, y) => [((x + y * width) % colours) & 255, random(2), 60]);
    const indexed = await quantise(pixels, { colours: 256, dithering: 0 }, loadWasm);
    const png = await indexedPng({ ...indexed, indices: indexed.indices });
    expect(words(await decoded(png))).toEqual(words(pixelsOf(indexed)));
    const most = indexed.palette.length / 4;
    expect(png[24]).toBe(most <= 2 ? 1 : most <= 4 ? 2 : most <= 16 ? 4 : 8);
    expect(png[24]).toBeGreaterThanOrEqual(bitDepth);
  });

  it('says no alpha past the last colour that is not opaque', async () => {
    const pixels = drawn(60, 1, (x) => [x * 4, 0, 0, x < 3 ? x * 40 : 255]);
    const png = await indexedPng(await quantise(pixels, { colours: 256, dithering: 0 }, loadWasm));
    const at = Buffer.from(png).indexOf('tRNS');
    expect([...png.subarray(at + 4, at + 7)]).toEqual([0, 40, 80]);
    expect(png[at - 1]).toBe(3);
    expect(words(await decoded(png)).slice(1)).toEqual(words(pixels).slice(1));
  });
});

describe('the fewest colours for a look', () => {
  // As many colours as pixels, and nothing smooth, so that the look alone decides.
  const textured = drawn(96, 96, (x, y) => [(x * 37) & 255, (y * 53) & 255, 255 - x - y, 255]);

  it('are near the aim, whatever curve the look follows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 20, max: 90, noNaN: true }),
        fc.double({ min: 2, max: 12, noNaN: true }),
        fc.double({ min: 40, max: 100, noNaN: true }),
        async (look, slope, best) => {
          let tries = 0;
          // Rises with the logarithm of the number of colours; counted, since the picture has as many as asked for.
          const measure = (pixels: Pixels): number => {
            tries++;
            return best - slope * Math.log2(256 / new Set(words(pixels)).size);
          };
          const fewer = await fewestColours(textured, 0, { look, measure }, loadWasm);
          expect(tries).toBeLessThanOrEqual(7);
          if (best < look) expect(fewer).toBeNull();
          else {
            expect(fewer?.look).toBeGreaterThanOrEqual(look);
            // Two colours may look better than the aim, and a step of one colour may be more than the tolerance.
            const colours = (fewer?.indexed.palette.length ?? 0) / 4;
            const oneLess = best - slope * Math.log2(256 / Math.max(1, colours * 0.93 - 1));
            if (colours > 2) expect(Math.min(fewer?.look ?? 0, oneLess + 0.01)).toBeLessThanOrEqual(look + 1.51);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('hold their look where it does not rise with every colour', async () => {
    const measure = (pixels: Pixels): number => {
      const colours = new Set(words(pixels)).size;
      return colours > 200 ? 90 : colours % 3 === 0 ? 60 : 75;
    };
    const fewer = await fewestColours(textured, 0, { look: 70, measure }, loadWasm);
    expect(fewer?.look).toBeGreaterThanOrEqual(70);
  });
});

describe('a palette PNG', () => {
  it('looks as it is to look, and is smaller than every colour', async () => {
    const pixels = flatGraphic(160);
    const reference = await takeReference(pixels, loadWasm);
    const aim = { look: 80, measure: (tried: Pixels) => reference.compare(tried) };
    const png = await encodePalettePng(pixels, aim, OPTIONS, loadWasm);
    expect(png?.look).toBeGreaterThanOrEqual(80);
    expect(reference.compare(await decoded(png?.bytes ?? new Uint8Array()))).toBeCloseTo(png?.look ?? 0, 5);
    expect(png?.colours).toBeLessThan(200);
    expect(png?.options).toEqual({ level: 6, colours: png?.colours });
  });

  it('is not there when no colour would go, or the look is out of reach', async () => {
    const few = drawn(50, 50, (x, y) => [x, y % 5, 0]);
    expect(await encodePalettePng(few, { look: 50, measure: () => 100 }, OPTIONS, loadWasm)).toBeNull();
    const many = drawn(64, 64, (x, y) => [x * 4, y * 4, (x * y) & 255]);
    expect(await encodePalettePng(many, { look: 90, measure: () => 89 }, OPTIONS, loadWasm)).toBeNull();
  });

  it('has at most the colours that are given', async () => {
    const png = await encodePalettePng(flatGraphic(90), { colours: 9 }, OPTIONS, loadWasm);
    expect(new Set(words(await decoded(png?.bytes ?? new Uint8Array()))).size).toBeLessThanOrEqual(9);
    expect(png?.look).toBeNull();
  });
});
