/**
 * Reading and touching: the deadline is checked in the same transaction that counts the activity, or that finds that there is none
 * to count; what is read is not handed out before it.
 */
import { CompressionError } from '../../core/errors.ts';
import { remove, shown } from './context.ts';
import type { VaultContext } from './context.ts';
import { isDue } from './deadline.ts';
import type { HeldItem, ReadItem } from './item.ts';
import { unseal } from './sealing.ts';
import type { ItemRecord } from './storage-backend.ts';

/** How often a read begins anew when its item is replaced under it. */
const ATTEMPTS = 5;

/** See `Vault.readWithFormat`. */
export async function readWithFormat(vault: VaultContext, id: string): Promise<ReadItem> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await readOnce(vault, id);
    if (read) return read;
  }
  throw new CompressionError('item-gone');
}

/** See `Vault.readStream`. */
export async function readStream(vault: VaultContext, id: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const key = await keyOf(vault);
  const item = await activity(vault, id);
  let index = 0;
  let sent = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const plain = await chunkOf(vault, key, item, index);
        // Half of it is already out: what replaced it can't follow.
        if (!plain) throw new CompressionError('item-gone');
        index += 1;
        sent += plain.byteLength;
        if (index === item.chunks && sent !== item.bytes)
          await refuse(vault, item, new RangeError('another length than was put'));
        if (plain.byteLength) controller.enqueue(plain);
        if (index === item.chunks) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** ms: an activity this soon after another says nothing new. */
const SAME_ACTIVITY = 1_000;

/** Whether an activity now says more than the record does. */
function isNews({ touched, deadline }: ItemRecord, now: number, idle: number): boolean {
  return now - touched >= SAME_ACTIVITY || now < touched || deadline !== touched + idle;
}

/** Counts an activity and gives the record, with its deadline moved; purges it instead when it is past its deadline. */
async function activity(vault: VaultContext, id: string): Promise<ItemRecord> {
  const idle = await vault.idle();
  const { item, event } = await vault.backend.transact('readwrite', async (backend) => {
    const found = await backend.item(id);
    if (!found) return { item: null, event: null };
    const now = vault.clock();
    if (isDue(found, now, idle)) {
      await remove(backend, { items: [found] }, 'deadline', now);
      return { item: null, event: 'purged' as const };
    }
    if (!isNews(found, now, idle)) return { item: found, event: null };
    const record: ItemRecord = { ...found, touched: now, deadline: now + idle };
    await backend.saveItem(record);
    return { item: record, event: 'touched' as const };
  });
  if (event) vault.announce(event, [id]);
  if (!item) throw new CompressionError('item-gone');
  return item;
}

/** The record, where an activity now would be no news; null where it would, or where it can't be handed out. */
async function unchanged(vault: VaultContext, id: string): Promise<ItemRecord | null> {
  const idle = await vault.idle();
  const item = await vault.backend.transact('readonly', (backend) => backend.item(id));
  const now = vault.clock();
  return item && !isDue(item, now, idle) && !isNews(item, now, idle) ? item : null;
}

/** See `Vault.touch`. */
export async function touch(vault: VaultContext, id: string): Promise<HeldItem> {
  await keyOf(vault);
  return shown(await activity(vault, id), await vault.idle());
}

/** The bytes, or null when the item was replaced meanwhile. */
async function readOnce(vault: VaultContext, id: string): Promise<ReadItem | null> {
  const [key, idle] = await Promise.all([keyOf(vault), vault.idle()]);
  const found = await vault.backend.transact('readonly', async (backend) => {
    const item = await backend.item(id);
    return item && { item, chunk: await backend.chunk(item.token, 0) };
  });
  if (!found || isDue(found.item, vault.clock(), idle)) {
    // Of one that is due nothing stays, and this says so.
    await activity(vault, id);
    return null;
  }
  const { item, chunk: firstChunk } = found;
  const bytes = new Uint8Array(item.bytes);
  let offset = 0;
  for (let index = 0; index < item.chunks; index += 1) {
    const plain = index === 0 ? await opened(vault, key, item, 0, firstChunk) : await chunkOf(vault, key, item, index);
    if (!plain) return null;
    if (offset + plain.byteLength > bytes.byteLength)
      return refuse(vault, item, new RangeError('another length than was put'));
    bytes.set(plain, offset);
    offset += plain.byteLength;
  }
  if (offset !== item.bytes) return refuse(vault, item, new RangeError('another length than was put'));
  // Decryption takes its time: what was purged during it is not handed out.
  const standing = (await unchanged(vault, id)) ?? (await activity(vault, id));
  return standing.token === item.token ? { bytes, format: item.format } : null;
}

/** One chunk's plaintext, or null when the item stands no more as it did. */
async function chunkOf(
  vault: VaultContext,
  key: CryptoKey,
  item: ItemRecord,
  index: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const idle = await vault.idle();
  const found = await vault.backend.transact('readonly', async (backend) => {
    const current = await backend.item(item.id);
    if (current?.token !== item.token || isDue(current, vault.clock(), idle)) return null;
    return { sealed: await backend.chunk(item.token, index) };
  });
  return found && opened(vault, key, item, index, found.sealed);
}

async function opened(
  vault: VaultContext,
  key: CryptoKey,
  item: ItemRecord,
  index: number,
  sealed: Uint8Array<ArrayBuffer> | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!sealed) return refuse(vault, item, new RangeError(`chunk ${index} of ${item.chunks} is missing`));
  try {
    return await unseal(key, { id: item.id, token: item.token, index, last: index === item.chunks - 1 }, sealed);
  } catch (cause) {
    return refuse(vault, item, cause);
  }
}

/** Bytes that are not what was put help nobody: they go, and the item with them. */
async function refuse(vault: VaultContext, { id, token }: ItemRecord, cause: unknown): Promise<never> {
  const removed = await vault.backend.transact('readwrite', async (backend) => {
    const current = await backend.item(id);
    return current?.token === token && remove(backend, { items: [current] }, 'unreadable', vault.clock());
  });
  if (removed) vault.announce('purged', removed.ids);
  throw new CompressionError('item-gone', undefined, { cause });
}

async function keyOf(vault: VaultContext): Promise<CryptoKey> {
  const key = await vault.key.current();
  // Without the session's key there is nothing but noise, which the next start sweeps.
  if (!key) throw new CompressionError('item-gone');
  return key;
}
