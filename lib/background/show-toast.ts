/** Showing a toast in a page. Nothing of it stays there: the script takes its element away again. */
import { TOAST_FUNCTION, type ShowToast, type ToastData } from '../core/protocol/toast.ts';
import { inject } from './inject.ts';

/**
 * Always in the tab's top frame, where it is seen.
 * @returns false where no script may run (the browser's own pages, the store, a PDF), where the page takes away what it
 * has not made, or the tab is gone.
 */
export async function showToast(tabId: number, toast: ToastData): Promise<boolean> {
  try {
    const [shown] = await inject({ tabId, frameId: 0 }, ['/toast-styles.js', '/toast.js'], callToast, [
      TOAST_FUNCTION,
      toast,
    ]);
    return shown?.result === true;
  } catch {
    return false;
  }
}

/** Runs in the page, in the extension's world; uses nothing from outside itself. */
function callToast(name: string, toast: ToastData): Promise<boolean> | undefined {
  return (Reflect.get(globalThis, name) as ShowToast | undefined)?.(toast);
}
