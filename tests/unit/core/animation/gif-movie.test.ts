import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { gifIsComplete, openGif } from '../../../../lib/core/animation/gif-movie.ts';
import { INCOMPLETE, PARTS_MISSING } from '../../../../lib/core/model/receipt.ts';
import { soundSource } from '../../../../lib/core/pipeline/sound-source.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { COLOURS, gif, lzwLiterals, packCodes, type GifFile, type GifFrame } from './build-gif.ts';
import { decodedBySharp, randomFrames, watched } from './pictures.ts';

/** r g b w, and . for nothing; the frames of a file as rows of letters. */
async function letters(file: GifFile | Uint8Array): Promise<string[]> {
  const movie = openGif(file instanceof Uint8Array ? file : gif(file));
  const names: Record<number, string> = {
    0xff0000ff: 'r',
    0xff00ff00: 'g',
    0xffff0000: 'b',
    0xffffffff: 'w',
    0xff000000: 'k',
    0: '.',
  };
  const { frames } = await watched(movie);
  return frames.map((data) => {
    const text = Array.from(new Uint32Array(data.buffer), (word) => names[word] ?? '?').join('');
    return Array.from({ length: movie.height }, (_, y) => text.slice(y * movie.width, (y + 1) * movie.width)).join(' ');
  });
}

const full = (rest: Partial<GifFrame> = {}): GifFrame => ({ width: 2, height: 2, indices: [0, 1, 2, 3], ...rest });
const dot = (rest: Partial<GifFrame> = {}): GifFrame => ({ width: 1, height: 1, indices: [2], ...rest });
const white = [3, 3, 3, 3];
const screen = { width: 2, height: 2 };

/** What Chromium 156 shows for the same files, by its `ImageDecoder`. */
const AS_IN_CHROMIUM: [what: string, file: GifFile, shown: string[]][] = [
  [
    'leaves a frame with disposal 0 or 1',
    { ...screen, frames: [full({ disposal: 0 }), full({ indices: white, disposal: 1 }), dot()] },
    ['rg bw', 'ww ww', 'bw ww'],
  ],
  ['clears with disposal 2', { ...screen, frames: [full({ disposal: 2 }), dot()] }, ['rg bw', 'b. ..']],
  [
    'puts back what was there with disposal 3',
    { ...screen, frames: [full(), full({ indices: white, disposal: 3 }), dot()] },
    ['rg bw', 'ww ww', 'bg bw'],
  ],
  [
    'puts back nothing after a first frame with disposal 3',
    { ...screen, frames: [full({ disposal: 3 }), dot()] },
    ['rg bw', 'b. ..'],
  ],
  [
    'takes disposal 4 for 3',
    { ...screen, frames: [full(), full({ indices: white, disposal: 4 }), dot()] },
    ['rg bw', 'ww ww', 'bg bw'],
  ],
  [
    'takes disposal 5 for 0',
    { ...screen, frames: [full(), full({ indices: white, disposal: 5 }), dot()] },
    ['rg bw', 'ww ww', 'bw ww'],
  ],
  [
    'lets a transparent index through',
    { ...screen, frames: [full({ transparent: 1 }), full({ indices: [3, 0, 0, 3], transparent: 3 })] },
    ['r. bw', 'rr rw'],
  ],
  [
    'cuts a later frame at the screen',
    { ...screen, frames: [full(), full({ x: 1, y: 1, indices: [0, 0, 0, 0] })] },
    ['rg bw', 'rg br'],
  ],
  [
    'draws nothing of a frame past the screen',
    { ...screen, frames: [full(), full({ x: 2, indices: white }), full({ x: 9, y: 9, disposal: 2 })] },
    ['rg bw', 'rg bw', 'rg bw'],
  ],
  [
    'grows to a first frame larger than the screen',
    { width: 1, height: 1, frames: [full(), dot()] },
    ['rg bw', 'bg bw'],
  ],
  [
    'grows to a first frame that lies past the screen',
    { ...screen, frames: [full({ x: 1, y: 1 }), dot()] },
    ['... .rg .bw', 'b.. .rg .bw'],
  ],
  ['has a screen of no size', { width: 0, height: 0, frames: [full(), dot()] }, ['rg bw', 'bg bw']],
  [
    "prefers a frame's own colours",
    { ...screen, frames: [full({ palette: COLOURS.toReversed() }), dot()] },
    ['wb gr', 'bb gr'],
  ],
  [
    'shows black where there are no colours',
    { ...screen, palette: null, frames: [full(), dot({ palette: COLOURS })] },
    ['kk kk', 'bk kk'],
  ],
  [
    'shows black for an index past the colours',
    { ...screen, palette: COLOURS.slice(0, 2), frames: [full({ minimumCodeSize: 2 })] },
    ['rg kk'],
  ],
  [
    'ignores data after the last pixel',
    { ...screen, frames: [full({ indices: [0, 1, 2, 3, 3, 3, 3, 3] })] },
    ['rg bw'],
  ],
  [
    'draws nothing of a frame without size',
    { ...screen, frames: [full(), { width: 0, height: 0, indices: [] }] },
    ['rg bw', 'rg bw'],
  ],
  ['needs no trailer', { ...screen, trailer: false, frames: [full()] }, ['rg bw']],
  [
    'reads interlaced rows',
    { width: 1, height: 9, frames: [{ width: 1, height: 9, indices: [0, 1, 2, 3, 0, 1, 2, 3, 0], interlaced: true }] },
    ['r g b w r g b w r'],
  ],
  [
    'cuts interlaced rows at the screen',
    {
      width: 1,
      height: 3,
      frames: [
        { ...dot(), height: 3, indices: [3, 3, 3] },
        { y: 1, width: 1, height: 9, indices: [0, 1, 2, 3, 0, 1, 2, 3, 0], interlaced: true },
      ],
    },
    ['w w w', 'w r g'],
  ],
];

describe('a GIF', () => {
  it.each(AS_IN_CHROMIUM)('%s', async (_, file, shown) => {
    expect(await letters(file)).toEqual(shown);
  });

  it('plays once without a loop count, and once more than a loop count says', () => {
    const loops = (again?: number): number =>
      openGif(gif({ ...screen, frames: [full()], ...(again === undefined ? {} : { again }) })).loops;
    expect([loops(), loops(0), loops(1), loops(9), loops(65_535)]).toEqual([1, 0, 2, 10, 65_536]);
  });

  it('shows a frame for 100 ms when it asks for 0 or 10 ms, or for none', async () => {
    const { durations } = await watched(
      openGif(gif({ ...screen, frames: [0, 1, 2, 65_535, null].map((delay) => full({ delay })) })),
    );
    expect(durations).toEqual([100, 100, 20, 655_350, 100]);
  });

  it.each(['opaque', 'binary'] as const)(
    'of %s pixels, as an encoder writes it, is read as giflib reads it',
    async (kind) => {
      const frames = randomFrames(5, 6, { width: 61, height: 37 }, kind);
      const stack = sharp(Buffer.concat(frames.map(({ data }) => Buffer.from(data))), {
        raw: { width: 61, height: 37 * 6, channels: 4, pageHeight: 37 },
      });
      const bytes = new Uint8Array(await stack.gif({ delay: [20, 30, 40, 50, 60, 70], loop: 3 }).toBuffer());
      const expected = await decodedBySharp(bytes);
      const { frames: shown, durations } = await watched(openGif(bytes));
      expect(shown).toEqual(expected.frames);
      expect(durations).toEqual(expected.delays);
    },
  );

  it('is read again from the start each time, and needs no frame to be read to its end', async () => {
    const movie = openGif(gif({ ...screen, frames: [full({ disposal: 2 }), dot()] }));
    for await (const frame of movie.frames()) {
      expect(frame.data[0]).toBe(255);
      break;
    }
    expect((await watched(movie)).frames).toEqual((await watched(movie)).frames);
  });
});

/** A clear code and all pixels. */
const REST = [
  [4, 3],
  [0, 3],
  [0, 3],
  [4, 3],
  [0, 3],
  [0, 3],
  [5, 3],
] as const;

describe('a damaged GIF', () => {
  const whole = gif({ ...screen, frames: [full(), full({ indices: white })], trailer: false });

  it.each([
    ['inside its pixels', whole.subarray(0, whole.length - 3)],
    ['inside a block of control', whole.subarray(0, whole.length - 20)],
    ['inside its colours', whole.subarray(0, 20)],
    ['after its signature', whole.subarray(0, 8)],
  ])('that ends %s is truncated', (_, bytes) => {
    expect(() => openGif(bytes)).toThrow('truncated');
  });

  it('shows the frames before any garbage', async () => {
    expect(await letters(new Uint8Array([...whole, 0x55, 1, 2, 3]))).toEqual(['rg bw', 'ww ww']);
  });

  it.each<[string, Partial<GifFrame>, string]>([
    ['a code that is not in the table yet', { data: packCodes([[4, 3], [0, 3], [7, 3], ...REST]) }, 'rg bw'],
    ['a code of a string as the first', { data: packCodes([[4, 3], [6, 3], ...REST]) }, 'rg bw'],
    ['an end before the last pixel', { indices: [3, 3, 3] }, 'ww ww'],
    ['data that ends before the last pixel', { data: lzwLiterals([3], 2, false) }, 'wg bw'],
  ])('with %s shows what came before', async (_, frame, shown) => {
    const bytes = gif({ ...screen, frames: [full(), full(frame)] });
    expect(await letters(bytes)).toEqual(['rg bw', shown]);
    expect(gifIsComplete(bytes, 2)).toBe(false);
    expect(gifIsComplete(bytes, 1)).toBe(true);
    const said = async (end: number): Promise<readonly unknown[]> =>
      (await soundSource(bytes.slice(0, end), { input: 'gif', route: 'animate' }, loadWasm)).notes;
    expect(await said(bytes.length)).toEqual([PARTS_MISSING]);
    expect(await said(bytes.length - 4)).toEqual([INCOMPLETE]);
  });

  it('with nothing of its first picture is corrupt', () => {
    const bytes = gif({
      ...screen,
      frames: [
        full({
          data: packCodes([
            [4, 3],
            [7, 3],
          ]),
        }),
      ],
    });
    expect(() => gifIsComplete(bytes, 1)).toThrow('corrupt');
  });

  it('with codes of no bits is corrupt, and with up to 11 of them is read', async () => {
    const none = { minimumCodeSize: 0, data: packCodes([[1, 1]]) };
    await expect(watched(openGif(gif({ ...screen, frames: [full(none)] })))).rejects.toThrow('corrupt');
    for (const minimumCodeSize of [9, 10, 11])
      expect(await letters(gif({ ...screen, frames: [full({ minimumCodeSize })] }))).toEqual(['rg bw']);
  });

  it('is no animation of more pixels than a limit, and no file that begins in another way', () => {
    expect(() => openGif(gif({ width: 65_535, height: 65_535, frames: [dot()] }))).toThrow('too-many-pixels');
    expect(() => openGif(gif({ ...screen, frames: [full(), dot({ width: 65_535, height: 65_535 })] }))).toThrow(
      'too-many-pixels',
    );
    expect(() => openGif(gif({ width: 5000, height: 4000, frames: Array.from({ length: 201 }, () => dot()) }))).toThrow(
      '201 x 5000 x 4000 px',
    );
    expect(() => openGif(gif({ ...screen, frames: Array.from({ length: 10_001 }, () => dot()) }))).toThrow('10001 x');
    expect(() => openGif(new Uint8Array(100))).toThrow('corrupt');
    expect(() => openGif(gif({ ...screen, frames: [] }))).toThrow('corrupt');
  });
});
