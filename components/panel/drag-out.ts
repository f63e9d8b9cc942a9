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
  /** The drag is over: let go of, or given up. */
  end(): void;
  /** The pointer went up without a drag, which would have cancelled it: it was a mere click. */
  release(): void;
  /** Everything is purged: nothing of it is kept, not even for what the browser still reads. */
  drop(): void;
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

  let dragged = false;
  /** A drag came before its bytes: they stay for the next one. */
  let refused = false;
  let forgetting: ReturnType<typeof setTimeout> | undefined;
  /** Addresses of what was dragged, which the browser may still read. */
  const closing = new Map<string, ReturnType<typeof setTimeout>>();

  function letGo(): void {
    clearTimeout(forgetting);
    refused = false;
    wanted = null;
    const former = held;
    held = null;
    if (!former) return;
    if (dragged)
      closing.set(
        former.url,
        setTimeout(() => revoke(former.url), READ_WITHIN),
      );
    else revoke(former.url);
    dragged = false;
  }

  function revoke(url: string): void {
    clearTimeout(closing.get(url));
    closing.delete(url);
    URL.revokeObjectURL(url);
  }

  return {
    prepare(job) {
      if (held?.job === job || (refused && wanted === job)) return;
      letGo();
      wanted = job;
      void read(job.id).then(
        (bytes) => {
          if (wanted !== job) return;
          const file = new File([bytes], fileName(job), { type: mediaTypeOf(job.receipt.output.format) });
          held = { job, file, url: URL.createObjectURL(file) };
        },
        // Purged meanwhile: there is nothing to drag.
        () => {
          if (wanted === job) letGo();
        },
      );
    },
    start(job, transfer) {
      if (held?.job.id !== job.id) {
        refused = wanted?.id === job.id;
        return false;
      }
      refused = false;
      const { file, url } = held;
      transfer.effectAllowed = 'copy';
      // Into the pages of this extension; a page of a site gets none that was made in memory (crbug.com/394955).
      transfer.items.add(file);
      // Onto the desktop: the browser downloads it where it is let go of. No name of a file has a ':'.
      transfer.setData('DownloadURL', `${file.type}:${file.name}:${url}`);
      transfer.setData(OWN_DRAG, '');
      dragged = true;
      return true;
    },
    end: letGo,
    release() {
      if (dragged) return;
      if (!refused) return letGo();
      clearTimeout(forgetting);
      forgetting = setTimeout(() => {
        if (!dragged) letGo();
      }, READ_WITHIN);
    },
    drop() {
      dragged = false;
      letGo();
      for (const url of closing.keys()) revoke(url);
    },
  };
}
