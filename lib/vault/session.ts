/** The start of a session: nothing is held, written or shown before what an earlier session left is gone. */
import { CompressionError } from '../errors.ts';
import type { Locks, SessionKey } from './key.ts';
import type { Vault } from './vault.ts';

/**
 * The first thing that the background does each time it wakes, before anything else of the vault. Without a key, this
 * is a new session (the browser, the extension, or both were ended): everything is swept, and only then is there a key,
 * without which no context can put or read. With a key, the session goes on.
 *
 * @param locks `navigator.locks`: a background that wakes twice at once makes one key
 * @returns 'new' when it swept, 'same' when the session goes on
 * @throws CompressionError 'internal' when the leftovers could not be deleted; then there is no key and nothing is held
 */
export async function openSession(vault: Vault, key: SessionKey, locks: Locks): Promise<'new' | 'same'> {
  try {
    return await locks.request('vault-session', async () => {
      if (await key.exported()) return 'same';
      await vault.sweep();
      await key.create();
      return 'new';
    });
  } catch (error) {
    throw CompressionError.from(error);
  }
}
