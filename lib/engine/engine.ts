/**
 * Where jobs are worked on: acquire, inspect, plan, compress, hold. It lives in Chrome's offscreen document, which
 * outlives the service worker; what it finds out it tells the background, which keeps the job's record.
 */
import { fetchImage } from './fetch-image.ts';
import { makePlan } from '../core/pipeline/plan.ts';
import type { Outcome } from '../core/model/receipt.ts';
import { CompressionError } from '../core/errors.ts';
import { inspect } from '../core/image/inspect.ts';
import { checkLimits } from '../core/image/limits.ts';
import { expandSvgz } from '../core/decoders/svgz.ts';
import { vaultId, type JobId, type SourceFacts, type ViewId } from '../core/model/job.ts';
import { sourceFacts } from '../core/pipeline/source-facts.ts';
import type { DisplayRequest, EngineJob, PreviewRequest, ToBackground } from '../core/protocol/messages.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { compressInPool } from './compress-in-pool.ts';
import { createGate } from './gate.ts';
import type { Pool } from './pool.ts';
import { createPreviews } from './previews.ts';

type SentByEngine = Pick<ToBackground, 'jobStarted' | 'jobDone' | 'jobFailed' | 'engineIdle'>;

export interface EngineOptions {
  readonly vault: Vault;
  readonly pool: Pool;
  /** Messages to the background, which is woken by them. */
  readonly send: { readonly [K in keyof SentByEngine]: (...data: Parameters<SentByEngine[K]>) => Promise<unknown> };
  /** With nothing to do for this long, the background is told that the host may be closed. */
  readonly idleMilliseconds?: number;
}

export interface Engine {
  /** Begins a job, or does nothing when it is already being worked on. */
  run(job: EngineJob): void;
  cancel(id: JobId): void;
  running(): JobId[];
  /** @throws CompressionError `item-gone` when the result is no longer held. */
  open(id: JobId): Promise<string>;
  close(id: JobId): void;
  /** See `Previews`. */
  preview(request: PreviewRequest): Promise<Outcome>;
  display(request: DisplayRequest): Promise<Outcome>;
  cancelPreview(view: ViewId): void;
}

export function createEngine({ vault, pool, send, idleMilliseconds = 30_000 }: EngineOptions): Engine {
  const running = new Map<JobId, AbortController>();
  const open = new Map<JobId, string>();
  const previews = createPreviews({ vault, pool });
  const gate = createGate(2 * pool.size);
  let idleTimer: ReturnType<typeof setTimeout> | undefined;

  function settle(): void {
    clearTimeout(idleTimer);
    if (running.size === 0 && open.size === 0 && previews.running === 0)
      idleTimer = setTimeout(() => void send.engineIdle(), idleMilliseconds);
  }

  async function awake<T>(work: Promise<T>): Promise<T> {
    clearTimeout(idleTimer);
    return work.finally(settle);
  }

  async function work(job: EngineJob, signal: AbortSignal): Promise<void> {
    let source: SourceFacts | null = null;
    try {
      const fetched = await acquire(job, signal);
      const bytes = await expandSvgz(fetched.bytes);
      const inspection = inspect(bytes);
      await vault.mark({ id: vaultId(job.id, 'source') }, { format: inspection.format });
      source = sourceFacts(inspection, null);
      checkLimits(inspection);
      const plan = makePlan(job.recipe, inspection);
      await send.jobStarted({ id: job.id, source: sourceFacts(inspection, plan) });
      const result = await compressInPool(pool, plan, inspection, bytes, { signal });
      if (signal.aborted) throw new CompressionError('cancelled');
      await vault.put(
        {
          id: vaultId(job.id, 'result'),
          jobId: job.id,
          part: 'result',
          format: result.receipt.output.format,
          why: 'held',
        },
        result.bytes,
      );
      await send.jobDone({ id: job.id, receipt: result.receipt, contentDisposition: fetched.contentDisposition });
    } catch (thrown) {
      await send.jobFailed({ id: job.id, error: CompressionError.from(thrown).toRecord(), source });
    }
  }

  async function acquire(
    job: EngineJob,
    signal: AbortSignal,
  ): Promise<{ bytes: Uint8Array<ArrayBuffer>; contentDisposition: string | null }> {
    if (job.url === null) {
      return { bytes: await vault.read(vaultId(job.id, 'source')), contentDisposition: null };
    }
    const fetched = await fetchImage(job.url, { withCookies: job.withCookies, signal });
    await vault.put(
      { id: vaultId(job.id, 'source'), jobId: job.id, part: 'source', format: null, why: 'working' },
      fetched.bytes,
    );
    return fetched;
  }

  return {
    run(job) {
      if (running.has(job.id)) return;
      const stop = new AbortController();
      running.set(job.id, stop);
      clearTimeout(idleTimer);
      // Jobs of a view come by the hundred: only some may have their Source in memory, the others wait.
      const begun = job.url === null ? gate.through(() => work(job, stop.signal)) : work(job, stop.signal);
      void begun.finally(() => {
        running.delete(job.id);
        settle();
      });
    },
    cancel: (id) => running.get(id)?.abort(),
    running: () => [...running.keys()],
    async open(id) {
      const known = open.get(id);
      if (known) return known;
      const bytes = await vault.read(vaultId(id, 'result'));
      const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
      open.set(id, url);
      clearTimeout(idleTimer);
      return url;
    },
    close(id) {
      const url = open.get(id);
      if (url) URL.revokeObjectURL(url);
      open.delete(id);
      settle();
    },
    preview: (request) => awake(previews.preview(request)),
    display: (request) => awake(previews.display(request)),
    cancelPreview: previews.cancel,
  };
}
