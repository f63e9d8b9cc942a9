import { describe, expect, it, vi } from 'vitest';
import { CompressionError } from '../../../lib/core/errors.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import { newJobId, vaultId, type JobId } from '../../../lib/core/model/job.ts';
import type { Receipt } from '../../../lib/core/model/receipt.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../lib/core/pipeline/plan.ts';
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
  /** `attempt kind` of each event, in order. */
  told(): string[];
  /** Ends the oldest task that a worker has taken up. */
  end(): void;
  readonly tasks: RunOptions[];
  closeView(): void;
  put(id: JobId, bytes?: Uint8Array): Promise<void>;
}

function world({ size = 1 } = {}): World {
  const vault = createMemoryVault({ clock: Date.now });
  const events: EngineEvent[] = [];
  const tasks: RunOptions[] = [];
  const ends: (() => void)[] = [];
  let running = 0;
  const waiting: (() => void)[] = [];
  const pool: Pool = {
    size,
    workers: 0,
    close: () => undefined,
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
        if (running < size) start();
        else waiting.push(start);
      }),
  };
  let closeView = (): void => undefined;
  const viewGone = new Promise<void>((resolve) => {
    closeView = resolve;
  });
  const engine = createEngine({
    vault,
    pool,
    inspector,
    outbox: { post: async (event) => void events.push(event) },
    background: {
      readInPage: () => Promise.reject(new CompressionError('page-blocked')),
      stopReadingInPage: async () => undefined,
      addRequestRule: async () => null,
      removeRequestRule: async () => undefined,
    },
    tellIdle: async () => undefined,
    lockFree: () => viewGone,
  });
  return {
    engine,
    vault,
    events,
    told: () => events.map(({ attempt, kind }) => `${attempt} ${kind}`),
    end: () => ends.shift()?.(),
    tasks,
    closeView,
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
