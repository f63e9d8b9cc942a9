/** PNG files with a fault in one place each: PNG (Third Edition), 5.3 to 5.6, 10, 11 and 13.2. */
import { deflateSync } from 'node:zlib';
import { bytesOf, pngChunk, u32be } from '../hand-built.ts';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';
import { picture, withAlphaOf, type OddFile } from './odd-file.ts';

const SIZE = { width: 24, height: 16 };
const SIGNATURE = '\x89PNG\r\n\x1a\n';
const END = pngChunk('IEND', new Uint8Array());

/** No two rows are alike, and no two pixels of a row. */
const COLOURS = picture(SIZE.width, SIZE.height, (x, y) => [x * 10, y * 15, (x * 7 + y * 13) % 256, 255]);
const GREYS = picture(SIZE.width, SIZE.height, (x, y) => {
  const grey = (x * 9 + y * 2) & 255;
  return [grey, grey, grey, 255];
});

function header(depth: number, type: number, { width, height } = SIZE, interlace = 0): Uint8Array {
  return pngChunk('IHDR', bytesOf(u32be(width), u32be(height), [depth, type, 0, 0, interlace]));
}

/** Rows of RGB or of one channel, without filters. */
function rowsOf({ width, height, data }: Pixels, channels: readonly number[]): Uint8Array {
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    rows.push(0);
    for (let x = 0; x < width; x++) for (const c of channels) rows.push(data[(y * width + x) * 4 + c]!);
  }
  return Uint8Array.from(rows);
}

const RGB_ROWS = rowsOf(COLOURS, [0, 1, 2]);
const DATA = new Uint8Array(deflateSync(RGB_ROWS));
const IDAT = pngChunk('IDAT', DATA);

function png(...parts: readonly Uint8Array[]): Uint8Array {
  return bytesOf(SIGNATURE, ...parts);
}

/** One bit of its CRC is wrong. */
function damaged(chunk: Uint8Array): Uint8Array {
  const copy = chunk.slice();
  copy[copy.length - 1]! ^= 1;
  return copy;
}

const rgb = header(8, 2);
const text = pngChunk('tEXt', bytesOf('Comment\0hello'));
const junk = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]);

/** Indices 0 and 1 in turn, and a palette of a red and a blue. */
const TWO = picture(SIZE.width, SIZE.height, (x, y) => ((x + y) % 2 === 0 ? [255, 0, 0, 255] : [0, 0, 255, 255]));
const INDICES = ((): Uint8Array => {
  const rows: number[] = [];
  for (let y = 0; y < SIZE.height; y++) {
    rows.push(0);
    for (let x = 0; x < SIZE.width; x++) rows.push((x + y) % 2);
  }
  return new Uint8Array(deflateSync(Uint8Array.from(rows)));
})();
const PALETTE = pngChunk('PLTE', new Uint8Array([255, 0, 0, 0, 0, 255]));
const indexed = header(8, 3);
const indexedData = pngChunk('IDAT', INDICES);

/** One bit a pixel, column by column black and white. */
const BITS = new Uint8Array(
  deflateSync(Uint8Array.from({ length: SIZE.height * 4 }, (_, i) => (i % 4 === 0 ? 0 : 0b01010101))),
);
const STRIPES = picture(SIZE.width, SIZE.height, (x) => (x % 2 ? [255, 255, 255, 255] : [0, 0, 0, 255]));

const DEEP_ROWS = ((): Uint8Array => {
  const rows: number[] = [];
  for (let y = 0; y < SIZE.height; y++) {
    rows.push(0);
    for (let x = 0; x < SIZE.width; x++)
      for (const value of [x * 10, y * 15, (x * 7 + y * 13) % 256]) rows.push(value, value);
  }
  return new Uint8Array(deflateSync(Uint8Array.from(rows)));
})();

/** A frame's control (11.3.6.2) over the whole canvas, for 100 ms. */
function control(sequence: number): Uint8Array {
  return pngChunk(
    'fcTL',
    bytesOf(u32be(sequence), u32be(SIZE.width), u32be(SIZE.height), u32be(0), u32be(0), [0, 1, 0, 10, 0, 0]),
  );
}
const frames = (count: number): Uint8Array => pngChunk('acTL', bytesOf(u32be(count), u32be(0)));
const frameData = (sequence: number, data: Uint8Array): Uint8Array => pngChunk('fdAT', bytesOf(u32be(sequence), data));

/** In the first row the rest is gone too, so that rows are left out of what inflates. */
function rowsBefore(share: number): Uint8Array {
  return DATA.subarray(0, Math.floor(DATA.length * share));
}

export function oddPngs(): OddFile[] {
  const whole: readonly (readonly [string, Uint8Array, OddFile['right']])[] = [
    ['sound', png(rgb, IDAT, END), COLOURS],
    ['text with a wrong CRC', png(rgb, damaged(text), IDAT, END), COLOURS],
    ['text behind IDAT with a wrong CRC', png(rgb, IDAT, damaged(text), END), COLOURS],
    ['gamma with a wrong CRC', png(rgb, damaged(pngChunk('gAMA', bytesOf(u32be(100_000)))), IDAT, END), 'shown'],
    ['header with a wrong CRC', png(damaged(rgb), IDAT, END), 'refused'],
    ['palette with a wrong CRC', png(indexed, damaged(PALETTE), indexedData, END), 'refused'],
    [
      'transparency with a wrong CRC',
      png(indexed, PALETTE, damaged(pngChunk('tRNS', new Uint8Array([0]))), indexedData, END),
      'shown',
    ],
    ['data with a wrong CRC', png(rgb, damaged(IDAT), END), COLOURS],
    ['end with a wrong CRC', png(rgb, IDAT, damaged(END)), COLOURS],
    ['end cut off its CRC', png(rgb, IDAT, END.subarray(0, 8)), COLOURS],
    ['spare bytes in zlib', png(rgb, pngChunk('IDAT', bytesOf(DATA, junk)), END), COLOURS],
    ['one spare byte in zlib', png(rgb, pngChunk('IDAT', bytesOf(DATA, [0])), END), COLOURS],
    ['a second zlib stream', png(rgb, pngChunk('IDAT', bytesOf(DATA, DATA)), END), COLOURS],
    ['spare bytes in an IDAT of their own', png(rgb, IDAT, pngChunk('IDAT', junk), END), COLOURS],
    ['spare rows', png(rgb, pngChunk('IDAT', new Uint8Array(deflateSync(bytesOf(RGB_ROWS, RGB_ROWS)))), END), COLOURS],
    ['a wrong Adler-32', png(rgb, pngChunk('IDAT', bytesOf(DATA.subarray(0, -1), [DATA.at(-1)! ^ 1])), END), 'shown'],
    ['no Adler-32', png(rgb, pngChunk('IDAT', DATA.subarray(0, -4)), END), 'shown'],
    ['half an Adler-32', png(rgb, pngChunk('IDAT', DATA.subarray(0, -2)), END), 'shown'],
    ['no IEND', png(rgb, IDAT), COLOURS],
    ['no IEND and no CRC of IDAT', png(rgb, IDAT.subarray(0, -4)), 'shown'],
    ['junk in place of IEND', png(rgb, IDAT, junk), 'shown'],
    ['zeros in place of IEND', png(rgb, IDAT, new Uint8Array(40)), 'shown'],
    ['junk behind IEND', png(rgb, IDAT, END, junk), COLOURS],
    ['a chunk behind IDAT that is cut', png(rgb, IDAT, text.subarray(0, 12)), 'shown'],
    [
      'rows missing in a sound zlib stream',
      png(rgb, pngChunk('IDAT', new Uint8Array(deflateSync(RGB_ROWS.subarray(0, 73 * 9)))), END),
      'shown',
    ],
    ['data cut at 90 %, chunks sound', png(rgb, pngChunk('IDAT', rowsBefore(0.9)), END), 'shown'],
    ['file cut at 97 %', png(rgb, IDAT, END).subarray(0, 41 + Math.floor(DATA.length * 0.97)), 'shown'],
    ['file cut at half', png(rgb, IDAT, END).subarray(0, 41 + (DATA.length >> 1)), 'shown'],
    ['file cut in its first row', png(rgb, IDAT, END).subarray(0, 33 + 8 + 20), 'shown'],
    ['file cut before IDAT', png(rgb, text), 'refused'],
    ['an empty IDAT first', png(rgb, pngChunk('IDAT', new Uint8Array()), IDAT, END), COLOURS],
    ['an empty IDAT last', png(rgb, IDAT, pngChunk('IDAT', new Uint8Array()), END), COLOURS],
    ['an empty IDAT alone', png(rgb, pngChunk('IDAT', new Uint8Array()), END), 'refused'],
    [
      'IDAT in pieces of a byte',
      png(rgb, ...[...DATA].map((byte) => pngChunk('IDAT', Uint8Array.of(byte))), END),
      COLOURS,
    ],
    [
      'IDAT broken by a text',
      png(rgb, pngChunk('IDAT', DATA.subarray(0, 300)), text, pngChunk('IDAT', DATA.subarray(300)), END),
      'shown',
    ],
    ['an unknown critical chunk', png(rgb, pngChunk('ABCD', junk), IDAT, END), 'refused'],
    ['an unknown critical chunk behind IDAT', png(rgb, IDAT, pngChunk('ABCD', junk), END), 'shown'],
    ['an unknown ancillary chunk', png(rgb, pngChunk('abCd', junk), IDAT, END), COLOURS],
    ['a chunk of no letters', png(rgb, pngChunk('ab1d', junk), IDAT, END), 'shown'],
    ['a chunk with the reserved bit', png(rgb, pngChunk('abcd', junk), IDAT, END), 'shown'],
    [
      'eXIf behind IDAT',
      png(
        rgb,
        IDAT,
        pngChunk('eXIf', bytesOf('II*\0', [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0])),
        END,
      ),
      'shown',
    ],
    [
      'eXIf before IDAT',
      png(
        rgb,
        pngChunk('eXIf', bytesOf('II*\0', [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0])),
        IDAT,
        END,
      ),
      'shown',
    ],
    ['two headers', png(rgb, rgb, IDAT, END), 'refused'],
    [
      'two palettes',
      png(indexed, PALETTE, pngChunk('PLTE', new Uint8Array([0, 255, 0, 0, 255, 255])), indexedData, END),
      'shown',
    ],
    ['no palette', png(indexed, indexedData, END), 'refused'],
    ['a palette behind IDAT', png(indexed, indexedData, PALETTE, END), 'refused'],
    [
      'a palette of no whole colours',
      png(indexed, pngChunk('PLTE', new Uint8Array([255, 0, 0, 0, 0, 255, 9])), indexedData, END),
      'shown',
    ],
    ['a palette of one colour', png(indexed, pngChunk('PLTE', new Uint8Array([255, 0, 0])), indexedData, END), 'shown'],
    [
      'a palette of 300 colours',
      png(indexed, pngChunk('PLTE', bytesOf([255, 0, 0, 0, 0, 255], new Uint8Array(298 * 3))), indexedData, END),
      'shown',
    ],
    [
      'a palette of more colours than bits',
      png(
        header(1, 3),
        pngChunk('PLTE', new Uint8Array([0, 0, 0, 255, 255, 255, 1, 2, 3])),
        pngChunk('IDAT', BITS),
        END,
      ),
      'shown',
    ],
    ['a palette in grey', png(header(1, 0), PALETTE, pngChunk('IDAT', BITS), END), 'shown'],
    ['a palette in colours', png(rgb, PALETTE, IDAT, END), COLOURS],
    [
      'transparency with high bits',
      png(header(1, 0), pngChunk('tRNS', new Uint8Array([0, 0xff])), pngChunk('IDAT', BITS), END),
      withAlphaOf(STRIPES, (x) => (x % 2 ? 0 : 255)),
    ],
    [
      'transparency of RGB with high bits',
      png(rgb, pngChunk('tRNS', new Uint8Array([0xff, 230, 0xff, 0, 0xff, 161])), IDAT, END),
      withAlphaOf(COLOURS, (x, y) => (x === 23 && y === 0 ? 0 : 255)),
    ],
    [
      'transparency of grey too long',
      png(header(1, 0), pngChunk('tRNS', new Uint8Array([0, 1, 9])), pngChunk('IDAT', BITS), END),
      'shown',
    ],
    [
      'transparency of grey too short',
      png(header(1, 0), pngChunk('tRNS', new Uint8Array([1])), pngChunk('IDAT', BITS), END),
      'shown',
    ],
    ['transparency of RGB too short', png(rgb, pngChunk('tRNS', new Uint8Array([0, 0])), IDAT, END), 'shown'],
    [
      'transparency longer than the palette',
      png(indexed, PALETTE, pngChunk('tRNS', new Uint8Array([0, 255, 9, 9, 9])), indexedData, END),
      'shown',
    ],
    ['empty transparency', png(indexed, PALETTE, pngChunk('tRNS', new Uint8Array()), indexedData, END), 'shown'],
    [
      'transparency before the palette',
      png(indexed, pngChunk('tRNS', new Uint8Array([0])), PALETTE, indexedData, END),
      'shown',
    ],
    [
      'transparency behind IDAT',
      png(indexed, PALETTE, indexedData, pngChunk('tRNS', new Uint8Array([0])), END),
      'shown',
    ],
    [
      'transparency twice',
      png(
        indexed,
        PALETTE,
        pngChunk('tRNS', new Uint8Array([0])),
        pngChunk('tRNS', new Uint8Array([255, 0])),
        indexedData,
        END,
      ),
      'shown',
    ],
    [
      'transparency beside alpha',
      png(
        header(8, 6),
        pngChunk('tRNS', new Uint8Array(6)),
        pngChunk('IDAT', new Uint8Array(deflateSync(rowsOf(COLOURS, [0, 1, 2, 3])))),
        END,
      ),
      'shown',
    ],
    ['a background of wrong length', png(rgb, pngChunk('bKGD', new Uint8Array([1])), IDAT, END), COLOURS],
    [
      'a background past the palette',
      png(indexed, PALETTE, pngChunk('bKGD', new Uint8Array([9])), indexedData, END),
      TWO,
    ],
    [
      'an index past the palette',
      png(
        indexed,
        PALETTE,
        pngChunk(
          'IDAT',
          new Uint8Array(deflateSync(Uint8Array.from({ length: 16 * 25 }, (_, i) => (i % 25 === 0 ? 0 : i % 4)))),
        ),
        END,
      ),
      'shown',
    ],
    [
      'an unknown filter',
      png(
        rgb,
        pngChunk('IDAT', new Uint8Array(deflateSync(RGB_ROWS.map((value, i) => (i === 73 * 8 ? 9 : value))))),
        END,
      ),
      'shown',
    ],
    [
      'an unknown compression',
      png(pngChunk('IHDR', bytesOf(u32be(24), u32be(16), [8, 2, 1, 0, 0])), IDAT, END),
      'refused',
    ],
    ['an unknown interlacing', png(header(8, 2, SIZE, 2), IDAT, END), 'refused'],
    ['a depth that the colours have not', png(header(4, 2), IDAT, END), 'refused'],
    ['a width of 0', png(header(8, 2, { width: 0, height: 16 }), IDAT, END), 'refused'],
    [
      'a header of 14 bytes',
      png(pngChunk('IHDR', bytesOf(u32be(24), u32be(16), [8, 2, 0, 0, 0, 0])), IDAT, END),
      'refused',
    ],
    ['a chunk longer than the file', png(rgb, bytesOf(u32be(0x7fffffff), 'tEXt', junk), IDAT, END), 'refused'],
    ['16 bits, spare bytes in zlib', png(header(16, 2), pngChunk('IDAT', bytesOf(DEEP_ROWS, junk)), END), COLOURS],
    ['16 bits, text with a wrong CRC', png(header(16, 2), damaged(text), pngChunk('IDAT', DEEP_ROWS), END), COLOURS],
    ['grey, no IEND', png(header(8, 0), pngChunk('IDAT', new Uint8Array(deflateSync(rowsOf(GREYS, [0]))))), GREYS],
    [
      'APNG with a wrong CRC in fcTL',
      png(rgb, frames(2), damaged(control(0)), IDAT, control(1), frameData(2, DATA), END),
      'shown',
    ],
    [
      'APNG with spare bytes',
      png(
        rgb,
        frames(2),
        control(0),
        pngChunk('IDAT', bytesOf(DATA, junk)),
        control(1),
        frameData(2, bytesOf(DATA, junk)),
        END,
      ),
      COLOURS,
    ],
    ['APNG without IEND', png(rgb, frames(2), control(0), IDAT, control(1), frameData(2, DATA)), COLOURS],
    [
      'APNG cut in its second frame',
      png(rgb, frames(2), control(0), IDAT, control(1), frameData(2, DATA)).subarray(0, -200),
      COLOURS,
    ],
    [
      'APNG with an unknown ancillary chunk between frames',
      png(rgb, frames(2), control(0), IDAT, damaged(text), control(1), frameData(2, DATA), END),
      COLOURS,
    ],
    [
      'APNG with a gap in its numbers',
      png(rgb, frames(2), control(0), IDAT, control(2), frameData(3, DATA), END),
      'shown',
    ],
    [
      'APNG of fewer frames than said',
      png(rgb, frames(3), control(0), IDAT, control(1), frameData(2, DATA), END),
      COLOURS,
    ],
    ['APNG of no frames', png(rgb, frames(0), IDAT, END), 'shown'],
    ['APNG with acTL behind IDAT', png(rgb, control(0), IDAT, frames(2), control(1), frameData(2, DATA), END), 'shown'],
  ];
  return whole.map(([name, bytes, right]) => ({ name, bytes, right }));
}
