/** What a person does with a file that a right-click has saved: look where it is, or take it back. */
import { browser } from 'wxt/browser';
import type { Job, JobId } from '../core/model/job.ts';
import { isIn } from '../core/model/job-transitions.ts';
import type { ToastData } from '../core/protocol/toast.ts';
import type { Translate } from '../core/texts/texts.ts';

export interface SavedFilesOptions {
  readonly find: (id: JobId) => Promise<Job | undefined>;
  readonly dismiss: (ids: readonly JobId[]) => Promise<void>;
  readonly showToast: (tabId: number, toast: ToastData) => Promise<unknown>;
  readonly translate: Translate;
}

export interface SavedFiles {
  /** Opens the folder that the file is in. */
  show(id: JobId): Promise<void>;
  /** Deletes the file, takes it out of the browser's list of downloads and its job out of ours. */
  undo(id: JobId): Promise<void>;
}

export function createSavedFiles({ find, dismiss, showToast, translate }: SavedFilesOptions): SavedFiles {
  async function savedFile(id: JobId): Promise<{ job: Job; downloadId: number; fileName: string } | null> {
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
        await dismiss([id]);
      }
      if (job.origin.kind !== 'page') return;
      await showToast(job.origin.tabId, {
        id,
        tone: deleted ? 'cancelled' : 'error',
        title: fileName,
        detail: translate(deleted ? 'toast.undone' : 'toast.not_undone'),
      });
    },
  };
}
