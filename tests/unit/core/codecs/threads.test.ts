import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { codecs, formats } from '../../../../lib/core/codecs/registry.ts';
import { hasUseForThreads, onThreads, startWithThreads, useThreads } from '../../../../lib/core/codecs/threads.ts';
import { loadWasm } from '../../../node-wasm.ts';

const seen = (): number => navigator.hardwareConcurrency;

afterEach(() => useThreads(1));

describe('the threads of an encoder', () => {
  it('are none where the worker has one, and for a picture that is not large', () => {
    expect(onThreads('avif', 4_000_000, seen)).toBe(0);
    useThreads(4);
    expect(onThreads('avif', 999_999, seen)).toBe(0);
    expect(onThreads('avif', 1_000_000, seen)).toBe(4);
    expect(onThreads('jxl', 4_000_000, seen)).toBe(0);
    expect(startWithThreads(true, seen)).toBe(4);
    expect(startWithThreads(false, seen)).toBe(0);
    expect(seen()).toBe(0);
  });

  it('are none after an encoder that fails', () => {
    useThreads(4);
    expect(() =>
      onThreads('avif', 1e7, () => {
        throw new Error('no');
      }),
    ).toThrow();
    expect(seen()).toBe(0);
  });

  it('make two kinds of AVIF at most: which one, the size says where there are two threads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.integer({ min: 1, max: 1e8 }), (count, pixels) => {
        useThreads(count);
        expect(onThreads('avif', pixels, seen) > 1).toBe(hasUseForThreads('avif', pixels));
      }),
    );
  });

  it('are not needed: with none at hand AVIF and JPEG XL are encoded all the same', async () => {
    const width = 64;
    const pixels = { width, height: width, data: new Uint8ClampedArray(width * width * 4).fill(200) };
    for (const format of ['avif', 'jxl'] as const) {
      const bytes = await codecs[format].encode(pixels, formats[format].optionsFor({ quality: 75 }), loadWasm);
      expect((await codecs[format].decode(bytes, loadWasm)).width).toBe(width);
    }
  });
});
