import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { webpFormat } from '../../../../lib/core/codecs/webp.ts';
import { encodeAnimation } from '../../../../lib/core/animation/encode-animation.ts';
import { changedMovie } from '../../../../lib/core/animation/movie.ts';
import { firstFrame, isMovieFormat, openMovie, type MovieFormat } from '../../../../lib/core/animation/open-movie.ts';
import { turnUpright } from '../../../../lib/core/pixels/turn-and-flatten.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { apng } from './build-apng.ts';
import { decodedBySharp, randomFrames, watched } from './pictures.ts';

const SIZE = { width: 24, height: 16 };
const FRAMES = randomFrames(21, 8, SIZE, 'binary');

const files: Record<MovieFormat, () => Promise<Uint8Array<ArrayBuffer>>> = {
  gif: () => bySharp('gif'),
  webp: () => bySharp('webp'),
  png: async () =>
    apng({
      ...SIZE,
      plays: 3,
      frames: FRAMES.map((frame, i) => ({ ...frame, delay: [i + 2, 100], dispose: ([0, 1, 2] as const)[i % 3]! })),
    }),
};

async function bySharp(format: 'gif' | 'webp'): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = SIZE;
  const stack = sharp(Buffer.concat(FRAMES.map(({ data }) => Buffer.from(data))), {
    raw: { width, height: height * FRAMES.length, channels: 4, pageHeight: height },
  });
  const timing = { delay: FRAMES.map((_, i) => 20 + i * 10), loop: 3 };
  return new Uint8Array(
    await (format === 'gif' ? stack.gif(timing) : stack.webp({ lossless: true, ...timing })).toBuffer(),
  );
}

describe.each(Object.keys(files) as MovieFormat[])('%s', (format) => {
  it('becomes an animated WebP with the same frames, times and plays, pixel for pixel', async () => {
    const movie = openMovie(await files[format](), format, loadWasm);
    const { frames, durations } = await watched(movie);
    // sharp merges equal frames as well.
    expect(frames.length).toBeGreaterThan(5);
    expect(frames.length).toBe(movie.frameCount);
    const made = await encodeAnimation({ movie, options: webpFormat.optionsFor('lossless'), load: loadWasm });
    const copy = await decodedBySharp(made!.bytes);
    expect(made?.frames.merged).toBe(frames.length - copy.frames.length);
    expect(copy.loops).toBe(movie.loops);
    // A copy stands for as many frames as its time covers: equal ones were merged.
    let at = 0;
    copy.frames.forEach((frame, i) => {
      for (let left = copy.delays[i]!; left > 0; left -= durations[at++]!) expect(frame).toEqual(frames[at]);
    });
    expect(at).toBe(frames.length);
  });

  it('gives its first frame as a still picture', async () => {
    const bytes = await files[format]();
    const [first] = (await watched(openMovie(bytes, format, loadWasm))).frames;
    expect(await firstFrame(bytes, format, loadWasm)).toEqual({ ...SIZE, data: first });
  });
});

describe('a movie', () => {
  it('is opened from three formats', () => {
    expect((['gif', 'png', 'webp', 'avif', 'jxl', 'jpeg'] as const).filter(isMovieFormat)).toEqual([
      'gif',
      'png',
      'webp',
    ]);
  });

  it('can be turned or resized frame by frame', async () => {
    const movie = openMovie(await files.png(), 'png', loadWasm);
    const turned = changedMovie(movie, { width: 16, height: 24 }, (pixels) => turnUpright(pixels, 6));
    expect([turned.width, turned.height, turned.frameCount, turned.loops]).toEqual([16, 24, 8, 3]);
    const [before, after] = [await watched(movie), await watched(turned)];
    expect(after.durations).toEqual(before.durations);
    expect(after.frames[5]).toEqual(
      turnUpright({ ...SIZE, data: before.frames[5] as Uint8ClampedArray<ArrayBuffer> }, 6).data,
    );
  });

  it("takes the animation's first frame, not the picture for viewers without animation", async () => {
    const red = Array.from({ length: 4 }, () => [255, 0, 0, 255]).flat();
    const blue = Array.from({ length: 4 }, () => [0, 0, 255, 255]).flat();
    const size = { width: 2, height: 2 };
    const file = apng({
      ...size,
      defaultImage: red,
      frames: [
        { ...size, data: blue },
        { ...size, data: red },
      ],
    });
    expect([...(await firstFrame(file, 'png', loadWasm)).data]).toEqual(blue);
  });
});
