/**
 * Sealing of one chunk: AES-GCM-256 with a fresh random 96-bit nonce and a 128-bit tag (NIST SP 800-38D, 8.2.2: at
 * most 2^32 random nonces a key; a session's key seals at most some thousands).
 *
 * The associated data binds a chunk to its place, so that bytes moved within or between records, or a shortened list,
 * are refused: the record's id, the write that made it, the chunk's number, and on the last chunk the count of chunks,
 * on the others 0 (a stream's count is not known before its end; compare the STREAM construction, Hoang et al. 2015).
 *
 * Layout: nonce (12 bytes), ciphertext, tag (16 bytes).
 */
const NONCE_BYTES = 12;

export interface ChunkPlace {
  readonly id: string;
  /** Random, one for each write: an older chunk of the same id does not pass for a newer one. */
  readonly token: string;
  /** From 0. */
  readonly index: number;
  readonly last: boolean;
}

export async function seal(
  key: CryptoKey,
  place: ChunkPlace,
  plain: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const cipher = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: associatedData(place) },
    key,
    plain,
  );
  const sealed = new Uint8Array(NONCE_BYTES + cipher.byteLength);
  sealed.set(nonce);
  sealed.set(new Uint8Array(cipher), NONCE_BYTES);
  return sealed;
}

/** @throws OperationError when a bit, the place or the key is not the one it was sealed with. */
export async function unseal(
  key: CryptoKey,
  place: ChunkPlace,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parameters = { name: 'AES-GCM', iv: sealed.subarray(0, NONCE_BYTES), additionalData: associatedData(place) };
  return new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed.subarray(NONCE_BYTES)));
}

function associatedData({ id, token, index, last }: ChunkPlace): Uint8Array<ArrayBuffer> {
  // As JSON the fields can't run into each other.
  return new TextEncoder().encode(JSON.stringify([id, token, index, last ? index + 1 : 0]));
}
