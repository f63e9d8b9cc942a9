/** Tries of a compare view, by the real pool, the real task and the real codecs; only the worker has no thread of its own. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newJobId, newViewId, previewId, vaultId, type ViewId } from '../../../lib/core/model/job.ts';
import type { Outcome } from '../../../lib/core/model/receipt.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../lib/core/model/recipe.ts';
import { createPool, type Pool } from '../../../lib/engine/pool.ts';
import { createPreviews, type Previews } from '../../../lib/engine/previews.ts';
import { runTask } from '../../../lib/engine/run-task.ts';
import { serveTasks, type CarryOut } from '../../../lib/engine/serve-tasks.ts';
import { createMemoryVault, type Vault } from '../../../lib/storage/vault/vault.ts';
import { encoded, gradient } from '../../images/pictures.ts';
import { loadWasm } from '../../node-wasm.ts';
import { ChannelWorker } from './channel-worker.ts';

const id = newJobId();
const source = vaultId(id, 'source');
const plain: Recipe = { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 75 } };
const small: Recipe = { ...plain, format: 'webp', resize: { by: 'percent', percent: 50 } };
const ofQuality = (quality: number, recipe = small): Recipe => ({ ...recipe, aim: { kind: 'quality', quality } });

interface World {
  readonly vault: Vault;
  readonly previews: Previews;
  readonly view: ViewId;
  /** ms that the vault's clock is ahead. */
  ahead: number;
  /** What was done since it was last asked: a decryption of the Source, and steps of the pipeline. */
  done(): string[];
  /** The same, without an end. */
  steps(): readonly string[];
  /** Whether workers say what they have made. */
  answers: boolean;
  /** Hears of steps as they begin. */
  onStep: (step: string) => void;
  closeView(): void;
  readonly ended: () => number;
  try(recipe: Recipe, view?: ViewId): Promise<Outcome>;
  tried(): Promise<Uint8Array>;
}

const pools: Pool[] = [];
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

async function world({ image = gradient().jpeg(), mostBytes = 1e6 } = {}): Promise<World> {
  const log: string[] = [];
  const view = newViewId();
  const held = createMemoryVault({ clock: () => Date.now() + the.ahead });
  const vault: Vault = {
    ...held,
    read: (item) => {
      if (item === source) log.push('decrypt');
      return held.read(item);
    },
  };
  const workers: ChannelWorker[] = [];
  const pool = createPool({
    size: 1,
    load: loadWasm,
    startWorker() {
      const carryOut: CarryOut = async (task, onStep, _load, onPixels) => {
        const answer = await runTask(
          task,
          (step) => {
            log.push(step);
            onStep(step);
            the.onStep(step);
          },
          // A module does not pass through a channel in Node.
          loadWasm,
          onPixels,
        );
        return the.answers ? answer : new Promise(() => undefined);
      };
      const worker = new ChannelWorker((endpoint) => serveTasks(carryOut, endpoint));
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  pools.push(pool);
  let closeView = (): void => undefined;
  const viewGone = new Promise<void>((resolve) => {
    closeView = resolve;
  });
  const previews = createPreviews({ vault, pool, mostBytes, lockFree: () => viewGone });
  const the: World = {
    vault,
    previews,
    view,
    ahead: 0,
    done: () => log.splice(0),
    steps: () => log,
    answers: true,
    onStep: () => undefined,
    closeView,
    ended: () => workers.filter(({ ended }) => ended).length,
    try: (recipe, of = view) => previews.preview({ id, view: of, recipe }),
    tried: () => held.read(previewId(id, view, 'tried')),
  };
  await held.put({ id: source, jobId: id, part: 'source', why: 'held' }, new Uint8Array(await encoded(image)));
  return the;
}

describe('a second try', () => {
  it('at another quality does no more than encode, and gives what a first one gives', async () => {
    const the = await world();
    expect(await the.try(ofQuality(80))).toMatchObject({ ok: true });
    expect(the.done()).toEqual(['decrypt', 'decode', 'resize', 'encode', 'finish']);
    const second = await the.try(ofQuality(40));
    expect(the.done()).toEqual(['encode', 'finish']);

    const fresh = await world();
    expect(await fresh.try(ofQuality(40))).toEqual({ ...second, receipt: expect.anything() });
    expect(await the.tried()).toEqual(await fresh.tried());
  });

  it('in another format does no more than encode, transparent or not', async () => {
    const the = await world();
    await the.try(ofQuality(80));
    the.done();
    await the.try(ofQuality(80, { ...small, format: 'jpeg' }));
    expect(the.done()).toEqual(['encode', 'finish']);
  });

  it('onto another background flattens anew', async () => {
    const the = await world({ image: gradient(undefined, 4).png() });
    const flat: Recipe = { ...small, format: 'jpeg', background: '#ff0000' };
    await the.try(flat);
    the.done();
    await the.try({ ...flat, background: '#00ff00' });
    expect(the.done()).toEqual(['decode', 'resize', 'encode', 'finish']);
    const fresh = await world({ image: gradient(undefined, 4).png() });
    await fresh.try({ ...flat, background: '#00ff00' });
    expect(await the.tried()).toEqual(await fresh.tried());
  });

  it('at another size, or by another method, decodes and resizes, and decrypts nothing', async () => {
    const the = await world();
    await the.try(small);
    for (const recipe of [
      { ...small, resize: { by: 'percent', percent: 25 } as const },
      { ...small, resizeMethod: 'mitchell' as const },
    ]) {
      the.done();
      await the.try(recipe);
      expect(the.done()).toEqual(['decode', 'resize', 'encode', 'finish']);
    }
  });

  it('has the pixels of one that was overtaken while it was encoded', async () => {
    const the = await world();
    the.answers = false;
    const first = the.try(ofQuality(81));
    await vi.waitFor(() => expect(the.steps()).toContain('finish'));
    the.answers = true;
    const second = the.try(ofQuality(41));
    expect(await first).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await second).toMatchObject({ ok: true });
    expect(the.done()).toEqual(['decrypt', 'decode', 'resize', 'encode', 'finish', 'encode', 'finish']);
  });
});

describe('a recipe that was tried before', () => {
  it('is answered with what it gave, whatever the order of its fields', async () => {
    const the = await world();
    const first = await the.try(ofQuality(80));
    const bytes = await the.tried();
    await the.try(ofQuality(40));
    expect(await the.tried()).not.toEqual(bytes);
    the.done();
    const { format, ...rest } = ofQuality(80);
    expect(await the.try({ ...rest, format })).toEqual(first);
    expect(the.done()).toEqual([]);
    expect(await the.tried()).toEqual(bytes);
  });

  it('is made again when five others came after it', async () => {
    const the = await world();
    for (const quality of [10, 20, 30, 40, 50, 60]) await the.try(ofQuality(quality));
    the.done();
    await the.try(ofQuality(20));
    expect(the.done()).toEqual([]);
    await the.try(ofQuality(10));
    expect(the.done()).toEqual(['encode', 'finish']);
  });

  it('is no other view’s', async () => {
    const the = await world();
    await the.try(small);
    the.done();
    await the.try(small, newViewId());
    expect(the.done()).toContain('decode');
  });
});

describe('what is kept', () => {
  it('goes when the Source is purged, and nothing of it is answered', async () => {
    const the = await world();
    await the.try(small);
    expect(the.previews.views).toBe(1);
    await the.vault.purge({ jobId: id }, 'on-demand');
    expect(the.previews.views).toBe(0);
    the.done();
    expect(await the.try(small)).toMatchObject({ ok: false, error: { code: 'item-gone' } });
    expect(await the.vault.held()).toEqual([]);
  });

  it('is not what a try leaves that ran when the Source was purged: its worker is ended', async () => {
    const the = await world();
    the.onStep = (step) => (step === 'decode' ? void the.vault.purge('all', 'on-demand') : undefined);
    expect(await the.try(small)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    await vi.waitFor(() => expect(the.ended()).toBe(1));
    expect(the.previews.views).toBe(0);
    expect(await the.vault.held()).toEqual([]);
  });

  it('is not answered past the deadline, though nobody has purged it yet', async () => {
    const the = await world();
    await the.try(small);
    the.ahead = 61 * 60_000;
    expect(await the.try(small)).toMatchObject({ ok: false, error: { code: 'item-gone' } });
    expect(the.previews.views).toBe(0);
  });

  it('goes when another Source takes its place', async () => {
    const the = await world();
    await the.try(small);
    await the.vault.put(
      { id: source, jobId: id, part: 'source', why: 'held' },
      new Uint8Array(await encoded(gradient({ width: 30, height: 20 }).jpeg())),
    );
    the.done();
    expect(await the.try(small)).toMatchObject({ ok: true, receipt: { input: { width: 30 } } });
    expect(the.done()).toEqual(['decrypt', 'decode', 'resize', 'encode', 'finish']);
  });

  it('goes with the view, however that ends, and what runs for it ends too', async () => {
    const the = await world();
    await the.try(small);
    let isRunning = (): void => undefined;
    const running = new Promise<void>((resolve) => {
      isRunning = resolve;
    });
    the.onStep = (step) => (step === 'encode' ? isRunning() : undefined);
    const second = the.try(ofQuality(40));
    await running;
    the.closeView();
    expect(await second).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(the.previews.views).toBe(0);
  });

  it('is no picture that is larger than what may be kept, but its results', async () => {
    // 61 x 37 pixels of four bytes.
    const the = await world({ mostBytes: 9_000 });
    const large: Recipe = { ...plain, format: 'webp' };
    await the.try(ofQuality(80, large));
    await the.try(ofQuality(40, large));
    the.done();
    await the.try(ofQuality(80, large));
    expect(the.done()).toEqual([]);
    await the.try(ofQuality(20, large));
    expect(the.done()).toEqual(['decode', 'encode', 'finish']);
  });

  it('goes for what another view keeps, where there is no room for both', async () => {
    const the = await world({ mostBytes: 5_000 });
    const other = newViewId();
    await the.try(small);
    await the.try(small, other);
    expect(the.previews.views).toBe(1);
    the.done();
    await the.try(ofQuality(40), other);
    expect(the.done()).toEqual(['encode', 'finish']);
  });
});

describe('a search for a look', () => {
  it('begins from what another one left, and finds what it would find by itself', async () => {
    const image = gradient({ width: 400, height: 300 }, 3).jpeg({ quality: 98 });
    const ofLook = (look: number): Recipe => ({ ...DEFAULT_RECIPE, aim: { kind: 'look', look } });
    const [the, other] = [await world({ image }), await world({ image })];
    await the.try(ofLook(80));
    the.done();
    expect(await the.try(ofLook(50))).toMatchObject({ ok: true, receipt: { outcome: 'smaller' } });
    expect(the.done()).not.toContain('decode');
    await other.try(ofLook(50));
    expect(await the.tried()).toEqual(await other.tried());
  });
});
