/**
 * What is asked of a storage within one turn, or while another transaction is under way, as one transaction: each costs the
 * browser's process milliseconds, however little is done in it, and a batch of small images is little else.
 */
import type { BackendTransaction, StorageBackend } from './storage-backend.ts';

type Mode = 'readonly' | 'readwrite';

interface Asked {
  readonly work: (backend: BackendTransaction) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** So many at most, that none waits long for the others. */
const MOST_TOGETHER = 32;

/**
 * In one transaction works that write go one after the other, in the order in which they were asked for: each sees what
 * those before it have written, as it would in transactions of their own. When one of them fails, nothing of the whole is
 * written, and each is worked once more, alone. So a work may be called twice, and what it leaves outside of the
 * transaction must stand that.
 */
export function grouped(backend: StorageBackend): StorageBackend {
  const lines = { readonly: line('readonly'), readwrite: line('readwrite') };

  function line(mode: Mode): (asked: Asked) => void {
    const waiting: Asked[] = [];
    let busy = false;

    async function workOff(): Promise<void> {
      while (waiting.length > 0) await together(mode, waiting.splice(0, MOST_TOGETHER));
      busy = false;
    }

    return (asked) => {
      waiting.push(asked);
      if (busy) return;
      busy = true;
      // In the same turn more may come.
      void Promise.resolve().then(workOff);
    };
  }

  async function alone(mode: Mode, { work, resolve, reject }: Asked): Promise<void> {
    await backend.transact(mode, work).then(resolve, reject);
  }

  async function together(mode: Mode, group: readonly Asked[]): Promise<void> {
    const [only] = group;
    if (only && group.length === 1) return alone(mode, only);
    try {
      const values = await backend.transact(mode, (transaction) => all(mode, group, transaction));
      group.forEach(({ resolve }, at) => resolve(values[at]));
    } catch {
      for (const asked of group) await alone(mode, asked);
    }
  }

  return {
    transact: <T>(mode: Mode, work: (transaction: BackendTransaction) => Promise<T>) =>
      new Promise<T>((resolve, reject) => lines[mode]({ work, resolve: resolve as (value: unknown) => void, reject })),
    destroy: () => backend.destroy(),
    close: () => backend.close(),
  };
}

async function all(mode: Mode, group: readonly Asked[], transaction: BackendTransaction): Promise<unknown[]> {
  if (mode === 'readonly') return Promise.all(group.map(({ work }) => work(transaction)));
  const values: unknown[] = [];
  for (const { work } of group) values.push(await work(transaction));
  return values;
}
