/**
 * Where jobs are worked on: acquire, inspect, plan, compress, hold. It lives in Chrome's offscreen document, which
 * outlives the service worker; what it finds out it tells the background, which keeps the job's record.
 */
import type { Outcome } from '../core/model/receipt.ts';
import { CompressionError } from '../core/errors.ts';
import { vaultId, type JobId, type SourceFacts, type ViewId } from '../core/model/job.ts';
import type { ReachableImage } from '../core/model/ladder.ts';
import { expandSvgz } from '../core/decoders/svgz.ts';
import type { DisplayRequest, EngineJob, PreviewRequest, Run } from '../core/protocol/messages.ts';
import type { Compressed } from '../core/pipeline/run.ts';
import type { Step } from '../core/pipeline/steps.ts';
import type { ReadItem } from '../storage/vault/item.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { createAcquirer, type Acquired, type AcquireOptions } from './acquire.ts';
import { compressInPool } from './compress-in-pool.ts';
import { createBroughtSources } from './brought-sources.ts';
import { createGate } from '../core/bytes/gate.ts';
import { createGathering } from './gathering.ts';
import { createKeptSources, SMALL } from './kept-sources.ts';
import { Refused, type Inspected, type Inspector } from './inspector.ts';
import type { Outbox } from './outbox.ts';
import type { Pool } from './pool.ts';
import { createOpenResults } from './open-results.ts';
import { createPreviews } from './previews.ts';
import { createSourcesInUse } from './sources-in-use.ts';

export interface EngineOptions {
  readonly vault: Vault;
  readonly pool: Pool;
  readonly inspector: Inspector;
  readonly outbox: Outbox;
  readonly background: AcquireOptions['background'];
  readonly pageBytes: AcquireOptions['pageBytes'];
  /** With nothing to do for this long, the background is told that the engine may be closed. */
  readonly tellIdle: () => Promise<unknown>;
  readonly idleMilliseconds?: number;
  /** Bytes of the Sources that are worked on, and next to be. */
  readonly mostInMemory?: number;
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
  /** See `OpenResults`. */
  claim(url: string): void;
  close(ids: readonly JobId[]): void;
  /** See `Previews`. */
  preview(request: PreviewRequest): Promise<Outcome>;
  display(request: DisplayRequest): Promise<Outcome>;
  cancelPreview(view: ViewId): void;
}

/** Sources that are looked at before their turn: so many are in memory at once. */
const LOOKS = 4;
/** Results on their way into the vault: each is in memory, and no worker waits for them. */
const LEAVING = 16;
/** So many Sources a worker are in memory, what it works on and what it takes up next; of large ones as many as these bytes allow. */
const IN_MEMORY = 2;
const MOST_IN_MEMORY = 300e6;
/** Images of a list that are on their way from their hosts: each is in memory. */
const REACHED_AT_ONCE = 12;

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
  pageBytes,
  tellIdle,
  lockFree,
  idleMilliseconds = 30_000,
  mostInMemory = MOST_IN_MEMORY,
}: EngineOptions): Engine {
  const running = new Map<JobId, Begun>();
  const results = createOpenResults(vault);
  const previews = createPreviews({ vault, pool, lockFree, onGone: () => settle() });
  const acquire = createAcquirer({ pageBytes, background });
  const looks = createGate(LOOKS);
  const reaching = createGate(REACHED_AT_ONCE);
  const gate = createGate(mostInMemory);
  const leastWeight = Math.floor(mostInMemory / (IN_MEMORY * pool.size));
  const leaving = createGate(LEAVING);
  /** Small results that are done at about the same time are written, and told of, together. */
  const gathering = createGathering({ mayCome: () => running.size });
  const { brought } = createBroughtSources({ vault, lockFree });
  const inUse = createSourcesInUse(vault);
  const kept = createKeptSources(vault);
  let idleTimer: ReturnType<typeof setTimeout> | undefined;

  function settle(): void {
    gathering.check();
    clearTimeout(idleTimer);
    if (running.size === 0 && results.size === 0 && previews.running === 0 && previews.views === 0)
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
      if (signal.aborted) return;
      await outbox.post({ ...run, kind: 'failed', error, source, ...(pixels && { pixels }) }, mayWait(job));
    }
  }

  async function workOnReached(job: EngineJob, image: ReachableImage, run: Run, signal: AbortSignal): Promise<void> {
    const reach = async (): Promise<Acquired> => {
      signal.throwIfAborted();
      void outbox.post({ ...run, kind: 'acquiring' });
      return acquire(job.id, image, (bytes) => looked(job, bytes), signal);
    };
    // While the page reads it.
    inspector.warm();
    pool.warm();
    // One that was clicked waits for none of a list.
    const { found, contentDisposition, isShown } = await (job.steps ? reach() : reaching.through(reach));
    const atOnce = (): Promise<Compressed> => compress(job, found, signal, { isNew: true });
    const weight = weightOf(found);
    const inTurn = (): Promise<void> =>
      isFree(weight)
        ? inMemory(job, weight, contentDisposition, signal, atOnce)
        : compressLater(job, found, contentDisposition, signal);
    const clicked = async (): Promise<void> => finish(job, await atOnce(), contentDisposition, signal);
    await (job.steps ? clicked() : inTurn()).catch((thrown: unknown) => {
      // What the browser could show, and this could not be worked on.
      throw thrown instanceof Refused ? new Refused(thrown.error, thrown.source, isShown) : thrown;
    });
  }

  async function compressLater(
    job: EngineJob,
    { bytes, ...facts }: Inspected,
    contentDisposition: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    await hold(job.id, bytes, facts.source, signal).catch((thrown: unknown) => {
      throw new Refused(CompressionError.from(thrown).toRecord(), facts.source);
    });
    await inMemory(job, weightOf(facts), contentDisposition, signal, async () =>
      compress(job, { ...facts, bytes: await expandSvgz((await readSource(job)).bytes) }, signal),
    );
  }

  function weightOf({ inspection }: Pick<Inspected, 'inspection'>): number {
    return Math.max(leastWeight, inspection.bytes);
  }

  function isFree(weight: number): boolean {
    return gate.inside === 0 || gate.inside + weight <= mostInMemory;
  }

  /** In its turn. The next begins as soon as there is a result, which is written meanwhile. */
  async function inMemory(
    job: EngineJob,
    weight: number,
    contentDisposition: string | null,
    signal: AbortSignal,
    step: () => Promise<Compressed>,
  ): Promise<void> {
    const { result, left } = await gate.through(async () => {
      signal.throwIfAborted();
      return { result: await step(), left: await leaving.enter() };
    }, weight);
    await finish(job, result, contentDisposition, signal).finally(left);
  }

  /** Views bring Sources by the hundred: what each is, is found out soon; only some may be in memory, the others wait. */
  async function workOnHeld(job: EngineJob, run: Run, signal: AbortSignal): Promise<void> {
    if (job.view !== null) await brought(job.id, job.view, signal);
    const waiting = kept.enter(vaultId(job.id, 'source'), signal);
    try {
      const { weight, facts } = await looks.through(async () => {
        signal.throwIfAborted();
        const { bytes, ...found } = await inspected(job, await readSource(job));
        signal.throwIfAborted();
        const needed = weightOf(found);
        if (gate.inside >= leastWeight * pool.size)
          void outbox.post({ ...run, kind: 'inspected', source: found.source }, mayWait(job));
        waiting.hold(bytes, isFree(needed));
        return { weight: needed, facts: found };
      });
      await inMemory(job, weight, null, signal, async () => {
        const bytes = waiting.take() ?? (await expandSvgz((await readSource(job)).bytes));
        return compress(job, { ...facts, bytes }, signal);
      });
    } finally {
      waiting.take();
    }
  }

  async function hold(
    id: JobId,
    bytes: Uint8Array<ArrayBuffer>,
    { format }: SourceFacts,
    signal: AbortSignal,
  ): Promise<void> {
    await vault.put({ id: vaultId(id, 'source'), jobId: id, part: 'source', format, why: 'working', signal }, bytes);
  }

  function readSource(job: EngineJob): Promise<ReadItem> {
    return vault.readWithFormat(vaultId(job.id, 'source'));
  }

  async function inspected(job: EngineJob, { bytes, format: noted }: ReadItem): Promise<Inspected> {
    const note = ({ format }: SourceFacts): void => {
      // Mostly who put it knew: a transaction that finds nothing to change costs as much as one that does.
      if (format === noted) return;
      // For whoever looks at what is held; the work does not wait for it.
      void vault.mark({ id: vaultId(job.id, 'source') }, { format }).catch(() => undefined);
    };
    return looked(job, bytes, note);
  }

  async function looked(
    job: EngineJob,
    bytes: Uint8Array<ArrayBuffer>,
    note?: (source: SourceFacts) => void,
  ): Promise<Inspected> {
    const answer = await inspector.inspect(bytes, job.recipe);
    if (answer.source) note?.(answer.source);
    if (!answer.ok) throw new Refused(answer.error, answer.source);
    return answer;
  }

  async function compress(
    job: EngineJob,
    { bytes, inspection, plan, source }: Inspected,
    signal: AbortSignal,
    { isNew = false }: { readonly isNew?: boolean } = {},
  ): Promise<Compressed> {
    signal.throwIfAborted();
    const { id, attempt, steps } = job;
    const run = { id, attempt };
    const over = new AbortController();
    // Beside the work: to write it takes as long as to read and to inspect it did.
    const held = isNew
      ? hold(id, bytes.slice(), source, signal).catch((thrown: unknown) => {
          over.abort();
          return CompressionError.from(thrown);
        })
      : null;
    // By it an image is known that ends the engine: once that has happened to a run, and of a large image, it is told at once.
    const waits = mayWait(job, bytes.length) && attempt === 1;
    const onStart = (): void => void outbox.post({ ...run, kind: 'started', source }, waits);
    let last: Step | null = null;
    function onStep(step: Step): void {
      // A search encodes many times; a late word of a run that was given up is nobody's.
      if (!steps || step === last || signal.aborted) return;
      last = step;
      void outbox.post({ ...run, kind: 'step', step });
    }
    const [worked, stored] = await Promise.allSettled([
      compressInPool(pool, plan, inspection, bytes, {
        signal: AbortSignal.any([signal, over.signal]),
        urgent: steps,
        onStart,
        onStep,
      }),
      held,
    ]);
    if (stored.status === 'fulfilled' && stored.value instanceof CompressionError)
      throw new Refused(stored.value.toRecord(), source);
    if (worked.status === 'rejected') throw new Refused(CompressionError.from(worked.reason).toRecord(), source);
    signal.throwIfAborted();
    return worked.value;
  }

  /** Writes it down, and says so. */
  async function finish(
    job: EngineJob,
    result: Compressed,
    contentDisposition: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    // It may have stood at the gate before.
    signal.throwIfAborted();
    const { id, attempt, steps } = job;
    const url = steps ? results.prepare(id, result.bytes) : null;
    if (mayWait(job, result.bytes.length)) await gathering.enter();
    const { format } = result.receipt.output;
    await vault
      .put({ id: vaultId(id, 'result'), jobId: id, part: 'result', format, why: 'held', signal }, result.bytes)
      .catch((thrown: unknown) => {
        // Purged or given up meanwhile: no purge names what was never held.
        if (url !== null) results.discard(url);
        throw thrown;
      });
    const { receipt } = result;
    await outbox.post(
      { id, attempt, kind: 'done', receipt, contentDisposition, ...(url !== null && { url }) },
      mayWait(job),
    );
  }

  /** Whether a little while is no matter: it is small, and one of many that nobody waits for by itself. */
  function mayWait({ steps }: EngineJob, bytes = 0): boolean {
    return !steps && running.size > 1 && bytes <= SMALL;
  }

  function begin(job: EngineJob): void {
    const before = running.get(job.id);
    if (before && before.attempt >= job.attempt) return;
    before?.stop.abort();
    const begun = { attempt: job.attempt, stop: new AbortController() };
    running.set(job.id, begun);
    clearTimeout(idleTimer);
    const used = inUse.enter(job.id);
    void work(job, begun.stop.signal).finally(() => {
      used();
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
    open: (id) => awake(results.open(id)),
    claim: results.claim,
    close(ids) {
      results.close(ids);
      settle();
    },
    preview: (request) => awake(previews.preview(request)),
    display: (request) => awake(previews.display(request)),
    cancelPreview: previews.cancel,
  };
}
