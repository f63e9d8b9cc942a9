/**
 * A toast that tells of work must not tell of it for ever when the extension ends under it: by a crash of its process, after
 * which Chromium starts nothing of it until the person says so, or by an update. The page is then the one place where
 * anybody can be told.
 */
import { LIFETIME, type ShowToast, type ToastInTab } from '../core/protocol/toast.ts';

/** ms between two looks, only as long as a toast tells of work. */
const EVERY = 1_000;

/**
 * @param isThere false once the extension that this script came from has ended
 * @param ended what a toast says then
 */
export function watchExtension(show: ShowToast, isThere: () => boolean, ended: string): ShowToast {
  const busy = new Map<string, { readonly toast: ToastInTab; readonly until: number }>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function look(): void {
    for (const [id, { until }] of busy) if (Date.now() > until) busy.delete(id);
    if (!isThere()) {
      for (const { toast } of busy.values())
        void show({ id: toast.id, tabId: toast.tabId, tone: 'error', title: toast.title, detail: ended });
      busy.clear();
    }
    if (busy.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return (toast) => {
    const shown = show(toast);
    if (toast.tone === 'busy') busy.set(toast.id, { toast, until: Date.now() + LIFETIME.busy });
    else busy.delete(toast.id);
    if (busy.size > 0) timer ??= setInterval(look, EVERY);
    return shown;
  };
}
