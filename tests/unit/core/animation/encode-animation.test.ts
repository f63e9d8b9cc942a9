import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../../../lib/core/codecs/codec.ts';
import { webpFormat } from '../../../../lib/core/codecs/webp.ts';
import {
  encodeAnimation,
  type AnimationInput,
  type EncodedAnimation,
} from '../../../../lib/core/animation/encode-animation.ts';
import { MAX_FRAMES } from '../../../../lib/core/animation/movie-limits.ts';
import { openMovie } from '../../../../lib/core/animation/open-movie.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { decodedBySharp, distance, played, randomFrames, watched, type Kind, type Still } from './pictures.ts';
import { complaints, missingTools, muxInfo } from './webp-tools.ts';

const LOSSLESS = webpFormat.optionsFor('lossless');

async function encoded(
  frames: readonly Still[],
  options: OptionValues = LOSSLESS,
  { loops = 0, ...rest }: Partial<AnimationInput> & { readonly loops?: number } = {},
  durations?: readonly number[],
): Promise<EncodedAnimation> {
  const { width, height } = frames[0]!;
  const movie = { width, height, loops, frames: () => played(frames, durations) };
  const animation = await encodeAnimation({ movie, options, load: loadWasm, ...rest });
  expect(animation).not.toBeNull();
  return animation!;
}

/** The frames that are left when equal neighbours are one. */
const distinct = (frames: readonly Still[]): Still[] =>
  frames.filter((frame, i) => i === 0 || frame.data.some((value, at) => value !== frames[i - 1]?.data[at]));

/** A still frame of one colour with rectangles painted on it. */
function painted(
  width: number,
  height: number,
  ...rects: readonly { x: number; y: number; width: number; height: number; colour: readonly number[] }[]
): Still {
  const data = new Uint8ClampedArray(width * height * 4);
  for (const rect of rects) {
    for (let y = rect.y; y < rect.y + rect.height; y++)
      for (let x = rect.x; x < rect.x + rect.width; x++) data.set(rect.colour, (y * width + x) * 4);
  }
  return { width, height, data };
}
const RED = [255, 0, 0, 255],
  BLUE = [0, 0, 255, 255];
const paper = { x: 0, y: 0, width: 64, height: 48, colour: [250, 250, 240, 255] };

describe.each<Kind>(['opaque', 'binary', 'partial'])('frames with %s pixels', (kind) => {
  it.each([1, 2, 3, 4, 5, 6])("come back exactly, by our decoder and by libwebp's (seed %i)", async (seed) => {
    const frames = randomFrames(seed, 9, { width: 3 + seed * 4, height: 27 - seed * 4 }, kind);
    const { bytes, frames: facts } = await encoded(frames);
    const expected = distinct(frames).map(({ data }) => data);
    expect(facts).toMatchObject({ came: 9, written: expected.length, merged: 9 - expected.length });
    expect((await decodedBySharp(bytes)).frames).toEqual(expected);
    expect((await watched(openMovie(bytes, 'webp', loadWasm))).frames).toEqual(expected);
  });

  it('keep their alpha exactly when lossy, and their colours within a bound', async () => {
    const frames = smooth(kind);
    const { bytes } = await encoded(frames, webpFormat.optionsFor({ quality: 90 }));
    const { frames: copies } = await decodedBySharp(bytes);
    expect(copies.length).toBe(frames.length);
    copies.forEach((copy, i) => {
      const { alpha, colour, mean } = distance(frames[i]!.data, copy);
      expect(alpha).toBe(0);
      // q90 in 4:2:0: a level or two on average; 40 at the edge of a colour, whose chroma has half the resolution.
      expect(mean).toBeLessThan(2.5);
      expect(colour).toBeLessThan(40);
    });
  });
});

/** A soft picture in which a soft spot moves: what lossy coding is for. */
function smooth(kind: Kind): Still[] {
  const [width, height] = [96, 64];
  return Array.from({ length: 5 }, (_, frame) => {
    const data = new Uint8ClampedArray(width * height * 4);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const spot = Math.max(0, 1 - Math.hypot(x - 20 - frame * 10, y - 30) / 18);
        const far = Math.hypot(x - 48, y - 32) > 38;
        const alpha = kind === 'opaque' || !far ? 255 : kind === 'binary' ? 0 : Math.max(1, 255 - x * 2);
        if (alpha > 0)
          data.set(
            [x * 2 + spot * 60, y * 3, 120 + 40 * Math.sin(x / 9) * Math.cos(y / 7), alpha],
            (y * width + x) * 4,
          );
      }
    }
    return { width, height, data };
  });
}

describe('what is coded', () => {
  it('is the changed rectangle only, at even offsets, composed over what stays', async () => {
    const frames = [painted(64, 48, paper), painted(64, 48, paper, { x: 11, y: 7, width: 6, height: 5, colour: RED })];
    const {
      frames: [, second],
    } = framesOf(await encoded(frames));
    expect(second).toMatchObject({ x: 10, y: 6, width: 7, height: 6 });
  });

  it('clears the last rectangle when a thing on nothing moves on', async () => {
    const frames = [4, 24, 44].map((x) => painted(64, 48, { x, y: 8, width: 10, height: 10, colour: RED }));
    const { bytes } = await encoded(frames);
    expect(framesOf({ bytes }).frames).toMatchObject([
      { x: 4, width: 10, dispose: true },
      { x: 24, width: 10, dispose: true },
      { x: 44, width: 10, dispose: false },
    ]);
    expect((await decodedBySharp(bytes)).frames).toEqual(frames.map(({ data }) => data));
  });

  it('replaces the rectangle where a pixel becomes half transparent: composing would mix it', async () => {
    const frames = [
      painted(64, 48, paper),
      painted(64, 48, paper, { x: 10, y: 6, width: 2, height: 2, colour: [255, 0, 0, 128] }),
    ];
    const { bytes } = await encoded(frames);
    expect(framesOf({ bytes }).frames[1]).toMatchObject({ x: 10, y: 6, width: 2, height: 2, blend: false });
    expect((await decodedBySharp(bytes)).frames[1]).toEqual(frames[1]?.data);
  });

  it('is lossless when that is smaller than the quality asked for, frame by frame', async () => {
    const flat = [painted(64, 48, paper), painted(64, 48, paper, { x: 10, y: 6, width: 20, height: 20, colour: BLUE })];
    expect((await encoded(flat, webpFormat.optionsFor({ quality: 75 }))).frames).toMatchObject({
      written: 2,
      lossless: 2,
    });
    expect((await encoded(smooth('opaque'), webpFormat.optionsFor({ quality: 75 }))).frames.lossless).toBeLessThan(5);
  });

  it('does not depend on the colour under what is fully transparent', async () => {
    const clean = [
      painted(16, 16, { ...paper, width: 8, height: 8 }),
      painted(16, 16, { ...paper, width: 8, height: 9 }),
    ];
    const dirty = clean.map(({ data, ...size }, i) => ({
      ...size,
      data: data.map((value, at) => (value === 0 && at % 4 === i ? 77 : value)),
    }));
    expect((await encoded(dirty)).bytes).toEqual((await encoded(clean)).bytes);
  });
});

/** The frames' headers in the file. */
function framesOf({ bytes }: { bytes: Uint8Array }): {
  frames: { x: number; y: number; width: number; height: number; blend: boolean; dispose: boolean }[];
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u24 = (at: number): number => view.getUint32(at, true) & 0xffffff;
  const frames = [];
  for (let at = 12; at < bytes.length; at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1)) {
    if (Buffer.from(bytes.subarray(at, at + 4)).toString() !== 'ANMF') continue;
    const flags = bytes[at + 23] ?? 0;
    frames.push({
      x: u24(at + 8) * 2,
      y: u24(at + 11) * 2,
      width: u24(at + 14) + 1,
      height: u24(at + 17) + 1,
      blend: (flags & 2) === 0,
      dispose: (flags & 1) === 1,
    });
  }
  return { frames };
}

describe('time and loops', () => {
  const [a, b] = [
    painted(6, 4, { ...paper, width: 6, height: 4 }),
    painted(6, 4, { x: 0, y: 0, width: 6, height: 4, colour: RED }),
  ];

  it('merges equal neighbours into one frame that lasts as long as both', async () => {
    const { bytes, frames, milliseconds } = await encoded(
      [a, a, b, b, b, a],
      LOSSLESS,
      { loops: 4 },
      [40, 50, 60, 70, 80, 90],
    );
    expect(frames).toEqual({ came: 6, written: 3, merged: 3, lossless: 3, shownBy: [0, 0, 1, 1, 1, 2] });
    expect(milliseconds).toBe(390);
    expect(await decodedBySharp(bytes)).toMatchObject({ delays: [90, 210, 90], loops: 4 });
  });

  it('splits what is longer than 24 bits of milliseconds', async () => {
    const { bytes, frames } = await encoded([a, b], LOSSLESS, {}, [40_000_000, 100]);
    expect(frames).toMatchObject({ written: 4, shownBy: [0, 3] });
    expect((await decodedBySharp(bytes)).delays).toEqual([0xffffff, 0xffffff, 40_000_000 - 2 * 0xffffff, 100]);
    expect((await watched(openMovie(bytes, 'webp', loadWasm))).frames.map((frame) => frame[1])).toEqual([
      250, 250, 250, 0,
    ]);
  });

  it('becomes a still picture of the whole canvas when every frame is the same', async () => {
    const dot = painted(40, 30, { x: 12, y: 9, width: 3, height: 3, colour: RED });
    const { bytes, frames } = await encoded([dot, dot, dot]);
    expect(frames).toEqual({ came: 3, written: 1, merged: 2, lossless: 1, shownBy: [0, 0, 0] });
    const still = await decodedBySharp(bytes);
    expect([still.frames, still.delays]).toEqual([[dot.data], []]);
  });

  it('shows nothing, for a while, as one transparent pixel', async () => {
    const nothing = painted(20, 10);
    const dot = painted(20, 10, { x: 12, y: 6, width: 3, height: 3, colour: RED });
    const { bytes } = await encoded([nothing, dot, nothing]);
    expect(framesOf({ bytes }).frames[0]).toMatchObject({ x: 0, y: 0, width: 1, height: 1 });
    expect((await decodedBySharp(bytes)).frames).toEqual([nothing.data, dot.data, nothing.data]);
  });
});

describe('a caller', () => {
  it('is told of each frame, and may give up when no file so large is wanted', async () => {
    const frames = randomFrames(1, 6, { width: 20, height: 20 }, 'opaque');
    const told: number[] = [];
    const { bytes } = await encoded(frames, LOSSLESS, { onFrame: (count) => told.push(count) });
    expect(told).toEqual([1, 2, 3, 4, 5, 6]);
    const movie = { width: 20, height: 20, loops: 0, frames: () => played(frames) };
    const input = { movie, options: LOSSLESS, load: loadWasm };
    expect(await encodeAnimation({ ...input, giveUpAbove: bytes.length - 1 })).toBeNull();
    expect((await encodeAnimation({ ...input, giveUpAbove: bytes.length }))?.bytes).toEqual(bytes);
  });

  it("gets the source's error, and one for no frames, for too many, and for a canvas too large", async () => {
    const ofMovie = (frames: () => ReturnType<typeof played>, width = 2, height = 2): Promise<unknown> =>
      encodeAnimation({ movie: { width, height, loops: 0, frames }, options: LOSSLESS, load: loadWasm });
    const dot = painted(2, 2);
    async function* broken(): ReturnType<typeof played> {
      yield { ...dot, durationMs: 100 };
      throw new Error('source');
    }
    async function* endless(): ReturnType<typeof played> {
      for (;;) yield { ...dot, durationMs: 100 };
    }
    await expect(ofMovie(broken)).rejects.toThrow('source');
    await expect(ofMovie(() => played([]))).rejects.toThrow('corrupt');
    await expect(ofMovie(endless)).rejects.toThrow(`${MAX_FRAMES + 1} x 2 x 2 px`);
    await expect(ofMovie(endless, 6000, 6000)).rejects.toThrow('too-many-pixels');
    await expect(ofMovie(endless, 16_384)).rejects.toThrow('unsupported-variant');
  });

  it.skipIf(missingTools.length > 0)(
    'gets a file in which webpinfo finds no fault and webpmux the frames',
    async () => {
      for (const kind of ['opaque', 'binary', 'partial'] as const) {
        for (const options of [LOSSLESS, webpFormat.optionsFor({ quality: 60 })]) {
          const { bytes, frames, milliseconds } = await encoded(
            randomFrames(9, 8, { width: 33, height: 21 }, kind),
            options,
            { loops: 5 },
          );
          expect(complaints(bytes)).toBe('');
          const info = muxInfo(bytes);
          expect([info.canvas, info.loops, info.frames.length]).toEqual(['33 x 21', 5, frames.written]);
          expect(info.frames.reduce((sum, { duration }) => sum + duration, 0)).toBe(milliseconds);
          expect(info.frames.filter(({ coding }) => coding === 'lossless').length).toBe(frames.lossless);
        }
      }
    },
  );
});
