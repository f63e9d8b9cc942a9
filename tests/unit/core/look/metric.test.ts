import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { takeReference } from '../../../../lib/core/look/metric.ts';
import { refereeLook } from '../../../referee/ssimulacra2.ts';
import { loadWasm } from '../../../node-wasm.ts';

type Paint = (x: number, y: number) => readonly [number, number, number, number];

function painted(width: number, height: number, paint: Paint): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(paint(x, y), (y * width + x) * 4);
  }
  return { width, height, data };
}

/** Waves of several lengths with a grain, much as a photograph has. */
const photo: Paint = (x, y) => {
  const grain = ((x * 7919 + y * 104729) % 31) - 15;
  const wave = 40 * Math.sin(x / 9) + 30 * Math.cos((x + y) / 23) + 25 * Math.sin((x * y) / 700);
  return [130 + wave + grain, 120 + wave * 0.8 + grain, 100 - wave * 0.6 + 30 * Math.sin(y / 31), 255];
};
/** Flat colours with hard edges. */
const graphic: Paint = (x, y) => [
  ...([
    [20, 60, 200],
    [250, 250, 245],
    [230, 40, 40],
  ][(Math.floor(x / 13) + Math.floor((y + x / 3) / 17)) % 3] as [number, number, number]),
  255,
];
const withAlpha: Paint = (x, y) => {
  const [r, g, b] = photo(x, y);
  return [r, g, b, 128 + 127 * Math.sin(x / 17 + y / 29)];
};

async function degraded({ width, height, data }: Pixels, quality: number): Promise<Pixels> {
  const file = await sharp(data, { raw: { width, height, channels: 4 } })
    .webp({ quality })
    .toBuffer();
  return { width, height, data: new Uint8ClampedArray(await sharp(file).ensureAlpha().raw().toBuffer()) };
}

describe('SSIMULACRA 2', () => {
  // By the referee, from -30 to 95; six scales need 128 pixels a side, and fewer count their weights differently.
  it.each([
    ['a photograph', 300, 200, photo],
    ['a photograph of odd size', 131, 257, photo],
    ['a graphic', 200, 150, graphic],
    ['transparency', 150, 140, withAlpha],
    ['a strip', 400, 9, photo],
    ['a small odd size', 33, 17, photo],
    ['a small transparency', 24, 11, withAlpha],
    ['the smallest size', 8, 8, photo],
  ] as const)('is within half a point of the referee on %s', async (_, width, height, paint) => {
    const original = painted(width, height, paint);
    const reference = await takeReference(original, loadWasm);
    for (const quality of [5, 50, 80, 96]) {
      const picture = await degraded(original, quality);
      const [look, judged] = [reference.compare(picture), refereeLook(original, picture)];
      expect(Math.abs(look - judged), `${look} against ${judged} at quality ${quality}`).toBeLessThan(0.5);
    }
  });

  it('is as near on a large one, of whose full size it looks at bands', async () => {
    const original = painted(811, 523, photo);
    const picture = await degraded(original, 70);
    const look = (await takeReference(original, loadWasm)).compare(picture);
    expect(Math.abs(look - refereeLook(original, picture))).toBeLessThan(0.5);
  });

  it('compares alpha that only the other picture has', async () => {
    const original = painted(64, 64, photo);
    const reference = await takeReference(original, loadWasm);
    const holed = painted(64, 64, (x, y) => [
      ...(photo(x, y).slice(0, 3) as [number, number, number]),
      x < 9 ? 90 : 255,
    ]);
    const look = reference.compare(holed);
    expect(Math.abs(look - refereeLook(original, holed))).toBeLessThan(0.5);
    expect(look).toBeLessThan(80);
    expect(reference.compare(original)).toBe(100);
  });

  it('sees a fault that only one background shows', async () => {
    const white = painted(40, 40, () => [255, 255, 255, 255]);
    const hole = painted(40, 40, (x) => [255, 255, 255, x > 10 && x < 30 ? 0 : 255]);
    expect((await takeReference(white, loadWasm)).compare(hole)).toBeLessThan(0);
  });

  it.each([
    [1, 1],
    [3, 200],
    [7, 7],
  ])('has a score for %i x %i, which the reference has not', async (width, height) => {
    const original = painted(width, height, photo);
    const reference = await takeReference(original, loadWasm);
    expect(reference.compare(original)).toBe(100);
    const near = painted(width, height, (x, y) => photo(x, y).map((v, c) => (c < 3 ? v + 2 : v)) as never);
    const far = painted(width, height, (x, y) => photo(x, y).map((v, c) => (c < 3 ? (v + 128) % 256 : v)) as never);
    expect(reference.compare(near)).toBeGreaterThan(70);
    expect(reference.compare(far)).toBeLessThan(reference.compare(near));
  });

  it('gives the same score whatever was compared before', async () => {
    const original = painted(160, 130, photo);
    const picture = await degraded(original, 40);
    const alone = (await takeReference(original, loadWasm)).compare(picture);
    await takeReference(painted(300, 300, withAlpha), loadWasm);
    const again = await takeReference(original, loadWasm);
    again.compare(await degraded(original, 5));
    expect(again.compare(picture)).toBe(alone);
  });

  it('refuses another size, and a reference that was replaced', async () => {
    const first = await takeReference(painted(20, 20, photo), loadWasm);
    expect(() => first.compare(painted(20, 21, photo))).toThrow('another size');
    await takeReference(painted(10, 10, photo), loadWasm);
    expect(() => first.compare(painted(20, 20, photo))).toThrow('another reference');
  });
});
