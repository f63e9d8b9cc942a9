import sharp, { type PngOptions, type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPngChunks } from '../../../../lib/core/image/formats/png-chunks.ts';
import { inColour } from '../../../../lib/core/image/formats/png-in-colour.ts';
import { apng } from '../../../images/moving.ts';
import { pngChunk } from '../../../images/hand-built.ts';
import { withPngChunks } from '../../../images/containers.ts';
import { encoded, gradient } from '../../../images/pictures.ts';

const SIZE = { width: 45, height: 31 };
const grey = (): Sharp => gradient(SIZE).toColourspace('b-w');
const deep = (channels: 1 | 2): Sharp =>
  sharp(
    Uint16Array.from({ length: SIZE.width * SIZE.height * channels }, (_, i) => (i * 9973) % 65_536),
    { raw: { ...SIZE, channels } },
  ).toColourspace('grey16');
const withAlpha = (): Sharp =>
  sharp(
    Uint8Array.from({ length: SIZE.width * SIZE.height * 2 }, (_, i) => i * 7),
    { raw: { ...SIZE, channels: 2 } },
  ).toColourspace('b-w');

/** RGBA of 16 bits. */
const samples = (png: Uint8Array): Promise<Buffer> =>
  sharp(png).toColourspace('rgb16').ensureAlpha().raw({ depth: 'ushort' }).toBuffer();

describe('greys in colours are the same, sample by sample', () => {
  it.each<[string, () => Sharp, PngOptions, type: number]>([
    ['8 bits', grey, {}, 3],
    ['8 bits, interlaced', grey, { progressive: true }, 3],
    ['16 bits', () => deep(1), {}, 2],
    ['16 bits, interlaced', () => deep(1), { progressive: true }, 2],
    ['8 bits with alpha', withAlpha, {}, 6],
    ['8 bits with alpha, interlaced', withAlpha, { progressive: true }, 6],
    ['16 bits with alpha', () => deep(2), {}, 6],
  ])('%s', async (_, make, options, type) => {
    const png = await encoded(make().png(options));
    expect([0, 4]).toContain(png[25]);
    const found = await inColour(png);
    expect(found?.[25]).toBe(type);
    expect((await samples(found!)).equals(await samples(png))).toBe(true);
  });

  it.each([1, 2, 4] as const)('%i bits', async (bits) => {
    const png = await encoded(grey().png());
    // As many pixels as these bits hold, in a row that is as long.
    const narrow = png.slice();
    narrow[24] = bits;
    new DataView(narrow.buffer).setUint32(16, (SIZE.width * 8) / bits);
    const found = await inColour(withHeaderCrc(narrow));
    expect(found?.[25]).toBe(3);
    expect((await samples(found!)).equals(await samples(withHeaderCrc(narrow)))).toBe(true);
  });

  it('a transparent grey stays transparent, a background stays the background', async () => {
    const png = withPngChunks(
      await encoded(grey().png()),
      pngChunk('sBIT', Uint8Array.of(8)),
      pngChunk('bKGD', Uint8Array.of(0, 40)),
      pngChunk('tRNS', Uint8Array.of(0, 77)),
    );
    const found = await inColour(png);
    expect((await samples(found!)).equals(await samples(png))).toBe(true);
    // Of a palette, the place in it.
    expect(dataOf(found!, 'bKGD')).toEqual([40]);
    expect(dataOf(found!, 'sBIT')).toEqual([8, 8, 8]);
    const deepPng = withPngChunks(await encoded(deep(1).png()), pngChunk('tRNS', Uint8Array.of(0, 0)));
    const deepFound = await inColour(deepPng);
    expect((await samples(deepFound!)).equals(await samples(deepPng))).toBe(true);
  });
});

it('a moving picture is left alone', async () => {
  const moving = (await apng(2, 0, [1, 10])).slice();
  moving[25] = 4;
  expect(await inColour(moving)).toBeNull();
});

function dataOf(png: Uint8Array, type: string): number[] {
  const chunk = readPngChunks(png).find((candidate) => candidate.type === type);
  return [...png.subarray(chunk?.dataAt, chunk?.dataEnd)];
}

function withHeaderCrc(png: Uint8Array): Uint8Array {
  const header = pngChunk('IHDR', png.subarray(16, 29));
  const fixed = png.slice();
  fixed.set(header, 8);
  return fixed;
}
