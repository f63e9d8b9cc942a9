/** Small files that are much work: what each claims or unfolds to is within the limits, or just past them. */
import { deflateSync } from 'node:zlib';
import { withWebpChunks } from './containers.ts';
import { bytesOf, pngChunk, u32be, u32le } from './hand-built.ts';
import { encoded, gradient } from './pictures.ts';
import { heavyFilter, nestedUses, noisySquares } from './svg-bombs.ts';

const SIDE = 10_000;

/**
 * Lossless WebP (RFC 9649, 3.8) of black in one alpha: five codes of one symbol each, and not a bit for the pixels. The header's
 * hint says that there is no alpha.
 */
function evenWebp(alpha: 0 | 255): Uint8Array {
  const bits = [...field(SIDE - 1, 14), ...field(SIDE - 1, 14), 0, 0, 0, 0, 0, 0, 0];
  // Green, red, blue, alpha, distance: a simple code (3.7.2.1.1), its one symbol, in a bit or in eight.
  for (const symbol of [0, 0, 0, alpha, 0]) bits.push(1, 0, ...(symbol === 0 ? [0, 0] : [1, ...field(symbol, 8)]));
  const data = Uint8Array.from({ length: 14 }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((byte, bit, i) => byte | (bit << i), 0),
  );
  const chunk = bytesOf('VP8L', u32le(data.length + 1), [0x2f], data, [0]);
  return bytesOf('RIFF', u32le(chunk.length + 4), 'WEBP', chunk);
}

/** The lowest bit first. */
function field(value: number, length: number): number[] {
  return Array.from({ length }, (_, bit) => (value >> bit) & 1);
}

/** A bit a pixel, all of them 0. */
function evenPng(): Uint8Array {
  const row = 1 + SIDE / 8;
  return bytesOf(
    '\x89PNG\r\n\x1a\n',
    pngChunk('IHDR', bytesOf(u32be(SIDE), u32be(SIDE), [1, 0, 0, 0, 0])),
    pngChunk('IDAT', new Uint8Array(deflateSync(new Uint8Array(row * SIDE)))),
    pngChunk('IEND', new Uint8Array()),
  );
}

/** Its header says 100 megapixels (ITU-T T.81, B.2.2). */
async function claimingJpeg(): Promise<Uint8Array> {
  const jpeg = new Uint8Array(await encoded(gradient({ width: 1200, height: 900 }).jpeg({ quality: 80 })));
  const frame = Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.set([SIDE >> 8, SIDE & 255, SIDE >> 8, SIDE & 255], frame + 5);
  return jpeg;
}

/** 50 MB of XMP in a WebP of 24 x 16. */
async function longXmp(): Promise<Uint8Array> {
  const webp = await encoded(gradient({ width: 24, height: 16 }).webp());
  const picture = bytesOf(webp.subarray(12));
  const extended = bytesOf('VP8X', u32le(10), [0x04, 0, 0, 0, 23, 0, 0, 15, 0, 0]);
  const whole = bytesOf('RIFF', u32le(extended.length + picture.length + 4), 'WEBP', extended, picture);
  const text = `<x:xmpmeta xmlns:x="adobe:ns:meta/">${'<a>b</a>'.repeat(6_250_000)}</x:xmpmeta>`;
  return withWebpChunks(whole, ['XMP ', bytesOf(text)]);
}

/** By what stands in the table. */
export const BOMBS: Readonly<Record<string, { readonly file: string; readonly make: () => Promise<Uint8Array> }>> = {
  'WebP of one colour, 100 MP': { file: 'even.webp', make: () => Promise.resolve(evenWebp(255)) },
  'WebP of nothing but transparency, 100 MP': { file: 'clear.webp', make: () => Promise.resolve(evenWebp(0)) },
  'PNG of one colour, 100 MP': { file: 'even.png', make: () => Promise.resolve(evenPng()) },
  'JPEG that claims 100 MP': { file: 'claims.jpg', make: claimingJpeg },
  'WebP with 50 MB of XMP': { file: 'xmp.webp', make: longXmp },
  'SVG, a chain of filters over 9900 x 9900': { file: 'filter.svg', make: () => text(heavyFilter(9900)) },
  'SVG, 500 squares of noise': { file: 'noise.svg', make: () => text(noisySquares(500)) },
  'SVG, 10^10 copies': { file: 'uses.svg', make: () => text(nestedUses(10)) },
};

function text(svg: string): Promise<Uint8Array> {
  return Promise.resolve(bytesOf(svg));
}
