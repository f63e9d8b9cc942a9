/** Smooth gradients with few colours: bands are what people see of a palette. */
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { takeWhole } from '../../../../lib/core/look/trial.ts';
import { bandingOf, mostBanding, smoothSquares } from '../../../../lib/core/pixels/quantise/banding.ts';
import { fewestColours, type LookAim } from '../../../../lib/core/pixels/quantise/fewer-colours.ts';
import { pixelsOf, type IndexedPixels } from '../../../../lib/core/pixels/quantise/quantiser.ts';
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

async function fewest(pixels: Pixels, look: number): Promise<IndexedPixels> {
  const reference = await takeWhole(pixels, loadWasm);
  const aim: LookAim = { look, measure: (tried) => reference.compare(tried) };
  const found = await fewestColours(pixels, 1, aim, loadWasm);
  if (!found) throw new Error('256 colours are not enough');
  return found.indexed;
}

const coloursOf = ({ palette }: IndexedPixels): number => palette.length / 4;

it.each(
  Object.keys(GRADIENTS).flatMap((name) => [
    [name, 70, 0.8],
    [name, 80, 0.7],
  ]),
)('%s at look %i shows no bands', async (name, look, most) => {
  const colour = GRADIENTS[name];
  if (!colour) throw new Error(`there is no ${name}`);
  const pixels = drawn(WIDTH, HEIGHT, (x, y) => colour(x / WIDTH, y / HEIGHT));
  const indexed = await fewest(pixels, look);
  expect(await offInTheLarge(pixels, pixelsOf(indexed))).toBeLessThan(most);
  // Nor is it simply given all of them.
  expect(coloursOf(indexed)).toBeLessThan(64);
});

it('a gradient on a plain page shows none either: the page does not make up for it', async () => {
  const page = (paper: Colour): Pixels =>
    drawn(WIDTH, HEIGHT, (x, y) =>
      x < 96 && y < 72 ? [60 + x * 1.2 + y * 0.3, 90 + y * 1.1, 200 - x * 0.6 + y * 0.2] : paper,
    );
  for (const paper of [[255, 255, 255] as const, [0, 0, 0, 0] as const]) {
    const pixels = page(paper);
    const squares = smoothSquares(pixels);
    const cut = (of: Pixels): Pixels => drawn(96, 72, (x, y) => colourAt(of, x, y));
    const indexed = await fewest(pixels, 70);
    expect(bandingOf(smoothSquares(cut(pixels)), cut(pixelsOf(indexed)))).toBeLessThanOrEqual(mostBanding(70) * 1.1);
    expect(bandingOf(squares, pixels)).toBe(0);
  }
});

it('a soft black shadow has its bands in its alpha, and over white', () => {
  const shadow = drawn(64, 64, (x) => [0, 0, 0, 40 + x]);
  const lighter = drawn(64, 64, (x) => [0, 0, 0, 38 + x]);
  expect(bandingOf(smoothSquares(shadow), lighter)).toBeCloseTo(2);
});

it.each([
  [3, 3],
  [9, 17],
])('%i x %i pixels are looked at up to the edge', (width, height) => {
  const grey = (last: number): Pixels =>
    drawn(width, height, (x, y) => (x === width - 1 && y === height - 1 ? [last, last, last] : [100, 100, 100]));
  expect(bandingOf(smoothSquares(grey(100)), grey(120))).toBeGreaterThan(0);
});

function colourAt({ data, width }: Pixels, x: number, y: number): Colour {
  const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray((y * width + x) * 4);
  return [red, green, blue, alpha];
}
