import { describe, expect, it } from 'vitest';
import { webpCodec, webpFormat } from '../../../../lib/core/codecs/webp.ts';
import { bitstreamOf, carriesAlpha, stillWebp, type Bitstream } from '../../../../lib/core/animation/webp-bitstream.ts';
import { muxAnimation, type WebpFrame } from '../../../../lib/core/animation/webp-muxer.ts';
import { bytesOf, u16le, u32le } from '../../../images/hand-built.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { decodedBySharp } from './pictures.ts';
import { complaints, missingTools, muxInfo } from './webp-tools.ts';

async function picture(
  width: number,
  height: number,
  colour: readonly number[],
  aim: 'lossless' | { quality: number },
): Promise<Bitstream> {
  const data = new Uint8ClampedArray(Array.from({ length: width * height }, () => colour).flat());
  return bitstreamOf(await webpCodec.encode({ width, height, data }, webpFormat.optionsFor(aim), loadWasm));
}

const frame = (bitstream: Bitstream, rest: Partial<WebpFrame> = {}): WebpFrame => ({
  x: 0,
  y: 0,
  bitstream,
  durationMs: 40,
  blend: true,
  dispose: false,
  ...rest,
});
const dot: Bitstream = { width: 3, height: 5, kind: 'VP8 ', data: Uint8Array.of(1, 2, 3), alpha: null };

describe('muxAnimation', () => {
  it('writes each field as RFC 9649 has it', () => {
    const bytes = muxAnimation({
      width: 300,
      height: 5,
      loops: 7,
      frames: [frame(dot, { x: 258, durationMs: 0x030201, blend: false, dispose: true })],
    });
    const anmf = bytesOf(
      'ANMF',
      u32le(28),
      [129, 0, 0],
      [0, 0, 0],
      [2, 0, 0],
      [4, 0, 0],
      [1, 2, 3],
      0b11,
      'VP8 ',
      u32le(3),
      [1, 2, 3, 0],
    );
    const chunks = bytesOf(
      'WEBP',
      'VP8X',
      u32le(10),
      [0x12, 0, 0, 0],
      [43, 1, 0],
      [4, 0, 0],
      'ANIM',
      u32le(6),
      [0, 0, 0, 0],
      u16le(7),
      anmf,
    );
    expect(Buffer.from(bytes).toString('hex')).toBe(
      Buffer.from(bytesOf('RIFF', u32le(chunks.length), chunks)).toString('hex'),
    );
  });

  it('puts the profile before the frames, Exif and XMP after them, and sets their flags', () => {
    const text = (from: string): Uint8Array => new TextEncoder().encode(from);
    const bytes = muxAnimation({
      width: 3,
      height: 5,
      loops: 0,
      frames: [frame(dot)],
      metadata: { icc: text('profile'), exif: text('exif'), xmp: text('<xmp>') },
    });
    const order = ['VP8X', 'ICCP', 'ANIM', 'ANMF', 'EXIF', 'XMP '].map((type) => Buffer.from(bytes).indexOf(type));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(bytes[20]).toBe(0x02 | 0x04 | 0x08 | 0x20);
  });

  it('keeps alpha of lossy and of lossless frames', async () => {
    const colours = [
      [10, 200, 30, 77],
      [200, 10, 30, 255],
    ] as const;
    const frames = [
      frame(await picture(8, 8, colours[0], { quality: 90 }), { blend: false }),
      frame(await picture(8, 8, colours[1], { quality: 90 }), { x: 8, y: 2, durationMs: 70 }),
      frame(await picture(4, 4, colours[0], 'lossless'), { x: 2, y: 2, blend: false }),
    ];
    expect(frames.map(({ bitstream }) => [bitstream.kind, carriesAlpha(bitstream)])).toEqual([
      ['VP8 ', true],
      ['VP8 ', false],
      ['VP8L', true],
    ]);
    const {
      frames: shown,
      delays,
      loops,
    } = await decodedBySharp(muxAnimation({ width: 20, height: 10, loops: 3, frames }));
    expect([shown.length, delays, loops]).toEqual([3, [40, 70, 40], 3]);
    const at = (index: number, x: number, y: number): number[] => [
      ...shown[index]!.subarray((y * 20 + x) * 4, (y * 20 + x) * 4 + 4),
    ];
    expect([at(0, 0, 0)[3], at(0, 19, 9), at(1, 8, 2)[3], at(2, 2, 2)]).toEqual([77, [0, 0, 0, 0], 255, colours[0]]);
  });

  it.each<[string, Partial<WebpFrame>]>([
    ['an odd offset', { x: 1 }],
    ['a frame past the canvas', { x: 2 }],
    ['no duration', { durationMs: 0 }],
    ['half a millisecond', { durationMs: 1.5 }],
    ['more than 24 bits of duration', { durationMs: 0x1000000 }],
  ])('refuses %s', (_, rest) => {
    expect(() => muxAnimation({ width: 3, height: 5, loops: 0, frames: [frame(dot, rest)] })).toThrow('internal');
  });

  it('refuses an animation without frames, and a canvas longer than VP8 can state', () => {
    expect(() => muxAnimation({ width: 3, height: 5, loops: 0, frames: [] })).toThrow('internal');
    expect(() => muxAnimation({ width: 16_384, height: 5, loops: 0, frames: [frame(dot)] })).toThrow('internal');
  });

  it.skipIf(missingTools.length > 0)('is read by webpmux, and webpinfo finds no fault', async () => {
    const bytes = muxAnimation({
      width: 20,
      height: 11,
      loops: 65_536,
      frames: [
        frame(await picture(20, 11, [1, 2, 3, 4], { quality: 80 }), { durationMs: 0xffffff }),
        frame(await picture(5, 3, [1, 2, 3, 255], 'lossless'), { x: 14, y: 8, blend: false, dispose: true }),
      ],
    });
    expect(complaints(bytes)).toBe('');
    expect(muxInfo(bytes)).toEqual({
      canvas: '20 x 11',
      features: 'animation transparency',
      loops: 65_535,
      frames: [
        { x: 0, y: 0, width: 20, height: 11, duration: 0xffffff, dispose: 'none', blend: 'yes', coding: 'lossy' },
        { x: 14, y: 8, width: 5, height: 3, duration: 40, dispose: 'background', blend: 'no', coding: 'lossless' },
      ],
    });
  });
});

describe('stillWebp', () => {
  it.each([
    ['lossy with alpha', [9, 99, 199, 128], { quality: 80 }],
    ['lossy', [9, 99, 199, 255], { quality: 80 }],
    ['lossless', [9, 99, 199, 128], 'lossless'],
  ] as const)('makes of a %s picture the file that it came from', async (_, colour, aim) => {
    const data = new Uint8ClampedArray(Array.from({ length: 42 }, () => colour).flat());
    const file = await webpCodec.encode({ width: 7, height: 6, data }, webpFormat.optionsFor(aim), loadWasm);
    expect(stillWebp(bitstreamOf(file))).toEqual(file);
  });
});
