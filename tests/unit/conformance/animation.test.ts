/** Animations: one frame only where a still format was asked for, and said; moving otherwise, the same in number, time and pixels. */
import { beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { compress, exactly, notesOf } from '../../conformance/compress.ts';
import { difference } from '../../conformance/difference.ts';
import { missing } from '../../conformance/programs.ts';
import { seen } from '../../conformance/seen.ts';
import { animated } from '../../images/moving.ts';
import { apng } from '../core/animation/build-apng.ts';
import { decodedBySharp, distance, randomFrames } from '../core/animation/pictures.ts';
import { muxInfo } from '../core/animation/webp-tools.ts';

const noWebpmux = missing('webpmux');

const SIZE = { width: 40, height: 30 };
const drawn = randomFrames(11, 4, SIZE, 'partial').filter(
  (frame, i, all) => i === 0 || !Buffer.from(frame.data).equals(Buffer.from(all[i - 1]!.data)),
);

interface Played {
  readonly frames: readonly Uint8ClampedArray[];
  /** ms each. */
  readonly delays: readonly number[];
  readonly loops: number | undefined;
}

const MOVIES: readonly { name: string; make: () => Promise<Uint8Array>; truth?: Played }[] = [
  { name: 'GIF for ever', make: () => animated('gif', 0) },
  { name: 'GIF three times', make: () => animated('gif', 3) },
  { name: 'WebP twice', make: () => animated('webp', 2) },
  {
    name: 'APNG twice',
    make: async () => apng({ ...SIZE, plays: 2, frames: drawn.map(({ data }) => ({ ...SIZE, data, delay: [1, 5] })) }),
    truth: { frames: drawn.map(({ data }) => data), delays: drawn.map(() => 200), loops: 2 },
  },
];

/** Dithered frames of saturated colours in 4:2:0: measured 11.4, where libvips at the same quality has 13.9. */
const LOSSY_MEAN = 14;

describe.each(MOVIES)('$name', ({ make, truth }) => {
  let bytes: Uint8Array;
  let before: Played;
  beforeAll(async () => {
    bytes = await make();
    before = truth ?? (await decodedBySharp(bytes));
  });

  it.each(['lossless', 'quality'] as const)(
    `as webp (%s) moves as before${noWebpmux && `; not asked: ${noWebpmux}`}`,
    async (kind) => {
      const { bytes: result, receipt } = await compress(
        bytes,
        kind === 'lossless' ? exactly('webp') : { format: 'webp' },
      );
      expect(notesOf(receipt)).toContain('animation-kept');
      const after = await decodedBySharp(result);
      expect([after.frames.length, after.delays, after.loops]).toEqual([
        before.frames.length,
        before.delays,
        before.loops,
      ]);
      before.frames.forEach((frame, i) => {
        const { alpha, colour, mean } = distance(frame, after.frames[i] ?? new Uint8ClampedArray());
        if (kind === 'lossless') expect([alpha, colour]).toEqual([0, 0]);
        else expect({ alpha, mean, within: alpha === 0 && mean < LOSSY_MEAN }).toMatchObject({ within: true });
      });
      if (noWebpmux) return;
      const { frames, loops, canvas } = muxInfo(result);
      expect([frames.map(({ duration }) => duration), loops, canvas]).toEqual([
        before.delays,
        before.loops,
        `${SIZE.width} x ${SIZE.height}`,
      ]);
    },
  );

  it('in its own format, or made smaller as a WebP, still moves and is never larger', async () => {
    const { bytes: result, receipt } = await compress(bytes);
    expect(result.length).toBeLessThanOrEqual(bytes.length);
    // libvips reads no APNG: its frames are counted by their control chunks.
    const frames =
      receipt.output.format === 'png'
        ? Buffer.from(result).toString('latin1').split('fcTL').length - 1
        : (await sharp(result, { animated: true }).metadata()).pages;
    expect(frames).toBe(before.frames.length);
  });

  it.each(['jpeg', 'png'] as const)('as %s is the first frame, and says so', async (format) => {
    const { bytes: result, receipt } = await compress(bytes, { ...exactly(format), animation: 'first-frame' });
    expect(receipt.notes).toContainEqual({
      kind: 'lost',
      code: 'first-frame-only',
      parameters: { frames: before.frames.length },
    });
    const found = await seen(result);
    const first = { ...SIZE, data: overWhite(before.frames[0] ?? new Uint8ClampedArray(), format === 'jpeg') };
    expect((await sharp(result).metadata()).pages ?? 1).toBe(1);
    const { max, alpha } = difference(first, found);
    expect(max).toBeLessThanOrEqual(format === 'png' ? 0 : 6);
    expect(alpha).toBe(0);
  });

  it.each(['avif', 'jxl'] as const)('is not flattened into %s without being asked', async (format) => {
    await expect(compress(bytes, { format })).rejects.toMatchObject({
      name: 'CompressionError',
      code: 'unsupported-variant',
    });
    const { receipt } = await compress(bytes, { format, animation: 'first-frame' });
    expect(notesOf(receipt)).toContain('first-frame-only');
  });
});

function overWhite(data: Uint8ClampedArray, flatten: boolean): Uint8ClampedArray<ArrayBuffer> {
  const copy = new Uint8ClampedArray(data);
  if (!flatten) return copy;
  for (let i = 0; i < copy.length; i += 4) {
    const alpha = copy[i + 3]! / 255;
    for (let c = i; c < i + 3; c++) copy[c] = Math.round(copy[c]! * alpha + 255 * (1 - alpha));
    copy[i + 3] = 255;
  }
  return copy;
}
