import { describe, expect, it } from 'vitest';
import { startNative } from '../../../lib/core/codecs/emscripten.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import type { InputFormat, Inspection } from '../../../lib/core/image/inspection.ts';
import { needsOf } from '../../../lib/core/look/score.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../lib/core/pipeline/make-plan.ts';
import { resizePixels } from '../../../lib/core/pixels/resize.ts';
import { expectedBytes } from '../../../lib/engine/expected-bytes.ts';
import { encoded, gradient } from '../../images/pictures.ts';
import { loadWasm } from '../../node-wasm.ts';

const MB = 1e6;
/** Of the pool, where the machine has enough. */
const BUDGET = 1.5e9;

const photo = await inspected({ width: 4000, height: 3000 });
const large = await inspected({ width: 10_000, height: 10_000 });

async function inspected(size: { width: number; height: number }, more: Partial<Inspection> = {}): Promise<Inspection> {
  const jpeg = inspect(new Uint8Array(await encoded(gradient().jpeg({ quality: 95 }))));
  return { ...jpeg, bytes: size.width * size.height * 0.4, ...size, ...more };
}

function expected(inspection: Inspection, recipe: Partial<Recipe>): number {
  return expectedBytes(makePlan({ ...DEFAULT_RECIPE, ...recipe }, inspection), inspection);
}

interface Exports {
  readonly memory: WebAssembly.Memory;
}

describe('the memory that a plan is expected to take', () => {
  it('covers what the encoder and the metric of a search lay out, and lets two photographs of 12 megapixels be searched at once', async () => {
    const jpeg = await startNative<Exports & { open(width: number, height: number, sampling: number): number }>(
      'jpeg',
      loadWasm,
    );
    expect(jpeg.open(4000, 3000, 2)).toBe(1);
    const halved = jpeg.memory.buffer.byteLength;
    expect(jpeg.open(4000, 3000, 1)).toBe(1);
    const whole = jpeg.memory.buffer.byteLength;
    const look = await startNative<Exports & { needs(): number; open(...size: number[]): number }>('look', loadWasm);
    const needs = new Uint8Array(look.memory.buffer, look.needs(), 18);
    for (let i = 0; i < 18; i++) needs[i] = needsOf(6, Math.floor(i / 3), i % 3);
    expect(look.open(2000, 2000, 6, 1, 42, 128)).toBe(1);
    const metric = look.memory.buffer.byteLength;
    // The picture and what is tried, in and beside the decoder's memory; the coefficients that are not 0 are few.
    const pixels = 48 * MB;
    const ofSearch = expected(photo, { aim: { kind: 'look', look: 70 } });
    expect(ofSearch).toBeGreaterThan(halved + metric + 3.3 * pixels);
    expect(2 * ofSearch).toBeLessThan(BUDGET);
    expect(expected(photo, { aim: { kind: 'look', look: 90 } })).toBeGreaterThan(whole + metric + 4 * pixels);
  });

  it('covers a resize, which takes several times the picture', async () => {
    const before = await startedResize();
    await resizePixels({ width: 1000, height: 1000, data: new Uint8ClampedArray(4e6) }, HALF, 'lanczos3', loadWasm);
    const took = (await startedResize()) - before;
    const small = await inspected({ width: 1000, height: 1000 });
    const resize = { by: 'longest-side', pixels: 500 } as const;
    const lossless = { format: 'png', aim: { kind: 'lossless' } } as const;
    const more = expected(small, { ...lossless, resize }) - expected(small, lossless);
    // Less is encoded: a quarter of 6 times 4 MB.
    expect(more + 18 * MB).toBeGreaterThan(took);
    expect(expected(photo, { resize: { by: 'longest-side', pixels: 2000 } })).toBeGreaterThan(600 * MB);
  });

  it('is all formats’ together where the smallest is searched', () => {
    const aim = { kind: 'look', look: 70 } as const;
    const one = expected(photo, { aim, format: 'webp' });
    const modern = expected(photo, { aim, format: 'auto', audience: 'modern' });
    expect(modern).toBeGreaterThan(one + expected(photo, { aim, format: 'avif' }) / 2);
    expect(modern).toBeGreaterThan(BUDGET / 2);
  });

  it('is little where no pixel is decoded', async () => {
    const formats: InputFormat[] = ['avif', 'webp', 'jpeg', 'heic'];
    for (const format of formats)
      expect(expected({ ...large, format }, { aim: { kind: 'untouched' } })).toBeLessThanOrEqual(2 * large.bytes);
  });

  it('is more where pixels are transparent, are of 16 bits, move, or fit a small limit', async () => {
    const png = { ...photo, format: 'png' } as const;
    const aim = { kind: 'look', look: 70 } as const;
    const plain = expected(png, { aim, format: 'webp' });
    expect(expected({ ...png, alpha: true }, { aim, format: 'webp' })).toBeGreaterThan(plain + 300 * MB);
    expect(expected({ ...png, bitDepth: 16 }, { aim, format: 'webp' })).toBeGreaterThan(plain + 200 * MB);
    const moving = { ...png, format: 'gif', animation: { frames: 9, loops: 0, milliseconds: null } } as const;
    expect(expected(moving, { aim, format: 'webp' })).toBeGreaterThan(plain + 200 * MB);
    const limited = (bytes: number): number => expected(photo, { aim: { kind: 'size', bytes } });
    expect(limited(100_000)).toBeGreaterThan(limited(2_000_000) + 200 * MB);
  });

  it('lets a photograph of 100 megapixels be searched where the machine has 4 GB', () => {
    const aim = { kind: 'look', look: 70 } as const;
    expect(expected(large, { aim })).toBeLessThan(0.75 * 4 * 2 ** 30);
  });
});

const HALF = { width: 500, height: 500 };

/** Bytes of its memory. */
async function startedResize(): Promise<number> {
  const glue = await import('@jsquash/resize/lib/resize/pkg/squoosh_resize.js');
  const { memory } = (await glue.default(await loadWasm('resize'))) as unknown as Exports;
  return memory.buffer.byteLength;
}
