/** The background's part in comparing: it takes what a view tried as the job's result, and purges what views leave behind. */
import type { Recipe } from '../core/model/recipe.ts';
import type { Receipt } from '../core/model/receipt.ts';
import type { EngineDocument, EngineMessages } from '../platform/engine-document.ts';
import { CompressionError } from '../core/errors.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { PREVIEW_PARTS, previewId, vaultId, type JobId, type ViewId } from '../core/model/job.ts';
import type { JobController } from './job-controller.ts';
import type { JobStore } from '../storage/job-store.ts';

export interface PreviewService {
  /** @throws CompressionError `engine-stopped` when it cannot be made. */
  ensureEngine(): Promise<void>;
  /** @throws CompressionError `item-gone` when the preview is no longer held, or the job takes no other result now. */
  apply(id: JobId, view: ViewId, recipe: Recipe, receipt: Receipt): Promise<void>;
  close(id: JobId, view: ViewId): Promise<void>;
}

export interface PreviewServiceOptions {
  readonly store: Pick<JobStore, 'get'>;
  readonly controller: Pick<JobController, 'mayReplace' | 'replaced'>;
  readonly vault: Pick<Vault, 'read' | 'put' | 'purge'>;
  readonly engineDocument: Pick<EngineDocument, 'revive'>;
  readonly engine: Pick<EngineMessages, 'cancelPreview'>;
}

export function createPreviewService({
  store,
  controller,
  vault,
  engineDocument,
  engine,
}: PreviewServiceOptions): PreviewService {
  return {
    ensureEngine: () => engineDocument.revive(),
    async apply(id, view, recipe, receipt) {
      const job = await store.get(id);
      if (!job || !controller.mayReplace(job)) throw new CompressionError('item-gone');
      const bytes = await vault.read(previewId(id, view, 'tried'));
      // A newer try has taken its place meanwhile: this receipt is not of these bytes.
      if (bytes.length !== receipt.output.bytes) throw new CompressionError('item-gone');
      await vault.put(
        { id: vaultId(id, 'result'), jobId: id, part: 'result', format: receipt.output.format, why: 'held' },
        bytes,
      );
      await controller.replaced(id, recipe, receipt);
    },
    async close(id, view) {
      await engine.cancelPreview({ view });
      await vault.purge({ ids: PREVIEW_PARTS.map((part) => previewId(id, view, part)) }, 'on-demand');
    },
  };
}
