/**
 * A purge of everything, called out to the open views: what they were given and have not read yet is known to them alone.
 * Private windows have channels of their own, as they have a vault of their own.
 */
const CHANNEL = 'purge-all';

/** By the background, before it purges what is held. */
export function callForPurge(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/** By a view, until it closes. */
export function onPurgeCall(heard: () => void): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', heard);
}
