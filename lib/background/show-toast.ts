/** Showing a toast in a page. Nothing of it stays there: the script takes its element away again. */
import { browser } from 'wxt/browser';
import { TOAST_FUNCTION, type ShowToast, type ToastData } from '../core/protocol/toast.ts';

/**
 * Always in the tab's top frame, where it is seen.
 * @returns false where no script may run (the browser's own pages, the store, a PDF), or the tab is gone.
 */
export async function showToast(tabId: number, toast: ToastData): Promise<boolean> {
  try {
    const target = { tabId, frameIds: [0] };
    await browser.scripting.executeScript({ target, files: ['/toast.js'] });
    await browser.scripting.executeScript({ target, func: callToast, args: [TOAST_FUNCTION, toast] });
    return true;
  } catch {
    return false;
  }
}

/** Runs in the page, in the extension's world; uses nothing from outside itself. */
function callToast(name: string, toast: ToastData): void {
  (Reflect.get(globalThis, name) as ShowToast | undefined)?.(toast);
}
