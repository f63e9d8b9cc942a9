/** Showing a toast in a page. Nothing of it stays there: the script takes its element away again. */
import { TOAST_FUNCTION, type ShowToast, type ToastData, type ToastInTab } from '../core/protocol/toast.ts';
import { inject, type DocumentTarget } from './inject.ts';

/** How many pages are tried, one after the other: each may be left while it is asked, and the next one can show the toast. */
const PAGES = 3;

const FILES = ['/toast-styles.js', '/toast-card.js', '/toast.js'] as const;

/** The id is undefined where no script may run. */
export interface OneDocument {
  readonly documentId: string | undefined;
}

/**
 * Always in the tab's top frame, where it is seen.
 * @param only the document alone that it is true of, see `documentIn`: in the next one it would be false
 * @returns false where no script may run (the browser's own pages, the store, a PDF), where the page takes away what it
 * has not made, or the tab is gone.
 */
export async function showToast(tabId: number, toast: ToastData, only?: OneDocument): Promise<boolean> {
  if (only) return only.documentId !== undefined && (await call({ tabId, ...only }, toast, FILES, [])) === true;
  for (let tries = PAGES; tries > 0; tries--) {
    const seen = await call({ tabId }, toast, FILES);
    if (seen !== null) return seen;
  }
  return false;
}

/** Changes one that is there; in a page that was left since there is none, and none is made. */
export async function updateToast(tabId: number, toast: ToastData): Promise<void> {
  // A page that refuses has no toast to change, and a later try could undo what was said since.
  await call({ tabId }, toast, [], []);
}

/** @returns null where the page gave no answer: of one that is left meanwhile Chromium 156 says that it gave nothing. */
async function call(
  page: DocumentTarget,
  toast: ToastData,
  files: typeof FILES | [],
  pauses?: readonly number[],
): Promise<boolean | null> {
  try {
    const data = { ...toast, tabId: page.tabId };
    const [shown] = await inject({ ...page, frameId: 0 }, files, callToast, [TOAST_FUNCTION, data], pauses);
    return shown?.result ?? null;
  } catch {
    return false;
  }
}

/** Runs in the page, in the extension's world; uses nothing from outside itself. */
function callToast(name: string, toast: ToastInTab): Promise<boolean> | undefined {
  return (Reflect.get(globalThis, name) as ShowToast | undefined)?.(toast);
}
