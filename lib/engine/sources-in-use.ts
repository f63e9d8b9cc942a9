/**
 * Sources of runs: a person waits for what becomes of them, so they are in use. Nothing else touches one while it waits for its
 * turn, and a batch that takes longer than an item is held without activity would lose those that come last.
 */
import { vaultId, type JobId } from '../core/model/job.ts';
import type { Vault } from '../storage/vault/vault.ts';

export interface SourcesInUse {
  /** @returns what ends the use */
  enter(id: JobId): () => void;
}

/** ms: under half of the shortest time that a person can choose. */
const EVERY = 120_000;

export function createSourcesInUse(vault: Pick<Vault, 'touch'>): SourcesInUse {
  const used = new Map<object, JobId>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function touchAll(): void {
    // One that is not held, or no longer, its run will miss.
    for (const id of new Set(used.values())) void vault.touch(vaultId(id, 'source')).catch(() => undefined);
  }

  return {
    enter(id) {
      const use = {};
      used.set(use, id);
      timer ??= setInterval(touchAll, EVERY);
      return () => {
        used.delete(use);
        if (used.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
