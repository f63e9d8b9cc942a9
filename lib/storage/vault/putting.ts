/**
 * A put: register, write chunk by chunk, and in the last chunk's transaction turn the write into an item. Each step
 * checks that the registration is still there; a purge, a sweep or a newer put of the same id removes it, and then the
 * put ends with 'cancelled' and leaves nothing. So nothing purged comes back, without a lock held over a slow stream.
 *
 * What fits into one chunk, most images of the web, is sealed first and then written in one transaction. While it is sealed
 * it stands in `atOnce`, from where a purge in this context or a newer put takes it; that another context purged everything
 * meanwhile stands in the store of closed jobs.
 */
import { CompressionError } from '../../core/errors.ts';
import { itemsToEvict } from './capacity.ts';
import { chunksOf } from './chunks.ts';
import { remove, shown } from './context.ts';
import { isDue } from './deadline.ts';
import type { VaultContext } from './context.ts';
import type { HeldItem, PutRequest } from './item.ts';
import { seal } from './sealing.ts';
import { EVERY_JOB } from './storage-backend.ts';
import type { ItemRecord, BackendTransaction, WriteRecord } from './storage-backend.ts';

/** See `Vault.put`. */
export async function put(
  vault: VaultContext,
  request: PutRequest,
  input: Uint8Array | ReadableStream<Uint8Array>,
): Promise<HeldItem> {
  const token = crypto.randomUUID();
  const size = input instanceof Uint8Array ? input.byteLength : null;
  let bytes = size ?? 0;
  try {
    if (input instanceof Uint8Array && input.byteLength <= vault.chunkBytes)
      return await putAtOnce(vault, request, token, input);
    await register(vault, request, token, bytes);
    const key = await keyOf(vault);
    let written = 0;
    let index = 0;
    for await (const chunk of chunksOf(input, vault.chunkBytes)) {
      written += chunk.bytes.byteLength;
      bytes = Math.max(bytes, written);
      const place = { id: request.id, token, index, last: chunk.last };
      const sealed = await seal(key, place, chunk.bytes);
      index += 1;
      if (request.signal?.aborted) throw new CompressionError('cancelled');
      if (!chunk.last) await writeChunk(vault, { ...place, sealed, written });
      else if (size === null || written === size) return await finish(vault, request, { ...place, sealed, written });
    }
    throw new CompressionError('internal', {}, { cause: new Error('the bytes changed while they were put') });
  } catch (error) {
    const others = await abandon(vault, request, token);
    // A source that fails while it is told to stop has no news for us: the first error is the one that counts.
    if (input instanceof ReadableStream && !input.locked) await input.cancel(error).catch(() => undefined);
    throw isStorageFull(error)
      ? new CompressionError('vault-full', { megabytes: megabytes(bytes), others }, { cause: error })
      : CompressionError.from(error);
  }
}

async function putAtOnce(
  vault: VaultContext,
  request: PutRequest,
  token: string,
  bytes: Uint8Array,
): Promise<HeldItem> {
  const { id, jobId, signal } = request;
  const isMine = (): boolean => vault.atOnce.get(id)?.token === token && signal?.aborted !== true;
  vault.atOnce.set(id, { token, jobId });
  try {
    // A copy, made before the first await: the caller may hand its bytes on.
    const plain = new Uint8Array(bytes);
    const [before, sealed, idle, running] = await Promise.all([
      vault.backend.transact('readonly', (backend) => backend.closedJob(EVERY_JOB)),
      keyOf(vault).then((key) => seal(key, { id, token, index: 0, last: true }, plain)),
      vault.idle(),
      vault.running(),
    ]);
    const { item, gone } = await vault.backend.transact('readwrite', async (backend) => {
      // In one go: each question to IndexedDB that waits for another's answer is a way to the browser's process and back.
      const asked = [backend.closedJob(jobId), backend.closedJob(EVERY_JOB), standing(backend, id)] as const;
      const [closed, purged, found] = await Promise.all(asked);
      if (!isMine() || closed || (purged && purged.time !== before?.time)) throw new CompressionError('cancelled');
      const now = vault.clock();
      const removed = await roomFor(vault, backend, request, plain.byteLength, idle, running, now);
      const { write, item: former } = removed.length > 0 ? await standing(backend, id) : found;
      if (write) await remove(backend, { writes: [write] }, 'replaced', now);
      const chunk = { id, token, index: 0, sealed, written: plain.byteLength };
      return { item: await replaceItem(backend, request, chunk, former, now, idle), gone: removed };
    });
    if (gone.length) vault.announce('purged', gone);
    vault.announce('held', [id]);
    return shown(item, idle);
  } finally {
    if (vault.atOnce.get(id)?.token === token) vault.atOnce.delete(id);
  }
}

async function keyOf(vault: VaultContext): Promise<CryptoKey> {
  const key = await vault.key.current();
  if (!key)
    throw new CompressionError('internal', {}, { cause: new Error('the vault has no key: no session was opened') });
  return key;
}

async function register(vault: VaultContext, request: PutRequest, token: string, size: number): Promise<void> {
  const [idle, running] = await Promise.all([vault.idle(), vault.running()]);
  const { id, jobId, part, format = null } = request;
  const gone = await vault.backend.transact('readwrite', async (backend) => {
    if ((await backend.closedJob(jobId)) || request.signal?.aborted) throw new CompressionError('cancelled');
    const now = vault.clock();
    const superseded = await backend.write(id);
    vault.atOnce.delete(id);
    const removed = await roomFor(vault, backend, request, size, idle, running, now);
    if (superseded) await remove(backend, { writes: [superseded] }, 'replaced', now);
    await backend.saveWrite({
      id,
      jobId,
      part,
      format,
      token,
      bytes: 0,
      reserved: size,
      touched: now,
      deadline: now + idle,
    });
    return removed;
  });
  if (gone.length) vault.announce('purged', gone);
}

/**
 * Makes room for `size` bytes: mostly there is, without a look at the records; else all are read, and what is due is purged first.
 * Returns the ids of what went.
 */
async function roomFor(
  vault: VaultContext,
  backend: BackendTransaction,
  request: PutRequest,
  size: number,
  idle: number,
  running: ReadonlySet<string>,
  now: number,
): Promise<readonly string[]> {
  if (vault.usage.fits(size, now)) return [];
  const all = await recordsIn(backend);
  const isOver = (record: ItemRecord | WriteRecord): boolean => isDue(record, now, idle);
  const due = await remove(backend, filtered(all, isOver), 'deadline', now);
  const left = filtered(all, (record) => !isOver(record));
  const evicted = await makeRoom(vault, backend, left, request, size, running, now);
  vault.usage.counted(bytesOf(left) + size, now);
  return [...due.ids, ...evicted];
}

interface SealedChunk {
  readonly id: string;
  readonly token: string;
  readonly index: number;
  readonly sealed: Uint8Array<ArrayBuffer>;
  /** Bytes of plaintext, this chunk's included. */
  readonly written: number;
}

async function writeChunk(vault: VaultContext, chunk: SealedChunk): Promise<void> {
  const [idle, running] = await Promise.all([vault.idle(), vault.running()]);
  const evicted = await vault.backend.transact('readwrite', async (backend) => {
    const now = vault.clock();
    const write = await ownWrite(backend, chunk);
    const made = await roomForMore(vault, backend, write, chunk.written, running, now);
    await backend.saveChunk(chunk.token, chunk.index, chunk.sealed);
    await backend.saveWrite({
      ...write,
      bytes: chunk.written,
      reserved: Math.max(write.reserved, chunk.written),
      touched: now,
      deadline: now + idle,
    });
    return made;
  });
  if (evicted.length) vault.announce('purged', evicted);
}

async function finish(vault: VaultContext, request: PutRequest, chunk: SealedChunk): Promise<HeldItem> {
  const [idle, running] = await Promise.all([vault.idle(), vault.running()]);
  const { item, evicted } = await vault.backend.transact('readwrite', async (backend) => {
    const now = vault.clock();
    const write = await ownWrite(backend, chunk);
    const made = await roomForMore(vault, backend, write, chunk.written, running, now);
    const record = await replaceItem(backend, request, chunk, await backend.item(request.id), now, idle);
    await backend.dropWrite(request.id);
    return { item: record, evicted: made };
  });
  if (evicted.length) vault.announce('purged', evicted);
  vault.announce('held', [item.id]);
  return shown(item, idle);
}

/** What stands under an id: an item, and a put under way. */
async function standing(
  backend: BackendTransaction,
  id: string,
): Promise<{ readonly item: ItemRecord | undefined; readonly write: WriteRecord | undefined }> {
  const [item, write] = await Promise.all([backend.item(id), backend.write(id)]);
  return { item, write };
}

/** Puts the item, with its last chunk, into the place of the one that stands there. */
async function replaceItem(
  backend: BackendTransaction,
  { id, jobId, part, why, format = null }: PutRequest,
  { token, index, sealed, written }: SealedChunk,
  former: ItemRecord | undefined,
  now: number,
  idle: number,
): Promise<ItemRecord> {
  if (former) await remove(backend, { items: [former] }, 'replaced', now);
  const record: ItemRecord = {
    id,
    jobId,
    part,
    format,
    bytes: written,
    created: now,
    touched: now,
    deadline: now + idle,
    why,
    token,
    chunks: index + 1,
  };
  await Promise.all([backend.saveChunk(token, index, sealed), backend.saveItem(record)]);
  return record;
}

async function ownWrite(backend: BackendTransaction, { id, token }: SealedChunk): Promise<WriteRecord> {
  const write = await backend.write(id);
  if (write?.token !== token) throw new CompressionError('cancelled');
  return write;
}

interface Records {
  readonly items: readonly ItemRecord[];
  readonly writes: readonly WriteRecord[];
}

/** Once a transaction: with hundreds of items each reading of all of them takes milliseconds. */
async function recordsIn(backend: BackendTransaction): Promise<Records> {
  const [items, writes] = await Promise.all([backend.items(), backend.writes()]);
  return { items, writes };
}

function filtered(all: Records, isWanted: (record: ItemRecord | WriteRecord) => boolean): Records {
  return { items: all.items.filter(isWanted), writes: all.writes.filter(isWanted) };
}

/** What was reserved has its room already: only a stream grows beyond it. */
async function roomForMore(
  vault: VaultContext,
  backend: BackendTransaction,
  write: WriteRecord,
  written: number,
  running: ReadonlySet<string>,
  now: number,
): Promise<readonly string[]> {
  if (written <= write.reserved) return [];
  return makeRoom(vault, backend, await recordsIn(backend), write, written, running, now);
}

/** Evicts what `needed` bytes for the request's item need, or throws 'vault-full' and evicts nothing. Returns the ids. */
async function makeRoom(
  vault: VaultContext,
  backend: BackendTransaction,
  all: Records,
  request: { readonly id: string; readonly jobId: string },
  needed: number,
  running: ReadonlySet<string>,
  now: number,
): Promise<readonly string[]> {
  // What stands under the same id is about to be replaced.
  const others = filtered(all, ({ id }) => id !== request.id);
  const { items, writes } = others;
  const evicted = itemsToEvict(items, bytesOf(others), needed, vault.capacity, new Set([...running, request.jobId]));
  if (!evicted)
    throw new CompressionError('vault-full', {
      megabytes: megabytes(needed),
      others: othersIn([...items, ...writes], request.jobId),
    });
  return (await remove(backend, { items: evicted }, 'over-capacity', now)).ids;
}

function bytesOf({ items, writes }: Records): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0) + writes.reduce((sum, { reserved }) => sum + reserved, 0);
}

/**
 * Leaves nothing of a put that failed. Its failure is what the caller hears; a storage that can't delete either is left to
 * the deadline. Gives the number of other jobs that hold something.
 */
async function abandon(vault: VaultContext, { id, jobId }: PutRequest, token: string): Promise<number> {
  return vault.backend
    .transact('readwrite', async (backend) => {
      if ((await backend.write(id))?.token === token) await backend.dropWrite(id);
      // A put that was finished is an item; its chunks are not ours any more.
      if ((await backend.item(id))?.token !== token) await backend.dropChunks(token);
      return othersIn(await backend.items(), jobId);
    })
    .catch(() => 0);
}

function othersIn(records: readonly { readonly jobId: string }[], own: string): number {
  return new Set(records.map(({ jobId }) => jobId).filter((jobId) => jobId !== own)).size;
}

/** Chromium and Firefox say QuotaExceededError over the quota, and UnknownError when the disk itself is full. */
function isStorageFull(error: unknown): boolean {
  return error instanceof Error && (error.name === 'QuotaExceededError' || error.name === 'UnknownError');
}

function megabytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1_000_000));
}
