/** Results as blob URLs, from which the browser's downloads read. */
import { vaultId, type JobId } from '../core/model/job.ts';
import type { Vault } from '../storage/vault/vault.ts';

export interface OpenResults {
  /** Its download begins at once: it is not read from the vault for that. */
  prepare(id: JobId, bytes: Uint8Array<ArrayBuffer>): void;
  /** @throws CompressionError `item-gone` when the result is no longer held. */
  open(id: JobId): Promise<string>;
  close(ids: readonly JobId[]): void;
  readonly size: number;
}

/** ms that a prepared one waits for its download before it is left to the vault. */
const WAITS = 10_000;

export function createOpenResults(vault: Pick<Vault, 'read' | 'onChange'>): OpenResults {
  const urls = new Map<JobId, Promise<string>>();
  const prepared = new Map<string, Blob>();
  // What is purged is handed out no more.
  vault.onChange(({ what, ids }) => {
    if (what === 'purged') for (const id of ids) prepared.delete(id);
  });

  const blobOf = (bytes: Uint8Array<ArrayBuffer>): Blob => new Blob([bytes], { type: 'application/octet-stream' });

  async function urlOf(id: JobId): Promise<string> {
    const key = vaultId(id, 'result');
    const blob = prepared.get(key) ?? blobOf(await vault.read(key));
    prepared.delete(key);
    return URL.createObjectURL(blob);
  }

  return {
    prepare(id, bytes) {
      const key = vaultId(id, 'result');
      const blob = blobOf(bytes);
      prepared.set(key, blob);
      setTimeout(() => {
        if (prepared.get(key) === blob) prepared.delete(key);
      }, WAITS);
    },
    async open(id) {
      const known = urls.get(id);
      if (known) return known;
      const url = urlOf(id);
      urls.set(id, url);
      try {
        return await url;
      } catch (thrown) {
        urls.delete(id);
        throw thrown;
      }
    },
    close(ids) {
      for (const id of ids) {
        void urls.get(id)?.then(URL.revokeObjectURL, () => undefined);
        urls.delete(id);
      }
    },
    get size() {
      return urls.size;
    },
  };
}
