/** Who hears of the vault's changes: listeners in this context, and through a channel those in the others. */
import type { VaultChange } from './item.ts';

/** The part of a BroadcastChannel that is needed here. */
export interface ChangeChannel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

/** ms. */
const TOGETHER = 5;

export interface Listeners {
  tell(change: VaultChange): void;
  listen(listener: (change: VaultChange) => void): () => void;
  close(): void;
}

/**
 * Here a change is heard of at once. The other contexts hear of those that follow each other closely together, each message
 * being one to every context; but of a purge at once, since they let go of what they show then, and of what a hidden
 * document does, whose timers may come a second late.
 */
export function listeners(channel?: ChangeChannel): Listeners {
  const all = new Set<(change: VaultChange) => void>();
  let untold: { readonly what: VaultChange['what']; readonly ids: string[] }[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const changes = untold;
    untold = [];
    for (const change of changes) channel?.postMessage(change);
  };
  const hear = (change: VaultChange): void => {
    for (const listener of [...all]) listener(change);
  };
  channel?.addEventListener('message', ({ data }) => {
    if (isChange(data)) hear(data);
  });
  return {
    tell(change) {
      hear(change);
      if (!channel) return;
      const last = untold.at(-1);
      if (last?.what === change.what) last.ids.push(...change.ids);
      else untold.push({ what: change.what, ids: [...change.ids] });
      if (change.what === 'purged' || change.what === 'ledger' || isHidden()) flush();
      else timer ??= setTimeout(flush, TOGETHER);
    },
    listen(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
    close() {
      all.clear();
      flush();
      channel?.close();
    },
  };
}

function isHidden(): boolean {
  return typeof document !== 'undefined' && document.hidden;
}

function isChange(data: unknown): data is VaultChange {
  return typeof data === 'object' && data !== null && 'what' in data && 'ids' in data && Array.isArray(data.ids);
}
