/** A worker that inspects and plans, one image after the other. It is started when first needed, and ended when idle or hung. */
import { releaseProxy, transfer, wrap, type Remote } from 'comlink';
import { CompressionError, type ErrorRecord } from '../core/errors.ts';
import type { Inspection } from '../core/image/inspection.ts';
import type { SourceFacts } from '../core/model/job.ts';
import type { Recipe } from '../core/model/recipe.ts';
import type { Plan } from '../core/pipeline/plan.ts';

export interface Inspected {
  /** The Source's, expanded where they were packed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly inspection: Inspection;
  readonly plan: Plan;
  readonly source: SourceFacts;
}

/** `source` is there when it could be read, but not worked on. */
export type InspectAnswer =
  | ({ readonly ok: true } & Inspected)
  | { readonly ok: false; readonly error: ErrorRecord; readonly source: SourceFacts | null };

/** Thrown with what is known of a Source that can't be worked on. */
export class Refused {
  constructor(
    readonly error: ErrorRecord,
    readonly source: SourceFacts | null,
    /** The page shows the picture. */
    readonly pixels = false,
  ) {}
}

export interface InspectWorkerApi {
  inspect(source: Uint8Array<ArrayBuffer>, recipe: Recipe): Promise<InspectAnswer>;
}

export interface Inspector {
  /** @param source is handed to the worker, and is empty afterwards. Never rejects. */
  inspect(source: Uint8Array<ArrayBuffer>, recipe: Recipe): Promise<InspectAnswer>;
  /** Starts the worker for what comes next. */
  warm(): void;
}

export interface InspectorOptions {
  readonly startWorker: () => Worker;
  /** It is ended after this long without work; ms. */
  readonly idleMilliseconds?: number;
  /** Headers and lists of chunks are read, no pixels: what takes longer than this takes for ever; ms. */
  readonly hungMilliseconds?: number;
}

interface Member {
  readonly worker: Worker;
  readonly api: Remote<InspectWorkerApi>;
}

export function createInspector({
  startWorker,
  idleMilliseconds = 10_000,
  hungMilliseconds = 60_000,
}: InspectorOptions): Inspector {
  let member: Member | null = null;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  function hire(): Member {
    clearTimeout(idle);
    if (!member) {
      const worker = startWorker();
      member = { worker, api: wrap<InspectWorkerApi>(worker) };
    }
    return member;
  }

  function end(): void {
    clearTimeout(idle);
    member?.worker.terminate();
    member?.api[releaseProxy]();
    member = null;
  }

  async function work(source: Uint8Array<ArrayBuffer>, recipe: Recipe): Promise<InspectAnswer> {
    const { worker, api } = hire();
    const over = new AbortController();
    try {
      const answer = await Promise.race([
        api.inspect(transfer(source, [source.buffer]), recipe),
        ended(worker, hungMilliseconds, over.signal),
      ]);
      idle = setTimeout(end, idleMilliseconds);
      return answer;
    } catch (thrown) {
      end();
      return { ok: false, error: CompressionError.from(thrown).toRecord(), source: null };
    } finally {
      over.abort();
    }
  }

  return {
    warm() {
      if (member) return;
      hire();
      idle = setTimeout(end, idleMilliseconds);
    },
    inspect(source, recipe) {
      const mine = turn.then(() => work(source, recipe));
      turn = mine;
      return mine;
    },
  };
}

/** Rejects when the worker fails outside of a call, or answers nothing for too long. */
function ended(worker: Worker, limit: number, over: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new CompressionError('codec-hung', { seconds: Math.round(limit / 1000) })),
      limit,
    );
    const fail = (event: Event): void =>
      reject(new CompressionError('engine-stopped', {}, { cause: 'message' in event ? event.message : event.type }));
    worker.addEventListener('error', fail, { signal: over });
    worker.addEventListener('messageerror', fail, { signal: over });
    over.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
