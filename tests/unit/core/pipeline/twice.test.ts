/** Through the product twice: what it made itself is not made worse. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { codecs, formats } from '../../../../lib/core/codecs/registry.ts';
import type { Recipe } from '../../../../lib/core/model/recipe.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../../../../lib/core/image/inspection.ts';
import { compress } from '../../../conformance/compress.ts';
import { unequal } from '../../../conformance/difference.ts';
import { seen } from '../../../conformance/seen.ts';
import { gradient } from '../../../images/pictures.ts';
import { animated } from '../../../images/moving.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { rowsOf } from '../../../rows.ts';
import { apng } from '../animation/build-apng.ts';
import { decodedBySharp, randomFrames } from '../animation/pictures.ts';

/** Soft colours with edges and grain. */
async function picture(width = 320, height = 240): Promise<Pixels> {
  const { data } = await gradient({ width, height }, 4).raw().toBuffer({ resolveWithObject: true });
  for (let i = 0; i < data.length; i += 4) {
    const [at, grain] = [i / 4, ((Math.imul(i, 2_654_435_761) >>> 25) - 64) / 5];
    for (let c = i; c < i + 3; c++)
      data[c] = Math.max(0, Math.min(255, data[c]! + grain + (at % width > (at / width) * 1.2 ? 40 : 0)));
    data[i + 3] = 255;
  }
  return { width, height, data: new Uint8ClampedArray(data) };
}

const QUALITIES = [50, 75, 90];
const ROWS = OUTPUT_FORMATS.flatMap((format) => QUALITIES.map((quality) => [format, quality] as const));

describe('a file that this product made', () => {
  it.each(rowsOf(ROWS, ([, quality]) => quality === 75))(
    'as %s at quality %i keeps each pixel the second time, and is never larger',
    async (format, quality) => {
      const recipe: Partial<Recipe> = { aim: { kind: 'quality', quality } };
      const source = await codecs[format].encode(
        await picture(),
        formats[format].optionsFor({ quality: 98 }),
        loadWasm,
      );
      const first = await compress(source, recipe);
      expect(first.receipt.output).toMatchObject({ format });
      const second = await compress(first.bytes, recipe);
      expect(second.bytes.length).toBeLessThanOrEqual(first.bytes.length);
      expect(second.receipt.outcome === 'original' || format === 'jpeg' || format === 'png').toBe(true);
      expect(unequal(await seen(first.bytes), await seen(second.bytes))).toBe(0);
    },
  );

  it.each(['avif', 'jxl'] as const)(
    'as %s is still made smaller where that is worth a generation',
    async (format: OutputFormat) => {
      const source = await codecs[format].encode(
        await picture(),
        formats[format].optionsFor({ quality: 90 }),
        loadWasm,
      );
      expect((await compress(source, { aim: { kind: 'quality', quality: 50 } })).receipt).toMatchObject({
        outcome: 'smaller',
        codec: { format },
      });
    },
  );

  it('as a moving WebP keeps each frame', async () => {
    const size = { width: 60, height: 40 };
    const sources = [
      await animated('gif', 0),
      await animated('webp', 3),
      apng({ ...size, plays: 1, frames: randomFrames(5, 5, size, 'partial').map(({ data }) => ({ ...size, data })) }),
      new Uint8Array(
        await sharp(
          await Promise.all(
            [0, 60, 120].map((hue) => gradient({ width: 200, height: 150 }).modulate({ hue }).png().toBuffer()),
          ),
          { join: { animated: true } },
        )
          .gif()
          .toBuffer(),
      ),
    ];
    for (const source of sources) {
      for (const quality of QUALITIES) {
        const first = await compress(source, { format: 'webp', aim: { kind: 'quality', quality } });
        const second = await compress(first.bytes, { aim: { kind: 'quality', quality } });
        expect(second.bytes.length).toBeLessThanOrEqual(first.bytes.length);
        expect(await decodedBySharp(second.bytes)).toEqual(await decodedBySharp(first.bytes));
      }
    }
  });
});
