import sharp, { type WebpOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { webpCodec, webpFormat } from '../../../../lib/core/codecs/webp.ts';
import { muxAnimation, type WebpFrame } from '../../../../lib/core/animation/webp-muxer.ts';
import { openWebp } from '../../../../lib/core/animation/webp-movie.ts';
import { bitstreamOf, riffChunk, riffFile, stillWebp } from '../../../../lib/core/animation/webp-bitstream.ts';
import { bytesOf } from '../../../images/hand-built.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { decodedBySharp, distance, randomFrames, watched, type Still } from './pictures.ts';

const SIZE = { width: 40, height: 30 };

async function madeBySharp(frames: readonly Still[], options: WebpOptions): Promise<Uint8Array> {
  const { width, height } = SIZE;
  const stack = sharp(Buffer.concat(frames.map(({ data }) => Buffer.from(data))), {
    raw: { width, height: height * frames.length, channels: 4, pageHeight: height },
  });
  return new Uint8Array(await stack.webp({ delay: frames.map((_, i) => 20 + i * 10), loop: 2, ...options }).toBuffer());
}

/** Pictures anywhere on the canvas, with any blending and disposal. */
async function made(
  pictures: readonly (Still & Pick<WebpFrame, 'x' | 'y' | 'blend' | 'dispose'>)[],
  durationMs = 50,
): Promise<Uint8Array<ArrayBuffer>> {
  const frames = await Promise.all(
    pictures.map(async ({ data, width, height, ...rest }) => ({
      ...rest,
      durationMs,
      bitstream: bitstreamOf(
        await webpCodec.encode({ width, height, data }, webpFormat.optionsFor('lossless'), loadWasm),
      ),
    })),
  );
  return muxAnimation({ ...SIZE, loops: 0, frames });
}

describe('an animated WebP', () => {
  it.each<[string, WebpOptions]>([
    ['lossless', { lossless: true }],
    ['lossy', { quality: 60 }],
    ['mixed', { quality: 60, mixed: true } as WebpOptions],
  ])('that libwebp encoded %s is read as libwebp reads it', async (_, options) => {
    for (const kind of ['opaque', 'binary'] as const) {
      const bytes = await madeBySharp(randomFrames(3, 7, SIZE, kind), options);
      const expected = await decodedBySharp(bytes);
      const movie = openWebp(bytes, loadWasm);
      const { frames, durations } = await watched(movie);
      expect([movie.width, movie.height, movie.frameCount, movie.loops]).toEqual([40, 30, expected.frames.length, 2]);
      expect(durations).toEqual(expected.delays);
      expect(frames).toEqual(expected.frames);
    }
  });

  it('is composed and cleared as libwebp does it, within a level or two where partial alpha is mixed', async () => {
    // RFC 9649, 2.7.1.1 has the exact formula, which we round; libwebp shifts and cuts off, once for each frame.
    for (const seed of [1, 2, 3, 4]) {
      const pictures = randomFrames(seed, 8, { width: 12, height: 10 }, 'partial').map((picture, i) => ({
        ...picture,
        x: (i * 6 + seed * 2) % 28,
        y: (i * 4) % 20,
        blend: (i + seed) % 3 !== 0,
        dispose: (i * seed) % 4 === 1,
      }));
      const bytes = await made(pictures);
      const expected = (await decodedBySharp(bytes)).frames;
      const { frames } = await watched(openWebp(bytes, loadWasm));
      expect(frames.length).toBe(8);
      frames.forEach((frame, i) => {
        const { alpha, mean } = distance(expected[i]!, frame);
        expect(alpha).toBeLessThanOrEqual(3);
        expect(mean).toBeLessThan(0.5);
      });
    }
  });

  it('shows frames of 10 ms and less for 100 ms, as browsers do', async () => {
    const [picture] = randomFrames(1, 1, SIZE, 'opaque');
    const { durations } = await watched(
      openWebp(await made([{ ...picture!, x: 0, y: 0, blend: true, dispose: false }], 10), loadWasm),
    );
    expect(durations).toEqual([100]);
  });
});

describe('a damaged animated WebP', () => {
  it('is corrupt or truncated', async () => {
    const picture = randomFrames(1, 1, { width: 8, height: 6 }, 'binary')[0]!;
    const bytes = await made([
      { ...picture, x: 0, y: 0, blend: true, dispose: false },
      { ...picture, x: 32, y: 24, blend: true, dispose: false },
    ]);
    const edited = (offset: number, value: number): Uint8Array => {
      const copy = bytes.slice();
      const last = Buffer.from(copy).lastIndexOf('ANMF');
      copy[last + 8 + offset] = value;
      return copy;
    };
    const opened = (file: Uint8Array) => () => openWebp(file, loadWasm);
    expect(opened(bytes.subarray(0, bytes.length - 9))).toThrow('truncated');
    expect(opened(edited(0, 17))).toThrow('corrupt'); // x past the canvas
    expect(opened(edited(16, 'Q'.charCodeAt(0)))).toThrow('corrupt'); // no picture in the frame
    await expect(watched(openWebp(edited(6, 6), loadWasm))).rejects.toThrow('corrupt'); // another width than its picture's
    await expect(watched(openWebp(edited(24, 0), loadWasm))).rejects.toThrow('corrupt'); // no VP8L signature
    const still = stillWebp(bitstreamOf(await webpCodec.encode(picture, webpFormat.optionsFor('lossless'), loadWasm)));
    expect(opened(still)).toThrow('corrupt');
    expect(opened(riffFile([riffChunk('VP8X', new Uint8Array(10)), riffChunk('ANIM', new Uint8Array(6))]))).toThrow(
      'corrupt',
    );
    expect(
      opened(
        riffFile([
          riffChunk('VP8X', bytesOf([2, 0, 0, 0, 255, 255, 255, 255, 255, 255])),
          riffChunk('ANIM', new Uint8Array(6)),
        ]),
      ),
    ).toThrow('too-many-pixels');
  });
});
