import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { pixelsOf, quantise, Quantiser } from '../../../../lib/core/pixels/quantise/quantiser.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { drawn, flatGraphic, randomNumbers, words, type Colour } from './drawn.ts';

const few = (pixels: Pixels, colours: number, dithering: number) => quantise(pixels, { colours, dithering }, loadWasm);

it('keeps the colour of what covers more pixels than a float counts', async () => {
  const quantiser = await Quantiser.create(1024, loadWasm);
  const grey = drawn(1024, 1024, () => [128, 128, 128]);
  const random = randomNumbers(3);
  for (let megapixels = 0; megapixels < 20; megapixels++) quantiser.count(grey);
  // So many that neighbours are counted as one.
  quantiser.count(drawn(1024, 400, () => [random(256), random(256), random(256)]));
  quantiser.choose(256);
  const [one] = words(
    pixelsOf(
      quantiser.map(
        drawn(1024, 1, () => [128, 128, 128]),
        0,
      ),
    ),
  );
  expect((one ?? 0) & 255).toBeGreaterThan(124);
  expect((one ?? 0) & 255).toBeLessThan(132);
});

describe('a picture with no more colours than wanted', () => {
  it('comes back exactly, whatever its size, its alpha and the dithering', async () => {
    const byte = fc.nat(255);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(byte, byte, byte, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(1000),
        async (colours, width, height, seed) => {
          const random = randomNumbers(seed);
          const pixels = drawn(width, height, () => colours[random(colours.length)] as Colour);
          const indexed = await few(pixels, Math.max(2, new Set(words(pixels)).size), 1);
          expect(indexed.isExact).toBe(true);
          expect(words(pixelsOf(indexed))).toEqual(words(pixels));
          expect(new Set(words(pixels)).size).toBe(indexed.palette.length / 4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['one pixel', 1, 1],
    ['one row', 700, 1],
    ['one column', 1, 700],
    ['more rows than a band', 8, 8500],
  ])('%s', async (_, width, height) => {
    const pixels = drawn(width, height, (x, y) => [((x + y) % 200) + 20, 7, 9]);
    expect(furthest(pixels, pixelsOf(await few(pixels, 256, 1)))).toBe(0);
  });

  it('takes all fully transparent pixels for one colour', async () => {
    const pixels = drawn(64, 64, (x, y) => [x * 4, y * 4, 9, 0]);
    const indexed = await few(pixels, 2, 1);
    expect([...indexed.palette]).toEqual([0, 0, 0, 0]);
    expect(indexed.isExact).toBe(true);
  });
});

it('stays at the number of colours with one more than that', async () => {
  const pixels = drawn(257, 3, (x) => [x & 255, x >> 8, 40]);
  const indexed = await few(pixels, 256, 0);
  expect(indexed.isExact).toBe(false);
  expect(indexed.palette.length / 4).toBeLessThanOrEqual(256);
  expect(furthest(pixels, pixelsOf(indexed))).toBeLessThanOrEqual(2);
});

it('gives the same bytes each time', async () => {
  const pixels = noise(120, 90, 5);
  const [one, two] = [await few(pixels, 31, 0.7), await few(pixels, 31, 0.7)];
  expect(one.palette).toEqual(two.palette);
  expect(one.indices).toEqual(two.indices);
});

it('counts noise of more colours than it has room for', async () => {
  const pixels = noise(400, 360, 3);
  expect(new Set(words(pixels)).size).toBeGreaterThan(140_000);
  const indexed = await few(pixels, 256, 0);
  expect(indexed.palette.length / 4).toBe(256);
  // A cube of 256 levels in 256 parts: about 40 levels on a side.
  expect(meanDifference(pixels, pixelsOf(indexed))).toBeLessThan(20);
});

describe('alpha', () => {
  it('does not let hidden colours have a share in the palette', async () => {
    const random = randomNumbers(8);
    const half = (hidden: () => Colour): Pixels =>
      drawn(128, 128, (x, y) => (x < 96 ? hidden() : [x * 2 - 190, y * 2, 60]));
    const noisy = await few(
      half(() => [random(256), random(256), random(256), 0]),
      33,
      1,
    );
    const plain = await few(
      half(() => [0, 0, 0, 0]),
      33,
      1,
    );
    expect(noisy).toEqual(plain);
    expect(noisy.palette.subarray(0, 4)).toEqual(new Uint8Array(4));
  });

  it('leaves opaque pixels opaque and transparent ones transparent beside a soft shadow', async () => {
    const pixels = drawn(200, 60, (x, y) => (x < 100 ? [200 - x, y * 4, 90] : [0, 0, 0, Math.max(0, 199 - x * 1) * 2]));
    const indexed = pixelsOf(await few(pixels, 24, 1));
    words(pixels).forEach((word, i) => {
      const alpha = words(indexed)[i]! >>> 24;
      if (word >>> 24 === 255 || word >>> 24 === 0) expect(alpha).toBe(word >>> 24);
    });
  });

  it('puts what is not opaque first', async () => {
    const pixels = drawn(90, 90, (x, y) => [x * 2, y * 2, 30, x < 45 ? 255 : y * 2 + 1]);
    const { palette } = await few(pixels, 64, 0.5);
    const alphas = [...palette.filter((_, i) => i % 4 === 3)];
    expect(alphas).toEqual([...alphas].sort((a, b) => a - b));
    expect(alphas.at(-1)).toBe(255);
  });
});

describe('flat graphics', () => {
  it('get no noise: each flat area keeps its one colour', async () => {
    const pixels = flatGraphic(160);
    for (const colours of [16, 64, 200]) {
      const indexed = words(pixelsOf(await few(pixels, colours, 1)));
      const flat = words(pixels).reduce((spots, word, i) => {
        const at = { x: i % 160, y: Math.floor(i / 160) };
        const corner = at.x < 48 && at.y < 48;
        return !corner && (word === 0xfff0f8fa || word === 0xffc8761e) && indexed[i] !== word ? spots + 1 : spots;
      }, 0);
      expect(flat, `${colours} colours`).toBe(0);
    }
  });
});

describe('gradients', () => {
  const gradient = drawn(256, 64, (x) => [64 + x / 2, 64 + x / 2, 64 + x / 2]);

  it('do not band when dithered: the mean of each small square stays, and no seam runs down', async () => {
    const [flat, dithered] = [await few(gradient, 12, 0), await few(gradient, 12, 1)];
    expect(squaresOff(gradient, pixelsOf(flat))).toBeGreaterThan(1.2);
    expect(squaresOff(gradient, pixelsOf(dithered))).toBeLessThan(0.4);
    expect(longestSeam(flat)).toBe(64);
    expect(longestSeam(dithered)).toBeLessThan(16);
  });
});

it('counts several pictures for one palette', async () => {
  const [red, blue] = [drawn(20, 20, (x) => [x * 12, 0, 0]), drawn(20, 20, (x) => [0, 0, x * 12 + 3])];
  const quantiser = await Quantiser.create(20, loadWasm);
  quantiser.count(red);
  quantiser.count(blue);
  expect(quantiser.choose(64)).toBe(40);
  expect(words(pixelsOf(quantiser.map(red, 1)))).toEqual(words(red));
  expect(words(pixelsOf(quantiser.map(blue, 1)))).toEqual(words(blue));
});

function noise(width: number, height: number, seed: number): Pixels {
  const random = randomNumbers(seed);
  return drawn(width, height, () => [random(256), random(256), random(256)]);
}

/** The largest difference of a channel, in levels of 255. */
function furthest(a: Pixels, b: Pixels): number {
  return a.data.reduce((most, level, i) => Math.max(most, Math.abs(level - b.data[i]!)), 0);
}

function meanDifference(a: Pixels, b: Pixels): number {
  return a.data.reduce((sum, level, i) => sum + Math.abs(level - b.data[i]!), 0) / (a.data.length * 0.75);
}

/** How far the means of squares of 8 x 8 are off, in levels of 255: the mean over all that are not at the edge. */
function squaresOff(a: Pixels, b: Pixels): number {
  let [sum, count] = [0, 0];
  for (let top = 8; top + 16 <= a.height; top += 8) {
    for (let left = 24; left + 32 <= a.width; left += 8) {
      for (let channel = 0; channel < 3; channel++) {
        let off = 0;
        for (let y = top; y < top + 8; y++) {
          for (let x = left; x < left + 8; x++) {
            const at = (y * a.width + x) * 4 + channel;
            off += a.data[at]! - b.data[at]!;
          }
        }
        sum += Math.abs(off) / 64;
        count++;
      }
    }
  }
  return sum / count;
}

/** How many rows on end have the same change of colour between the same two columns, which is what people see. */
function longestSeam({ width, height, indices }: { width: number; height: number; indices: Uint8Array }): number {
  let longest = 0;
  for (let x = 1; x < width; x++) {
    let [run, last] = [0, ''];
    for (let y = 0; y < height; y++) {
      const [left, right] = [indices[y * width + x - 1]!, indices[y * width + x]!];
      const step = left === right ? '' : `${left} ${right}`;
      run = step !== '' && step === last ? run + 1 : step === '' ? 0 : 1;
      last = step;
      longest = Math.max(longest, run);
    }
  }
  return longest;
}
