import { describe, expect, it, vi } from 'vitest';
import { CompressionError } from '../../../lib/core/errors.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import { newJobId, vaultId, type JobId } from '../../../lib/core/model/job.ts';
import type { Receipt } from '../../../lib/core/model/receipt.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../lib/core/pipeline/make-plan.ts';
import { sourceFacts } from '../../../lib/core/pipeline/source-facts.ts';
import type { EngineEvent, EngineJob } from '../../../lib/core/protocol/messages.ts';
import { createEngine, type Engine } from '../../../lib/engine/engine.ts';
import type { Inspector } from '../../../lib/engine/inspector.ts';
import type { Pool, RunOptions } from '../../../lib/engine/pool.ts';
import { createMemoryVault, type Vault } from '../../../lib/storage/vault/vault.ts';
import { encoded, gradient } from '../../images/pictures.ts';

const receipt = { output: { format: 'png', bytes: 3, width: 1, height: 1 }, notes: [] } as unknown as Receipt;

/** Looks at what it is given as the worker does, in this thread. */
const inspector: Inspector = {
  warm: () => undefined,
  async inspect(bytes, recipe) {
    try {
      const inspection = inspect(bytes);
      const plan = makePlan(recipe, inspection);
      return { ok: true, bytes, inspection, plan, source: sourceFacts(inspection, plan) };
    } catch (thrown) {
      return { ok: false, error: CompressionError.from(thrown).toRecord(), source: null };
    }
  },
};

interface World {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly events: EngineEvent[];
  /** Those of them that are not to wait for others. */
  readonly atOnce: EngineEvent[];
  /** `attempt kind` of each event, in order. */
  told(): string[];
  /** Ends the oldest task that a worker has taken up. */
  end(): void;
  readonly tasks: RunOptions[];
  /** Tasks that are to go before others, so far. */
  urgent(): number;
  closeView(): void;
  /** How often the view was asked after. */
  asked(): number;
  put(id: JobId, bytes?: Uint8Array): Promise<void>;
}

interface Given {
  readonly size?: number;
  readonly capacity?: number;
  readonly mostInMemory?: number;
  readonly clock?: () => number;
  readonly idle?: () => number;
  /** What the page that shows an image gives. */
  readonly page?: Uint8Array<ArrayBuffer>;
}

function world({ size = 1, page, mostInMemory, ...limits }: Given = {}): World {
  const vault = createMemoryVault({ clock: Date.now, ...limits });
  const events: EngineEvent[] = [];
  const atOnce: EngineEvent[] = [];
  const tasks: RunOptions[] = [];
  const ends: (() => void)[] = [];
  let running = 0;
  let urgent = 0;
  const waiting: (() => void)[] = [];
  const pool: Pool = {
    size,
    memoryLimit: Infinity,
    workers: 0,
    close: () => undefined,
    warm: () => undefined,
    hasThreads: () => Promise.resolve(false),
    run: (_task, options) =>
      new Promise((resolve, reject) => {
        const start = (): void => {
          running++;
          options.onStart?.();
          tasks.push(options);
          ends.push(() => {
            running--;
            resolve({ bytes: new Uint8Array([1, 2, 3]), receipt });
            waiting.shift()?.();
          });
        };
        options.signal?.addEventListener('abort', () => reject(new CompressionError('cancelled')));
        if (options.urgent) urgent++;
        if (running < size) start();
        else if (options.urgent) waiting.unshift(start);
        else waiting.push(start);
      }),
  };
  let asked = 0;
  let closeView = (): void => undefined;
  const viewGone = new Promise<void>((resolve) => {
    closeView = resolve;
  });
  const engine = createEngine({
    vault,
    pool,
    inspector,
    outbox: {
      async post(event, mayWait) {
        events.push(event);
        if (!mayWait) atOnce.push(event);
      },
    },
    background: {
      measureInPage: async () => 'unknown',
      readInPage: async () => {
        if (!page) throw new CompressionError('page-blocked');
        const facts = { shown: 'unknown', exact: true, worker: false, contentDisposition: null } as const;
        return { ...facts, error: null, status: 200, finalUrl: '' };
      },
      stopReadingInPage: async () => undefined,
      addRequestRule: async () => null,
      removeRequestRule: async () => undefined,
    },
    pageBytes: {
      expect: () => ({
        given: new Promise(() => undefined),
        soon: async () => ({ bytes: (page ?? new Uint8Array()).slice(), answer: null }),
        forget: () => undefined,
      }),
    },
    tellIdle: async () => undefined,
    ...(mostInMemory !== undefined && { mostInMemory }),
    lockFree: () => {
      asked++;
      return viewGone;
    },
  });
  return {
    engine,
    vault,
    events,
    atOnce,
    told: () => events.map(({ attempt, kind }) => `${attempt} ${kind}`),
    end: () => ends.shift()?.(),
    urgent: () => urgent,
    tasks,
    closeView,
    asked: () => asked,
    put: async (id, bytes) => {
      await vault.put(
        { id: vaultId(id, 'source'), jobId: id, part: 'source', why: 'working' },
        bytes ?? new Uint8Array(await encoded(gradient().png())),
      );
    },
  };
}

const job = (id: JobId, more: Partial<EngineJob> = {}): EngineJob => ({
  id,
  attempt: 1,
  steps: false,
  recipe: DEFAULT_RECIPE,
  image: null,
  view: null,
  ...more,
});

/** Nothing more is written into the vault until what is returned is called. */
function heldUp(vault: Vault): () => void {
  const { put } = vault;
  let goOn = (): void => undefined;
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  vi.spyOn(vault, 'put').mockImplementation(async (...given) => {
    await gate;
    return put(...given);
  });
  return goOn;
}

describe('a run', () => {
  it('is told from its beginning to its end, and its Source’s format is written down', async () => {
    const the = world();
    const id = newJobId();
    await the.put(id);
    the.engine.run([job(id)]);
    await vi.waitFor(() => expect(the.told()).toEqual(['1 started']));
    expect(await the.vault.held()).toMatchObject([{ part: 'source', format: 'png' }]);
    expect(the.engine.running()).toEqual([{ id, attempt: 1 }]);
    the.end();
    await vi.waitFor(() => expect(the.told()).toEqual(['1 started', '1 done']));
    expect([...(await the.vault.read(vaultId(id, 'result')))]).toEqual([1, 2, 3]);
    await vi.waitFor(() => expect(the.engine.running()).toEqual([]));
  });

  it('notes the format of its Source, and writes nothing where who put it knew', async () => {
    const the = world();
    const mark = vi.spyOn(the.vault, 'mark');
    const [unknown, known, mistaken] = [newJobId(), newJobId(), newJobId()] as const;
    await the.put(unknown);
    for (const [id, format] of [
      [known, 'png'],
      [mistaken, 'jpeg'],
    ] as const)
      await the.vault.put(
        { id: vaultId(id, 'source'), jobId: id, part: 'source', format, why: 'working' },
        await the.vault.read(vaultId(unknown, 'source')),
      );
    the.engine.run([unknown, known, mistaken].map((id) => job(id)));
    await vi.waitFor(async () =>
      expect((await the.vault.held()).map(({ format }) => format)).toEqual(['png', 'png', 'png']),
    );
    expect(mark.mock.calls.map(([selection]) => selection)).toEqual(
      [unknown, mistaken].map((id) => ({ id: vaultId(id, 'source') })),
    );
  });

  it('that waits for its turn says what it is, and is begun when its turn comes', async () => {
    const the = world();
    const ids = [newJobId(), newJobId(), newJobId(), newJobId()];
    for (const id of ids) await the.put(id);
    the.engine.run(ids.map((id) => job(id)));
    await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'inspected')).toHaveLength(3));
    expect(the.events.filter(({ kind }) => kind === 'started')).toHaveLength(1);
    for (let ended = 1; ended <= 4; ended++) {
      await vi.waitFor(() => expect(the.tasks).toHaveLength(ended));
      the.end();
    }
    await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'done')).toHaveLength(4));
  });

  it('begins while the results before it are written down', async () => {
    const the = world();
    const ids = Array.from({ length: 5 }, newJobId);
    for (const id of ids) await the.put(id);
    const written = heldUp(the.vault);
    the.engine.run(ids.map((id) => job(id)));
    for (let begun = 1; begun <= 5; begun++) {
      await vi.waitFor(() => expect(the.tasks).toHaveLength(begun));
      the.end();
    }
    expect(the.events.filter(({ kind }) => kind === 'done')).toEqual([]);
    written();
    await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'done')).toHaveLength(5));
  });

  it('of a small image is not read again when its turn comes, and of one that was purged is not begun', async () => {
    const the = world();
    const ids = [newJobId(), newJobId(), newJobId(), newJobId()] as const;
    for (const id of ids) await the.put(id);
    const read = vi.spyOn(the.vault, 'readWithFormat');
    the.engine.run(ids.map((id) => job(id)));
    await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'inspected')).toHaveLength(3));
    await the.vault.purge({ jobId: ids[3] }, 'on-demand');
    for (let begun = 1; begun <= 3; begun++) {
      await vi.waitFor(() => expect(the.tasks).toHaveLength(begun));
      the.end();
    }
    await vi.waitFor(() =>
      expect(the.events.find(({ id, kind }) => id === ids[3] && kind === 'failed')).toMatchObject({
        error: { code: 'item-gone' },
      }),
    );
    for (const id of ids.slice(0, 3))
      expect(read.mock.calls.filter(([of]) => of === vaultId(id, 'source'))).toHaveLength(1);
    expect(the.tasks).toHaveLength(3);
  });

  it('of a small image is written together with those that are done at about the same time', async () => {
    const the = world({ size: 4 });
    const ids = Array.from({ length: 5 }, newJobId);
    for (const id of ids) await the.put(id);
    the.engine.run(ids.map((id) => job(id)));
    await vi.waitFor(() => expect(the.tasks).toHaveLength(4));
    const put = vi.spyOn(the.vault, 'put');
    the.end();
    // Four more may come.
    await vi.waitFor(() => expect(the.tasks).toHaveLength(5));
    expect(put).not.toHaveBeenCalled();
    for (let left = 4; left > 0; left--) the.end();
    await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'done')).toHaveLength(5));
    expect(put).toHaveBeenCalledTimes(5);
  });

  it('is told to have begun at once where it may be known by that to end the engine, and else with others', async () => {
    const the = world({ size: 3 });
    const [small, large, again] = [newJobId(), newJobId(), newJobId()];
    const image = await encoded(gradient().png());
    const padded = new Uint8Array(300_000);
    padded.set(image);
    for (const id of [small, again]) await the.put(id);
    await the.put(large, padded);
    the.engine.run([job(small), job(large), job(again, { attempt: 2 })]);
    await vi.waitFor(() => expect(the.tasks).toHaveLength(3));
    const begunAtOnce = the.atOnce.filter(({ kind }) => kind === 'started').map(({ id }) => id);
    expect(begunAtOnce.sort()).toEqual([large, again].sort());
    for (let left = 3; left > 0; left--) the.end();
    await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'done')).toHaveLength(3));
  });

  it('that was given up while it waited keeps nothing from those that wait after it', async () => {
    const the = world();
    // Seventy images are looked at, on a machine that may be busy.
    const patient = { timeout: 45_000 };
    const image = await encoded(gradient().png());
    const large = new Uint8Array(250_000);
    large.set(image);
    // More than may be kept together.
    const ids = Array.from({ length: 70 }, newJobId);
    for (const id of ids) await the.put(id, large);
    const inspected = (): number => the.events.filter(({ kind }) => kind === 'inspected').length;
    the.engine.run(ids.map((id) => job(id)));
    await vi.waitFor(() => expect(inspected()).toBe(69), patient);
    the.engine.cancel(ids.slice(2));
    const last = newJobId();
    await the.put(last);
    const read = vi.spyOn(the.vault, 'readWithFormat');
    the.engine.run([job(last)]);
    await vi.waitFor(() => expect(inspected()).toBe(70), patient);
    for (let begun = 1; begun <= 3; begun++) {
      await vi.waitFor(() => expect(the.tasks).toHaveLength(begun), patient);
      the.end();
    }
    // Those that are done at about the same time are told of together, in any order.
    const ended = { id: last, kind: 'done' };
    await vi.waitFor(() => expect(the.events).toContainEqual(expect.objectContaining(ended)), patient);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('that was cancelled while its result waited to be written leaves none to download', async () => {
    const the = world();
    const ids = Array.from({ length: 16 }, newJobId);
    const clicked = newJobId();
    for (const id of [...ids, clicked]) await the.put(id);
    const written = heldUp(the.vault);
    the.engine.run([...ids.map((id) => job(id)), job(clicked, { steps: true })]);
    for (let begun = 1; begun <= 17; begun++) {
      await vi.waitFor(() => expect(the.tasks).toHaveLength(begun));
      the.end();
    }
    await new Promise(setImmediate);
    the.engine.cancel([clicked]);
    written();
    await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'done')).toHaveLength(16));
    await new Promise(setImmediate);
    await expect(the.engine.open(clicked)).rejects.toMatchObject({ code: 'item-gone' });
  });

  it('of a large Source has few others beside it in memory, however many workers there are', async () => {
    const large = new Uint8Array(await encoded(gradient().png()));
    const the = world({ size: 4, mostInMemory: large.length * 2.5 });
    const jobs = Array.from({ length: 5 }, newJobId);
    for (const id of jobs) await the.put(id, large);
    const read = vi.spyOn(the.vault, 'readWithFormat');
    the.engine.run(jobs.map((id) => job(id)));
    await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(5));
    await vi.waitFor(() => expect(the.tasks).toHaveLength(2));
    for (let ended = 0; ended < 5; ended++) {
      expect(the.tasks.length - ended).toBeLessThanOrEqual(2);
      the.end();
      await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'done')).toHaveLength(ended + 1));
      if (ended < 3) await vi.waitFor(() => expect(the.tasks).toHaveLength(ended + 3));
    }
  });

  it('of a batch that takes longer than anything is held without activity finds its Source', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      let now = Date.now();
      const minute = 60_000;
      const the = world({ clock: () => now, idle: () => 5 * minute });
      const jobs = [newJobId(), newJobId(), newJobId(), newJobId()];
      for (const id of jobs) await the.put(id);
      the.engine.run(jobs.map((id) => job(id)));
      await vi.waitFor(() => expect(the.tasks).toHaveLength(1));
      const deadlines = async (): Promise<number[]> => (await the.vault.held()).map(({ deadline }) => deadline);
      for (let minutes = 0; minutes < 8; minutes += 2) {
        now += 2 * minute;
        await vi.advanceTimersByTimeAsync(2 * minute);
        await vi.waitFor(async () => expect(Math.min(...(await deadlines()))).toBe(now + 5 * minute));
      }
      for (let ended = 0; ended < jobs.length; ended++) {
        await vi.waitFor(() => expect(the.tasks).toHaveLength(ended + 1));
        the.end();
        await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'done')).toHaveLength(ended + 1));
      }
      // What nobody works on any more goes.
      now += 6 * minute;
      await vi.advanceTimersByTimeAsync(6 * minute);
      expect(await the.vault.held()).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('of which a later one is begun ends without a word', async () => {
    const the = world({ size: 2 });
    const id = newJobId();
    await the.put(id);
    the.engine.run([job(id)]);
    await vi.waitFor(() => expect(the.tasks).toHaveLength(1));
    the.engine.run([job(id, { attempt: 2 })]);
    await vi.waitFor(() => expect(the.tasks).toHaveLength(2));
    expect(the.tasks[0]?.signal?.aborted).toBe(true);
    the.end();
    the.end();
    await vi.waitFor(() => expect(the.told()).toEqual(['1 started', '2 started', '2 done']));
  });

  it('is begun once, however often it is asked for', async () => {
    const the = world({ size: 2 });
    const id = newJobId();
    await the.put(id);
    the.engine.run([job(id), job(id)]);
    the.engine.run([job(id)]);
    await vi.waitFor(() => expect(the.tasks).toHaveLength(1));
    await new Promise((later) => setTimeout(later, 20));
    expect(the.tasks).toHaveLength(1);
  });

  it('that was cancelled says nothing more, and puts nothing', async () => {
    const the = world();
    const id = newJobId();
    await the.put(id);
    the.engine.run([job(id)]);
    await vi.waitFor(() => expect(the.tasks).toHaveLength(1));
    the.engine.cancel([id]);
    expect(the.engine.running()).toEqual([]);
    the.end();
    await new Promise((later) => setTimeout(later, 20));
    expect(the.told()).toEqual(['1 started']);
    expect(await the.vault.has(vaultId(id, 'result'))).toBe(false);
  });

  it('of what is no image fails with the reason', async () => {
    const the = world();
    const id = newJobId();
    await the.put(id, new TextEncoder().encode('not an image'));
    the.engine.run([job(id)]);
    await vi.waitFor(() => expect(the.events).toMatchObject([{ kind: 'failed', error: { code: 'not-an-image' } }]));
  });
});

describe('an image of a page', () => {
  const image = {
    url: 'https://a.example/i.png',
    frameUrl: 'https://a.example/',
    inPage: true,
    access: 'tab',
  } as const;
  const png = async (): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await encoded(gradient().png()));

  it('is held while it is worked on, as what it is', async () => {
    const page = await png();
    const the = world({ page });
    const id = newJobId();
    the.engine.run([job(id, { image })]);
    await vi.waitFor(() => expect(the.told()).toEqual(['1 acquiring', '1 started']));
    await vi.waitFor(async () => expect(await the.vault.held()).toMatchObject([{ part: 'source', format: 'png' }]));
    expect(await the.vault.read(vaultId(id, 'source'))).toEqual(page);
    the.end();
    await vi.waitFor(() => expect(the.told()).toContain('1 done'));
  });

  it('for which there is no room ends its work, and leaves nothing', async () => {
    const the = world({ page: await png(), capacity: 10 });
    const id = newJobId();
    the.engine.run([job(id, { image })]);
    await vi.waitFor(() => expect(the.events.at(-1)).toMatchObject({ kind: 'failed', error: { code: 'vault-full' } }));
    expect(the.tasks[0]?.signal?.aborted).toBe(true);
    expect(await the.vault.held()).toEqual([]);
  });

  it('that was clicked passes those that wait, and its download is opened from memory, unless it was purged', async () => {
    const the = world({ page: await png() });
    const waiting = [newJobId(), newJobId(), newJobId()];
    the.engine.run(waiting.map((id) => job(id, { image })));
    await vi.waitFor(() => expect(the.tasks).toHaveLength(1));
    const [id, purged] = [newJobId(), newJobId()];
    the.engine.run([job(id, { image, steps: true }), job(purged, { image, steps: true })]);
    await vi.waitFor(() => expect(the.urgent()).toBe(2));
    the.end();
    await vi.waitFor(() => expect(the.tasks).toHaveLength(2));
    expect(the.tasks[1]?.urgent).toBe(true);
    the.end();
    await vi.waitFor(() => expect(the.tasks).toHaveLength(3));
    the.end();
    await vi.waitFor(() => expect(the.events.filter(({ kind }) => kind === 'done')).toHaveLength(3));
    const read = vi.spyOn(the.vault, 'readWithFormat');
    const urlOf = (of: JobId): string =>
      the.events.flatMap((event) => (event.kind === 'done' && event.id === of ? [event.url ?? ''] : [])).join();
    the.engine.claim(urlOf(id));
    expect(await the.engine.open(id)).toBe(urlOf(id));
    expect(read).not.toHaveBeenCalled();
    await the.vault.purge({ jobId: purged }, 'on-demand');
    expect(() => the.engine.claim(urlOf(purged))).toThrow(expect.objectContaining({ code: 'item-gone' }));
    await expect(the.engine.open(purged)).rejects.toMatchObject({ code: 'item-gone' });
    the.engine.close([id]);
    await vi.waitFor(() => expect(() => the.engine.claim(urlOf(id))).toThrow());
  });

  it('whose result was not to be held leaves no address of it', async () => {
    const the = world({ page: await png() });
    const id = newJobId();
    the.engine.run([job(id, { image, steps: true })]);
    await vi.waitFor(() => expect(the.tasks).toHaveLength(1));
    const [made, revoked] = [vi.spyOn(URL, 'createObjectURL'), vi.spyOn(URL, 'revokeObjectURL')];
    // Everything is purged while the result is being sealed.
    const put = vi.spyOn(the.vault, 'put').mockRejectedValueOnce(new CompressionError('cancelled'));
    the.end();
    await vi.waitFor(() => expect(put).toHaveBeenCalled());
    await vi.waitFor(() => expect(revoked.mock.calls.flat()).toEqual(made.mock.results.map(({ value }) => value)));
    expect(made).toHaveBeenCalledOnce();
  });
});

describe('a Source that a view still has to bring', () => {
  it('is waited for', async () => {
    const the = world();
    const id = newJobId();
    the.engine.run([job(id, { view: 'a view' })]);
    await new Promise((later) => setTimeout(later, 20));
    expect(the.events).toEqual([]);
    await the.put(id);
    await vi.waitFor(() => expect(the.told()).toEqual(['1 started']));
  });

  it('is one of many, and its view is asked after once for all of them', async () => {
    const the = world({ size: 8 });
    const ids = Array.from({ length: 6 }, newJobId);
    the.engine.run(ids.map((id) => job(id, { view: 'a view' })));
    await Promise.all(ids.map((id) => the.put(id)));
    await vi.waitFor(() => expect(the.tasks).toHaveLength(6));
    expect(the.asked()).toBe(1);
    const [late] = [newJobId()];
    the.engine.run([job(late, { view: 'a view' })]);
    the.closeView();
    await vi.waitFor(() => expect(the.events.at(-1)).toMatchObject({ id: late, error: { code: 'not-taken-in' } }));
  });

  it('is missed when the view has gone, and that is said', async () => {
    const the = world();
    const id = newJobId();
    the.engine.run([job(id, { view: 'a view' })]);
    the.closeView();
    await vi.waitFor(() => expect(the.events).toMatchObject([{ kind: 'failed', error: { code: 'not-taken-in' } }]));
  });

  it('that was there before the view went is worked on', async () => {
    const the = world();
    const id = newJobId();
    await the.put(id);
    the.closeView();
    the.engine.run([job(id, { view: 'a view' })]);
    await vi.waitFor(() => expect(the.told()).toEqual(['1 started']));
  });
});
