/**
 * Where jobs are worked on: acquire, inspect, plan, compress, hold. It lives in Chrome's offscreen document, which
 * outlives the service worker; what it finds out it tells the background, which keeps the job's record.
 */
import type { Outcome } from '../core/model/receipt.ts';
import { CompressionError } from '../core/errors.ts';
import { vaultId, type JobId, type ViewId } from '../core/model/job.ts';
import type { ReachableImage } from '../core/model/ladder.ts';
import { expandSvgz } from '../core/decoders/svgz.ts';
import type { DisplayRequest, EngineJob, PreviewRequest, Run } from '../core/protocol/messages.ts';
import type { Step } from '../core/pipeline/steps.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { createAcquirer, type AcquireOptions } from './acquire.ts';
import { compressInPool } from './compress-in-pool.ts';
import { createGate } from './gate.ts';
import { Refused, type Inspected, type Inspector } from './inspector.ts';
import type { Outbox } from './outbox.ts';
import type { Pool } from './pool.ts';
import { createPreviews } from './previews.ts';

export interface EngineOptions {
  readonly vault: Vault;
  readonly pool: Pool;
  readonly inspector: Inspector;
  readonly outbox: Outbox;
  readonly background: AcquireOptions['background'];
  /** With nothing to do for this long, the background is told that the engine may be closed. */
  readonly tellIdle: () => Promise<unknown>;
  readonly idleMilliseconds?: number;
  /** Resolves when nobody holds the lock of this name: the view that held it is gone. */
  readonly lockFree: (name: string, signal: AbortSignal) => Promise<unknown>;
}

export interface Engine {
  /** Begins the runs; those that it has begun before, or of which it has a later one, it leaves as they are. */
  run(jobs: readonly EngineJob[]): void;
  cancel(ids: readonly JobId[]): void;
  /** Those too whose end the background has not heard of. */
  running(): Run[];
  /** @throws CompressionError `item-gone` when the result is no longer held. */
  open(id: JobId): Promise<string>;
  close(ids: readonly JobId[]): void;
  /** See `Previews`. */
  preview(request: PreviewRequest): Promise<Outcome>;
  display(request: DisplayRequest): Promise<Outcome>;
  cancelPreview(view: ViewId): void;
}

/** Sources that are looked at before their turn: so many are in memory at once. */
const LOOKS = 2;
/** So many Sources a worker are in memory: what it works on, and what it takes up next. */
const IN_MEMORY = 2;

interface Begun {
  readonly attempt: number;
  readonly stop: AbortController;
}

export function createEngine({
  vault,
  pool,
  inspector,
  outbox,
  background,
  tellIdle,
  lockFree,
  idleMilliseconds = 30_000,
}: EngineOptions): Engine {
  const running = new Map<JobId, Begun>();
  const open = new Map<JobId, Promise<string>>();
  const previews = createPreviews({ vault, pool, lockFree, onGone: () => settle() });
  const acquire = createAcquirer({ vault, background });
  const looks = createGate(LOOKS);
  const gate = createGate(IN_MEMORY * pool.size);
  let idleTimer: ReturnType<typeof setTimeout> | undefined;

  function settle(): void {
    clearTimeout(idleTimer);
    if (running.size === 0 && open.size === 0 && previews.running === 0 && previews.views === 0)
      idleTimer = setTimeout(() => void tellIdle().catch(settle), idleMilliseconds);
  }

  async function awake<T>(work: Promise<T>): Promise<T> {
    clearTimeout(idleTimer);
    return work.finally(settle);
  }

  async function work(job: EngineJob, signal: AbortSignal): Promise<void> {
    const run = { id: job.id, attempt: job.attempt };
    try {
      await (job.image ? workOnReached(job, job.image, run, signal) : workOnHeld(job, run, signal));
    } catch (thrown) {
      const { error, source, pixels } =
        thrown instanceof Refused ? thrown : new Refused(CompressionError.from(thrown).toRecord(), null);
      // Who gave it up knows.
      if (!signal.aborted) await outbox.post({ ...run, kind: 'failed', error, source, ...(pixels && { pixels }) });
    }
  }

  async function workOnReached(job: EngineJob, image: ReachableImage, run: Run, signal: AbortSignal): Promise<void> {
    void outbox.post({ ...run, kind: 'acquiring' });
    const { found, contentDisposition, isShown } = await acquire(
      job.id,
      image,
      (bytes) => inspected(job, bytes),
      signal,
    );
    await compress(job, found, contentDisposition, signal).catch((thrown: unknown) => {
      // What the browser could show, and this could not be worked on.
      throw thrown instanceof Refused ? new Refused(thrown.error, thrown.source, isShown) : thrown;
    });
  }

  /** Views bring Sources by the hundred: what each is, is found out soon; only some may be in memory, the others wait. */
  async function workOnHeld(job: EngineJob, run: Run, signal: AbortSignal): Promise<void> {
    if (job.view !== null) await broughtByView(job.id, job.view, signal);
    const look = await looks.through(async () => {
      signal.throwIfAborted();
      const found = await inspected(job, await readSource(job));
      if (gate.inside >= pool.size) void outbox.post({ ...run, kind: 'inspected', source: found.source });
      return gate.inside < IN_MEMORY * pool.size ? { ...found } : { ...found, bytes: null };
    });
    await gate.through(async () => {
      signal.throwIfAborted();
      const { bytes = null, ...facts } = look;
      const held = bytes ?? (await expandSvgz(await readSource(job)));
      await compress(job, { ...facts, bytes: held }, null, signal);
    });
  }

  /** @throws CompressionError `not-taken-in` when the view that was to bring the Source is gone */
  async function broughtByView(id: JobId, view: string, signal: AbortSignal): Promise<void> {
    const source = vaultId(id, 'source');
    const over = new AbortController();
    const held = new Promise<void>((resolve) => {
      const unlisten = vault.onChange(({ what, ids }) => {
        if (what === 'held' && ids.includes(source)) resolve();
      });
      over.signal.addEventListener('abort', unlisten, { once: true });
      signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal });
    });
    try {
      if (await vault.has(source)) return;
      await Promise.race([held, lockFree(view, over.signal)]);
      signal.throwIfAborted();
      if (!(await vault.has(source))) throw new CompressionError('not-taken-in');
    } finally {
      over.abort();
    }
  }

  async function blobOf(id: JobId): Promise<string> {
    const bytes = await vault.read(vaultId(id, 'result'));
    return URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  }

  function readSource(job: EngineJob): Promise<Uint8Array<ArrayBuffer>> {
    return vault.read(vaultId(job.id, 'source'));
  }

  async function inspected(job: EngineJob, bytes: Uint8Array<ArrayBuffer>): Promise<Inspected> {
    const answer = await inspector.inspect(bytes, job.recipe);
    // For whoever looks at what is held; the work does not wait for it.
    if (answer.source)
      void vault.mark({ id: vaultId(job.id, 'source') }, { format: answer.source.format }).catch(() => undefined);
    if (!answer.ok) throw new Refused(answer.error, answer.source);
    return answer;
  }

  async function compress(
    { id, attempt, steps }: EngineJob,
    { bytes, inspection, plan, source }: Inspected,
    contentDisposition: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const run = { id, attempt };
    const onStart = (): void => void outbox.post({ ...run, kind: 'started', source });
    let last: Step | null = null;
    function onStep(step: Step): void {
      // A search encodes many times; a late word of a run that was given up is nobody's.
      if (!steps || step === last || signal.aborted) return;
      last = step;
      void outbox.post({ ...run, kind: 'step', step });
    }
    const result = await compressInPool(pool, plan, inspection, bytes, { signal, onStart, onStep }).catch(
      (thrown: unknown) => {
        throw new Refused(CompressionError.from(thrown).toRecord(), source);
      },
    );
    signal.throwIfAborted();
    await vault.put(
      {
        id: vaultId(id, 'result'),
        jobId: id,
        part: 'result',
        format: result.receipt.output.format,
        why: 'held',
        signal,
      },
      result.bytes,
    );
    await outbox.post({ ...run, kind: 'done', receipt: result.receipt, contentDisposition });
  }

  function begin(job: EngineJob): void {
    const before = running.get(job.id);
    if (before && before.attempt >= job.attempt) return;
    before?.stop.abort();
    const begun = { attempt: job.attempt, stop: new AbortController() };
    running.set(job.id, begun);
    clearTimeout(idleTimer);
    void work(job, begun.stop.signal).finally(() => {
      if (running.get(job.id) === begun) running.delete(job.id);
      settle();
    });
  }

  return {
    run(jobs) {
      for (const job of jobs) begin(job);
    },
    cancel(ids) {
      for (const id of ids) {
        running.get(id)?.stop.abort(new CompressionError('cancelled'));
        running.delete(id);
      }
      settle();
    },
    running: () => [...running].map(([id, { attempt }]) => ({ id, attempt })),
    async open(id) {
      const known = open.get(id);
      if (known) return known;
      clearTimeout(idleTimer);
      const url = blobOf(id);
      open.set(id, url);
      try {
        return await url;
      } catch (thrown) {
        open.delete(id);
        settle();
        throw thrown;
      }
    },
    close(ids) {
      for (const id of ids) {
        void open.get(id)?.then(URL.revokeObjectURL, () => undefined);
        open.delete(id);
      }
      settle();
    },
    preview: (request) => awake(previews.preview(request)),
    display: (request) => awake(previews.display(request)),
    cancelPreview: previews.cancel,
  };
}
