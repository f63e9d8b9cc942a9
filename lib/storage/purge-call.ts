/**
 * A purge of everything, called out to the open views: what they were given and have not read yet is known to them alone.
 * Private windows have channels of their own, as they have a vault of their own.
 */
const CHANNEL = 'purge-all';
/** ms. */
const PATIENCE = 3_000;

/** Shared by the views that put something into the vault, for as long as that takes. */
const TAKING_IN = 'taking-in';

/** By the background, before it purges what is held: resolves when no view puts what it was given before. */
export async function callForPurge(locks: LockManager): Promise<void> {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
  // A view that stands still, in a debugger say, does not hold up the person's word.
  await locks.request(TAKING_IN, { signal: AbortSignal.timeout(PATIENCE) }, () => undefined).catch(() => undefined);
}

/** By a view, around each put of what it was given: those that overlap share one lock, since each request is a way to the browser's process. */
export function takingIn(locks: LockManager): <T>(work: () => Promise<T>) => Promise<T> {
  let inside = 0;
  let entered: Promise<void> | null = null;
  let leave = (): void => undefined;

  function enter(): Promise<void> {
    return new Promise((resolve, reject) => {
      locks
        .request(TAKING_IN, { mode: 'shared' }, () => {
          resolve();
          return new Promise<void>((left) => (leave = left));
        })
        .catch(reject);
    });
  }

  return async (work) => {
    inside++;
    try {
      await (entered ??= enter());
      return await work();
    } finally {
      inside--;
      if (inside === 0) {
        entered = null;
        leave();
      }
    }
  };
}

/** By a view, until it closes. */
export function onPurgeCall(heard: () => void): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', heard);
}
