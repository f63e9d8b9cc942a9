/** What a person does with a file that a right-click has saved: look where it is, take it back, compare it, have it in another format. */
import { browser } from 'wxt/browser';
import type { OutputFormat } from '../core/image/inspection.ts';
import { vaultId, type Job, type JobId } from '../core/model/job.ts';
import { isIn, type JobIn } from '../core/model/job-transitions.ts';
import type { ToastData } from '../core/protocol/toast.ts';
import type { Translate } from '../core/texts/translate.ts';
import type { Vault } from '../storage/vault/vault.ts';
import type { BeginJob } from './begin-job.ts';
import { recipeAs } from './image-menu.ts';
import type { JobController } from './job-controller.ts';

export interface SavedFilesOptions {
  readonly find: (id: JobId) => Promise<Job | undefined>;
  readonly controller: Pick<JobController, 'dismiss' | 'retry' | 'takeBack'>;
  readonly vault: Pick<Vault, 'has'>;
  readonly begin: BeginJob;
  readonly openComparison: (id: JobId) => Promise<void>;
  readonly showToast: (tabId: number, toast: ToastData) => Promise<unknown>;
  readonly translate: Translate;
}

export interface SavedFiles {
  /** Opens the folder that the file is in. */
  show(id: JobId): Promise<void>;
  /** Deletes the file, takes it out of the browser's list of downloads and its job out of ours. */
  undo(id: JobId): Promise<void>;
  /** In the workspace: from what is still held, else the image is fetched again. */
  compare(id: JobId): Promise<void>;
  /** A new job beside it, from what is still held, else the image is fetched again. */
  saveAs(id: JobId, format: OutputFormat): Promise<void>;
}

export function createSavedFiles({
  find,
  controller,
  vault,
  begin,
  openComparison,
  showToast,
  translate,
}: SavedFilesOptions): SavedFiles {
  async function savedFile(id: JobId): Promise<{ job: JobIn<'saved'>; downloadId: number; fileName: string } | null> {
    const job = await find(id);
    if (!job || !isIn(job, 'saved') || job.downloadId === null) return null;
    return { job, downloadId: job.downloadId, fileName: job.fileName };
  }

  return {
    async show(id) {
      const saved = await savedFile(id);
      if (saved) browser.downloads.show(saved.downloadId);
    },
    async undo(id) {
      const saved = await savedFile(id);
      if (!saved) return;
      const { job, downloadId, fileName } = saved;
      const deleted = await browser.downloads.removeFile(downloadId).then(
        () => true,
        // It was moved, renamed or deleted since.
        () => false,
      );
      if (deleted) {
        await browser.downloads.erase({ id: downloadId });
        await controller.dismiss([id]);
      }
      if (job.origin.kind !== 'page') return;
      await showToast(job.origin.tabId, {
        id,
        tone: deleted ? 'cancelled' : 'error',
        title: fileName,
        detail: translate(deleted ? 'toast.undone' : 'toast.not_undone'),
      });
    },
    async compare(id) {
      const saved = await savedFile(id);
      if (!saved) return;
      const parts = await Promise.all((['source', 'result'] as const).map((part) => vault.has(vaultId(id, part))));
      if (saved.job.kept && parts.every(Boolean)) await controller.takeBack(id);
      else await controller.retry(id, null, { recipe: saved.job.recipe, ownRecipe: true, delivery: 'hold' });
      await openComparison(id);
    },
    async saveAs(id, format) {
      const saved = await savedFile(id);
      if (saved?.job.origin.kind !== 'page') return;
      await begin(saved.job.origin, recipeAs(saved.job.recipe, format), { sourceOf: id });
    },
  };
}
