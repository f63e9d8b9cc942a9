/** WebP files with a fault in one place each: RFC 9649, 2.3 to 2.7. */
import sharp from 'sharp';
import { bytesOf, u32le } from '../hand-built.ts';
import { exifBlock } from '../exif-block.ts';
import { picture, withAlphaOf, type OddFile } from './odd-file.ts';

const [WIDTH, HEIGHT] = [48, 160];
const COLOURS = picture(WIDTH, HEIGHT, (x, y) => [x * 5, y, (x * 7 + y * 13) % 256, 255]);
const SHADED = withAlphaOf(COLOURS, (x) => (x * 11) % 256);

const chunk = (name: string, data: Uint8Array, pad = 0): Uint8Array =>
  bytesOf(name, u32le(data.length), data, data.length & 1 ? [pad] : []);
const riff = (...chunks: readonly Uint8Array[]): Uint8Array => {
  const body = bytesOf('WEBP', ...chunks);
  return bytesOf('RIFF', u32le(body.length), body);
};
const extended = (flags: number, width = WIDTH, height = HEIGHT): Uint8Array =>
  chunk('VP8X', bytesOf([flags, 0, 0, 0], u32le(width - 1).slice(0, 3), u32le(height - 1).slice(0, 3)));

function withSize(bytes: Uint8Array, change: number): Uint8Array {
  const copy = bytes.slice();
  copy.set(u32le(new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + change), 4);
  return copy;
}

export async function oddWebps(): Promise<OddFile[]> {
  const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 4 as const } };
  const whole = new Uint8Array(await sharp(COLOURS.data, raw).webp({ lossless: true }).toBuffer());
  const image = whole.subarray(12);
  const vp8l = bytesOf(image.subarray(8, 8 + new DataView(image.buffer, image.byteOffset).getUint32(4, true)));
  const lossy = new Uint8Array(await sharp(COLOURS.data, raw).removeAlpha().webp({ quality: 90 }).toBuffer());
  const vp8 = lossy.subarray(20, 20 + new DataView(lossy.buffer, lossy.byteOffset).getUint32(16, true));
  // 2.7.1.2: no filter, no compression; a byte a pixel.
  const alph = bytesOf([0], new Uint8Array(COLOURS.data.filter((_, i) => i % 4 === 1)));
  const shaded = new Uint8Array(await sharp(SHADED.data, raw).webp({ lossless: true, exact: true }).toBuffer());
  const untold = shaded.slice(20, 20 + new DataView(shaded.buffer, shaded.byteOffset).getUint32(16, true));
  // 3.4: the bit behind width and height is a hint.
  untold[4]! &= 0xef;
  const turned = exifBlock({ main: { 0x0112: { shorts: [6] } } });
  const frame = (data: Uint8Array): Uint8Array =>
    chunk('ANMF', bytesOf([0, 0, 0, 0, 0, 0, WIDTH - 1, 0, 0, HEIGHT - 1, 0, 0, 100, 0, 0, 0], data));
  const moving = riff(
    extended(2),
    chunk('ANIM', new Uint8Array(6)),
    frame(chunk('VP8L', vp8l)),
    frame(chunk('VP8L', vp8l)),
  );
  const files: readonly (readonly [string, Uint8Array, OddFile['right']])[] = [
    ['sound', whole, COLOURS],
    ['turned by EXIF', riff(extended(8), chunk('VP8L', vp8l), chunk('EXIF', turned)), COLOURS],
    [
      'moving, turned by EXIF',
      riff(
        extended(10),
        chunk('ANIM', new Uint8Array(6)),
        frame(chunk('VP8L', vp8l)),
        frame(chunk('VP8L', vp8l)),
        chunk('EXIF', turned),
      ),
      COLOURS,
    ],
    ['a RIFF size that is too large by 2', withSize(whole, 2), 'shown'],
    ['a RIFF size that is too large by 100', withSize(whole, 100), 'shown'],
    ['a RIFF size that is far too large', withSize(whole, 1_000_000), 'shown'],
    ['a RIFF size that is too small by 2', withSize(whole, -2), 'shown'],
    ['a RIFF size that is too small by 100', withSize(whole, -100), 'shown'],
    ['a RIFF size of 0', withSize(whole, 8 - whole.length), 'refused'],
    ['an odd RIFF size', withSize(whole, -1), 'shown'],
    ['extended, RIFF size too large by 100', withSize(riff(extended(0), chunk('VP8L', vp8l)), 100), 'shown'],
    [
      'extended, RIFF size too small by 4',
      withSize(riff(extended(0), chunk('VP8L', vp8l), chunk('EXIF', turned)), -4),
      'shown',
    ],
    ['lossy', lossy, 'shown'],
    ['lossy, RIFF size too large by 100', withSize(lossy, 100), 'shown'],
    ['lossy, cut at 90 %', lossy.subarray(0, Math.floor(lossy.length * 0.9)), 'shown'],
    ['lossy, cut at half', lossy.subarray(0, lossy.length >> 1), 'shown'],
    ['cut at 90 %', whole.subarray(0, Math.floor(whole.length * 0.9)), 'shown'],
    ['cut at half', whole.subarray(0, whole.length >> 1), 'shown'],
    ['cut in its header', whole.subarray(0, 22), 'refused'],
    ['no last padding', vp8l.length & 1 ? whole.subarray(0, -1) : whole, COLOURS],
    ['padding that is not 0', riff(chunk('VP8L', bytesOf(vp8l, vp8l.length & 1 ? [] : [0]), 7)), COLOURS],
    ['junk behind the form', bytesOf(whole, new Uint8Array(50).fill(9)), COLOURS],
    ['junk within the form', riff(chunk('VP8L', vp8l), new Uint8Array([1, 2, 3, 4, 5])), 'shown'],
    ['an unknown chunk first', riff(chunk('ABCD', new Uint8Array(4)), chunk('VP8L', vp8l)), 'shown'],
    ['an unknown chunk behind VP8X', riff(extended(0), chunk('ABCD', new Uint8Array(4)), chunk('VP8L', vp8l)), COLOURS],
    ['another size in VP8X', riff(extended(0, 60, 200), chunk('VP8L', vp8l)), 'shown'],
    ['alpha that VP8X does not tell', riff(extended(0), chunk('VP8L', vp8l)), COLOURS],
    ['lossy, alpha that VP8X does not tell', riff(extended(0), chunk('ALPH', alph), chunk('VP8 ', vp8)), 'shown'],
    ['lossy, alpha that VP8X tells', riff(extended(0x10), chunk('ALPH', alph), chunk('VP8 ', vp8)), 'shown'],
    [
      'moving, lossy, alpha that VP8X does not tell',
      riff(
        extended(2),
        chunk('ANIM', new Uint8Array(6)),
        frame(bytesOf(chunk('ALPH', alph), chunk('VP8 ', vp8))),
        frame(chunk('VP8 ', vp8)),
      ),
      'shown',
    ],
    ['alpha that VP8L does not tell', riff(chunk('VP8L', untold)), SHADED],
    ['EXIF that VP8X does not tell', riff(extended(0), chunk('VP8L', vp8l), chunk('EXIF', turned)), COLOURS],
    ['EXIF before the picture', riff(extended(8), chunk('EXIF', turned), chunk('VP8L', vp8l)), COLOURS],
    ['the animation flag without frames', riff(extended(2), chunk('VP8L', vp8l)), 'shown'],
    [
      'frames without the flag',
      riff(extended(0), chunk('ANIM', new Uint8Array(6)), frame(chunk('VP8L', vp8l)), frame(chunk('VP8L', vp8l))),
      'shown',
    ],
    ['moving', moving, COLOURS],
    ['moving, cut in its second frame', moving.subarray(0, -30), 'shown'],
    ['moving, RIFF size too large', withSize(moving, 50), 'shown'],
    ['moving without ANIM', riff(extended(2), frame(chunk('VP8L', vp8l)), frame(chunk('VP8L', vp8l))), 'shown'],
    ['one frame', riff(extended(2), chunk('ANIM', new Uint8Array(6)), frame(chunk('VP8L', vp8l))), COLOURS],
    ['two pictures', riff(extended(0), chunk('VP8L', vp8l), chunk('VP8 ', vp8)), 'shown'],
  ];
  return files.map(([name, bytes, right]) => ({ name, bytes, right }));
}
