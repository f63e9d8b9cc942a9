/** Smooth gradients with few colours: bands are what people see of a palette. */
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { takeWhole } from '../../../../lib/core/look/trial.ts';
import { fewestColours } from '../../../../lib/core/pixels/quantise/fewer-colours.ts';
import { pixelsOf } from '../../../../lib/core/pixels/quantise/quantiser.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { drawn, type Colour } from './drawn.ts';

const WIDTH = 320;
const HEIGHT = 200;

const GRADIENTS: Readonly<Record<string, (x: number, y: number) => Colour>> = {
  'a sky': (x, y) => [70 + 130 * y + 9 * x, 120 + 90 * y, 190 + 40 * y - 9 * x],
  'a glow': (x, y) => {
    const light = Math.max(0, 1 - Math.hypot(x - 0.5, y - 0.5) * 1.6);
    return [20 + 220 * light, 20 + 150 * light ** 2, 40 + 60 * light];
  },
  'a diagonal': (x, y) => [40 + 100 * (x + y), 60 + 60 * (x + y), 200 - 60 * (x + y)],
};

/** Levels of lightness, root of the mean square: what is left of the difference in an eighth of the size, by libvips (which rounds). */
async function offInTheLarge(one: Pixels, other: Pixels): Promise<number> {
  const small = ({ data, width, height }: Pixels): Promise<Buffer> =>
    sharp(data, { raw: { width, height, channels: 4 } })
      .removeAlpha()
      .greyscale()
      .resize(width / 8, height / 8, { kernel: 'linear' })
      .raw()
      .toBuffer();
  const [was, is] = await Promise.all([small(one), small(other)]);
  return Math.sqrt(was.reduce((sum, value, at) => sum + (value - (is[at] ?? 0)) ** 2, 0) / was.length);
}

it.each(
  Object.keys(GRADIENTS).flatMap((name) => [
    [name, 70, 0.8],
    [name, 80, 0.7],
  ]),
)('%s at look %i shows no bands', async (name, look, most) => {
  const colour = GRADIENTS[name];
  if (!colour) throw new Error(`there is no ${name}`);
  const pixels = drawn(WIDTH, HEIGHT, (x, y) => colour(x / WIDTH, y / HEIGHT));
  const reference = await takeWhole(pixels, loadWasm);
  const found = await fewestColours(pixels, 1, { look, measure: (tried) => reference.compare(tried) }, loadWasm);
  if (!found) throw new Error('256 colours are not enough');
  expect(await offInTheLarge(pixels, pixelsOf(found.indexed))).toBeLessThan(most);
  // Nor is it simply given all of them.
  expect(found.indexed.palette.length / 4).toBeLessThan(64);
});
