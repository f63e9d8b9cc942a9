import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { wasmMemoryBytes } from '../../../../lib/core/codecs/emscripten.ts';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { isDeep, toEightBits, type DeepPixels } from '../../../../lib/core/colour/deep-pixels.ts';
import { turnUpright } from '../../../../lib/core/pixels/turn-and-flatten.ts';
import { CompressionError } from '../../../../lib/core/errors.ts';
import { heicReader } from '../../../../lib/core/decoders/heic.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { pattern, SIZE } from './heic/pattern.ts';

const file = async (name: 'opaque' | 'alpha' | 'turned' | 'ten-bits'): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(new URL(`heic/${name}.heic`, import.meta.url)));

/**
 * The files are coded without loss in YCbCr 4:4:4, whose 8 bits cannot hold every RGB colour: 2 levels at most are lost
 * on the way there and back. Alpha is exact.
 */
function expectPixels(found: Pixels | DeepPixels, expected: Uint8Array | Uint8ClampedArray): void {
  let most = [0, 0];
  expected.forEach((value, i) => {
    const error = Math.abs(value - (found.data[i] ?? NaN));
    most = i % 4 === 3 ? [most[0]!, Math.max(most[1]!, error)] : [Math.max(most[0]!, error), most[1]!];
  });
  expect(found.data.length).toBe(expected.length);
  expect(most[0]).toBeLessThanOrEqual(2);
  expect(most[1]).toBe(0);
}

describe('HEIC', () => {
  it.each([
    ['opaque', false],
    ['alpha', true],
  ] as const)('%s gives its pixels, alpha straight', async (name, alpha) => {
    const found = await heicReader.read(await file(name), loadWasm);
    expect([found.width, found.height]).toEqual([SIZE.width, SIZE.height]);
    expectPixels(found, pattern(alpha));
  });

  it('of 10 bits gives them all', async () => {
    const found = await heicReader.read(await file('ten-bits'), loadWasm);
    expect(isDeep(found)).toBe(true);
    if (!isDeep(found)) return;
    expectPixels(toEightBits(found), pattern(false));
    // Steps of 10 bits, spread over 16.
    const steps = new Set(Array.from({ length: 1024 }, (_, i) => Math.round((i * 65_535) / 1023)));
    expect(found.data.every((value) => steps.has(value))).toBe(true);
    expect(new Set(found.data).size).toBeGreaterThan(256);
  });

  it('comes upright', async () => {
    const found = await heicReader.read(await file('turned'), loadWasm);
    // A quarter anticlockwise is what EXIF calls 8.
    const upright = turnUpright({ ...SIZE, data: new Uint8ClampedArray(pattern(false)) }, 8);
    expect([found.width, found.height]).toEqual([SIZE.height, SIZE.width]);
    expectPixels(found, upright.data);
  });

  it('cut off or damaged ends in a CompressionError or in pixels, and leaves the decoder usable', async () => {
    const whole = await file('opaque');
    const before = wasmMemoryBytes();
    for (let i = 0; i < 40; i++) {
      const bytes = i < 20 ? whole.slice(0, Math.floor((whole.length * i) / 20)) : whole.slice();
      if (i >= 20) for (let n = 0; n < 5; n++) bytes[(Math.imul(i * 31 + n, 2_654_435_761) >>> 8) % 700] = n * 51;
      await heicReader.read(bytes, loadWasm).catch((thrown: unknown) => {
        if (!(thrown instanceof CompressionError)) throw thrown;
      });
    }
    expectPixels(await heicReader.read(whole, loadWasm), pattern(false));
    expect(wasmMemoryBytes() - before).toBeLessThan(64e6);
  });
});
