import sharp from 'sharp';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openApng } from '../../../../lib/core/animation/apng-movie.ts';
import { bytesOf, pngChunk, u16be, u32be, withRightSums } from '../../../images/hand-built.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { apng, type ApngFile, type ApngFrame } from './build-apng.ts';
import { random, watched } from './pictures.ts';

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];
const RED: Rgba = [255, 0, 0, 255],
  GREEN: Rgba = [0, 255, 0, 255],
  BLUE: Rgba = [0, 0, 255, 255],
  NOTHING: Rgba = [0, 0, 0, 0];
const frame = (rest: Partial<ApngFrame>, ...pixels: readonly Rgba[]): ApngFrame => ({
  width: pixels.length,
  height: 1,
  data: pixels.flat(),
  ...rest,
});

/** Files of one row; each frame as its pixels. */
async function shown(file: ApngFile | Uint8Array): Promise<number[][][]> {
  const { frames } = await watched(openApng(file instanceof Uint8Array ? file : apng(file), loadWasm));
  return frames.map((data) => Array.from({ length: data.length / 4 }, (_, i) => [...data.subarray(i * 4, i * 4 + 4)]));
}

const row = { width: 3, height: 1 };
const base = frame({}, RED, GREEN, BLUE);

describe('an APNG', () => {
  it.each<[what: string, frames: ApngFrame[], shown: (readonly Rgba[])[]]>([
    [
      'replaces with source, alpha included',
      [base, frame({ blend: 0, x: 1 }, NOTHING, [1, 2, 3, 4])],
      [
        [RED, GREEN, BLUE],
        [RED, NOTHING, [1, 2, 3, 4]],
      ],
    ],
    [
      'keeps what is under a transparent pixel with over',
      [base, frame({ blend: 1, x: 1 }, NOTHING, RED)],
      [
        [RED, GREEN, BLUE],
        [RED, GREEN, RED],
      ],
    ],
    [
      'leaves a frame with dispose none',
      [base, frame({ dispose: 0 }, BLUE), frame({ x: 2 }, GREEN)],
      [
        [RED, GREEN, BLUE],
        [BLUE, GREEN, BLUE],
        [BLUE, GREEN, GREEN],
      ],
    ],
    [
      'clears its own rectangle with dispose background',
      [base, frame({ dispose: 1 }, BLUE), frame({ x: 2 }, GREEN)],
      [
        [RED, GREEN, BLUE],
        [BLUE, GREEN, BLUE],
        [NOTHING, GREEN, GREEN],
      ],
    ],
    [
      'puts back what was there with dispose previous',
      [base, frame({ dispose: 2 }, BLUE), frame({ x: 2 }, GREEN)],
      [
        [RED, GREEN, BLUE],
        [BLUE, GREEN, BLUE],
        [RED, GREEN, GREEN],
      ],
    ],
    [
      'takes previous for background in the first frame',
      [{ ...base, dispose: 2 }, frame({ blend: 1, x: 2 }, GREEN)],
      [
        [RED, GREEN, BLUE],
        [NOTHING, NOTHING, GREEN],
      ],
    ],
    [
      'clears before it composes over',
      [{ ...base, dispose: 1 }, frame({ blend: 1, x: 1 }, [9, 8, 7, 6])],
      [
        [RED, GREEN, BLUE],
        [NOTHING, [9, 8, 7, 6], NOTHING],
      ],
    ],
  ])('%s', async (_, frames, expected) => {
    expect(await shown({ ...row, frames })).toEqual(expected);
  });

  it('composes partial alpha over partial alpha as the PNG specification has it, rounded', async () => {
    const next = random(11);
    const any = (): Rgba => [next() * 256, next() * 256, next() * 256, next() * 256].map(Math.floor) as unknown as Rgba;
    const [below, above] = [Array.from({ length: 500 }, any), Array.from({ length: 500 }, any)];
    const frames = [frame({}, ...below), frame({ blend: 1 }, ...above)];
    const [, mixed] = await shown({ width: 500, height: 1, frames });
    mixed?.forEach((pixel, i) => {
      const [under, over] = [below[i]!, above[i]!];
      const [a, b] = [over[3] / 255, under[3] / 255];
      const alpha = a + b * (1 - a);
      const expected = [0, 1, 2].map((c) => (alpha === 0 ? 0 : (over[c]! * a + under[c]! * b * (1 - a)) / alpha));
      [...expected, alpha * 255].forEach((value, c) => expect(Math.abs(value - pixel[c]!)).toBeLessThanOrEqual(0.501));
    });
  });

  it('does not show a picture that is for viewers without animation', async () => {
    const frames = [frame({}, GREEN, GREEN, GREEN), frame({ x: 1 }, RED)];
    expect(await shown({ ...row, defaultImage: [RED, RED, RED].flat(), frames })).toEqual([
      [GREEN, GREEN, GREEN],
      [GREEN, RED, GREEN],
    ]);
  });

  it('puts a frame together from many chunks', async () => {
    const frames = [
      { ...base, pieces: 4 },
      { ...base, data: [BLUE, RED, GREEN].flat(), pieces: 5 },
    ];
    expect(await shown({ ...row, frames })).toEqual([
      [RED, GREEN, BLUE],
      [BLUE, RED, GREEN],
    ]);
  });

  it('tells time as a fraction, hundredths when it is over 0, and plays as often as it says', async () => {
    const delays: (readonly [number, number])[] = [
      [1, 30],
      [5, 0],
      [0, 100],
      [1, 1000],
      [65_535, 1],
    ];
    const movie = openApng(apng({ ...row, plays: 7, frames: delays.map((delay) => ({ ...base, delay })) }), loadWasm);
    expect([movie.loops, movie.frameCount]).toEqual([7, 5]);
    expect((await watched(movie)).durations).toEqual([1000 / 30, 50, 100, 100, 65_535_000]);
  });

  it('reads palettes with transparency, and frames smaller than the picture', async () => {
    const bytes = raw(
      {
        header: [2, 3, 0, 0, 0],
        before: [
          pngChunk('PLTE', Uint8Array.of(...RED.slice(0, 3), ...BLUE.slice(0, 3), 9, 9, 9)),
          pngChunk('tRNS', Uint8Array.of(255, 128, 0)),
        ],
      },
      [0b00011000],
      [0b01010000],
    );
    expect(await shown(bytes)).toEqual([
      [RED, [0, 0, 255, 128], NOTHING],
      [[0, 0, 255, 128], [0, 0, 255, 128], NOTHING],
    ]);
  });

  it('reads 16 bits a channel as the codec does', async () => {
    const deep = new Uint16Array([0x1234, 0xffff, 0x00ff, 0x8080]).map((value) => (value >> 8) | ((value & 255) << 8));
    const bytes = raw(
      { header: [16, 6, 0, 0, 0], width: 1 },
      [...new Uint8Array(deep.buffer)],
      [...new Uint8Array(deep.buffer)],
    );
    expect((await shown(bytes))[1]).toEqual([[0x12, 0xff, 0x00, 0x80]]);
  });

  it('is the still picture that sharp reads, when it has one frame', async () => {
    const file = new Uint8Array(
      await sharp({ create: { width: 9, height: 7, channels: 4, background: { r: 9, g: 99, b: 199, alpha: 0.5 } } })
        .png({ adaptiveFiltering: true })
        .toBuffer(),
    );
    const at = Buffer.from(file).indexOf('IDAT') - 4;
    const control = bytesOf(pngChunk('acTL', bytesOf(u32be(1), u32be(0))), control1(0, 9, 7));
    const [only] = await shown(bytesOf(file.subarray(0, at), control, file.subarray(at)));
    expect(only?.flat()).toEqual([...(await sharp(file).raw().toBuffer())]);
  });
});

describe('a damaged APNG', () => {
  const whole = apng({ ...row, frames: [base, base] });
  const edited = (change: (bytes: Uint8Array, at: (chunk: string, nth?: number) => number) => void): Uint8Array => {
    const bytes = whole.slice();
    change(bytes, (chunk, nth = 0) => {
      let found = -1;
      for (let i = 0; i <= nth; i++) found = Buffer.from(bytes).indexOf(chunk, found + 1);
      return found + 4;
    });
    return withRightSums(bytes);
  };

  it.each<[string, Uint8Array]>([
    ['a gap in its sequence', edited((bytes, at) => void (bytes[at('fdAT') + 3] = 9))],
    ['a frame past the canvas', edited((bytes, at) => void (bytes[at('fcTL', 1) + 15] = 1))],
    ['a frame without size', edited((bytes, at) => void (bytes[at('fcTL', 1) + 7] = 0))],
    ['an unknown disposal', edited((bytes, at) => void (bytes[at('fcTL', 1) + 24] = 3))],
    ['an unknown blending', edited((bytes, at) => void (bytes[at('fcTL', 1) + 25] = 2))],
    ['a first frame smaller than the picture', edited((bytes, at) => void (bytes[at('fcTL') + 7] = 2))],
    ['no frames', edited((bytes, at) => void (bytes[at('acTL') + 3] = 0))],
    ['no acTL', edited((bytes, at) => void (bytes[at('acTL') - 1] = 'M'.charCodeAt(0)))],
    [
      'an acTL that is too short',
      bytesOf(whole.subarray(0, 33), pngChunk('acTL', bytesOf(u32be(2))), whole.subarray(53)),
    ],
  ])('with %s is corrupt', (_, bytes) => {
    expect(() => openApng(bytes, loadWasm)).toThrow('corrupt');
  });

  it.each(['acTL', 'fcTL', 'fdAT', 'IDAT'])('with a bit of %s turned on its way is corrupt', (chunk) => {
    const bytes = whole.slice();
    bytes[Buffer.from(bytes).indexOf(chunk) + 8]! ^= 1;
    expect(() => openApng(bytes, loadWasm)).toThrow('corrupt');
  });

  it('whose pixels are not those that were compressed is corrupt', async () => {
    const bytes = edited((file, at) => void (file[at('IEND') - 4 - 4 - 4 - 1]! ^= 1));
    await expect(watched(openApng(bytes, loadWasm))).rejects.toThrow('corrupt');
  });

  it('with broken pixels is corrupt when they are decoded', async () => {
    const broken = edited((bytes, at) => void (bytes[at('fdAT') + 6] = 0));
    await expect(watched(openApng(broken, loadWasm))).rejects.toThrow('corrupt');
  });

  it('that ends early is truncated', () => {
    expect(() => openApng(whole.subarray(0, whole.length - 30), loadWasm)).toThrow('truncated');
    const last = Buffer.from(whole).indexOf('fdAT') - 4;
    expect(() => openApng(bytesOf(whole.subarray(0, last), pngChunk('IEND', new Uint8Array())), loadWasm)).toThrow(
      'truncated',
    );
  });

  it('of more pixels than the limit is refused before it is decoded', () => {
    const huge = edited((bytes, at) => {
      for (const field of [at('IHDR'), at('fcTL') + 4]) bytes.set([0, 0, 0x20, 0, 0, 0, 0x20, 0], field);
    });
    expect(() => openApng(huge, loadWasm)).toThrow('too-many-pixels');
  });
});

function control1(sequence: number, width: number, height: number): Uint8Array {
  return pngChunk(
    'fcTL',
    bytesOf(u32be(sequence), u32be(width), u32be(height), u32be(0), u32be(0), u16be(1), u16be(10), [0, 0]),
  );
}

/** Two frames of packed rows in any pixel format: the first covers the row of 3, the second its first 2 pixels (or 1). */
function raw(
  { header, before = [], width = 3 }: { header: number[]; before?: Uint8Array[]; width?: number },
  first: number[],
  second: number[],
): Uint8Array {
  return bytesOf(
    '\x89PNG\r\n\x1a\n',
    pngChunk('IHDR', bytesOf(u32be(width), u32be(1), header)),
    ...before,
    pngChunk('acTL', bytesOf(u32be(2), u32be(0))),
    control1(0, width, 1),
    pngChunk('IDAT', deflateSync(bytesOf(0, first))),
    control1(1, Math.max(1, width - 1), 1),
    pngChunk('fdAT', bytesOf(u32be(2), deflateSync(bytesOf(0, second)))),
    pngChunk('IEND', new Uint8Array()),
  );
}
