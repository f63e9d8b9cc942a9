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

/** By a view, around each put of what it was given. */
export function whileTakingIn<T>(locks: LockManager, work: () => Promise<T>): Promise<T> {
  return locks.request(TAKING_IN, { mode: 'shared' }, work);
}

/** By a view, until it closes. */
export function onPurgeCall(heard: () => void): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', heard);
}
