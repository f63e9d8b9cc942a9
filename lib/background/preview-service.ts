/** The background's part in comparing: it takes what a view tried as the job's result, and purges what views leave behind. */
import type { Recipe } from '../core/model/recipe.ts';
import type { Receipt } from '../core/model/receipt.ts';
import type { HostLink, HostMessages } from '../platform/engine-document.ts';
import { CompressionError } from '../core/errors.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { PREVIEW_PARTS, previewId, vaultId, type JobId, type ViewId } from '../core/model/job.ts';
import type { Road } from './job-controller.ts';
import type { JobStore } from '../storage/job-store.ts';

export interface PreviewDesk {
  /** @throws CompressionError `engine-stopped` when the host cannot be made. */
  needHost(): Promise<void>;
  /** @throws CompressionError `item-gone` when the preview is no longer held, or the job takes no other result now. */
  apply(id: JobId, view: ViewId, recipe: Recipe, receipt: Receipt): Promise<void>;
  close(id: JobId, view: ViewId): Promise<void>;
}

export interface PreviewDeskOptions {
  readonly store: Pick<JobStore, 'get'>;
  readonly road: Pick<Road, 'mayReplace' | 'replaced'>;
  readonly vault: Pick<Vault, 'read' | 'put' | 'purge'>;
  readonly link: Pick<HostLink, 'withHost' | 'exists'>;
  readonly host: Pick<HostMessages, 'cancelPreview'>;
}

export function createPreviewDesk({ store, road, vault, link, host }: PreviewDeskOptions): PreviewDesk {
  return {
    needHost: () => link.withHost(() => Promise.resolve()),
    async apply(id, view, recipe, receipt) {
      const job = await store.get(id);
      if (!job || !road.mayReplace(job)) throw new CompressionError('item-gone');
      const bytes = await vault.read(previewId(id, view, 'tried'));
      // A newer try has taken its place meanwhile: this receipt is not of these bytes.
      if (bytes.length !== receipt.output.bytes) throw new CompressionError('item-gone');
      await vault.put(
        { id: vaultId(id, 'result'), jobId: id, part: 'result', format: receipt.output.format, why: 'held' },
        bytes,
      );
      await road.replaced(id, recipe, receipt);
    },
    async close(id, view) {
      if (await link.exists()) await host.cancelPreview({ view });
      for (const part of PREVIEW_PARTS) await vault.purge({ id: previewId(id, view, part) }, 'on-demand');
    },
  };
}
