/** An animation that becomes a WebP of a look, by the real codecs. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress, notesOf } from '../../../conformance/compress.ts';
import { refereeLook } from '../../../referee/ssimulacra2.ts';
import { gif, type GifFrame } from '../animation/build-gif.ts';
import { decodedBySharp, random } from '../animation/pictures.ts';

const SIZE = { width: 144, height: 130 };
/** More than are looked at. */
const FRAMES = 9;

describe('an animation that becomes a WebP', () => {
  it.each([80, 50])('keeps look %i in the worst of its frames, and says what was measured', async (look) => {
    const source = await photographs();
    const { bytes, receipt } = await compress(source, { aim: { kind: 'look', look } });
    expect(receipt).toMatchObject({ outcome: 'smaller', output: { format: 'webp', ...SIZE } });
    const [before, after] = [await decodedBySharp(source), await decodedBySharp(bytes)];
    expect(after).toMatchObject({ delays: before.delays, loops: before.loops });
    const lowest = Math.min(
      ...before.frames.map((data, i) =>
        refereeLook({ ...SIZE, data: data.slice() }, { ...SIZE, data: after.frames[i]!.slice() }),
      ),
    );
    expect(lowest).toBeGreaterThan(look - 3);
    expect(lowest).toBeLessThan(look + 6);
    expect(Math.abs((receipt.look ?? 0) - lowest)).toBeLessThan(2.5);
    expect(notesOf(receipt)).toContain('look-measured');
  });

  it('is exact, and says so, where that takes fewest bytes', async () => {
    const source = gif({ ...SIZE, frames: Array.from({ length: FRAMES }, (_, at) => bar(at)) });
    const { bytes, receipt } = await compress(source, { aim: { kind: 'look', look: 55 } });
    expect(receipt).toMatchObject({ outcome: 'smaller', look: 100, output: { format: 'webp' } });
    expect((await decodedBySharp(bytes)).frames).toEqual((await decodedBySharp(source)).frames);
  });

  it('stays as it came where the look takes more bytes than it has', async () => {
    const { bytes: once } = await compress(await photographs(), { aim: { kind: 'look', look: 40 } });
    const { bytes, receipt } = await compress(once, { aim: { kind: 'look', look: 100 } });
    expect(receipt.outcome).toBe('original');
    expect(bytes.length).toBeLessThanOrEqual(once.length);
  });
});

/** Gradients and grain as a camera's, and a disc that moves over them; exact. */
async function photographs(): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = SIZE;
  const next = random(7);
  const grain = Array.from({ length: width * height }, () => (next() + next() + next() - 1.5) * 14);
  const frames = Array.from({ length: FRAMES }, (_, at) => {
    const data = Buffer.alloc(width * height * 3);
    for (const [i, noise] of grain.entries()) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const inside = (x - 30 - at * 7) ** 2 + (y - 70) ** 2 < 900;
      const colour = inside ? [230, 120 + y / 2, 40] : [x + 40, 90 + y / 2, 200 - x / 2];
      data.set(
        colour.map((value) => Math.max(0, Math.min(255, Math.round(value + noise)))),
        i * 3,
      );
    }
    return data;
  });
  const raw = { width, height: height * FRAMES, channels: 3, pageHeight: height } as const;
  const delay = frames.map((_, at) => 40 + at * 10);
  return new Uint8Array(
    await sharp(Buffer.concat(frames), { raw }).webp({ lossless: true, delay, loop: 3 }).toBuffer(),
  );
}

/** A white bar on red that is two pixels further in each frame. */
function bar(at: number): GifFrame {
  const { width, height } = SIZE;
  return {
    width,
    height,
    delay: 10,
    indices: Array.from({ length: width * height }, (_, i) => (((i % width) - at * 2) >> 3 === 1 ? 3 : 0)),
  };
}
