/**
 * Many results as one download. The view writes an order and opens the order's address in a hidden frame; the service
 * worker answers it with a ZIP that it makes while the browser writes it to Downloads. So the plaintext of the archive
 * is nowhere but there: neither in memory as a whole, nor in a file of ours (measured: 400 MB in 2 s, in pieces of 1 MB).
 * `downloads.download` does not do: its requests pass the service worker by.
 */
import type { JobId } from '../core/model/job.ts';
import type { StorageItems } from './storage-area.ts';

export interface ArchiveOrder {
  /** Of the archive, with its extension. */
  readonly fileName: string;
  readonly entries: readonly { readonly id: JobId; readonly name: string }[];
}

const KEY_PREFIX = 'archive:';
/** Pattern of the paths of archives. */
export const ARCHIVES = '/archive/*';
const PATH = /\/archive\/([\w-]{36})\.zip$/;

/** @returns the path, from the extension's root, whose opening starts the download */
export async function orderArchive(area: StorageItems, order: ArchiveOrder): Promise<string> {
  const id = crypto.randomUUID();
  await area.set({ [KEY_PREFIX + id]: order });
  return `/archive/${id}.zip`;
}

/** The order behind an address, or null when it is none. */
export async function orderOf(area: StorageItems, url: string): Promise<ArchiveOrder | null> {
  const id = archiveId(url);
  if (id === null) return null;
  return ((await area.get(KEY_PREFIX + id))[KEY_PREFIX + id] as ArchiveOrder | undefined) ?? null;
}

export function isArchive(url: string): boolean {
  return archiveId(url) !== null;
}

/** The archive's download has begun: its order is of no more use. */
export async function forgetOrder(area: StorageItems, url: string): Promise<void> {
  const id = archiveId(url);
  if (id !== null) await area.remove(KEY_PREFIX + id);
}

function archiveId(url: string): string | null {
  return URL.canParse(url) ? (PATH.exec(new URL(url).pathname)?.[1] ?? null) : null;
}
