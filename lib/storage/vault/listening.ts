/** Who hears of the vault's changes: listeners in this context, and through a channel those in the others. */
import type { VaultChange } from './item.ts';

/** The part of a BroadcastChannel that is needed here. */
export interface ChangeChannel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

export interface Listeners {
  tell(change: VaultChange): void;
  listen(listener: (change: VaultChange) => void): () => void;
  close(): void;
}

export function listeners(channel?: ChangeChannel): Listeners {
  const all = new Set<(change: VaultChange) => void>();
  const hear = (change: VaultChange): void => {
    for (const listener of [...all]) listener(change);
  };
  channel?.addEventListener('message', ({ data }) => {
    if (isChange(data)) hear(data);
  });
  return {
    tell(change) {
      hear(change);
      channel?.postMessage(change);
    },
    listen(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
    close() {
      all.clear();
      channel?.close();
    },
  };
}

function isChange(data: unknown): data is VaultChange {
  return typeof data === 'object' && data !== null && 'what' in data && 'ids' in data && Array.isArray(data.ids);
}
