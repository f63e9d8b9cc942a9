/**
 * Room in the vault for what a view takes in. The vault makes room by itself, by purging finished results: for a batch
 * that is larger than the vault, those would be the ones that the person waits for. So a view puts a Source only when it
 * and its result fit, gives up Sources whose results are there (they serve comparison only), and otherwise waits.
 */
import type { JobId } from '../../lib/core/model/job.ts';
import { DEFAULT_CAPACITY } from '../../lib/storage/vault/capacity.ts';
import type { HeldItem } from '../../lib/storage/vault/item.ts';
import type { Vault } from '../../lib/storage/vault/vault.ts';

export interface VaultSpaceOptions {
  readonly vault: Pick<Vault, 'held' | 'purge' | 'onChange'>;
  /** Jobs whose result is there and that nothing is being done to. */
  readonly finished: () => ReadonlySet<JobId>;
  /** Bytes. */
  readonly capacity?: number;
}

export interface VaultSpace {
  /**
   * Resolves when `bytes` fit; call `release` once they are in the vault, or not wanted any more.
   *
   * @param waits called once when there is no room at first
   */
  take(bytes: number, waits: () => void, signal: AbortSignal): Promise<{ release(): void }>;
}

export function createVaultSpace({ vault, finished, capacity = DEFAULT_CAPACITY }: VaultSpaceOptions): VaultSpace {
  /** Of puts of this view that are under way. */
  let reserved = 0;
  let turn: Promise<unknown> = Promise.resolve();
  /** Held at the last look, and let in since. Results are hardly ever larger, so below half of the capacity all fits. */
  let known = Infinity;
  let since = 0;

  async function fits(bytes: number): Promise<boolean> {
    if (known + since + bytes < capacity / 2 && since < capacity / 8) {
      since += bytes;
      return true;
    }
    const items = await vault.held();
    known = sum(items);
    since = reserved + bytes;
    const done = finished();
    // A result is hardly ever larger than its Source: so much is still to come.
    const expected = sum(items.filter(({ part, jobId }) => part === 'source' && !done.has(jobId)));
    let excess = sum(items) + expected + 2 * reserved + 2 * bytes - capacity;
    // Nobody can make room where nothing else is: whether it fits alone, the vault says.
    if (excess <= 0 || (items.length === 0 && reserved === 0)) return true;
    const spare = items
      .filter(({ part, jobId }) => part === 'source' && done.has(jobId))
      .sort((a, b) => a.touched - b.touched);
    if (sum(spare) < excess) return false;
    for (const item of spare) {
      if (excess <= 0) break;
      await vault.purge({ id: item.id }, 'over-capacity');
      excess -= item.bytes;
    }
    return true;
  }

  async function wait(bytes: number, waits: () => void, signal: AbortSignal): Promise<void> {
    let waited = false;
    while (!signal.aborted && !(await fits(bytes))) {
      if (!waited) waits();
      waited = true;
      await changeOf(vault, signal);
    }
    signal.throwIfAborted();
  }

  return {
    async take(bytes, waits, signal) {
      // One after the other: two that look at the same time would both find the same room.
      const mine = turn
        .then(() => wait(bytes, waits, signal))
        .then(() => {
          reserved += bytes;
        });
      turn = mine.catch(() => undefined);
      await mine;
      let held = true;
      return {
        release() {
          if (held) reserved -= bytes;
          held = false;
        },
      };
    },
  };
}

/** The vault's next change, or a second: a job's end frees its Source without a change of the vault. */
function changeOf(vault: Pick<Vault, 'onChange'>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      unlisten();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, 1000);
    const unlisten = vault.onChange(({ what }) => {
      if (what === 'purged') done();
    });
    signal.addEventListener('abort', done, { once: true });
  });
}

function sum(items: readonly HeldItem[]): number {
  return items.reduce((total, { bytes }) => total + bytes, 0);
}
