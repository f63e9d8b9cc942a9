/** Waiting for the Sources that views bring into the vault: one question a view for its end, however many images it brings. */
import { CompressionError } from '../core/errors.ts';
import { vaultId, type JobId } from '../core/model/job.ts';
import type { Vault } from '../storage/vault/vault.ts';

export interface BroughtSources {
  /**
   * Resolves when the job's Source is in the vault.
   *
   * @param view the name of the lock that the view holds as long as it lives
   * @throws CompressionError `not-taken-in` when the view that was to bring it is gone; the signal's reason
   */
  brought(id: JobId, view: string, signal: AbortSignal): Promise<void>;
}

interface View {
  readonly gone: Promise<unknown>;
  readonly over: AbortController;
  /** Images that are waited for. */
  waiting: number;
}

export interface BroughtSourcesOptions {
  readonly vault: Pick<Vault, 'has' | 'onChange'>;
  /** Resolves when nobody holds the lock of this name. */
  readonly lockFree: (name: string, signal: AbortSignal) => Promise<unknown>;
}

export function createBroughtSources({ vault, lockFree }: BroughtSourcesOptions): BroughtSources {
  const views = new Map<string, View>();
  const awaited = new Map<string, Set<() => void>>();

  vault.onChange(({ what, ids }) => {
    if (what !== 'held' || awaited.size === 0) return;
    for (const id of ids) for (const here of awaited.get(id) ?? []) here();
  });

  function enter(name: string): View {
    let view = views.get(name);
    if (!view) {
      const over = new AbortController();
      const gone = lockFree(name, over.signal);
      // Nobody waits for it any more when it is given up.
      gone.catch(() => undefined);
      view = { over, gone, waiting: 0 };
      views.set(name, view);
    }
    view.waiting++;
    return view;
  }

  function leave(name: string, view: View): void {
    view.waiting--;
    if (view.waiting > 0) return;
    views.delete(name);
    view.over.abort();
  }

  return {
    async brought(id, name, signal) {
      const source = vaultId(id, 'source');
      const listeners = awaited.get(source) ?? new Set();
      let hear = (): void => undefined;
      let stop = (): void => undefined;
      const held = new Promise<'held'>((resolve, reject) => {
        hear = () => resolve('held');
        stop = () => reject(signal.reason as Error);
      });
      // It may be there already.
      held.catch(() => undefined);
      awaited.set(source, listeners.add(hear));
      signal.addEventListener('abort', stop, { once: true });
      const view = enter(name);
      try {
        if (await vault.has(source)) return;
        signal.throwIfAborted();
        if ((await Promise.race([held, view.gone])) === 'held' || (await vault.has(source))) return;
        throw new CompressionError('not-taken-in');
      } finally {
        signal.removeEventListener('abort', stop);
        listeners.delete(hear);
        if (listeners.size === 0) awaited.delete(source);
        leave(name, view);
      }
    },
  };
}
