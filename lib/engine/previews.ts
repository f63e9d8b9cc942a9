/**
 * What a compare view asks of the engine: to try a recipe, and to stand in where the browser cannot show a format. The
 * bytes go into the vault under ids of that view; the answer is the receipt. A view's newer question ends its older one.
 */
import { preparationsOf } from '../core/pipeline/kept-pixels.ts';
import { makePlan } from '../core/pipeline/make-plan.ts';
import type { Plan } from '../core/pipeline/plan.ts';
import type { Outcome, Receipt } from '../core/model/receipt.ts';
import { DEFAULT_RECIPE, type Recipe } from '../core/model/recipe.ts';
import { CompressionError } from '../core/errors.ts';
import { inspect } from '../core/image/inspect.ts';
import type { Compressed } from '../core/pipeline/run.ts';
import { checkLimits } from '../core/image/limits.ts';
import { previewId, vaultId, type JobId, type PreviewPart, type ViewId } from '../core/model/job.ts';
import type { DisplayRequest, PreviewRequest } from '../core/protocol/messages.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { compressInPool } from './compress-in-pool.ts';
import { createKeptTries, type OpenedSource, type KeptTriesOptions, type ViewTries } from './kept-tries.ts';
import type { Pool } from './pool.ts';

export interface Previews {
  /** Puts what the recipe makes of the job's Source under the view's `tried`. */
  preview(request: PreviewRequest): Promise<Outcome>;
  /** Puts a PNG of the same pixels under the view's `before` or `after`. */
  display(request: DisplayRequest): Promise<Outcome>;
  /** Ends what the view waits for. */
  cancel(view: ViewId): void;
  readonly running: number;
  /** Views for which something is kept. */
  readonly views: number;
}

export interface PreviewsOptions extends Pick<KeptTriesOptions, 'lockFree' | 'mostBytes'> {
  readonly vault: Vault;
  readonly pool: Pool;
  /** A view has gone, or its Source. */
  readonly onGone?: () => void;
}

/** Packed as little as oxipng can: it is looked at once. */
const STAND_IN: Recipe = {
  ...DEFAULT_RECIPE,
  format: 'png',
  aim: { kind: 'lossless' },
  animation: 'first-frame',
  metadata: 'keep',
  options: { png: { level: 0 } },
};

export function createPreviews({ vault, pool, lockFree, mostBytes, onGone }: PreviewsOptions): Previews {
  const running = new Map<string, AbortController>();
  const kept = createKeptTries({
    vault,
    lockFree,
    onGone(view) {
      cancel(view);
      onGone?.();
    },
    ...(mostBytes !== undefined && { mostBytes }),
  });

  function cancel(view: ViewId): void {
    for (const [turn, stop] of running) if (turn.startsWith(view)) stop.abort();
  }

  /** @param turn what waits for each other: a view's tries, and each of its two stand-ins. */
  async function inTurn(turn: string, work: (signal: AbortSignal) => Promise<Receipt>): Promise<Outcome> {
    running.get(turn)?.abort();
    const stop = new AbortController();
    running.set(turn, stop);
    try {
      return { ok: true, receipt: await work(stop.signal) };
    } catch (thrown) {
      return { ok: false, error: CompressionError.from(thrown).toRecord() };
    } finally {
      if (running.get(turn) === stop) running.delete(turn);
    }
  }

  async function hold(job: JobId, to: string, { bytes, receipt }: Compressed, signal: AbortSignal): Promise<Receipt> {
    if (signal.aborted) throw new CompressionError('cancelled');
    await vault.put({ id: to, jobId: job, part: 'preview', format: receipt.output.format, why: 'held', signal }, bytes);
    return receipt;
  }

  async function tryOut({ id, view, recipe }: PreviewRequest, signal: AbortSignal): Promise<Receipt> {
    const tries = kept.of(view, id);
    const known = tries.result(recipe);
    // It counts as activity, as reading does, and fails for a Source that is purged or past its deadline.
    if (known || tries.source) await vault.touch(vaultId(id, 'source'));
    const result = known ?? (await compressed(tries, id, recipe, signal));
    if (!known && !signal.aborted) tries.keepResult(recipe, result);
    return hold(id, previewId(id, view, 'tried'), result, signal);
  }

  async function compressed(tries: ViewTries, id: JobId, recipe: Recipe, signal: AbortSignal): Promise<Compressed> {
    const source = tries.source ?? inspected(await vault.read(vaultId(id, 'source')));
    tries.keepSource(source);
    const plan = makePlan(recipe, source.inspection);
    // The pool takes what it is given.
    return compressInPool(pool, plan, source.inspection, source.bytes.slice(), {
      signal,
      urgent: true,
      pixels: tries.pixels,
      onPixels: tries.fits(pixelBytes(plan)) ? tries.keepPixels : undefined,
    });
  }

  async function standIn(from: string, job: JobId, to: string, signal: AbortSignal): Promise<Receipt> {
    const { bytes, inspection } = inspected(await vault.read(from));
    const plan = makePlan(STAND_IN, inspection);
    return hold(job, to, await compressInPool(pool, plan, inspection, bytes, { signal, urgent: true }), signal);
  }

  return {
    preview: (request) => inTurn(turnOf(request.view, 'tried'), (signal) => tryOut(request, signal)),
    display({ id, view, of }) {
      const part = of === 'source' ? 'before' : 'after';
      const from = of === 'tried' ? previewId(id, view, 'tried') : vaultId(id, of);
      return inTurn(turnOf(view, part), (signal) => standIn(from, id, previewId(id, view, part), signal));
    },
    cancel,
    get running() {
      return running.size;
    },
    get views() {
      return kept.views;
    },
  };
}

function turnOf(view: ViewId, part: PreviewPart): string {
  return `${view}:${part}`;
}

/** @throws CompressionError what `inspect` and `checkLimits` throw */
function inspected(bytes: Uint8Array<ArrayBuffer>): OpenedSource {
  const inspection = inspect(bytes);
  checkLimits(inspection);
  return { bytes, inspection };
}

/** Of the pixels before the encoder. */
function pixelBytes(plan: Plan): number {
  return Math.max(0, ...preparationsOf(plan).map(({ size, resize }) => 4 * area(resize?.to ?? size)));
}

function area({ width, height }: { readonly width: number; readonly height: number }): number {
  return width * height;
}
