import { describe, expect, it } from 'vitest';
import { encodeGif, type EncodedGif, type GifInput } from '../../../../lib/core/animation/encode-gif.ts';
import { sharedPalette } from '../../../../lib/core/animation/gif-palette.ts';
import type { Frame, Movie } from '../../../../lib/core/animation/movie.ts';
import { openMovie } from '../../../../lib/core/animation/open-movie.ts';
import { inFolder, isInstalled, missing, run } from '../../../conformance/programs.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { decodedBySharp, distance, random, randomFrames, watched, type Still } from './pictures.ts';

type Times = readonly Pick<Frame, 'durationMs' | 'statedMs'>[];

function movieOf(frames: readonly Still[], times: Times = [], loops = 0): Movie {
  return {
    width: frames[0]!.width,
    height: frames[0]!.height,
    frameCount: frames.length,
    loops,
    async *frames() {
      for (const [i, frame] of frames.entries()) yield { ...frame, ...(times[i] ?? { durationMs: 100 }) };
    },
  };
}

async function encoded(movie: Movie, loss = 0, rest: Partial<GifInput> = {}): Promise<EncodedGif | null> {
  const palette = await sharedPalette(movie, loss > 0, loadWasm);
  return encodeGif({ movie, palette, loss, load: loadWasm, ...rest });
}

async function bytesOf(movie: Movie, loss = 0): Promise<Uint8Array<ArrayBuffer>> {
  const made = await encoded(movie, loss);
  expect(made).not.toBeNull();
  return made!.bytes;
}

/** The same with few levels of green, which makes 48 colours; or so many in each frame, and others in the next. */
function withFewColours(frames: readonly Still[], tint = 0): Still[] {
  return frames.map(({ width, height, data }, at) => ({
    width,
    height,
    data: data.map((value, i) => (i % 4 === 1 ? (value & 0xc0) + (data[i + 2]! > 0 ? at * tint : 0) : value)),
  }));
}

/** Every pixel of a colour of its own, or nearly. */
function gradient(width: number, height: number, shift = 0): Still {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++)
    data.set([(((i % width) * 255) / width + shift) & 255, (Math.floor(i / width) * 255) / height, shift, 255], i * 4);
  return { width, height, data };
}

const distinct = (frames: readonly Still[]): Uint8ClampedArray[] =>
  frames
    .filter((frame, i) => i === 0 || frame.data.some((value, at) => value !== frames[i - 1]!.data[at]))
    .map(({ data }) => data);

/** By our decoder, and by libnsgif in libvips. */
async function expectFrames(gif: Uint8Array<ArrayBuffer>, frames: readonly Uint8ClampedArray[]): Promise<void> {
  expectSame((await watched(openMovie(gif, 'gif', loadWasm))).frames, frames);
  expectSame((await decodedBySharp(gif)).frames, frames);
}

/** By gifsicle as well, which writes whole frames. It takes "nothing" for a colour where the first image has none of it. */
async function expectFramesOfGifsicle(gif: Uint8Array, frames: readonly Uint8ClampedArray[]): Promise<void> {
  if (!isInstalled('gifsicle')) return;
  const whole = await inFolder('a.gif', gif, (file) => run('gifsicle', '--unoptimize', file));
  expectSame((await watched(openMovie(new Uint8Array(whole), 'gif', loadWasm))).frames, frames);
}

/** `toEqual` takes seconds for so many numbers. */
function expectSame(ones: readonly Uint8ClampedArray[], others: readonly Uint8ClampedArray[]): void {
  expect(ones.length).toBe(others.length);
  expect(ones.findIndex((one, i) => !Buffer.from(one).equals(Buffer.from(others[i]!)))).toBe(-1);
}

missing('gifsicle');

describe.each(['opaque', 'binary'] as const)('%s frames', (kind) => {
  it.each([1, 2, 3, 4, 5])('come back exactly (seed %i)', async (seed) => {
    const random = randomFrames(seed, 8, { width: 2 + seed * 4, height: 26 - seed * 4 }, kind);
    for (const frames of [withFewColours(random), withFewColours(random, 8)]) {
      const gif = await bytesOf(movieOf(frames));
      await expectFrames(gif, distinct(frames));
      if (seed < 3) await expectFramesOfGifsicle(gif, distinct(frames));
    }
  });
});

it.each([
  [1, 1],
  [1, 40],
  [300, 1],
  [255, 3],
])('a picture of %i x %i comes back exactly', async (width, height) => {
  const frame = gradient(width, height);
  const few = { ...frame, data: frame.data.map((value, i) => (i % 4 === 3 ? value : value & 0xe0)) };
  await expectFrames(await bytesOf(movieOf([few])), [few.data]);
  const empty = { ...few, data: new Uint8ClampedArray(few.data.length) };
  await expectFrames(await bytesOf(movieOf([empty, few])), [empty.data, few.data]);
});

it('keeps noise that fills the dictionary many times', async () => {
  const next = random(5);
  const data = new Uint8ClampedArray(200 * 200 * 4).map((_, i) => (i % 4 === 3 ? 255 : i % 4 === 0 ? next() * 250 : 9));
  const gif = await bytesOf(movieOf([{ width: 200, height: 200, data }]));
  await expectFrames(gif, [data]);
  await expectFramesOfGifsicle(gif, [data]);
});

it('keeps 256 colours in one image, and says where there are too many', async () => {
  const all = gradient(16, 16);
  await expectFrames(await bytesOf(movieOf([all])), [all.data]);
  expect(await encoded(movieOf([gradient(17, 16)]))).toBeNull();
});

it('keeps within a bound what has more colours than a palette, in frames that change as a whole', async () => {
  const frames = [gradient(60, 50), gradient(60, 50, 90), gradient(60, 50, 180)];
  const gif = await bytesOf(movieOf(frames), 0.004);
  const { frames: copies } = await decodedBySharp(gif);
  expect(copies).toHaveLength(3);
  copies.forEach((copy, i) => {
    const { alpha, mean } = distance(frames[i]!.data, copy);
    expect(alpha).toBe(0);
    // 3000 colours by 255: neighbours are six levels from each other.
    expect(mean).toBeLessThan(6);
  });
});

it('lets no error add up over frames', async () => {
  const next = random(9);
  const first = gradient(48, 48);
  // Each frame is off from the last by less than the loss, and all together by much more.
  const frames = Array.from({ length: 12 }, (_, at) => ({
    ...first,
    data: first.data.map((value, i) => (i % 4 === 3 ? 255 : (value & 0xc0) + at * 4 + Math.floor(next() * 2))),
  }));
  const exact = await bytesOf(movieOf(frames));
  const lossy = await bytesOf(movieOf(frames), 0.03);
  expect(lossy.length).toBeLessThan(exact.length * 0.6);
  const { frames: copies } = await watched(openMovie(lossy, 'gif', loadWasm));
  expect(copies).toHaveLength(frames.length);
  copies.forEach((copy, i) => expect(distance(frames[i]!.data, copy).mean).toBeLessThan(9));
});

it('shows what it says it shows', async () => {
  const frames = withFewColours(randomFrames(3, 9, { width: 30, height: 20 }, 'binary'));
  const said = new Map<number, Uint8ClampedArray>();
  const movie = movieOf([...frames, frames.at(-1)!]);
  const made = await encoded(movie, 0.05, {
    onShown: { frames: new Set(frames.map((_, i) => i).concat(9)), call: (at, { data }) => said.set(at, data) },
  });
  const { frames: copies } = await watched(openMovie(made!.bytes, 'gif', loadWasm));
  expect(made!.frames).toEqual({ came: 10, written: copies.length });
  expect([...said.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(said.get(9)).toEqual(copies.at(-1));
  expect([...new Set([...said.values()].map((data) => Buffer.from(data).toString('hex')))].length).toBe(
    new Set(copies.map((data) => Buffer.from(data).toString('hex'))).size,
  );
});

describe('time', () => {
  const [red, blue] = [
    [255, 0, 0, 255],
    [0, 0, 255, 255],
  ].map((colour) => ({ width: 4, height: 4, data: new Uint8ClampedArray(64).map((_, i) => colour[i % 4]!) }));

  it.each([0, 1, 2, 7, 65_535])('plays %i times', async (loops) => {
    const gif = await bytesOf(movieOf([red!, blue!], [], loops));
    expect(openMovie(gif, 'gif', loadWasm).loops).toBe(loops);
    // libvips counts plays, and 1 where nothing is said.
    if (loops < 65_535) expect((await decodedBySharp(gif)).loops).toBe(loops);
  });

  it('is kept, also what browsers do not keep to', async () => {
    const times = [
      { durationMs: 100, statedMs: 0 },
      { durationMs: 20 },
      { durationMs: 100, statedMs: 10 },
      { durationMs: 655_350 },
    ];
    const gif = await bytesOf(movieOf([red!, blue!, red!, blue!], times));
    expect((await decodedBySharp(gif)).delays).toEqual([0, 20, 10, 655_350]);
  });

  it('of equal frames is added up, and where that is more than a frame can have there are two', async () => {
    const times = [{ durationMs: 100, statedMs: 0 }, { durationMs: 100, statedMs: 0 }, { durationMs: 700_000 }];
    const gif = await bytesOf(movieOf([red!, red!, blue!], times));
    expect((await decodedBySharp(gif)).delays).toEqual([200, 655_350, 44_650]);
    await expectFrames(gif, [red!.data, blue!.data, blue!.data]);
  });

  it('that is long does not bring back what vanishes', async () => {
    const hole = { ...blue!, data: blue!.data.map((value, i) => (i < 8 ? 0 : value)) };
    const gif = await bytesOf(movieOf([red!, hole, blue!], [{ durationMs: 900_000 }]));
    await expectFrames(gif, [red!.data, red!.data, hole.data, blue!.data]);
  });
});

it('gives up above a number of bytes', async () => {
  const frames = withFewColours(randomFrames(1, 6, { width: 40, height: 40 }, 'opaque'));
  const { length } = await bytesOf(movieOf(frames));
  expect(await encoded(movieOf(frames), 0, { giveUpAbove: length })).not.toBeNull();
  expect(await encoded(movieOf(frames), 0, { giveUpAbove: length - 1 })).toBeNull();
});
