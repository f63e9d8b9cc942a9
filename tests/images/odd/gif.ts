/** GIF files with a fault in one place each: GIF89a; the numbers in brackets are its sections. */
import { bytesOf, u16le } from '../hand-built.ts';
import { COLOURS, gif, packCodes, type GifFrame } from '../../unit/core/animation/build-gif.ts';
import { picture, withAlphaOf, type OddFile } from './odd-file.ts';

const SIZE = { width: 16, height: 8 };
const INDICES = Array.from({ length: SIZE.width * SIZE.height }, (_, i) => (i + Math.floor(i / SIZE.width)) % 4);
const SHOWN = picture(SIZE.width, SIZE.height, (x, y) => [...COLOURS[(y * SIZE.width + x + y) % 4]!, 255]);
const FRAME: GifFrame = { ...SIZE, indices: INDICES };
const SECOND: GifFrame = { ...SIZE, indices: INDICES.map((index) => 3 - index) };

/** Literals of a code size beyond what colours need: Appendix F, up to codes of 12 bits. */
function ofCodeSize(minimumCodeSize: number): Uint8Array {
  const width = minimumCodeSize + 1;
  const clear = 1 << minimumCodeSize;
  const codes: [number, number][] = [[clear, width]];
  for (const [i, index] of INDICES.entries()) {
    // A table grows by one entry a code, so that a small one is cleared before its codes get longer.
    if (i > 0 && i % Math.min(1000, clear - 2) === 0) codes.push([clear, width]);
    codes.push([index, width]);
  }
  return gif({ ...SIZE, frames: [{ ...FRAME, minimumCodeSize, data: packCodes([...codes, [clear + 1, width]]) }] });
}

/** Where the last frame's first sub-block begins. */
const whole = gif({ ...SIZE, frames: [FRAME] });
const two = gif({ ...SIZE, again: 0, frames: [FRAME, SECOND] });
const lengthOfOne = gif({ ...SIZE, again: 0, trailer: false, frames: [FRAME] }).length;
const header = gif({ ...SIZE, trailer: false, frames: [] });
const frameOnly = gif({ ...SIZE, trailer: false, frames: [FRAME] }).subarray(header.length);

/** The screen's size (18) written over. */
function withScreen(bytes: Uint8Array, width: number, height: number): Uint8Array {
  const copy = bytes.slice();
  copy.set([...u16le(width), ...u16le(height)], 6);
  return copy;
}

export function oddGifs(): OddFile[] {
  const files: readonly (readonly [string, Uint8Array, OddFile['right']])[] = [
    ['sound', whole, SHOWN],
    ...[2, 3, 7, 8, 9, 10, 11].map((size) => [`a code size of ${size}`, ofCodeSize(size), SHOWN] as const),
    ['a code size of 12', ofCodeSize(12), 'refused'],
    [
      'a code size of 0',
      gif({ ...SIZE, frames: [{ ...FRAME, minimumCodeSize: 0, data: new Uint8Array([1, 2, 3]) }] }),
      'shown',
    ],
    ['a screen of 0 x 0', withScreen(whole, 0, 0), SHOWN],
    ['a screen of 0 x 8', withScreen(whole, 0, 8), SHOWN],
    ['a screen of 0 x 0, moving', withScreen(two, 0, 0), SHOWN],
    ['a screen smaller than its picture', withScreen(whole, 4, 4), 'shown'],
    ['no trailer', whole.subarray(0, -1), SHOWN],
    ['no trailer and no terminator', whole.subarray(0, -2), 'shown'],
    ['cut in its only picture', whole.subarray(0, -20), 'shown'],
    ['cut in its second picture', two.subarray(0, -20), SHOWN],
    ['cut in its second picture, at the start', two.subarray(0, lengthOfOne + 12), SHOWN],
    ['cut in the control of its second picture', two.subarray(0, lengthOfOne + 4), SHOWN],
    ['junk in place of the trailer', bytesOf(whole.subarray(0, -1), [0x99, 1, 2, 3]), SHOWN],
    ['zeros between blocks', bytesOf(header, [0, 0, 0], frameOnly, [0x3b]), 'shown'],
    ['junk before the first picture', bytesOf(header, [0x77], frameOnly, [0x3b]), 'shown'],
    ['an unknown extension', bytesOf(header, [0x21, 0x77, 2, 1, 2, 0], frameOnly, [0x3b]), SHOWN],
    [
      'a control of 5 bytes',
      bytesOf(
        header,
        [0x21, 0xf9, 5, 1, 0, 0, 1, 9, 0],
        gif({ ...SIZE, trailer: false, frames: [{ ...FRAME, delay: null }] }).subarray(header.length),
        [0x3b],
      ),
      withAlphaOf(SHOWN, (x, y) => ((y * SIZE.width + x + y) % 4 === 1 ? 0 : 255)),
    ],
    [
      'a control of 3 bytes',
      bytesOf(
        header,
        [0x21, 0xf9, 3, 1, 0, 0, 0],
        gif({ ...SIZE, trailer: false, frames: [{ ...FRAME, delay: null }] }).subarray(header.length),
        [0x3b],
      ),
      'shown',
    ],
    ['a loop of one byte', bytesOf(header, [0x21, 0xff, 11], 'NETSCAPE2.0', [1, 1, 0], frameOnly, [0x3b]), SHOWN],
    ['an application of 4 bytes', bytesOf(header, [0x21, 0xff, 4], 'ABCD', [0], frameOnly, [0x3b]), SHOWN],
    ['a picture without data', bytesOf(header, [0x2c, 0, 0, 0, 0, 16, 0, 8, 0, 0, 2, 0, 0x3b]), 'shown'],
    ['a picture of 0 x 0', gif({ ...SIZE, frames: [{ width: 0, height: 0, indices: [] }] }), 'shown'],
    ['a picture past the screen', gif({ ...SIZE, frames: [{ ...FRAME, x: 4, y: 2 }] }), 'shown'],
    [
      'a code that was never made',
      gif({
        ...SIZE,
        frames: [
          {
            ...FRAME,
            data: packCodes([
              [4, 3],
              [0, 3],
              [7, 3],
              [1, 3],
            ]),
          },
        ],
      }),
      'shown',
    ],
    [
      'data that ends before the pixels',
      gif({
        ...SIZE,
        frames: [
          {
            ...FRAME,
            data: packCodes([
              [4, 3],
              [0, 3],
              [1, 3],
              [4, 3],
              [2, 3],
              [5, 3],
            ]),
          },
        ],
      }),
      'shown',
    ],
    [
      'an end of information that comes early, moving',
      gif({
        ...SIZE,
        again: 0,
        frames: [
          {
            ...FRAME,
            data: packCodes([
              [4, 3],
              [0, 3],
              [1, 3],
              [5, 3],
            ]),
          },
          SECOND,
        ],
      }),
      'shown',
    ],
    ['no colour table', gif({ ...SIZE, palette: null, frames: [{ ...FRAME, minimumCodeSize: 2 }] }), 'shown'],
    [
      'an index past the table',
      gif({ ...SIZE, palette: COLOURS.slice(0, 2), frames: [{ ...FRAME, minimumCodeSize: 2 }] }),
      'shown',
    ],
    [
      'a transparent index past the table',
      gif({ ...SIZE, palette: COLOURS.slice(0, 2), frames: [{ ...FRAME, transparent: 2, minimumCodeSize: 2 }] }),
      'shown',
    ],
    ['a header alone', header, 'refused'],
    ['a version of 88a', bytesOf('GIF88a', whole.subarray(6)), 'refused'],
  ];
  return files.map(([name, bytes, right]) => ({ name, bytes, right }));
}
