/** The start of a session: nothing is held, written or shown before what an earlier session left is gone. */
import { CompressionError } from '../../core/errors.ts';
import type { Locks, SessionKey } from './key.ts';
import type { Vault } from './vault.ts';

/**
 * The first thing that the background does each time it wakes, before anything else of the vault. Without a key, this
 * is a new session (the browser, the extension, or both were ended): everything is swept, and only then is there a key,
 * without which no context can put or read. With a key, the session goes on.
 *
 * @param locks `navigator.locks`: a background that wakes twice at once makes one key
 * @param swept hears of which jobs something was left, once it is gone
 * @returns 'new' when it swept, 'same' when the session goes on
 * @throws CompressionError 'internal' when the leftovers could not be deleted; then there is no key and nothing is held
 */
export async function openSession(
  vault: Pick<Vault, 'sweep'>,
  key: SessionKey,
  locks: Locks,
  swept: (jobIds: readonly string[]) => Promise<unknown> = () => Promise.resolve(),
): Promise<'new' | 'same'> {
  try {
    return await locks.request('vault-session', async () => {
      if (await key.exported()) return 'same';
      await swept(await vault.sweep());
      await key.create();
      return 'new';
    });
  } catch (error) {
    throw CompressionError.from(error);
  }
}

/** ms between two looks for the key, doubled each time; after the longest, the wait is over. */
const [SHORTEST_WAIT, LONGEST_WAIT] = [25, 3200];

/**
 * For a view: resolves once the background has opened the session, so that the vault holds what is put and its ledger
 * tells what was swept; or after 6 s, when something is wrong with it. A view may be there first, after a reload of the extension.
 *
 * @param wake makes the background open it; may fail while it is not there yet
 */
export async function sessionOpened(key: Pick<SessionKey, 'exported'>, wake: () => Promise<unknown>): Promise<void> {
  for (let wait = SHORTEST_WAIT; wait <= LONGEST_WAIT && !(await key.exported()); wait *= 2) {
    void wake().catch(() => undefined);
    await new Promise((later) => setTimeout(later, wait));
  }
}
