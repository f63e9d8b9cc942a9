/** Small animations. */
import sharp from 'sharp';
import { bytesOf, pngChunk, u16be, u32be } from './hand-built.ts';
import { gradient } from './pictures.ts';

const SIZE = { width: 40, height: 30 };

/** Of `animated`, as PNG. */
export function movingFrames(): Promise<Buffer[]> {
  return Promise.all([0, 60, 120].map((hue) => gradient(SIZE).modulate({ hue }).png().toBuffer()));
}

/** Three frames of 100, 200 and 300 ms. */
export async function animated(format: 'gif' | 'webp', loop: number): Promise<Uint8Array> {
  const frames = await movingFrames();
  return new Uint8Array(
    await sharp(frames, { join: { animated: true } })
      .toFormat(format, { loop, delay: [100, 200, 300] })
      .toBuffer(),
  );
}

/** An APNG whose frames are the same picture; its default image is the first. */
export async function apng(frames: number, plays: number, delay: readonly [number, number]): Promise<Uint8Array> {
  const png = await gradient(SIZE).png().toBuffer();
  const idat = bytesOf(png.subarray(png.indexOf('IDAT') + 4, png.indexOf('IEND') - 8));
  let sequence = 0;
  const control = (): Uint8Array =>
    pngChunk(
      'fcTL',
      bytesOf(
        u32be(sequence++),
        u32be(SIZE.width),
        u32be(SIZE.height),
        u32be(0),
        u32be(0),
        u16be(delay[0]),
        u16be(delay[1]),
        [0, 0],
      ),
    );
  const parts = [pngChunk('acTL', bytesOf(u32be(frames), u32be(plays))), control(), pngChunk('IDAT', idat)];
  for (let i = 1; i < frames; i++) parts.push(control(), pngChunk('fdAT', bytesOf(u32be(sequence++), idat)));
  return bytesOf(png.subarray(0, 33), ...parts, pngChunk('IEND', new Uint8Array()));
}
