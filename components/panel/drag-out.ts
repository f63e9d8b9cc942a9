/**
 * A result dragged out of the list, to the desktop or into a page. What is dragged must be there when the drag begins, so it
 * is read when the pointer goes down on its row, kept in memory alone, and let go of with the drag.
 */
import { mediaTypeOf } from '../../lib/core/image/format-facts.ts';
import type { JobId } from '../../lib/core/model/job.ts';
import type { Finished } from '../../lib/core/naming/result-names.ts';

export interface DragOut {
  /** Called before the drag, as soon as one may come. */
  prepare(job: Finished): void;
  /** @returns whether there is something to drag: false while its bytes are still being read */
  start(job: Finished, transfer: DataTransfer): boolean;
  /** Let go, or given up. */
  end(): void;
}

/** By this type the panel knows what it gave out itself, and does not take it in again. */
export const OWN_DRAG = 'application/x-compressimage-result';
/** The browser may still read the file after the drag has ended; ms. */
const READ_WITHIN = 60_000;

/** @param fileName what it is called when it is saved */
export function createDragOut(
  read: (id: JobId) => Promise<Uint8Array<ArrayBuffer>>,
  fileName: (job: Finished) => string,
): DragOut {
  let held: { readonly job: Finished; readonly file: File; readonly url: string } | null = null;
  let wanted: Finished | null = null;

  function letGo(): void {
    wanted = null;
    const former = held;
    held = null;
    if (former) setTimeout(() => URL.revokeObjectURL(former.url), READ_WITHIN);
  }

  return {
    prepare(job) {
      if (held?.job === job) return;
      letGo();
      wanted = job;
      void read(job.id).then(
        (bytes) => {
          if (wanted !== job) return;
          const file = new File([bytes], fileName(job), { type: mediaTypeOf(job.receipt.output.format) });
          held = { job, file, url: URL.createObjectURL(file) };
        },
        // Purged meanwhile: there is nothing to drag.
        () => undefined,
      );
    },
    start(job, transfer) {
      if (held?.job.id !== job.id) return false;
      const { file, url } = held;
      transfer.effectAllowed = 'copy';
      // Into the pages of this extension; a page of a site gets none that was made in memory (crbug.com/394955).
      transfer.items.add(file);
      // Onto the desktop: the browser downloads it where it is let go of. No name of a file has a ':'.
      transfer.setData('DownloadURL', `${file.type}:${file.name}:${url}`);
      transfer.setData(OWN_DRAG, '');
      return true;
    },
    end: letGo,
  };
}
