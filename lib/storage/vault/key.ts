/**
 * The session's key: 256 random bits that exist in memory only, in `storage.session`, as base64. When the browser ends,
 * crashes or is killed, it is gone, and with it the meaning of every byte that the vault left on disk.
 */
import type { StorageItems } from '../storage-area.ts';

export interface KeySource {
  /** The session's key, or null while there is none: then nothing is held. */
  current(): Promise<CryptoKey | null>;
}

/** `navigator.locks`, or what stands for it in one context. */
export interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface SessionKey extends KeySource {
  /** Makes the key if there is none. Call it in the background alone, through `openSession`. */
  create(): Promise<void>;
  /** base64, for the background's answer to a context that sees no `storage` (see `remoteKey`). */
  exported(): Promise<string | null>;
}

const STORAGE_KEY = 'vaultKey';

/** The key as every context with `storage.session` sees it. */
export function sessionKey(area: Omit<StorageItems, 'remove'>): SessionKey {
  const imported = importedOnce();
  /** Once there is one, it lives as long as the session, which this context does not outlive. */
  let known: CryptoKey | null = null;
  const exported = async (): Promise<string | null> => {
    const stored = (await area.get(STORAGE_KEY))[STORAGE_KEY];
    return typeof stored === 'string' ? stored : null;
  };
  return {
    exported,
    async current() {
      known ??= await imported(await exported());
      return known;
    },
    async create() {
      if (await exported()) return;
      await area.set({ [STORAGE_KEY]: btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))) });
    },
  };
}

/**
 * The key for the offscreen document, which sees only `runtime`: `ask` sends a message that the background answers with
 * `exported()`. It is asked each time, so that a key which is gone is gone here too.
 */
export function remoteKey(ask: () => Promise<string | null>): KeySource {
  const imported = importedOnce();
  return { current: async () => imported(await ask()) };
}

/** A key that lives and dies with this object: for the vault of a private window. */
export function ephemeralKey(): KeySource {
  const key = crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  return { current: () => key };
}

/** Not extractable, and imported again only when the raw key is another one. */
function importedOnce(): (raw: string | null) => Promise<CryptoKey | null> {
  let known: { raw: string; key: Promise<CryptoKey> } | null = null;
  return async (raw) => {
    if (raw === null) {
      known = null;
      return null;
    }
    if (known?.raw !== raw) {
      const bytes = Uint8Array.from(atob(raw), (character) => character.charCodeAt(0));
      known = { raw, key: crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']) };
    }
    return known.key;
  };
}
