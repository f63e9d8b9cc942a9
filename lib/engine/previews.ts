/**
 * What a compare view asks of the engine: to try a recipe, and to stand in where the browser cannot show a format. The
 * bytes go into the vault under ids of that view; the answer is the receipt. A view's newer question ends its older one.
 */
import { makePlan } from '../core/pipeline/plan.ts';
import type { Outcome, Receipt } from '../core/model/receipt.ts';
import { DEFAULT_RECIPE, type Recipe } from '../core/model/recipe.ts';
import { CompressionError } from '../core/errors.ts';
import { inspect } from '../core/image/inspect.ts';
import { checkLimits } from '../core/image/limits.ts';
import { previewId, vaultId, type JobId, type PreviewPart, type ViewId } from '../core/model/job.ts';
import type { DisplayRequest, PreviewRequest } from '../core/protocol/messages.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { compressInPool } from './compress-in-pool.ts';
import type { Pool } from './pool.ts';

export interface Previews {
  /** Puts what the recipe makes of the job's Source under the view's `tried`. */
  preview(request: PreviewRequest): Promise<Outcome>;
  /** Puts a PNG of the same pixels under the view's `before` or `after`. */
  display(request: DisplayRequest): Promise<Outcome>;
  /** Ends what the view waits for. */
  cancel(view: ViewId): void;
  readonly running: number;
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

export function createPreviews({ vault, pool }: { readonly vault: Vault; readonly pool: Pool }): Previews {
  const running = new Map<string, AbortController>();

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

  async function make(from: string, job: JobId, recipe: Recipe, to: string, signal: AbortSignal): Promise<Receipt> {
    const source = await vault.read(from);
    const inspection = inspect(source);
    checkLimits(inspection);
    const { bytes, receipt } = await compressInPool(pool, makePlan(recipe, inspection), inspection, source, {
      signal,
      urgent: true,
    });
    if (signal.aborted) throw new CompressionError('cancelled');
    await vault.put({ id: to, jobId: job, part: 'preview', format: receipt.output.format, why: 'held' }, bytes);
    return receipt;
  }

  return {
    preview: ({ id, view, recipe }) =>
      inTurn(turnOf(view, 'tried'), (signal) =>
        make(vaultId(id, 'source'), id, recipe, previewId(id, view, 'tried'), signal),
      ),
    display({ id, view, of }) {
      const part = of === 'source' ? 'before' : 'after';
      const from = of === 'tried' ? previewId(id, view, 'tried') : vaultId(id, of);
      return inTurn(turnOf(view, part), (signal) => make(from, id, STAND_IN, previewId(id, view, part), signal));
    },
    cancel(view) {
      for (const [turn, stop] of running) if (turn.startsWith(view)) stop.abort();
    },
    get running() {
      return running.size;
    },
  };
}

function turnOf(view: ViewId, part: PreviewPart): string {
  return `${view}:${part}`;
}
