import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_RECIPE, recipeSchema, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { ownOptions } from '../../../../lib/core/model/encoder-options.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import type { Receipt } from '../../../../lib/core/model/receipt.ts';
import { CompressionError } from '../../../../lib/core/errors.ts';
import { createPreviews } from '../../../../lib/engine/previews.ts';
import type { Pool, RunOptions } from '../../../../lib/engine/pool.ts';
import type { Task } from '../../../../lib/engine/task.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { OUTPUT_FORMATS } from '../../../../lib/core/image/inspection.ts';
import { newJobId, newViewId, previewId, vaultId, type Job } from '../../../../lib/core/model/job.ts';
import { createPreviewService, type PreviewService } from '../../../../lib/background/preview-service.ts';
import { createMemoryVault, type Vault } from '../../../../lib/storage/vault/vault.ts';
import { encoded, gradient } from '../../../images/pictures.ts';
import * as v from 'valibot';

const id = newJobId();
const view = newViewId();
const bytesOf = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);
/** The views of these tests stay open. */
const lockFree = (): Promise<never> => new Promise(() => undefined);
const receiptOf = (bytes: number): Receipt =>
  ({ output: { format: 'webp', bytes, width: 1, height: 1 }, notes: [] }) as unknown as Receipt;

async function held(): Promise<Vault> {
  const vault = createMemoryVault({ clock: Date.now });
  await vault.put(
    { id: vaultId(id, 'source'), jobId: id, part: 'source', why: 'held' },
    new Uint8Array(await encoded(gradient().png())),
  );
  return vault;
}

/** A pool whose tasks end when the test says so. */
function slowPool(): {
  pool: Pool;
  tasks: { task: Task; options: RunOptions; end: (bytes: Uint8Array<ArrayBuffer>) => void }[];
} {
  const tasks: { task: Task; options: RunOptions; end: (bytes: Uint8Array<ArrayBuffer>) => void }[] = [];
  const run: Pool['run'] = (task, options) =>
    new Promise((resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(new CompressionError('cancelled')));
      tasks.push({ task, options, end: (bytes) => resolve({ bytes, receipt: receiptOf(bytes.length) }) });
    });
  const fixed = { size: 1, workers: 0, memoryLimit: Infinity };
  return {
    pool: { ...fixed, run, warm: () => undefined, hasThreads: () => Promise.resolve(false), close: () => undefined },
    tasks,
  };
}

describe('the engine, asked to try a recipe', () => {
  it('puts the bytes into the vault under the view and answers with the receipt', async () => {
    const vault = await held();
    const { pool, tasks } = slowPool();
    const answer = createPreviews({ vault, pool, lockFree }).preview({
      id,
      view,
      recipe: { ...DEFAULT_RECIPE, format: 'webp' },
    });
    await vi.waitUntil(() => tasks.length === 1);
    expect(tasks[0]?.options.urgent).toBe(true);
    tasks[0]?.end(bytesOf(1, 2, 3));
    expect(await answer).toEqual({ ok: true, receipt: receiptOf(3) });
    expect([...(await vault.read(previewId(id, view, 'tried')))]).toEqual([1, 2, 3]);
  });

  it('ends an older question of the same view, but not one of another view', async () => {
    const vault = await held();
    const { pool, tasks } = slowPool();
    const previews = createPreviews({ vault, pool, lockFree });
    const other = previews.preview({ id, view: newViewId(), recipe: DEFAULT_RECIPE });
    const first = previews.preview({ id, view, recipe: DEFAULT_RECIPE });
    await vi.waitUntil(() => tasks.length === 2);
    const second = previews.preview({ id, view, recipe: { ...DEFAULT_RECIPE, format: 'webp' } });
    expect(await first).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    await vi.waitUntil(() => tasks.length === 3);
    for (const task of tasks) task.end(bytesOf(9));
    expect(await second).toMatchObject({ ok: true });
    expect(await other).toMatchObject({ ok: true });
    expect(previews.running).toBe(0);
  });

  it('says that the Source is gone, when it is', async () => {
    const previews = createPreviews({ vault: createMemoryVault({ clock: Date.now }), pool: slowPool().pool, lockFree });
    expect(await previews.preview({ id, view, recipe: DEFAULT_RECIPE })).toMatchObject({
      ok: false,
      error: { code: 'item-gone' },
    });
  });

  it('stands in with a lossless PNG for what the browser cannot show', async () => {
    const { pool, tasks } = slowPool();
    void createPreviews({ vault: await held(), pool, lockFree }).display({ id, view, of: 'source' });
    await vi.waitUntil(() => tasks.length === 1);
    expect(tasks[0]?.task.plan).toMatchObject({ output: 'png', options: { level: 0 } });
  });
});

describe('the background', () => {
  function serviceOf(vault: Vault, state: Job['state']): PreviewService & { replaced: ReturnType<typeof vi.fn> } {
    const replaced = vi.fn();
    const job = { id, state } as Job;
    return Object.assign(
      createPreviewService({
        store: { get: async () => job },
        controller: { mayReplace: ({ state: now }) => now === 'ready', replaced },
        vault,
        engineDocument: { revive: () => Promise.resolve() },
        engine: { cancelPreview: async () => undefined },
      }),
      { replaced },
    );
  }
  const tried = async (): Promise<Vault> => {
    const vault = await held();
    await vault.put({ id: vaultId(id, 'result'), jobId: id, part: 'result', why: 'held' }, bytesOf(7, 7));
    await vault.put({ id: previewId(id, view, 'tried'), jobId: id, part: 'preview', why: 'held' }, bytesOf(1, 2, 3));
    return vault;
  };

  it('takes what was tried as the result', async () => {
    const vault = await tried();
    const { apply, replaced } = serviceOf(vault, 'ready');
    await apply(id, view, DEFAULT_RECIPE, receiptOf(3));
    expect([...(await vault.read(vaultId(id, 'result')))]).toEqual([1, 2, 3]);
    expect(replaced).toHaveBeenCalledWith(id, DEFAULT_RECIPE, receiptOf(3));
  });

  it.each([
    ['bytes that are not the receipt’s', 'ready', 4],
    ['a job that is being saved', 'saving', 3],
  ] as const)('refuses %s', async (_, state, bytes) => {
    const vault = await tried();
    const { apply, replaced } = serviceOf(vault, state);
    await expect(apply(id, view, DEFAULT_RECIPE, receiptOf(bytes))).rejects.toMatchObject({ code: 'item-gone' });
    expect([...(await vault.read(vaultId(id, 'result')))]).toEqual([7, 7]);
    expect(replaced).not.toHaveBeenCalled();
  });

  it('purges a closed view’s previews and nothing else', async () => {
    const vault = await tried();
    await serviceOf(vault, 'ready').close(id, view);
    expect((await vault.held()).map(({ part }) => part)).toEqual(['source', 'result']);
  });
});

describe('options of an encoder', () => {
  const withOptions = (options: unknown): boolean => v.safeParse(recipeSchema, { ...DEFAULT_RECIPE, options }).success;

  it('are kept a format at a time, within their ranges', () => {
    expect(withOptions({ jpeg: { progressive: false }, avif: { speed: 4 } })).toBe(true);
    expect(withOptions({ avif: { speed: 8 } })).toBe(false);
    expect(withOptions({ webp: { method: 7 } })).toBe(false);
    expect(withOptions({ webp: { method: 1.5 } })).toBe(false);
    expect(withOptions({ gif: {} })).toBe(false);
  });

  it('never are the aim’s own', () => {
    for (const format of OUTPUT_FORMATS) expect(ownOptions(format).map(([name]) => name)).not.toContain('quality');
    expect(withOptions({ jpeg: { quality: 3 } })).toBe(false);
  });

  it('take the place of what the aim chooses, in their format alone', async () => {
    const inspection = inspect(await encoded(gradient().jpeg()));
    const recipe: Recipe = {
      ...DEFAULT_RECIPE,
      aim: { kind: 'quality', quality: 75 },
      options: { jpeg: { progressive: false }, webp: { method: 6 } },
    };
    expect(makePlan(recipe, inspection).options).toEqual({
      quality: 75,
      progressive: false,
      chroma_subsample: 2,
      quant_table: 3,
    });
    expect(makePlan({ ...recipe, format: 'webp' }, inspection).options).toMatchObject({ quality: 75, method: 6 });
  });
});
