/** Sources that stay in memory from when they were looked at until their turn comes, if they are still held then. */
import type { Vault } from '../storage/vault/vault.ts';

/** Bytes: a Source up to this costs more to read again than to keep. */
export const SMALL = 256e3;
/** Bytes of all that are kept. */
const MOST_KEPT = 16e6;

interface KeptSource {
  /** @param isNext its turn comes now: it is held whatever its size */
  hold(bytes: Uint8Array<ArrayBuffer>, isNext: boolean): void;
  /** Once; null where there was no room for it, where it was purged, or its run given up. */
  take(): Uint8Array<ArrayBuffer> | null;
}

interface KeptSources {
  /** Call it before the Source is read: a purge is heard of from then on, and the vault need not be asked again. */
  enter(id: string, signal: AbortSignal): KeptSource;
}

export function createKeptSources(vault: Pick<Vault, 'onChange'>): KeptSources {
  let total = 0;
  const ends = new Map<string, () => void>();
  vault.onChange(({ what, ids }) => {
    if (what === 'purged') for (const id of ids) ends.get(id)?.();
  });

  return {
    enter(id, signal) {
      let held: Uint8Array<ArrayBuffer> | null = null;
      let share = 0;
      let isOver = false;
      const end = (): void => {
        isOver = true;
        held = null;
        total -= share;
        share = 0;
        signal.removeEventListener('abort', end);
        if (ends.get(id) === end) ends.delete(id);
      };
      ends.set(id, end);
      // Which may be long before its turn.
      signal.addEventListener('abort', end, { once: true });
      return {
        hold(bytes, isNext) {
          const own = isNext ? 0 : bytes.length;
          if (isOver || own > SMALL || total + own > MOST_KEPT) return;
          held = bytes;
          total += share = own;
        },
        take() {
          const taken = held;
          end();
          return taken;
        },
      };
    },
  };
}
