/** Results as blob URLs, from which the browser's downloads read. */
import { CompressionError } from '../core/errors.ts';
import { vaultId, type JobId } from '../core/model/job.ts';
import type { Vault } from '../storage/vault/vault.ts';

export interface OpenResults {
  /** Its download begins at once: it is not read from the vault for that. What is neither opened nor claimed soon ends. */
  prepare(id: JobId, bytes: Uint8Array<ArrayBuffer>): string;
  /** What was prepared, and did not come to be held. */
  discard(url: string): void;
  /** A download of the URL begins: from now on it is open. @throws CompressionError `item-gone` when it has ended */
  claim(url: string): void;
  /** @throws CompressionError `item-gone` when the result is no longer held. */
  open(id: JobId): Promise<string>;
  close(ids: readonly JobId[]): void;
  readonly size: number;
}

/** ms that a prepared one waits for its download before it is left to the vault. */
const WAITS = 10_000;

export function createOpenResults(vault: Pick<Vault, 'read' | 'onChange'>): OpenResults {
  const urls = new Map<JobId, Promise<string>>();
  /** What is open, and what was prepared, by the vault's name of it. */
  const open = new Set<string>();
  const prepared = new Map<string, { readonly id: JobId; readonly url: string }>();
  // What is purged is handed out no more.
  vault.onChange(({ what, ids }) => {
    if (what === 'purged') ids.forEach(drop);
  });

  const newUrl = (bytes: Uint8Array<ArrayBuffer>): string =>
    URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));

  function drop(key: string): void {
    const url = prepared.get(key)?.url;
    if (url !== undefined) URL.revokeObjectURL(url);
    prepared.delete(key);
  }

  function end(url: string): void {
    open.delete(url);
    URL.revokeObjectURL(url);
  }

  async function urlOf(id: JobId): Promise<string> {
    const key = vaultId(id, 'result');
    const ready = prepared.get(key)?.url;
    prepared.delete(key);
    const url = ready ?? newUrl(await vault.read(key));
    open.add(url);
    return url;
  }

  return {
    prepare(id, bytes) {
      const key = vaultId(id, 'result');
      drop(key);
      const url = newUrl(bytes);
      prepared.set(key, { id, url });
      setTimeout(() => {
        if (prepared.get(key)?.url === url) drop(key);
      }, WAITS);
      return url;
    },
    discard(url) {
      for (const [key, ready] of prepared) if (ready.url === url) drop(key);
    },
    claim(url) {
      const ready = [...prepared.values()].find((each) => each.url === url);
      if (ready) urls.set(ready.id, urlOf(ready.id));
      else if (!open.has(url)) throw new CompressionError('item-gone');
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
        void urls.get(id)?.then(end, () => undefined);
        urls.delete(id);
      }
    },
    get size() {
      return urls.size;
    },
  };
}
