/** Moving AVIF and JPEG XL, whose frames are the browser's: a stand-in plays it here. */
import { describe, expect, it } from 'vitest';
import type { Movie } from '../../../../lib/core/animation/movie.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { runPlan, type Compressed } from '../../../../lib/core/pipeline/run.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { notesOf } from '../../../conformance/compress.ts';
import { recorded, type RecordedName } from '../../../images/recorded.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { decodedBySharp, played, type Still } from './pictures.ts';

const FILES = ['animated.avif', 'moving-lossless.avif', 'animated.jxl'] as const satisfies readonly RecordedName[];

const showing = (frames: readonly Still[]): Movie => ({
  width: 40,
  height: 30,
  frameCount: frames.length,
  loops: 2,
  frames: () => played(frames),
});

/** A red column of this alpha moves over blue. */
function moves(alpha: number): Still[] {
  return [0, 10, 20].map((left) => {
    const data = new Uint8ClampedArray(40 * 30 * 4);
    for (let i = 0; i < 1200; i++)
      data.set(i % 40 >= left && i % 40 < left + 8 ? [250, 20, 20, alpha] : [40, 80, 200, 255], i * 4);
    return { width: 40, height: 30, data };
  });
}

function compress(name: RecordedName, recipe: Partial<Recipe>, movie: Movie | null): Promise<Compressed> {
  const bytes = new Uint8Array(recorded(name));
  return runPlan(
    makePlan({ ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 75 }, ...recipe }, inspect(bytes)),
    bytes,
    { load: loadWasm, openInBrowser: () => Promise.resolve(movie) },
  );
}

describe.each(FILES)('%s', (name) => {
  it('stays as it is, and says that it moves, where the browser reads none of its frames', async () => {
    const { bytes, receipt } = await compress(name, {}, null);
    expect(Buffer.from(bytes).equals(recorded(name))).toBe(true);
    expect(receipt).toMatchObject({ outcome: 'original', codec: null, output: { format: receipt.input.format } });
    expect(notesOf(receipt)).toEqual(['animation-kept', 'never-larger']);
    await expect(compress(name, { format: 'webp' }, null)).rejects.toMatchObject({
      code: 'unsupported-variant',
      parameters: { feature: 'frames' },
    });
  });

  it('becomes a WebP where that is smaller, and stays where it is not', async () => {
    const { bytes, receipt } = await compress(name, {}, showing(moves(255)));
    if (recorded(name).length < 500) return expect(receipt).toMatchObject({ outcome: 'original' });
    expect(receipt).toMatchObject({ outcome: 'smaller', output: { format: 'webp', width: 40, height: 30 } });
    expect(notesOf(receipt)).toContain('animation-kept');
    const after = await decodedBySharp(bytes);
    expect([after.frames.length, after.delays, after.loops]).toEqual([3, [100, 100, 100], 2]);
  });

  it('is not touched where alpha is partial, which the browser gives less than exactly, unless WebP is asked for, which says so', async () => {
    expect((await compress(name, {}, showing(moves(128)))).receipt).toMatchObject({ outcome: 'original' });
    const { receipt } = await compress(name, { format: 'webp' }, showing(moves(128)));
    expect(receipt.output).toMatchObject({ format: 'webp' });
    expect(notesOf(receipt)).toContain('alpha-rounded');
    expect(notesOf((await compress(name, { format: 'webp' }, showing(moves(255)))).receipt)).not.toContain(
      'alpha-rounded',
    );
  });

  it('is left alone where not one pixel may change', async () => {
    expect((await compress(name, { aim: { kind: 'lossless' } }, showing(moves(255)))).receipt).toMatchObject({
      outcome: 'original',
    });
  });

  it('of more than 8 bits becomes a WebP where it is over a limit', async () => {
    const bytes = new Uint8Array(recorded(name));
    const inspection = { ...inspect(bytes), bitDepth: 10 };
    const limit = bytes.length - 1;
    const plan = makePlan({ ...DEFAULT_RECIPE, aim: { kind: 'size', bytes: limit } }, inspection);
    const openInBrowser = (): Promise<Movie> => Promise.resolve(showing(moves(255)));
    const run = runPlan(plan, bytes, { load: loadWasm, openInBrowser });
    if (bytes.length < 500) return expect(run).rejects.toMatchObject({ code: 'size-not-reached' });
    const result = await run;
    expect(result.bytes.length).toBeLessThanOrEqual(limit);
    expect(inspect(result.bytes)).toMatchObject({ format: 'webp', animation: { frames: 3 } });
  });

  it('is resized as a WebP', async () => {
    const { bytes, receipt } = await compress(name, { resize: { by: 'percent', percent: 50 } }, showing(moves(255)));
    const size = { width: receipt.input.width / 2, height: receipt.input.height / 2 };
    expect(receipt.output).toMatchObject({ format: 'webp', ...size });
    expect(inspect(bytes)).toMatchObject({ ...size, animation: { frames: 3, loops: 2 } });
  });

  it.each(['jpeg', 'png'] as const)(
    'as %s is its first frame, read without the browser, and says so',
    async (format) => {
      const { bytes, receipt } = await compress(name, { format }, null);
      expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'first-frame-only', parameters: { frames: 3 } });
      expect(inspect(bytes)).toMatchObject({ format, animation: null });
    },
  );
});
